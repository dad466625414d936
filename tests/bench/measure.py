"""Runs commands in turns and keeps every time, so that what disturbs the machine disturbs all of them."""
import dataclasses
import os
import statistics
import subprocess
import time


@dataclasses.dataclass
class Run:
    wall: float  # s
    cpu: float  # s of processor time, of all threads
    memory: float  # MB, the largest resident set
    stdout: str


def run(command):
    begin = time.monotonic()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    stdout = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"exit code {process.returncode}: {' '.join(map(str, command))}")
    return Run(time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000, stdout)


def in_turns(commands, repetitions, say):
    """{name: command} -> {name: [Run, …]}; every command once, then every command again …"""
    runs = {name: [] for name in commands}
    for repetition in range(repetitions):
        for name, command in commands.items():
            say(f"{repetition + 1}/{repetitions} {name}")
            runs[name].append(run(command))
    return runs


@dataclasses.dataclass
class Spread:
    """Median, smallest and largest of some measurements of one thing."""

    median: float
    low: float
    high: float

    @staticmethod
    def of(values):
        return Spread(statistics.median(values), min(values), max(values))

    def text(self, form="{:,.0f}"):
        return f"{form.format(self.median)} ({form.format(self.low)}–{form.format(self.high)})"

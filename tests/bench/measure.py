"""Runs commands in turns and keeps every time, so that what disturbs the machine disturbs all of them."""
import dataclasses
import pathlib
import statistics
import subprocess
import sys

LAUNCH = [sys.executable, "-I", "-S", str(pathlib.Path(__file__).with_name("launch.py"))]


@dataclasses.dataclass
class Run:
    wall: float  # s
    cpu: float  # s of processor time, of all threads
    memory: float  # MB, the largest resident set
    stdout: str


def run(command):
    done = subprocess.run([*LAUNCH, *map(str, command)], capture_output=True, text=True)
    code, *numbers = done.stderr.split()
    if done.returncode or code != "0":
        raise RuntimeError(f"exit code {code}: {' '.join(map(str, command))}")
    return Run(*map(float, numbers), done.stdout)


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


class Table:
    def __init__(self, title, *columns):
        self.lines = [f"## {title}", "", "| " + " | ".join(columns) + " |", "|---" * len(columns) + "|"]

    def row(self, *cells):
        self.lines.append("| " + " | ".join(map(str, cells)) + " |")

    def text(self):
        return "\n".join([*self.lines, ""])


def say(text):
    print(text, file=sys.stderr, flush=True)


def folder_in(place, name):
    folder = pathlib.Path(place, name)
    folder.mkdir(exist_ok=True)
    return folder

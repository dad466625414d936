"""Changed scenarios through `check` and `run`: each is refused with its reasons, or run to a file in which nothing is missing.

usage: mutants.py [N] [--seed S] [--jobs J] [--keep FOLDER]     the program: VTRIAL

One to four changes are made to a scenario as it is resolved, library and all: lines go, come twice, get another's value, numbers
of other sizes and units, other words, other names in formulas. Of every mutant: no signal, no exit code but the documented ones
(internal errors, 5, are none that anybody should see), nothing that takes more than 20 seconds (a run that lasts longer because so
much was asked for stops within two seconds of a signal, resumable), a reason where it ended badly, and in the file no number that
is not one where output/README.md has something to compute it from.
"""
# needs: h5py numpy
from __future__ import annotations

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile

import h5py
import numpy

SCENARIOS = pathlib.Path(__file__).resolve().parents[2] / "scenarios"
VTRIAL = os.environ["VTRIAL"]
BASES = {"starters/trial": 24, "tops": 4, "everything": 1, "tops_outcomes": 2, "gist_diameter": 12, "cml_long_term": 2, "tdm_cml": 4,
         "pharmacokinetic_checks": 12, "interactions": 2, "dose_reduction": 2, "treatment_free_remission": 1, "escalation_after_resistance": 2}  # how often
HANG, STOP = 20, 2  # seconds
VALUES = ['"x"', "1", "-3", '"1 day"', "[]", "{}", "true", '""', '"a + "', "nan", "inf", "1e300", "0", "1e-300", "-0.0", '"0 mg"', '"1e9 day"',
          "9223372036854775807", '["a", "a"]', '{ formula = "1/0" }', '"0/0"', '"1e308*10"']
TEXTS = ["zzz", "", "0 mg", "two_compartments", "transit", "markov", "1/h", "100 %", "-1 day", "day 0", "day -1", "month 1e9", "1e-9 h"]
FACTORS = [0, -1, 1e-12, 1e-3, 0.5, 2, 10, 1e3, 1e6, 1e12, 1e300]
SWAPS = [("<", ">="), ("+", "-"), ("*", "/"), ("and", "or"), ("mg", "g"), ("day", "month"), (" h", " day"), ("evaluable", "randomised"),
         ("first_order", "zero_order"), ("true", "false"), ("'", ""), ("exp(", "log("), ("min(", "max("), ("(", "((")]


def changed(lines: list[str], draw: random.Random) -> None:
    """Makes one change."""
    at = draw.randrange(len(lines))
    line, kind = lines[at], draw.random()
    if kind < 0.15:
        del lines[at]
    elif kind < 0.3:
        lines.insert(at, draw.choice(lines))
    elif kind < 0.45 and "=" in line:
        lines[at] = line.split("=")[0] + "= " + draw.choice(VALUES)
    elif kind < 0.7 and (numbers := list(re.finditer(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])", line))):
        number = draw.choice(numbers)
        lines[at] = f"{line[:number.start()]}{float(number[0]) * draw.choice(FACTORS):.12g}{line[number.end():]}"
    elif kind < 0.8 and (swaps := [swap for swap in SWAPS if swap[0] in line]):
        lines[at] = line.replace(*draw.choice(swaps), 1)
    elif kind < 0.9 and (words := list(re.finditer(r"\b[a-z][a-z_]{2,}\b", line))):
        word, others = draw.choice(words), re.findall(r"\b[a-z][a-z_]{2,}\b", draw.choice(lines))
        lines[at] = line[:word.start()] + (draw.choice(others) if others else "") + line[word.end():]
    else:
        lines[at] = re.sub(r'"[^"]*"', f'"{draw.choice(TEXTS)}"', line, count=1)


def number_flaws(path: pathlib.Path) -> list[str]:
    """Statistics that are not numbers, although there is something to compute them from."""
    flaws = []
    with h5py.File(path, "r") as file:
        for name, tally in file["tallies"].items():
            counts = {"proportion": "evaluable", "itt": "randomised", "mean": "evaluable", "quantiles": "evaluable"}
            for statistic, of in counts.items():
                for ending in ("", "_low", "_high"):
                    if statistic + ending not in tally:
                        continue
                    values, n = tally[statistic + ending][()], tally[of][()]
                    n = n.reshape(n.shape + (1,) * (values.ndim - n.ndim))
                    if numpy.any(numpy.isnan(values) != numpy.broadcast_to(n == 0, values.shape)):
                        flaws.append(f"{name}/{statistic}{ending} is NaN where {of} is not 0, or a number where it is")
            if "sd" in tally and numpy.any(numpy.isnan(tally["sd"][()]) & (tally["evaluable"][()] > 1)):
                flaws.append(f"{name}/sd")
            for statistic in ("survival", "incidence", "at_risk", "rmst"):
                if statistic not in tally:
                    continue
                values, n = tally[statistic][()], tally["evaluable"][()]
                n = n.reshape(n.shape + (1,) * (values.ndim - n.ndim))
                if numpy.any(~numpy.isfinite(values) & (n > 0)):
                    flaws.append(f"{name}/{statistic}")
            for statistic, values in tally.items():
                if values.dtype.kind == "f" and not statistic.startswith("number_needed") and numpy.any(numpy.isinf(values[()])):
                    flaws.append(f"{name}/{statistic} is infinite")
    return flaws


def ended(arguments: list[str], may_stop: bool) -> tuple[int | None, str, str]:
    """Exit code, output and errors of a command; no exit code of one that hangs."""
    process = subprocess.Popen([VTRIAL, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace")
    try:
        said = process.communicate(timeout=HANG)
        return (process.returncode, *said)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGTERM if may_stop else signal.SIGKILL)
    try:
        said = process.communicate(timeout=STOP)
        return (process.returncode if may_stop else None, *said)
    except subprocess.TimeoutExpired:
        process.kill()
        return (None, *process.communicate())


def flaws_of(text: str, place: pathlib.Path, with_numbers: bool) -> tuple[str, list[str]]:
    """How it ended, and what is wrong with that."""
    path, results = place / "mutant.toml", place / "mutant.h5"
    path.write_text(text, encoding="utf-8")
    results.unlink(missing_ok=True)
    code, _, said = ended(["check", str(path)], False)
    if code not in (0, 2):
        return f"check {code}", [f"check ended with {code}"]
    if code == 2:
        return "check 2", [] if said.strip() else ["refused without a reason"]
    arguments = ["run", str(path), "-o", str(results), "--patients", "16", "--threads", "1", "--backend", "cpu", "--quiet", "--json"]
    code, told, said = ended(arguments, True)
    if code not in (0, 2, 3, 75):  # 2: what only a run can see, such as room for its rows
        return f"run {code}", [f"run ended with {code}"]
    flaws = [] if code == 0 or said.strip() else ["ended badly without a reason"]
    for left in place.glob("*.checkpoint"):
        left.unlink()
    if any(path.name.endswith(".part") for path in place.iterdir()):
        flaws.append("a temporary file is left")
    if code in (0, 3):
        try:
            json.loads(told, parse_constant=lambda word: flaws.append(f"{word} in the JSON"))
        except ValueError as error:
            flaws.append(f"the JSON cannot be read: {error}")
        if not results.exists():
            flaws.append("there is no file")
        elif with_numbers and code == 0:
            flaws += number_flaws(results)
    return f"run {code}", flaws


def resolved(place: pathlib.Path) -> dict[str, list[str]]:
    """The lines of each base, as the program resolves it."""
    texts = {}
    for name in BASES:
        results = place / "base.h5"
        subprocess.run([VTRIAL, "run", SCENARIOS / f"{name}.toml", "-o", results, "--patients", "16", "--quiet"], check=True, stderr=subprocess.DEVNULL)
        with h5py.File(results, "r") as file:
            text = file["provenance/scenario"][()]
        text = text.decode() if isinstance(text, bytes) else text
        # Tables of patients and doses stand beside the scenario.
        text = re.sub(r'(["\'])([\w/.-]+\.csv)\1', lambda found: f'"{SCENARIOS / found[2]}"', text)
        texts[name] = text.split("\n")
    return texts


def worker(task: tuple[int, int, int, dict[str, list[str]], pathlib.Path | None]) -> tuple[collections.Counter, list[str]]:
    """Mutants number first, first + step, … of a seed."""
    first, step, number, texts, keep = task
    seed = int(os.environ.get("VTRIAL_MUTANTS_SEED", "1"))
    counts, flaws = collections.Counter(), []
    names = [name for name in BASES for _ in range(BASES[name])]
    with tempfile.TemporaryDirectory() as folder:
        for k in range(first, number, step):
            draw = random.Random(f"{seed} {k}")
            name = draw.choice(names)
            lines = list(texts[name])
            for _ in range(draw.choice((1, 1, 1, 2, 2, 4))):
                changed(lines, draw)
            how, wrong = flaws_of("\n".join(lines), pathlib.Path(folder), k % 4 == 0)
            counts[how] += 1
            for flaw in wrong:
                flaws.append(f"mutant {k} of {name} (seed {seed}): {flaw}")
                if keep is not None:
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / f"{seed}-{k}.toml").write_text("\n".join(lines), encoding="utf-8")
                print(flaws[-1], flush=True)
    return counts, flaws


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("number", nargs="?", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    os.environ["VTRIAL_MUTANTS_SEED"] = str(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        texts = resolved(pathlib.Path(folder))
        for name, lines in texts.items():
            how, flaws = flaws_of("\n".join(lines), pathlib.Path(folder), True)
            if how != "run 0" or flaws:
                sys.exit(f"{name} itself, resolved: {how} {flaws}")
    tasks = [(first, options.jobs, options.number, texts, options.keep) for first in range(options.jobs)]
    counts, flaws = collections.Counter(), []
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        for one, wrong in pool.map(worker, tasks):
            counts += one
            flaws += wrong
    print(f"{options.number} mutants: " + ", ".join(f"{n} × {how}" for how, n in sorted(counts.items())) + f"; {len(flaws)} flaws")
    good = not flaws and counts["run 0"] > options.number / 20 and counts["check 2"] > options.number / 20
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

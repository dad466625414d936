"""Writes the reference problems P1 to P3 (README.md): scenarios, table of patients, doses taken.

usage: inputs.py FOLDER [PATIENTS]      10,000 patients unless told otherwise

The numbers are the same on every machine: draws of Python's Mersenne twister, written with six digits. Patient i is the
same in tables of any length.
"""
import math
import pathlib
import random
import shutil
import statistics
import sys

PROBLEMS = pathlib.Path(__file__).resolve().parent / "problems"
DAYS = 365
TAKEN = 0.85
NORMAL = statistics.NormalDist()


def patients(count):
    """CL (L/h), V (L), ka (1/h) of each patient."""
    draws = random.Random(1)
    for _ in range(count):
        z = [NORMAL.inv_cdf(draws.random() or 0.5) for _ in range(3)]
        yield 14 * math.exp(0.35 * z[0]), 250 * math.exp(0.40 * z[1]), 0.6 * math.exp(0.50 * z[2])


def doses(count):
    """For each patient the days on which the dose was taken."""
    draws = random.Random(2)
    for _ in range(count):
        yield [day for day in range(DAYS) if draws.random() < TAKEN]


def write(folder, count=10_000, days_of_trial=DAYS):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for scenario in PROBLEMS.glob("*.toml"):
        shutil.copy(scenario, folder)
    with open(folder / "patients.csv", "w", encoding="utf-8") as file:
        file.write("id,pk.clearance [L/h],pk.volume [L],pk.absorption_rate [1/h]\n")
        for i, values in enumerate(patients(count)):
            file.write(f"{i},{','.join(f'{value:.6g}' for value in values)}\n")
    with open(folder / "doses.csv", "w", encoding="utf-8") as file:
        file.write("id,day,dose [mg]\n")
        for i, days in enumerate(doses(count)):
            file.write("".join(f"{i},{day},400\n" for day in days if day < days_of_trial))


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)

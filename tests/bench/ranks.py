"""What a second rank and a second thread gain: TOPS by one and by two, in turns, on this machine.

usage: ranks.py VTRIAL [--patients N] [--pairs N]

Prints medians of wall time, of the ratios of each turn, and the load before and after. Two ranks are two processes of mpirun with one
thread each; one rank is mpirun with one, which starts no MPI of its own. Both write their results.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import measure
from measure import Spread, say

TOPS = pathlib.Path(__file__).resolve().parents[2] / "scenarios/tops.toml"
MPIRUN = ["mpirun", "--oversubscribe", "--bind-to", "none"]
MOST_LOAD = 1.5  # in front of a pair, beyond which its wall times say little of the program


def commands(vtrial, patients, place):
    def run(threads, name):
        return [vtrial, "run", TOPS, "--patients", patients, "--backend", "cpu", "--threads", threads, "--quiet", "-o", f"{place}/{name}.h5"]
    return {
        "1 rank": [*MPIRUN, "-n", 1, *run(1, "r1")],
        "2 ranks": [*MPIRUN, "-n", 2, *run(1, "r2")],
        "1 thread": run(1, "t1"),
        "2 threads": run(2, "t2"),
    }


def content_hash(vtrial, path):
    told = subprocess.run([vtrial, "info", path], capture_output=True, text=True, check=True).stdout
    return next(line.split()[-1] for line in told.splitlines() if "content" in line)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("vtrial")
    parser.add_argument("--patients", type=int, default=400_000)
    parser.add_argument("--pairs", type=int, default=11)
    arguments = parser.parse_args()
    os.environ |= {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    with tempfile.TemporaryDirectory() as place:
        runs, loads = {}, []
        for pair in range(arguments.pairs):
            loads.append(os.getloadavg()[0])
            for name, command in commands(arguments.vtrial, arguments.patients, place).items():
                say(f"{pair + 1}/{arguments.pairs} {name}")
                runs.setdefault(name, []).append(measure.run(command))
        hashes = {content_hash(arguments.vtrial, path) for path in sorted(pathlib.Path(place).glob("*.h5"))}
    for name, times in runs.items():
        print(f"{name}: {Spread.of([t.wall for t in times]).text('{:.2f}')} s wall, {Spread.of([t.cpu for t in times]).text('{:.2f}')} s of processor time")
    for one, two in (("1 rank", "2 ranks"), ("1 thread", "2 threads")):
        ratios = [a.wall / b.wall for a, b in zip(runs[one], runs[two])]
        print(f"{one} over {two}, {len(ratios)} pairs of {arguments.patients} patients: median {statistics.median(ratios):.3f} ({min(ratios):.2f}–{max(ratios):.2f})")
    print(f"load before the pairs: {min(loads):.1f}–{max(loads):.1f} on {os.cpu_count()} cores{'' if max(loads) < MOST_LOAD else ': other work ran, too'}")
    print("the same results" if len(hashes) == 1 else f"DIFFERENT RESULTS: {hashes}")
    return 0 if len(hashes) == 1 else 1


if __name__ == "__main__":
    sys.exit(main())

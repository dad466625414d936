"""Runs fuzz targets from their corpus on, and says what they found.

usage: fuzz.py FOLDER_OF_PROGRAMS [TARGET ...] [--seconds N] [--jobs N] [--keep FOLDER] [--seed N]
       fuzz.py FOLDER_OF_PROGRAMS --self-test
Without names all targets. What breaks one is kept in FOLDER (default build/fuzz/found) with what to type to see it again;
so are new inputs that reach further, from which `--merge` takes the smallest ones into the corpus of the repository.
"""
from __future__ import annotations

import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TARGETS = "formula", "table", "scenario", "results"
LONGEST = {"formula": 400, "table": 4000, "scenario": 8000, "results": 400}  # bytes of an input
HANG = 20  # seconds for one input


def command(folder: pathlib.Path, target: str, *arguments: object) -> list[str]:
    return [str(folder / f"fuzz_{target}"), *map(str, arguments), f"-max_len={LONGEST[target]}", f"-timeout={HANG}", "-rss_limit_mb=6000",
            f"-detect_leaks={leaks(target)}"]


def leaks(target: str) -> int:
    """Whether they are looked for: libhdf5 leaves memory behind where it refuses a file."""
    return int(target != "results")


def environment(target: str, **more: str) -> dict[str, str]:
    return {**os.environ, "ASAN_OPTIONS": f"detect_leaks={leaks(target)}:allocator_may_return_null=1",
            "UBSAN_OPTIONS": "print_stacktrace=1", **more}


def fuzz(folder: pathlib.Path, target: str, seconds: int, keep: pathlib.Path, seed: int, **more: str) -> tuple[str, bool, str]:
    """One line about a run, whether nothing broke, and the end of what was said."""
    found, broken = keep / target, keep / f"{target}-broken"
    for path in (found, broken):
        path.mkdir(parents=True, exist_ok=True)
    corpus = HERE / "corpus" / target
    n_seeds = len(list(corpus.iterdir()))
    dictionary = HERE / f"{target}.dict"
    run = subprocess.run(command(folder, target, found, corpus, f"-max_total_time={seconds}", f"-seed={seed}", "-print_final_stats=1",
                                 f"-artifact_prefix={broken}/", *([f"-dict={dictionary}"] if dictionary.exists() else [])),
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=environment(target, **more))
    executed = re.search(r"stat::number_of_executed_units: *(\d+)", run.stdout)
    covered = re.findall(r"cov: (\d+)", run.stdout)
    good = run.returncode == 0 and executed is not None and int(executed[1]) >= n_seeds
    line = (f"{target}: {executed[1] if executed else '?'} inputs in {seconds} s from {n_seeds} in the corpus"
            + (f", {covered[-1]} edges reached" if covered and int(covered[-1]) else "")
            + ("" if good else f"; BROKEN (exit code {run.returncode}): {folder}/fuzz_{target} {broken}/…"))
    return line, good, run.stdout[-6000:]


def merge(folder: pathlib.Path, target: str, keep: pathlib.Path) -> None:
    """The smallest inputs that reach all that the kept ones reach become the corpus."""
    corpus = HERE / "corpus" / target
    with tempfile.TemporaryDirectory() as smallest:
        subprocess.run(command(folder, target, "-merge=1", smallest, corpus, keep / target), check=True, env=environment(target),
                       stderr=subprocess.DEVNULL)
        names = [path for path in pathlib.Path(smallest).iterdir()]
        if not names:
            sys.exit(f"{target}: nothing was merged")
        shutil.rmtree(corpus)
        shutil.copytree(smallest, corpus)
    print(f"{target}: {len(names)} inputs, {sum(path.stat().st_size for path in corpus.iterdir())} bytes")


def self_test(folder: pathlib.Path) -> int:
    """A last bit that differs in the slow reading of formulas is found, kept, and breaks again."""
    with tempfile.TemporaryDirectory() as keep:
        line, good, _ = fuzz(folder, "formula", 5, pathlib.Path(keep), 1, VTRIAL_PLANTED="1")
        kept = list((pathlib.Path(keep) / "formula-broken").iterdir())
        print(line)
        if good or len(kept) != 1:
            return 1
        again = subprocess.run(command(folder, "formula", kept[0]), env=environment("formula", VTRIAL_PLANTED="1"), stderr=subprocess.DEVNULL)
        mended = subprocess.run(command(folder, "formula", kept[0]), env=environment("formula"), stderr=subprocess.DEVNULL)
        return int(again.returncode == 0 or mended.returncode != 0)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []])
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--merge", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        return self_test(options.folder)
    targets = options.targets or TARGETS
    with tempfile.TemporaryDirectory() as forgotten:
        keep = (options.keep or pathlib.Path(forgotten)).absolute()
        if options.merge:
            for target in targets:
                merge(options.folder, target, keep)
            return 0
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            runs = [pool.submit(fuzz, options.folder, target, options.seconds, keep, options.seed) for target in targets]
            all_good = True
            for run in runs:
                line, good, said = run.result()
                print(line if good else f"{said}\n{line}", flush=True)
                all_good &= good
    return 0 if all_good else 1


if __name__ == "__main__":
    sys.exit(main())

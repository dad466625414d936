"""Looks for numbers that are wrong without a word: random plans, each recomputed by slow programs of their own.

usage: soak.py [--kind pk|formula|pairs|predictions|names|all] [--plans N] [--seed S] [--jobs J] [--keep FOLDER] [--strict] [--self-test]

Plan i of seed S is the same wherever and with whatever else it runs. A plan that fails is kept in FOLDER (default
output/soak) with what differs and the one command that repeats it. --self-test perturbs every value of the program a
little and wants every kind to find it; --strict compares what known faults make differ, too. Exit code 1: something
differs. The program is the one that $VTRIAL names.
"""
# needs: numpy h5py
import argparse
import concurrent.futures
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import formula  # noqa: E402
import names  # noqa: E402
import pairs  # noqa: E402
import pk  # noqa: E402
import predictions  # noqa: E402
from comparison import Comparison  # noqa: E402

KINDS = {kind.KIND: kind for kind in (pk, formula, pairs, predictions, names)}
SHARES = {"pk": 0.45, "formula": 0.3, "pairs": 0.1, "predictions": 0.05, "names": 0.1}  # of the plans where all kinds run
BATCH = 25  # plans in one process of the program
SOURCE = pathlib.Path(__file__).resolve().parents[2]
PERTURBATION = 1e-3


def program():
    path = os.environ.get("VTRIAL") or str(SOURCE / "build/release/bin/vtrial")
    if not os.access(path, os.X_OK):
        sys.exit(f"soak: no program at {path}; name it by $VTRIAL")
    return str(pathlib.Path(path).resolve())


def write(plan, folder, name):
    """The scenario and its files, which stand in "<files>" in its text."""
    for file, text in plan.files.items():
        (folder / f"{name}_{file}").write_text(text, encoding="utf-8")
    (folder / f"{name}.toml").write_text(plan.text.replace('"<files>/', f'"{name}_'), encoding="utf-8")


def run(folder, names_of_plans):
    """The program over many scenarios, and over the rest where it stops at one: {name: what it said}."""
    said, left = {}, list(names_of_plans)
    while left:
        done = subprocess.run([program(), "run", "--quiet", "--threads", "1", *(f"{n}.toml" for n in left)], cwd=folder,
                              capture_output=True, text=True, errors="replace")
        written = [n for n in left if (folder / "output/runs" / f"{n}.h5").exists()]
        for name in written:
            said[name] = ""
        left = [n for n in left if n not in written]
        if not left:
            break
        alone = left.pop(0)
        done = subprocess.run([program(), "run", "--quiet", "--threads", "1", f"{alone}.toml"], cwd=folder, capture_output=True,
                              text=True, errors="replace")
        said[alone] = "" if (folder / "output/runs" / f"{alone}.h5").exists() else f"exit {done.returncode}: {done.stderr[:2000]}"
    return said


def one_batch(kind_name, seed, indices, perturb, strict, keep):
    kind, total = KINDS[kind_name], Comparison(perturb)
    with tempfile.TemporaryDirectory() as place:
        folder, plans = pathlib.Path(place), {}
        for i in indices:
            plans[f"{kind_name}_{seed}_{i}"] = kind.draw(random.Random(f"{kind_name} {seed} {i}"))
        for name, plan in plans.items():
            write(plan, folder, name)
        if kind_name == "names":
            said = {name: kind.run(program(), folder, name) for name in plans}
        else:
            said = run(folder, plans)
        for name, plan in plans.items():
            one = Comparison(perturb, strict)
            try:
                if said[name] and any(refusal in said[name] for refusal in getattr(kind, "REFUSALS", ())):
                    one.refused += 1
                elif said[name] and kind_name != "names":
                    one.failures.append(f"not computed: {said[name]}")
                else:
                    kind.compare(plan, folder / "output/runs" / f"{name}.h5", one)
            except Exception:  # a plan that the harness cannot judge is looked at by a person
                one.failures.append(traceback.format_exc())
            if one.failures and keep:
                keep_plan(keep, folder, name, plan, one)
            total.add(one, name)
    return total


def keep_plan(keep, folder, name, plan, comparison):
    keep.mkdir(parents=True, exist_ok=True)
    write(plan, keep, name)
    results = folder / "output/runs" / f"{name}.h5"
    if results.exists():
        shutil.copy(results, keep)
    kind, seed, index = name.split("_")
    again = f"VTRIAL={program()} python3 {pathlib.Path(__file__).resolve()} --kind {kind} --seed {seed} --only {index} --keep {keep}"
    (keep / f"{name}.txt").write_text("\n".join([again, *comparison.failures]) + "\n", encoding="utf-8")


def run_all(arguments, perturb, keep):
    """One Comparison for each kind."""
    plans = {arguments.kind: arguments.plans} if arguments.kind != "all" else {k: round(s * arguments.plans) for k, s in SHARES.items()}
    totals, started, done = {k: Comparison(perturb) for k in plans}, time.time(), 0
    with concurrent.futures.ProcessPoolExecutor(arguments.jobs) as pool:
        waiting = {}
        for kind, n in plans.items():
            wanted = [arguments.only] if arguments.only is not None else list(range(n))
            for first in range(0, len(wanted), BATCH):
                batch = wanted[first:first + BATCH]
                waiting[pool.submit(one_batch, kind, arguments.seed, batch, perturb, arguments.strict, keep)] = kind, len(batch)
        for task in concurrent.futures.as_completed(waiting):
            kind, n = waiting[task]
            totals[kind].join(task.result())
            done += n
            if sys.stderr.isatty():
                print(f"\r{done} plans, {sum(len(t.failing) for t in totals.values())} differ, {time.time() - started:.0f} s ",
                      end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    return totals


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", choices=[*KINDS, "all"], default="all")
    parser.add_argument("--plans", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", type=pathlib.Path, default=SOURCE / "output/soak")
    parser.add_argument("--only", type=int, help="this plan alone")
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    program()
    if arguments.self_test:
        totals = run_all(arguments, PERTURBATION, None)
        blind = [kind for kind, total in totals.items() if not total.failing]
        print("\n".join(f"{kind}: {len(total.failing)} of {total.plans} plans differ" for kind, total in totals.items()))
        sys.exit(f"soak: a planted difference is not found by: {', '.join(blind)}" if blind else 0)
    totals = run_all(arguments, 0.0, arguments.keep.resolve())
    for kind, total in totals.items():
        total.print(kind)
    failing = [name for total in totals.values() for name in total.failing]
    if failing:
        print(f"kept in {arguments.keep}: {' '.join(failing)}")
    sys.exit(1 if failing else 0)


if __name__ == "__main__":
    main()

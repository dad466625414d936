"""`./dev bench`: vtrial and its peers side by side. README.md says how to read the table.

usage: bench.py VTRIAL FOLDER_OF_PEERS [--quick] [-o FILE.md]

Prints the table on standard output, progress on standard error. What is not installed is left out by name.
"""
import argparse
import datetime
import os
import pathlib
import platform
import subprocess
import tempfile

import callgrind
import costs
import errors
import inputs
import measure
from measure import Spread, Table, folder_in, say

ROOT = pathlib.Path(__file__).resolve().parents[2]
OBSERVABLE = {"p1": "trough_true", "p2": "anc_true", "p3": "trough_true"}
YEARS = inputs.DAYS / 365.25
BLOCK = 4096  # patients
FINER = 5  # steps a day of the finer P2
FURTHER = 4  # replicates of the long run; the difference to one is the cost without start-up, reading and writing


def vtrial_run(vtrial, scenario, *options, threads=1, output=os.devnull):
    return [vtrial, "run", scenario, "--threads", threads, "--backend", "cpu", "--quiet", *options, "-o", output]


def recorded(problem, patients):
    """Options that write down every patient's 365 numbers instead of tallying them."""
    return ["--set", f"record.patients={patients}", "--set", f"record.daily=['{OBSERVABLE[problem]}']", "--set", "visit.morning.every='365 day'",
            "--set", "visit.morning.from='day 365'"]


# ---- the reference problems ------------------------------------------------------------------------------------------


def problem_commands(problem, vtrial, peers, place, patients):
    scenario, result = f"{place}/{problem}.toml", f"{place}/r.h5"
    commands = {
        "vtrial": vtrial_run(vtrial, scenario, output=result),
        "long": vtrial_run(vtrial, scenario, "--set", f"trial.replicates={FURTHER}", output=result),
        "vtrial, rows": vtrial_run(vtrial, scenario, *recorded(problem, patients), output=f"{place}/{problem}_rows.h5"),
    }
    if problem == "p2":  # the same at more steps a day
        finer = ("--set", f"blood_counts.neutrophils.steps_per_day={FINER}")
        commands |= {
            "vtrial, finer": vtrial_run(vtrial, scenario, *finer, output=result),
            "long, finer": vtrial_run(vtrial, scenario, *finer, "--set", f"trial.replicates={FURTHER}", output=result),
            "vtrial, rows, finer": vtrial_run(vtrial, scenario, *finer, *recorded(problem, patients), output=f"{place}/{problem}_rows_finer.h5"),
        }
    few = {"p2": patients // 10}.get(problem, patients)
    commands["scalar"] = [f"{peers}/tsit5_scalar", place, problem, "--patients", few, "--output", f"{place}/{problem}_scalar"]
    if problem != "p2":
        commands["scalar, hoisted"] = [f"{peers}/tsit5_scalar", place, problem, "--hoisted", "--output", f"{place}/{problem}_hoisted"]
    if pathlib.Path(f"{peers}/cvode_loop").exists():
        commands["CVODE"] = [f"{peers}/cvode_loop", place, problem, "--patients", 20, "--output", f"{place}/{problem}_cvode"]
    return commands


def error_of(problem, file, place):
    truth = errors.of_reference(f"{place}/{problem}_truth")
    path = pathlib.Path(f"{place}/{problem}_{file}")
    values = errors.of_results(f"{path}.h5", OBSERVABLE[problem]) if file.startswith("rows") else errors.of_reference(path)
    return f"{errors.percentile_99(values, truth):.1e}"


NAMES = {
    "further": ("vtrial, tallies, each further patient", "rows"),
    "further, finer": (f"vtrial, tallies, each further patient, {FINER} steps a day", "rows_finer"),
    "vtrial": ("vtrial, tallies, whole process", "rows"),
    "vtrial, rows": ("vtrial, recorded rows, whole process", "rows"),
    "scalar": ("scalar, closed form (P2: Tsit5, 1e-6)", "scalar"),
    "scalar, hoisted": ("scalar, exponentials once a patient", "hoisted"),
    "CVODE": ("CVODE, BDF, 1e-6", "cvode"),
}


def problem_rates(runs, patients):
    """Patient-years a second of each program; peers count their own solving alone."""
    years = patients * YEARS
    rates = {}
    for kind in ("", ", finer"):
        if "long" + kind in runs:
            pairs = zip(runs["long" + kind], runs["vtrial" + kind])
            rates["further" + kind] = [years * (FURTHER - 1) / (long.cpu - short.cpu) for long, short in pairs]
    for name, samples in runs.items():
        if name.endswith("finer"):
            continue
        if name.startswith("vtrial"):
            rates[name] = [years / sample.cpu for sample in samples]
        elif name != "long":
            rates[name] = [float(sample.stdout.split()[2]) for sample in samples]
    return {name: Spread.of(values) for name, values in rates.items()}


def problems(vtrial, peers, place, patients, repetitions):
    table = Table(f"Reference problems, {patients:,} patients, one thread", "problem", "program", "patient-years/s", "vtrial is", "error")
    for problem in OBSERVABLE:
        measure.run([f"{peers}/tsit5_scalar", place, problem, "--patients", 200, "--tolerance", 1e-12, "--output", f"{place}/{problem}_truth"])
        runs = measure.in_turns(problem_commands(problem, vtrial, peers, place, patients), repetitions, lambda text: say(f"{problem} {text}"))
        rates = problem_rates(runs, patients)
        for name, (title, file) in NAMES.items():
            if name in rates:
                ratio = rates["further"].median / rates[name].median
                table.row(problem.upper(), title, rates[name].text(), f"{ratio:.3g} ×", error_of(problem, file, place))
    return table


# ---- trials ----------------------------------------------------------------------------------------------------------


def trials(vtrial, peers, place, operations, is_quick, repetitions):
    table = Table("Whole trials, start-up and file included", "trial", "patients", "threads", "patient-years/s of wall time", "s of processor time",
                  "wall, 1 thread over this", "memory, MB", "share of the core's multiply-adds")
    for name, years, patients in [("tops", 1.0, 2 * BLOCK)] if is_quick else [("tops", 1.0, 32 * BLOCK), ("everything", 2.0, BLOCK)]:
        scenario = ROOT / "scenarios" / f"{name}.toml"
        commands = {(n, threads): vtrial_run(vtrial, scenario, "--patients", n, threads=threads, output=f"{place}/r.h5")
                    for n, threads in ((patients // 2, 1), (patients, 1), (patients, 2))}
        runs = measure.in_turns(commands | {"peak": [f"{peers}/fma_peak"]}, repetitions, lambda text: say(f"{name} {text}"))
        peaks = [float(sample.stdout.split()[0]) for sample in runs.pop("peak")]
        for (n, threads), samples in runs.items():
            done = operations.get(name, 0) * n * years * 365
            share = Spread.of([done / sample.cpu / peak for sample, peak in zip(samples, peaks)]).text("{:.0%}") if done else ""
            gain = Spread.of([one.wall / this.wall for one, this in zip(runs[patients, 1], samples)]).text("{:.2f}") if threads > 1 else ""
            table.row(name, f"{n:,}", threads, Spread.of([n * years / sample.wall for sample in samples]).text(),
                      Spread.of([sample.cpu for sample in samples]).text("{:.2f}"), gain, f"{max(sample.memory for sample in samples):.0f}", share)
    return table


def against_patients(vtrial, place, is_quick, repetitions):
    """Is the time linear, is the memory flat?"""
    table = Table("Against patients: `tops.toml`, one thread", "patients", "s of processor time", "ms for each further 1,000", "memory, MB")
    sizes = [64, *(BLOCK * 2**i for i in range(2 if is_quick else 5))]
    commands = {n: vtrial_run(vtrial, ROOT / "tests" / "bench" / "tops.toml", "--patients", n, output=f"{place}/r.h5") for n in sizes}
    runs = measure.in_turns(commands, repetitions, lambda text: say(f"patients {text}"))
    for fewer, n in zip([None, *sizes], sizes):
        steps = [1e6 * (more.cpu - less.cpu) / (n - fewer) for more, less in zip(runs[n], runs[fewer])] if fewer else []
        table.row(f"{n:,}", Spread.of([sample.cpu for sample in runs[n]]).text("{:.3f}"), Spread.of(steps).text("{:.1f}") if steps else "",
                  f"{max(sample.memory for sample in runs[n]):.0f}")
    return table


def small_cells(vtrial, place, is_quick, repetitions):
    """As many patients in more and more cells. A cell is a replicate; or a scenario of its own on the command line."""
    patients = BLOCK // 2 if is_quick else 2 * BLOCK
    table = Table(f"Small cells: {patients:,} patients of `tops.toml`, one thread", "cells", "patients in each", "s of processor time", "over one cell")
    tops = ROOT / "tests" / "bench" / "tops.toml"
    commands = {}
    for n in (1, 8, 64, 512):
        cells = ("--patients", patients // n, "--set", f"trial.replicates={n}")
        commands[f"{n} replicates", patients // n] = vtrial_run(vtrial, tops, *cells, output=f"{place}/r.h5")
    points = [folder_in(place, "points") / f"{i}.toml" for i in range(8)]
    for point in points:
        point.write_text(f'base = "{tops}"\n[trial]\npatients = {patients // len(points)}\n', encoding="utf-8")
    here = os.getcwd()
    os.chdir(place)  # results of several scenarios go to output/runs
    together = [vtrial, "run", *points, "--threads", 1, "--backend", "cpu", "--quiet"]
    commands[f"{len(points)} scenarios of one command", patients // len(points)] = together
    runs = measure.in_turns(commands, repetitions, lambda text: say(f"cells {text}"))
    os.chdir(here)
    whole = next(iter(runs.values()))
    for (cells, n), samples in runs.items():
        table.row(cells, f"{n:,}", Spread.of([sample.cpu for sample in samples]).text("{:.2f}"),
                  Spread.of([sample.cpu / one.cpu for sample, one in zip(samples, whole)]).text("{:.2f}"))
    return table


def start_up(vtrial, place, repetitions):
    table = Table("Start-up", "command", "ms of wall time", "ms of processor time")
    tops = ROOT / "tests" / "bench" / "tops.toml"
    commands = {
        "`vtrial --version`": [vtrial, "--version"],
        "`vtrial run tops.toml --dry-run`": [vtrial, "run", tops, "--dry-run"],
        "`vtrial run tops.toml --patients 64`": vtrial_run(vtrial, tops, "--patients", 64, output=f"{place}/r.h5"),
    }
    for name, samples in measure.in_turns(commands, 3 * repetitions, lambda text: None).items():
        table.row(name, *(Spread.of([1000 * value for value in values]).text("{:.0f}")
                          for values in ([sample.wall for sample in samples], [sample.cpu for sample in samples])))
    return table


# ---- all of it -------------------------------------------------------------------------------------------------------


def heading(vtrial):
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8") if line.startswith("model name")), platform.machine())
    version = subprocess.run([vtrial, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return (f"# {version}\n\n{datetime.date.today()}, {model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start. "
            "Median (smallest–largest).\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("vtrial")
    parser.add_argument("peers")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("-o", "--output")
    arguments = parser.parse_args()
    arguments.vtrial = str(pathlib.Path(arguments.vtrial).resolve())
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    patients, repetitions = (1_000, 3) if arguments.quick else (10_000, 5)
    parts = [heading(arguments.vtrial)]
    with tempfile.TemporaryDirectory() as place:
        inputs.write(place, patients)
        if not pathlib.Path(arguments.peers, "cvode_loop").exists():
            parts.append("Left out: CVODE (libsundials-dev is not installed).\n")
        parts.append(problems(arguments.vtrial, arguments.peers, place, patients, repetitions).text())
        counted = costs.operations(arguments.vtrial, place, arguments.quick)
        parts.append(trials(arguments.vtrial, arguments.peers, place, counted, arguments.quick, 3).text())
        parts.append(against_patients(arguments.vtrial, place, arguments.quick, repetitions).text())
        parts.append(small_cells(arguments.vtrial, place, arguments.quick, 3).text())
        parts.append(start_up(arguments.vtrial, place, repetitions).text())
        try:
            parts.append(costs.instructions(arguments.vtrial, place, arguments.quick).text())
        except callgrind.Cannot as why:
            parts.append(f"Left out: instructions ({why}).\n")
    text = "\n".join(parts)
    print(text)
    if arguments.output:
        pathlib.Path(arguments.output).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

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
import sys
import tempfile

import callgrind
import errors
import flops
import inputs
import measure
from measure import Spread

ROOT = pathlib.Path(__file__).resolve().parents[2]
OBSERVABLE = {"p1": "trough_true", "p2": "anc_true", "p3": "trough_true"}
YEARS = inputs.DAYS / 365.25
BLOCK = 4096  # patients
FINER = 5  # steps a day of the finer P2
FURTHER = 4  # replicates of the long run; the difference to one is the cost without start-up, reading and writing


def say(text):
    print(text, file=sys.stderr, flush=True)


class Table:
    def __init__(self, title, *columns):
        self.lines = [f"## {title}", "", "| " + " | ".join(columns) + " |", "|---" * len(columns) + "|"]

    def row(self, *cells):
        self.lines.append("| " + " | ".join(map(str, cells)) + " |")

    def text(self):
        return "\n".join([*self.lines, ""])


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


def trials(vtrial, peers, place, is_quick, repetitions):
    table = Table("Whole trials, start-up and file included", "trial", "patients", "threads", "patient-years/s of wall time", "s of processor time",
                  "wall, 1 thread over this", "memory, MB", "share of the core's multiply-adds")
    sizes = [("tops", 1.0, 2 * BLOCK)] if is_quick else [("tops", 1.0, 8 * BLOCK), ("everything", 2.0, 2 * BLOCK)]
    for name, years, patients in sizes:
        scenario = ROOT / "scenarios" / f"{name}.toml"
        commands = {(n, threads): vtrial_run(vtrial, scenario, "--patients", n, threads=threads, output=f"{place}/r.h5")
                    for n, threads in ((patients // 2, 1), (patients, 1), (patients, 2))}
        runs = measure.in_turns(commands | {"peak": [f"{peers}/fma_peak"]}, repetitions, lambda text: say(f"{name} {text}"))
        peaks = [float(sample.stdout.split()[0]) for sample in runs.pop("peak")]
        operations = operations_a_day(vtrial, scenario, place, round(365 * years))
        for (n, threads), samples in runs.items():
            done = operations * n * years * 365
            share = Spread.of([done / sample.cpu / peak for sample, peak in zip(samples, peaks)]).text("{:.0%}") if operations else ""
            gain = Spread.of([one.wall / this.wall for one, this in zip(runs[patients, 1], samples)]).text("{:.2f}") if threads > 1 else ""
            table.row(name, f"{n:,}", threads, Spread.of([n * years / sample.wall for sample in samples]).text(),
                      Spread.of([sample.cpu for sample in samples]).text("{:.2f}"), gain, f"{max(sample.memory for sample in samples):.0f}", share)
    return table


def operations_a_day(vtrial, scenario, place, days):
    """Floating-point operations per patient-day; 0 where they cannot be counted."""
    try:
        say(f"operations {scenario.stem}")
        return flops.per_patient_day(vtrial, scenario, 64, place, days)
    except callgrind.Cannot:
        return 0.0


def start_up(vtrial, place, repetitions):
    table = Table("Start-up", "command", "ms of wall time", "ms of processor time")
    tops = ROOT / "scenarios" / "tops.toml"
    commands = {
        "`vtrial --version`": [vtrial, "--version"],
        "`vtrial run tops.toml --dry-run`": [vtrial, "run", tops, "--dry-run"],
        "`vtrial run tops.toml --patients 64`": vtrial_run(vtrial, tops, "--patients", 64, output=f"{place}/r.h5"),
    }
    for name, samples in measure.in_turns(commands, 3 * repetitions, lambda text: None).items():
        table.row(name, *(Spread.of([1000 * value for value in values]).text("{:.0f}")
                          for values in ([sample.wall for sample in samples], [sample.cpu for sample in samples])))
    return table


# ---- instructions ----------------------------------------------------------------------------------------------------

RULE = """
[[rule]]
name = "rule {i}"
at = ["morning"]
when = "trough_true > {i}000000"
do = "hold"
until = "trough_true < 500"
"""
TALLY = """
[[tally]]
name = "tally {i}"
score = "trough_true > {i}00"
at = "morning"
by = ["visit"]
"""


def variant(place, days=60, every=1, rules=0, tallies=0):
    """P1 with other numbers of days, visits, rules and tallies beside its own."""
    names = ", ".join(f'"rule {i}"' for i in range(1, rules + 1))
    path = pathlib.Path(place, f"variant_{days}_{every}_{rules}_{tallies}.toml")
    path.write_text(f"""base = "p1.toml"
[trial]
duration = "{days} day"
[[arm]]
name = "daily"
rules = [{names}]
[[visit]]
name = "morning"
every = "{every} day"
until = "day {days}"
""" + "".join(RULE.format(i=i) for i in range(1, rules + 1)) + "".join(TALLY.format(i=i) for i in range(1, tallies + 1)), encoding="utf-8")
    return path


def instructions(vtrial, place, is_quick):
    """Counts with one change each."""
    table = Table(f"Instructions per patient-day ({callgrind.ISA}: valgrind knows no AVX-512)", "scenario", "instructions", "difference to P1, 60 days")
    cases = {"P1, 60 days": dict()}
    if not is_quick:
        cases |= {"P1, 30 days": dict(days=30), "P1, 240 days": dict(days=240), "a visit every 30 days instead of daily": dict(every=30),
                  "1 rule more": dict(rules=1), "4 rules more": dict(rules=4), "1 tally of a proportion more": dict(tallies=1),
                  "4 tallies more": dict(tallies=4)}
    first = None
    for name, changes in cases.items():
        say(f"instructions {name}")
        count = callgrind.per_patient_day(vtrial, variant(place, **changes), 128, place, days=changes.get("days", 60))
        first = first or count
        table.row(name, f"{count:,.0f}", f"{count - first:+,.0f}")
    tops = ROOT / "scenarios" / "tops.toml"
    say("instructions TOPS")
    day = callgrind.per_patient_day(vtrial, tops, 256, place)
    table.row("TOPS", f"{day:,.0f}", "")
    if not is_quick:
        life = day * 365 * 100_000
        everything = callgrind.count(vtrial, tops, 256, place)
        writing = callgrind.count(vtrial, tops, 256, place, within="vt::write_results*")
        table.row("TOPS, 100,000 patients: share outside the patients' lives", f"{(everything - day * 365 * 256) / life:.1%}", "")
        table.row("… share of writing the file", f"{writing / life:.1%}", "")
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
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    patients, repetitions = (1_000, 3) if arguments.quick else (10_000, 5)
    parts = [heading(arguments.vtrial)]
    with tempfile.TemporaryDirectory() as place:
        inputs.write(place, patients)
        if not pathlib.Path(arguments.peers, "cvode_loop").exists():
            parts.append("Left out: CVODE (libsundials-dev is not installed).\n")
        parts.append(problems(arguments.vtrial, arguments.peers, place, patients, repetitions).text())
        parts.append(trials(arguments.vtrial, arguments.peers, place, arguments.quick, repetitions).text())
        parts.append(start_up(arguments.vtrial, place, repetitions).text())
        try:
            parts.append(instructions(arguments.vtrial, place, arguments.quick).text())
        except callgrind.Cannot as why:
            parts.append(f"Left out: instructions ({why}).\n")
    text = "\n".join(parts)
    print(text)
    if arguments.output:
        pathlib.Path(arguments.output).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

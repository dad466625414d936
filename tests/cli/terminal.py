"""What goes to a terminal, and what does not; help, and what was misspelt."""
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

VTRIAL = os.environ["VTRIAL"]
SOURCE = pathlib.Path(__file__).resolve().parents[2]
COMMANDS = ["new", "schema", "run", "join", "check", "explain", "trace", "qualify", "compare", "report", "info", "export", "devices", "help", "completion"]
failures = 0


def vtrial(*arguments, **options):
    return subprocess.run([VTRIAL, *map(str, arguments)], capture_output=True, text=True, **options)


def expect(what, condition, said):
    global failures
    if not condition:
        failures += 1
        print(f"FAILED: {what}\n  exit {said.returncode}\n  stdout: {said.stdout[:3000]}\n  stderr: {said.stderr[:3000]}")


def printing(place):
    run = ["run", "tops", "--patients", "200", "--threads", "2", "-o", place / "r.h5"]
    summary, same, whole, none = (vtrial(*run, *more) for more in ([], ["--print", "summary"], ["--print", "all"], ["--print", "none"]))
    expect("a summary is the default, and shorter than everything", summary.returncode == 0 and summary.stdout == same.stdout
           and 0 < summary.stdout.count("\n") <= 24 < whole.stdout.count("\n"), summary)
    expect("it has arms, endpoints with intervals, and where the rest is", all(text in summary.stdout for text in (
        "400 mg QD", "400 mg BID", "month 12", "of randomised", "in the trial to its end", "(", "--tally")), summary)
    expect("--print none prints nothing, but says what was done", none.stdout == "" and "patient-years in" in none.stderr, none)
    quiet = vtrial(*run, "--quiet")
    expect("--quiet prints nothing and tells no progress", quiet.returncode == 0 and quiet.stdout == "" and "patient-years" not in quiet.stderr
           and (place / "r.h5").exists(), quiet)
    expect("--quiet --print none is no contradiction", vtrial(*run, "--quiet", "--print", "none").returncode == 0, quiet)
    for more, words in ((["--quiet", "--print", "all"], "--quiet prints nothing"), (["--json", "--print", "all"], "--json has everything"),
                        (["--print", "all", "--tally", "mmr"], "--print all has every tally"), (["--print", "some"], "some")):
        said = vtrial(*run, *more)
        expect(f"{more} is refused", said.returncode == 2 and ("--json" in more or said.stdout == "") and words in said.stderr, said)
    named = vtrial(*run, "--tally", "mmr", "--tally", "ccyr")
    told = vtrial("info", place / "r.h5", "--tally", "mmr", "--tally", "ccyr")
    expect("--tally prints these tables, by run and by info", named.returncode == told.returncode == 0 and named.stdout == told.stdout
           and "(mmr)" in told.stdout and "(ccyr)" in told.stdout and "(below_400)" not in told.stdout
           and all(part in whole.stdout for part in told.stdout.strip().split("\n\n")), told)
    for command in (["info", place / "r.h5"], [*run[:-1], place / "no.h5"]):
        said = vtrial(*command, "--tally", "mmrr")
        expect("an unknown tally is corrected, and all are listed", said.returncode == 2 and "did you mean 'mmr'" in said.stderr
               and "ccyr_by_day29_trough" in said.stderr and not (place / "no.h5").exists(), said)
    compared = vtrial("compare", place / "r.h5", SOURCE / "scenarios/targets/tops.toml")
    everything = vtrial("compare", place / "r.h5", SOURCE / "scenarios/targets/tops.toml", "--print", "all")
    nothing = vtrial("compare", place / "r.h5", SOURCE / "scenarios/targets/tops.toml", "--quiet")
    expect("compare has a summary, too", compared.returncode == everything.returncode == nothing.returncode == 1 and nothing.stdout == ""
           and compared.stdout.count("\n") <= 24 < everything.stdout.count("\n") and "not inside" in compared.stdout, compared)


def tests(place):
    study = vtrial("run", "studies/tops_power", "--set", "study.replicates=60", "--threads", "2", "-o", place / "p.h5")
    row = next((line for line in study.stdout.splitlines() if "as conducted" in line), "")
    share, low, high = map(float, re.search(r"([\d.]+) % \(([\d.]+)–([\d.]+)\)", row).groups()) if row else (0, 0, 0)
    n, z = 60, 1.959963984540054  # Wilson 1927
    p = share / 100
    middle, half = (p + z * z / (2 * n)) / (1 + z * z / n), z / (1 + z * z / n) * (p * (1 - p) / n + (z / (2 * n)) ** 2) ** 0.5
    # Both are printed to a tenth: half of it from rounding the interval, and what rounding the share does to it.
    expect("power has the interval of its replicates", study.returncode == 0 and abs(100 * (middle - half) - low) < 0.11
           and abs(100 * (middle + half) - high) < 0.11, study)
    named = vtrial("info", place / "p.h5", "--tally", "as conducted")
    expect("a design of power is a name for --tally", named.returncode == 0 and "as conducted" in named.stdout
           and "two looks" not in named.stdout and "found better" in named.stdout, named)


def helped():
    said = vtrial("help")
    expect("help, --help and nothing at all say the same", said.returncode == 0 and said.stdout == vtrial("--help").stdout == vtrial().stdout, said)
    expect("it names every command, exit codes and environment, in 100 columns", all(re.search(rf"^  {name} ", said.stdout, re.M) for name in COMMANDS)
           and "Exit codes:" in said.stdout and "VTRIAL_PLUGINS" in said.stdout and max(map(len, said.stdout.splitlines())) <= 100, said)
    for command in COMMANDS:
        said = vtrial("help", command)
        expect(f"help {command} is {command} --help", said.returncode == 0 and said.stdout == vtrial(command, "--help").stdout
               and "Usage: vtrial " + command in said.stdout and "Examples:" in said.stdout and max(map(len, said.stdout.splitlines())) <= 100, said)
    for arguments, words in ((["rnu"], "did you mean 'run'"), (["help", "rnu"], "did you mean 'run'"), (["run", "tops", "--patient=5"], "did you mean '--patients'"),
                             (["run", "tops", "--dryrun"], "did you mean '--dry-run'"), (["info", "x.h5", "--jsn"], "did you mean '--json'"),
                             (["info", "x.h5", "y.h5"], "'y.h5' is one argument too many"), (["--versoin"], "did you mean '--version'")):
        said = vtrial(*arguments)
        expect(f"{arguments} is corrected", said.returncode == 2 and said.stdout == "" and words in said.stderr, said)


def examples(place):
    """In the order of the help; those of join the other way round, as its first one needs the others."""
    (place / "scenarios").symlink_to(SOURCE / "scenarios")
    for command in COMMANDS:
        lines = re.findall(r"^  (vtrial .*)$", vtrial("help", command).stdout.split("Examples:")[1], re.M)
        for line in reversed(lines) if command == "join" else lines:
            said = vtrial(*shlex.split(line)[1:], cwd=place)
            fine = (0, 1) if command in ("compare", "qualify") else (0,)
            expect(f"the example '{line}' works", said.returncode in fine, said)


def progress(place):
    long = vtrial("run", "tops", "--patients", "100", "-o", place / "short.h5")
    expect("a short run tells no progress in a file", " %" not in long.stderr and "patient-years in" in long.stderr, long)
    expect("nothing has colours", "\033" not in long.stderr + long.stdout, long)


with tempfile.TemporaryDirectory() as folder:
    place = pathlib.Path(folder)
    printing(place)
    tests(place)
    helped()
    examples(place)
    progress(place)
sys.exit(1 if failures else 0)

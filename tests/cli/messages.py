"""What people type by mistake, and what they are told: where, what, why, and what to write instead."""
import os
import pathlib
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["VTRIAL"]
SCENARIOS = SOURCE / "scenarios"
TOPS = SCENARIOS / "tops.toml"
failures = 0

REGIMEN = '[[arm]]\nname = "400 mg QD"\nregimen = {{ dose = "{}", every = "{}" }}\n'
FORMULA = "[[tally]]\nname = 'mine'\nat = 'trough'\nscore = '''{}'''\n"

# What stands in a scenario based on TOPS; all that has to be said of it, problem by problem.
SCENARIO = {
    "a model that there is not": ('[pk]\nmodel = "three_compartments"\n', ["not one of: one_compartment, two_compartments"]),
    "a model of a disease that there is not": ('[response]\nmodel = "tumour"\n', ["not one of: cml_clones"]),
    "a decimal comma": (REGIMEN.format("400,5 mg", "24 h"), ["write 400.5 mg"]),
    "a comma between thousands": (REGIMEN.format("1,000 mg", "24 h"), ["write 1.000 mg, or 1000 mg if thousands were meant"]),
    "capitals of a unit": (REGIMEN.format("400 MG", "24 h"), ["'MG' is not a known unit (a quantity in mg is expected); write mg"]),
    "capitals of a quotient": ('[[parameter]]\nname = "t"\nvalue = "5 NG/ML"\nsource = "x"\nbasis = "assumed"\n', ["write ng/mL"]),
    "another word for hours": (REGIMEN.format("400 mg", "24 hrs"), ["write h"]),
    "a schedule as prescriptions have it": (REGIMEN.format("400 mg", "BID"), ['write "12 h"']),
    "a seed of 64 bits": ("[trial]\nseed = 18446744073709551615\n", ["too large (they go from -9223372036854775808 to 9223372036854775807)"]),
    ">= the wrong way round": (FORMULA.format("trough => 1000"), ["'=>' is not an operator", "write >="]),
    "<= the wrong way round": (FORMULA.format("trough =< 1000"), ["'=<' is not an operator", "write <="]),
    "ifelse": (FORMULA.format("ifelse(trough < 3, 1, 0)"), ["write if(condition, x, y)"]),
    "a logarithm with a base": (FORMULA.format("log(trough, 10) > 3"), ["write log(x)/log(base)"]),
    "capitals of a name": (FORMULA.format("Trough < 1000"), ["did you mean 'trough'?"]),
    "typographic quotes": (FORMULA.format("‘trough’ < 1000"), ["write names without quotes"]),
    "an arm by half of its name": (FORMULA.format("arm == '400 mg' and trough < 1000"), ["did you mean '400 mg QD'?"]),
    "a formula where a base has schedules": ('[adherence]\ntaken = { formula = "0.9" }\n', ["adherence has no source and basis"]),
    "a visit that never takes place, as an axis":
        ('[[visit]]\nname = "late"\nevery = "900 day"\nmeasure = ["trough"]\n[[tally]]\nname = "l"\nscore = "trough"\nrange = ["1 ng/mL", '
         '"9000 ng/mL"]\nat = "late"\nby = ["visit"]\n', ["is the visit, but 'late' has no day up to day 365"]),
}
# Words of a command line; what has to be said.
LINES = {
    "a tally that there is not": (["check", TOPS, "--set", "tally.X.remove=true"], ["there is no tally 'X'; there are 'mmr'", "and 11 more"]),
    "an arm by half of its name, set": (["check", TOPS, "--set", "arm.QD.share=2"], ["there is no arm 'QD'; there are '400 mg QD', '400 mg BID'"]),
    "a rule that there is not": (["check", TOPS, "--set", "rule.X.remove=true"], ["there is no rule 'X'; there are 'exposure_reduction'"]),
    "a path without quotes": (["check", TOPS, "--set", "arm.400 mg QD.share=2"], ["write for instance arm.'400 mg QD'.share"]),
    "a seed of 64 bits, set": (["check", TOPS, "--set", "trial.seed=18446744073709551615"], ["is too large"]),
    "a number with a zero before it, set": (["check", TOPS, "--set", "trial.seed=010"], ["trial.seed is text (a whole number"]),
    "a hyphen, set": (["check", TOPS, "--set", "trial.seed=-"], ["trial.seed is text (a whole number"]),
    "a file that there is not": (["run", "topps"], ["did you mean 'tops'?"]),
    "a file that there is not, in a folder": (["run", SCENARIOS / "topps.toml"], ["tops.toml'?"]),
    "half of an option": (["run", TOPS, "--out", "x.h5"], ["did you mean '--output'?"]),
    "a command with a letter missing": (["help", "rn"], ["did you mean 'run'?"]),
    "a command of other programs": (["simulate", TOPS], ["did you mean 'run'?"]),
    "the beginning of a command": (["sel"], ["did you mean 'selftest'?"]),
    "a command that nothing is like": (["xyz"], ["vtrial help lists them"]),
    "an option that is not there": (["trace", TOPS], ["vtrial trace: --patient is required"]),
}


def vtrial(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=120)


def expect(what, condition, said):
    global failures
    if not condition:
        failures += 1
        print(f"FAILED: {what}\n  exit {said.returncode}\n  stdout: {said.stdout[:400]}\n  stderr: {said.stderr[:1200]}")


def refused(what, said, words):
    expect(what, said.returncode == 2 and all(word in said.stderr for word in words), said)


with tempfile.TemporaryDirectory() as folder:
    file = pathlib.Path(folder) / "mine.toml"
    for what, (text, words) in SCENARIO.items():
        file.write_text(f'base = ["{TOPS}"]\n{text}', encoding="utf-8")
        said = vtrial("check", file)
        refused(what, said, words)
        problems = [line for line in said.stderr.splitlines() if not line.startswith("note: ")]
        expect(f"{what}: nothing else is said", len(problems) == 2 + (what == "typographic quotes"), said)  # it, and how many there are
    # What these do is what files do.
    file.write_text(f'base = ["{TOPS}"]\n[adherence]\ntaken = {{ formula = "0.9" }}\nsource = "x"\nbasis = "assumed"\n')
    said = vtrial("check", file)
    expect("a formula takes the place of a base's schedules", said.returncode == 0, said)

for what, (line, words) in LINES.items():
    refused(what, vtrial(*line), words)

said = vtrial("run", TOPS, "--patients", 60, "--set", "tally.mmr.remove=true", "--set", "rule.cytopenia_400.remove=true", "-o", "/dev/null")
expect("only a place for results is missing where a tally and a rule are removed", said.returncode == 74, said)
said = vtrial("explain", TOPS, "--patients", 60, "--seed", 5, "--set", "rule.cytopenia_400.remove=true")
expect("explain takes patients and seed, and what was removed is gone",
       said.returncode == 0 and "60 patients" in said.stdout and "cytopenia_400" not in said.stdout.split("What a run needs")[0].split("Set on")[1].split("Trial")[1], said)
sys.exit(1 if failures else 0)

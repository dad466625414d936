"""What a run prints fits a screen for every scenario and study that comes with the program, and says what matters."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

VTRIAL = os.environ["VTRIAL"]
SCENARIOS = pathlib.Path(__file__).resolve().parents[2] / "scenarios"
COLUMNS, LINES, LINES_OF_MANY_ARMS, MANY_ARMS = 100, 24, 30, 6
# Studies whose designs ask for more patients than a test should take.
FEWEST = {"tops_power": [], "tops_assurance": []}
failures = []


def check(holds, text):
    if not holds:
        failures.append(text)


def vtrial(*arguments, exits=(0,)):
    done = subprocess.run([VTRIAL, *map(str, arguments)], capture_output=True, text=True)
    check(done.returncode in exits, f"{arguments}: exit {done.returncode}, {done.stderr}")
    return done


def check_screen(name, text, most):
    lines = text.splitlines()
    check(0 < len(lines) <= most, f"{name}: {len(lines)} lines, not {most}\n{text}")
    check(all(len(line) <= COLUMNS for line in lines), f"{name}: {max(map(len, lines), default=0)} columns\n{text}")
    check(lines == [line.rstrip() for line in lines], f"{name}: blanks at the end of a line")


def trials(folder):
    for scenario in sorted(SCENARIOS.glob("*.toml")):
        name, file = scenario.stem, pathlib.Path("r.h5")
        few = [] if re.search(r"replicates", scenario.read_text()) else ["--patients", 200]
        if not few:
            few = ["--set", "trial.replicates=3", "--patients", 100]
        text = vtrial("run", scenario, *few, "-o", file, "--threads", 2, exits=(0, 3)).stdout
        whole = vtrial("run", scenario, *few, "--print", "all", "-o", file, "--threads", 2, exits=(0, 3)).stdout
        arms = whole[whole.index("  arm "):].split("\n\n")[0].splitlines()[1:] if "  arm " in whole else []
        check_screen(name, text, LINES_OF_MANY_ARMS if len(arms) > MANY_ARMS else LINES)
        check(f"vtrial report {file}" in text and f"results  {file}" in text and f"vtrial info {file} --tally " in text, f"{name}: no way on\n{text}")
        check(whole.splitlines()[-1] in text and "content hash" in text, f"{name}: another hash")
        for arm in arms:
            check(re.split(" {2,}", arm.strip())[0][:20] in text, f"{name}: nothing of arm {arm}\n{text}")
        tally = re.search(r"--tally (\S+)", text)[1]
        table = vtrial("info", file, "--tally", tally).stdout
        check(table.strip() and table.strip() in whole, f"{name}: --tally {tally} is no part of --print all")


def studies(folder):
    for study in sorted((SCENARIOS / "studies").glob("*.toml")):
        if "libvtrial_optimise.so" in vtrial("check", study).stdout:
            continue
        few = ["--set", "study.replicates=40"] if "power" in study.read_text() and study.stem in FEWEST else ["--patients", 64]
        if study.stem == "tdm_optimum":
            few = ["--patients", 256, "--set", "study.generations=3", "--set", "study.fresh_patients=100"]
        text = vtrial("run", study, *few, "-o", "s.h5", "--threads", 2, exits=(0, 3)).stdout
        check_screen(study.stem, text, LINES)
        check("vtrial report s.h5" in text and "content hash" in text, f"{study.stem}: no way on\n{text}")
        told = "± half the 95 % interval" in text or "± standard error" in text
        check((" ± " in text.replace("; ± ", "")) == told, f"{study.stem}: what is ±?\n{text}")


with tempfile.TemporaryDirectory() as place:
    os.chdir(place)
    trials(pathlib.Path(place))
    studies(pathlib.Path(place))
print("\n".join(failures) or "every screen fits")
sys.exit(1 if failures else 0)

"""Reports of everything that is shipped, from few patients, for tests/report/screenshots.py."""
from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
PATIENTS = "60"
REPLICATES = "12"
SMALLER = {  # what is told beside --patients: the designs of power studies take the patients they want
    "escalation_trials": ["--set", f"trial.replicates={REPLICATES}", "--patients", "24"],
    "tops_power": ["--set", f"study.replicates={REPLICATES}"],
    "tops_assurance": ["--set", f"study.replicates={REPLICATES}"],
    "tdm_optimum": ["--set", "study.generations=2", "--patients", "24"],
    "tops_sensitivity": ["--patients", "12"],
}
REPLICATED = [path.stem for path in SCENARIOS.glob("*.toml") if re.search(r"^replicates = ", path.read_text(), re.M)]
NEEDS_PLUGIN = 4  # exit code of an optimiser that is not installed


def vtrial(*arguments: str | Path) -> int:
    done = subprocess.run([os.environ["VTRIAL"], *map(str, arguments), "--threads", "2", "--quiet"], capture_output=True,
                          text=True)
    if done.returncode not in (0, 1, NEEDS_PLUGIN):  # 1: a certificate that is not passed
        sys.exit(f"vtrial {' '.join(map(str, arguments))}: exit code {done.returncode}\n{done.stderr}")
    return done.returncode


def of_scenario(scenario: Path, folder: Path) -> list[Path]:
    results = folder / f"{scenario.parent.name}-{scenario.stem}.h5"
    smaller = SMALLER.get(scenario.stem, ["--patients", PATIENTS])
    if vtrial("run", scenario, *smaller, "-o", results, "--report") == NEEDS_PLUGIN:
        print(f"{scenario.name}: no report, its optimiser is not installed")
        return []
    return [results.with_suffix(".html")]


def of_qualification(qualification: Path, folder: Path) -> list[Path]:
    """Of a copy in which the trials of many replicates have few."""
    text = qualification.read_text().replace('"../', f'"{SCENARIOS}/')
    text = re.sub(r"^(scenario = .*/(\w+)\.toml\")$",
                  lambda run: run[1] + (f'\nset = {{ "trial.replicates" = {REPLICATES} }}' if run[2] in REPLICATED else ""),
                  text, flags=re.M)
    copy = folder / qualification.name
    copy.write_text(text)
    vtrial("qualify", copy, "--patients", PATIENTS, "-o", folder / qualification.stem)
    return sorted((folder / qualification.stem).glob("*.html"))


def all_reports(folder: Path) -> list[Path]:
    pages = []
    for scenario in sorted(SCENARIOS.glob("*.toml")) + sorted(SCENARIOS.glob("studies/*.toml")):
        pages += of_scenario(scenario, folder)
    for qualification in sorted(SCENARIOS.glob("qualification/*.toml")):
        pages += of_qualification(qualification, folder)
    return pages

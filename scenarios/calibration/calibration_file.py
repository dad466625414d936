"""A calibration file, which calibrate.py describes: reads and checks it, and simulates its trials with `vtrial qualify`."""
import json
import pathlib
import re
import subprocess
import tomllib

import numpy as np

NEEDED = {"name", "key", "start", "low", "high"}
KNOWN = NEEDED | {"text", "runs", "elsewhere"}


class Problem(Exception):
    """What is wrong with the input: one line each, `file:line: problem`."""


def toml(value):
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (str, bool)) else repr(value)


def setting(parameter, run, number):
    """Key and value that give a parameter this number in a run; nothing where it is not set."""
    if run not in parameter.get("runs", [run]):
        return {}
    here = parameter | next((other for other in parameter.get("elsewhere", []) if run in other.get("runs", [])), {})
    number = float(number)*here.get("times", 1)
    return {here["key"]: here["text"].replace("{}", repr(number)) if "text" in here else number}


class Calibration:
    """A calibration file, checked, and the simulations it asks for."""

    def __init__(self, file, vtrial, threads, folder):
        self.file, self.vtrial, self.threads, self.folder = pathlib.Path(file), vtrial, threads, folder
        self.lines = self.file.read_text(encoding="utf-8").splitlines()
        spec = tomllib.loads("\n".join(self.lines))
        self.problems = [f"{self.at(key)}: unknown key '{key}'" for key in spec.keys() - {"qualification", "rows", "shown", "parameter"}]
        place = self.file.parent / spec.get("qualification", "(qualification is missing)")
        qualification = tomllib.loads(place.read_text(encoding="utf-8"))
        self.targets, self.counts = [], []
        for counts, rows in ((True, spec.get("rows", {})), (False, spec.get("shown", {}))):
            for run, word in ((run, word) for run, words in rows.items() for word in words):
                found = self.rows(qualification["target"], run, word, counts)
                self.targets += found
                self.counts += [counts]*len(found)
        twice = [(t["run"], t["name"]) for i, t in enumerate(self.targets) if t in self.targets[:i]]
        self.problems += [f"{self.at(run + ' =')}: row '{name}' of run '{run}' stands here twice" for run, name in twice]
        used = {side.get("run") for t in self.targets for side in (t, t.get("over", {}), t.get("minus", {}))}
        self.runs = {run["name"]: run | {"scenario": str((place.parent / run["scenario"]).resolve())}
                     for run in qualification["run"] if run["name"] in used}
        self.parameters = spec.get("parameter", [])
        for p in self.parameters:
            self.check(p)
        self.refuse()
        self.names, self.start = [p["name"] for p in self.parameters], np.log([p["start"] for p in self.parameters])
        self.low, self.high = (np.log([p[end] for p in self.parameters]) for end in ("low", "high"))
        self.check_starts()

    def at(self, word):
        return f"{self.file}:{next((i for i, line in enumerate(self.lines, 1) if word in line), 1)}"

    def refuse(self):
        if self.problems:
            raise Problem("\n".join(self.problems))

    def rows(self, targets, run, word, counts):
        found = [t for t in targets if t["run"] == run and word in (t["id"], t["name"])]
        fitted = [t for t in found if t["kind"] == "fitted" or not counts]
        if not fitted:
            self.problems.append(f"{self.at(word)}: run '{run}' has no row '{word}'" + " of kind 'fitted'"*bool(found))
        self.problems += [f"{self.at(word)}: row '{t['name']}' has no interval with two ends"
                          for t in fitted if counts and "within" not in t and not {"low", "high"} <= t.keys()]
        return fitted

    def check(self, p):
        what = f"{self.at(toml(p.get('name', '')))}: parameter '{p.get('name', '')}'"
        self.problems += [f"{what}: {problem}" for problem in (
            *(f"'{key}' is missing" for key in sorted(NEEDED - p.keys())), *(f"unknown key '{key}'" for key in sorted(p.keys() - KNOWN)),
            *(f"no row is of run '{run}'" for q in (p, *p.get("elsewhere", [])) for run in q.get("runs", []) if run not in self.runs),
            *(["there are two of this name"] if [q.get("name") for q in self.parameters].count(p.get("name")) > 1 else []),
            *(["no {} in its text, for the number"] if any("{}" not in q.get("text", "{}") for q in (p, *p.get("elsewhere", []))) else []))]
        numbers = [p.get(key) for key in ("low", "start", "high")]
        if not all(isinstance(number, (int, float)) for number in numbers) or not 0 < numbers[0] < numbers[1] < numbers[2]:
            self.problems.append(f"{what}: 0 < low < start < high does not hold")

    def check_starts(self):
        """With its start each parameter has to make the plans of trials that the library makes: no number drifts unseen."""
        few = 4  # of each replicate: only the plans' hashes are looked at
        library = self.simulate({}, few)[1]
        for p in self.parameters:
            try:
                plans = self.simulate({p["name"]: p["start"]}, few)[1]
                wrong = [f"start {p['start']} is not the library's number in run '{run}': {self.explained(p, run)}"
                         for run in plans if plans[run] != library[run]]
            except Problem as problem:
                wrong = str(problem).splitlines()[1:]
            self.problems += [f"{self.at(toml(p['name']))}: parameter '{p['name']}': {one}" for one in wrong]
        self.refuse()

    def said(self, *arguments):
        return subprocess.run([self.vtrial, *map(str, arguments)], capture_output=True, text=True, check=False)

    def explained(self, p, run):
        """What `vtrial explain` says of a parameter."""
        key = next(iter(setting(p, run, 1))).split(".")
        said = self.said("explain", self.runs[run]["scenario"]).stdout
        word = "eta." + key[1] if key[0] == "random_effect" else key[1]
        found = re.search(rf"(?<!\w){re.escape(word)}(?: =|:| with SD)? [^;\[]+", " ".join(said.split()))
        return found[0].strip() if found else f"see vtrial explain {self.runs[run]['scenario']}"

    def simulate(self, numbers, patients, seed=None):
        """Rows of the certificate in the order of targets, and the hash of each run's plan, with these numbers of parameters."""
        runs = []
        for name, run in self.runs.items():
            change = run.get("set", {}) | ({} if seed is None else {"trial.seed": seed})
            for p in self.parameters:
                change = change | (setting(p, name, numbers[p["name"]]) if p["name"] in numbers else {})
            runs.append(run | {"set": change})
        file = pathlib.Path(self.folder, "calibration.toml")
        file.write_text(f'title = "calibration"\nfewest_patients = 1\nrun = {toml(runs)}\ntarget = {toml(self.targets)}\n', encoding="utf-8")
        said = self.said("qualify", file, "-o", self.folder, "--patients", patients, "--threads", self.threads, "--json", "--quiet")
        if said.returncode not in (0, 1):
            raise Problem(f"{self.file}: vtrial qualify ended with {said.returncode}\n"
                          + re.sub(rf"{re.escape(str(file))}\S* |\n\d+ problems?\n", "", said.stderr))
        certificate = json.loads(said.stdout)["certificates"][0]
        return certificate["rows"], {run["name"]: run["plan_hash"] for run in certificate["runs"]}

    def residuals(self, rows):
        """(simulated - published)/half the interval of the rows that count, and what the simulation's error adds to the loss."""
        counted = [row for row, counts in zip(rows, self.counts) if counts]
        low, high, published, simulated, error = (np.array([row[key] for row in counted], dtype=float)
                                                  for key in ("low", "high", "published", "simulated", "standard_error"))
        if np.isnan(simulated).any():
            lacking = [row["name"] for row in counted if row["simulated"] is None]
            raise Problem(f"{self.file}: nobody was in {lacking}: take more patients, or closer bounds")
        published = np.where(np.isnan(published), (low + high)/2, published)
        return 2*(simulated - published)/(high - low), float(np.sum((2*error/(high - low))**2))

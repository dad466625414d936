"""Text, JSON and results file of trials say the same. Every line of the text is made up again from the numbers of the JSON and, apart from
these, from those of the file; every statistic of the JSON is that of the file, bit for bit, and none is missing."""
# needs: numpy h5py
import json
import math
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import h5py
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
from printed_numbers import interval, numbers, percent, same, short  # noqa: E402

VTRIAL = os.environ["VTRIAL"]
FILE_ALONE = {"octave", "unit", "sum", "square_low", "square_high", "bin", "histogram"}
TRIALS = {  # arguments behind the scenario
    "scenarios/tops.toml": ["--patients", 300],
    "scenarios/nonadherence_cml.toml": ["--patients", 150],
    "scenarios/everything.toml": ["--patients", 300],
    "tests/cli/spread.toml": ["--patients", 200],
    "tests/cli/spread.toml ": ["--patients", 300, "--set", "trial.replicates=1"],
}
failures = []


def check(holds, text):
    if not holds:
        failures.append(text)


def vtrial(*arguments):
    done = subprocess.run([VTRIAL, *map(str, arguments)], capture_output=True, text=True)
    check(done.returncode == 0, f"{arguments} ended with {done.returncode}: {done.stderr}")
    return done.stdout


# The two sources of a tally's numbers: [cell, …].

class OfJson:
    def __init__(self, tally):
        self.tally = tally

    def __call__(self, name):
        return numbers(self.tally[name])


class OfFile:
    def __init__(self, group):
        self.group, self.axes = group, group.attrs["axes"].decode().split()

    def __call__(self, name):
        values = self.group[name][()]
        if name in ("outcome", "cause"):
            return np.array([text.decode() for text in values], dtype=object)
        if name in ("time", "quantile", "threshold"):
            return values
        return values.reshape((-1, *values.shape[len(self.axes):])).astype(float)


def label_rows(tally):
    labels = [[]]
    for axis in tally["axes"]:
        labels = [row + [label] for row in labels for label in axis["labels"]]
    return labels


def headings(kind, outcomes):
    return {"proportion": ["randomised", "evaluable", "events", "ITT", "95 % interval", "of evaluable", "95 % interval"],
            "number": ["n", "mean", "SD", "5 %", "25 %", "median", "75 %", "95 %", "clamped"],
            "time_to_event": ["n", *outcomes, "without event", "95 % interval", "median, day", "mean, day"],
            "paired": ["n", *outcomes, "difference", "95 % interval", "MC error"]}[kind]


def columns(kind, get, cell):
    """The cells of a row behind the labels."""
    count = lambda name: f"{get(name)[cell]:.0f}"  # noqa: E731
    share = lambda name: percent(get(name)[cell])  # noqa: E731
    limits = lambda name: interval(get(name + "_low")[cell], get(name + "_high")[cell])  # noqa: E731
    if kind == "proportion":
        return [count("randomised"), count("evaluable"), count("events"), share("itt"), limits("itt"), share("proportion"), limits("proportion")]
    if kind == "number":
        return [count("evaluable"), short(get("mean")[cell]), short(get("sd")[cell]), *map(short, get("quantiles")[cell]), count("clamped")]
    found = [count("evaluable"), *(f"{np.sum(n):.0f}" for n in get("counts")[cell])]
    if kind == "paired":
        middle, half = get("difference")[cell], 1.959964 * get("difference_standard_error")[cell]
        return [*found, share("difference"), f"{100 * (middle - half):.1f} to {100 * (middle + half):.1f}", share("difference_standard_error")]
    last = [interval(get("survival_low")[cell][-1], get("survival_high")[cell][-1])]
    return [*found, percent(get("survival")[cell][-1]), *last, short(get("median")[cell]), short(get("rmst")[cell])]


class Text:
    """Lines of a text; those that were expected are taken out."""

    def __init__(self, name, text):
        self.name = name
        self.lines = [line for line in text.split("\n") if line.strip()]

    def expect(self, *cells):
        line = list(filter(None, cells))
        for i, there in enumerate(self.lines):
            if re.split(" {2,}", there.strip()) == line:
                del self.lines[i]
                return
        check(False, f"{self.name}: the text has no line {line}")

    def start(self, text):
        found = [line for line in self.lines if line.startswith(text)]
        check(bool(found), f"{self.name}: the text has no line {text}…")
        if found:
            self.lines.remove(found[0])

    def finish(self):
        check(not self.lines, f"{self.name}: lines of the text that nothing else has: {self.lines[:10]}")


def check_tally(name, text, tally, group):
    where = f"{name}, {tally['name']}"
    told, held = OfJson(tally), OfFile(group)
    by_replicate = "over_replicates" in tally
    datasets = {key for key in group if key not in FILE_ALONE and not any(key == a or key.startswith(a + "_") for a in held.axes)}
    for key in sorted(datasets):
        check(key in tally, f"{where}: the JSON lacks {key}")
        if key in tally and not by_replicate:
            check(same(told(key), held(key)), f"{where}: {key} of the JSON is not that of the file")
    for axis in tally["axes"]:
        labels = [label.decode() for label in group[axis["name"]][()]]
        check(labels == axis["labels"], f"{where}: labels of {axis['name']}")
        for key in ("low", "high", "patients", "share"):
            if key in axis:
                check(same(numbers(axis[key]), group[f"{axis['name']}_{key}"][()]), f"{where}: {key} of {axis['name']}")
    title = tally["title"] and f"{tally['title']} ({tally['name']})" or tally["name"]
    text.start(title)
    outcomes = tally.get("outcome", [])
    names = [axis["name"] for axis in tally["axes"]]
    text.expect(*names, *headings(tally["kind"], outcomes))
    rows, empty = label_rows(tally), 0
    for cell, labels in enumerate(rows):
        if told("randomised")[cell] == 0 and told("evaluable")[cell] == 0:
            empty += 1
            continue
        row = columns(tally["kind"], told, cell)
        text.expect(*labels, *row)
        if not by_replicate:
            check(row == columns(tally["kind"], held, cell), f"{where}, {labels}: the file has {columns(tally['kind'], held, cell)}, not {row}")
    if empty:
        text.expect(f"({empty} cells without patients are not shown)")
    if by_replicate:
        check_replicates(where, text, tally, held)


def check_replicates(where, text, tally, held):
    """Counts are those of the file added up, and the spread that of its statistics."""
    axis = held.axes.index("replicate")
    over = tally["over_replicates"]
    shape = [held.group[name].size for name in held.axes]

    def by_replicate(name):  # [cell of the other axes, replicate, …]
        values = held.group[name][()]
        values = np.moveaxis(values.reshape((*shape, *values.shape[len(shape):])), axis, len(shape) - 1)
        return values.reshape((-1, shape[axis], *values.shape[len(shape):]))

    for name in ("randomised", "evaluable", "events", "counts", "clamped"):
        if name in tally:
            check(same(numbers(tally[name]), by_replicate(name).sum(axis=1)), f"{where}: {name} over all replicates")
    text.start(f"  over {over['replicates']} replicates")
    text.expect(*(axis["name"] for axis in tally["axes"]), "in each replicate", "replicates", "2.5 %", "median", "97.5 %", "SD")
    kept = {"share of evaluable patients": lambda: by_replicate("proportion"), "share of randomised patients": lambda: by_replicate("itt"),
            "mean": lambda: by_replicate("mean"), "share without event": lambda: by_replicate("survival")[..., -1],
            "difference within patients": lambda: by_replicate("difference"),
            "median": lambda: by_replicate("median") if "median" in held.group else by_replicate("quantiles")[..., 2]}
    for one in over["statistics"]:
        values = kept[one["statistic"]]()
        check(same(numbers(one["values"]), values), f"{where}: {one['statistic']} in each replicate")
        shown = percent if "share" in one["statistic"] or "difference" in one["statistic"] else short
        for cell, labels in enumerate(label_rows(tally)):
            told = [numbers([one[key][cell]])[0] for key in ("p2.5", "median", "p97.5", "sd")]
            there = values[cell][~np.isnan(values[cell])]
            if len(there) == shape[axis] > 1:  # rounding of five operations on numbers of one size
                close = np.allclose([*np.quantile(there, [0.025, 0.5, 0.975]), there.std(ddof=1)], told, rtol=1e-13, atol=0)
                check(close, f"{where}: spread of {one['statistic']}")
            if tally["randomised"][cell] or tally["evaluable"][cell]:
                text.expect(*labels, one["statistic"], f"{one['replicates'][cell]}", *map(shown, told))


def check_by_arm(name, text, told, file):
    arms = [arm["name"] for arm in told["arms"]]
    for key, scale, columns_of in (("rules", "rule", ("fired", "patients")), ("leaving", "reason", ("patients",)),
                                   ("screening", "criterion", ("rejected",)), ("arms", "arm", ("patients",))):
        rows, group = told[key], file.get(key, {})
        check(bool(rows) == (scale in group), f"{name}: {key}")
        if not rows:
            continue
        check([row.get(scale, row.get("name")) for row in rows] == [text.decode() for text in group[scale][()]], f"{name}: names of {key}")
        for column in columns_of:
            check(same(numbers([row[column] for row in rows]), group[column][()]), f"{name}: {column} of {key}")
    if told["rules"]:
        text.expect("rule: times fired (patients)", *arms)
    for rule in told["rules"]:
        text.expect(f"{rule['name']} ({rule['action']})", *(f"{n} ({m})" for n, m in zip(rule["fired"], rule["patients"])))
    if told["leaving"]:
        text.expect("patients", *arms)
    for left in told["leaving"]:
        text.expect(left["reason"], *map(str, left["patients"]))
    text.expect("arm", "regimen", "patients")
    for arm in told["arms"]:
        text.expect(arm["name"], arm["regimen"], str(arm["patients"]))
    if told["screening"]:
        text.expect("not included because not", "patients")
        for one in told["screening"]:
            text.expect(one["criterion"], str(one["rejected"]))
        text.expect(f"{told['screened']} screened, {told['included']} included")
    patients = [arm["patients"] for arm in told["arms"]]
    check(told["included"] in (sum(patients), patients[0]), f"{name}: included")  # every arm has all under counterfactual allocation


def power(share, n):
    """With Wilson's interval (1927, J Am Stat Assoc 22:209)."""
    z = 1.959963984540054
    middle, half = (share + z * z / (2 * n)) / (1 + z * z / n), z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2)
    return f"{percent(share)} ({100 * max(middle - half, 0):.1f}–{100 * min(middle + half, 1):.1f})"


def check_test(name, text, test, group):
    terms, replicates = len(test["terms"]), len(test["patients"])
    tables = {key: np.array(group[key][()]) for key in group if key not in ("replicate", "term")}
    for key, table in tables.items():
        there = test[key] if key in test else [one[key] for one in test["summary"]]
        check(same(numbers(there), table.ravel()), f"{name}: {key} of test {test['name']}")
    is_ratio, has_error = "ratio" in test, test["kind"] not in ("log-rank", "signed-rank")
    text.start(f"{test['name']} ({test['kind']}): {test['title']}")
    heading = "log ratio" if is_ratio else "difference" if has_error else "rank correlation" if test["kind"] == "signed-rank" else "chi-square"
    if replicates == 1:
        text.expect("term", heading, "SE", *(["ratio"] if is_ratio else []), "95 % interval", "p")
    else:
        text.expect("term", "replicates", "with estimate", "mean of these", "SD", "power (95 % interval)")
        text.start(f"  power: share of all replicates with p < 0.05; mean and SD: of the {heading}")
    for t in range(terms):
        if replicates == 1:
            value, low, high = (numbers(test["ratio" + end if is_ratio else end.strip("_") or "estimate"])[t] for end in ("", "_low", "_high"))
            estimate, error = numbers(test["estimate"])[t], numbers(test["standard_error"])[t]
            text.expect(test["terms"][t], short(estimate), short(error) if has_error else "–", *([short(value)] if is_ratio else []),
                        f"{short(low)}–{short(high)}" if has_error else "–", short(numbers(test["p"])[t]))
        else:
            one = test["summary"][t]
            mean, sd = numbers([one["mean_of_estimates"], one["sd_of_estimates"]])
            text.expect(test["terms"][t], str(one["replicates"]), str(one["estimates"]), short(mean), short(sd), power(one["share_significant_of_all"], one["replicates"]))


def check_trial(name, arguments, path):
    words = Text(name, vtrial("run", ROOT / name.strip(), *arguments, "--print", "all", "--threads", 2, "-o", path))
    told = json.loads(vtrial("info", path, "--json"))
    with h5py.File(path) as file:
        attributes = {key: value.decode() if isinstance(value, bytes) else value for key, value in file.attrs.items()}
        for key in ("title", "kind", "seed", "patients", "replicates", "first_day", "last_day", "plan_hash", "content_hash"):
            check(told[key] == attributes[key], f"{name}: {key}")
        words.start(told["title"])
        replicates = f" × {told['replicates']} replicates" if told["replicates"] > 1 else ""
        words.start(f"{told['patients']} patients{replicates}, seed {told['seed']}, days {told['first_day']} to {told['last_day']}")
        check_by_arm(name, words, told, file)
        groups = {group.attrs["name"].decode(): group for group in file["tallies"].values()}
        check(list(sorted(groups)) == sorted(tally["name"] for tally in told["tallies"]), f"{name}: names of tallies")
        for tally in told["tallies"]:
            check_tally(name, words, tally, groups[tally["name"]])
        tests = {group.attrs["name"].decode(): group for group in file.get("tests", {}).values()}
        check(sorted(tests) == sorted(test["name"] for test in told["tests"]), f"{name}: names of tests")
        for test in told["tests"]:
            check_test(name, words, test, tests[test["name"]])
        sources = file["sources"]
        for key in ("parameter", "value", "unit", "source", "basis", "calibrated_to"):
            check([one[key] for one in told["sources"]] == [text.decode() for text in sources[key][()]], f"{name}: {key} of sources")
        notes = [text.decode() for text in file["provenance"].get("note", [])]
        check(told["notes"] == notes, f"{name}: notes")
        for note in notes:
            words.start(f"note: {note}")
        check(told["failed"] == sum(file["failures"].get("patients", [])), f"{name}: failed")
    words.start(f"content hash {told['content_hash']}")
    words.finish()


def main():
    with tempfile.TemporaryDirectory() as folder:
        for i, (name, arguments) in enumerate(TRIALS.items()):
            check_trial(name, arguments, pathlib.Path(folder) / f"trial_{i}.h5")
    for failure in failures[:40]:
        print(failure)
    sys.exit(f"{len(failures)} differences" if failures else 0)


if __name__ == "__main__":
    main()

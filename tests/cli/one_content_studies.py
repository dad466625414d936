"""Text, JSON and results file of studies say the same: every statistic of the JSON is that of the file, bit for bit, and every number
of the text is one of theirs, to its printed digits."""
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
from printed_numbers import error, numbers, same, short  # noqa: E402

VTRIAL = os.environ["VTRIAL"]
STUDIES = {
    "scenarios/studies/tdm_thresholds.toml": ["--patients", 64],
    "scenarios/studies/tops_sensitivity.toml": ["--patients", 64],
    "scenarios/studies/tops_power.toml": ["--set", "study.replicates=40"],
}
failures = []


def check(holds, text):
    if not holds:
        failures.append(text)


def vtrial(*arguments):
    done = subprocess.run([VTRIAL, *map(str, arguments)], capture_output=True, text=True)
    check(done.returncode == 0, f"{arguments} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def all_numbers(value):
    if isinstance(value, dict):
        for one in value.values():
            yield from all_numbers(one)
    elif isinstance(value, list):
        for one in value:
            yield from all_numbers(one)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield float(value)


def numbers_of_file(file):
    def add(_, thing):
        if isinstance(thing, h5py.Dataset) and thing.dtype.kind in "iuf":
            found.extend(np.ravel(thing[()]).astype(float))
        found.extend(float(one) for one in thing.attrs.values() if np.ndim(one) == 0 and isinstance(one, (np.integer, np.floating)))

    found = [float(one) for one in file.attrs.values() if isinstance(one, (np.integer, np.floating))]
    file.visititems(add)
    return found


def printed_forms(found):
    """Every way in which one of these numbers may be printed."""
    forms = set()
    for x in {abs(x) for x in found}:
        if math.isfinite(x):
            forms |= {short(x), short(x, 2), error(x), error(100 * x), short(x, 4), short(100 * x), short(100 * x, 2), f"{100 * x:.1f}", f"{x:.4f}", f"{x:.0f}",
                      f"{math.ceil(x)}", f"{x + 1:.0f}"}
    return forms


def check_study(name, arguments, path):
    text = vtrial("run", ROOT / name, *arguments, "--print", "all", "--threads", 2, "-o", path)
    told = json.loads(vtrial("info", path, "--json"))
    check(f"content hash {told['content_hash']}" in text, f"{name}: content hash")
    with h5py.File(path) as file:
        points = told["number_of_points"]
        for endpoint in told["endpoints"]:
            group = file["endpoints"][endpoint["name"]]
            check(same(numbers([endpoint["noise"]]), [group.attrs["noise"]]), f"{name}: noise of {endpoint['name']}")
            for key in ("value", "standard_error", "low", "high", "n") if told["points"] else ():
                there = numbers([point["endpoints"][endpoint["name"]][key] for point in told["points"]])
                check(len(there) == points and same(there, group[key][()].ravel()), f"{name}: {key} of {endpoint['name']}")
        for one in told["sensitivity"]:
            group = file["sensitivity"][one["endpoint"]]
            for key in group:
                if key in one and key != "convergence":
                    there, held = numbers(one[key]), group[key][()].ravel()
                    check(same(there, held), f"{name}: {key} of {one['endpoint']}")
        for result in told.get("power", {}).get("results", []):
            group = file["power"][result["design"]]
            at = list(group["point"][()]).index(result["point"]), [text.decode() for text in group["truth"][()]].index(result["truth"].split(",")[0])
            for key, dataset in (("better", "better"), ("worse", "worse"), ("futile", "futile"), ("patients", "mean_patients"), ("days", "mean_days"),
                                 ("estimate", "mean_estimate"), ("stopped", "stopped"), ("found_better", "found_better"),
                                 ("patients_in", "mean_patients_in"), ("events_in", "mean_events_in")):
                ones = result[key] if isinstance(result[key], list) else [result[key]]
                for part, ending in (("value", ""), ("standard_error", "_standard_error"), ("low", "_low"), ("high", "_high")):
                    check(same(numbers([one[part] for one in ones]), np.ravel(group[dataset + ending][at])), f"{name}: {dataset}{ending} of {result['design']}")
        of_file = printed_forms(numbers_of_file(file))
    of_json = printed_forms(all_numbers(told))
    words = " ".join([told["title"], *told["notes"], *(one["title"] for one in told["endpoints"]),
                      *(one["name"] for one in told.get("power", {}).get("observed", []))])
    lines = [line for line in text.split("\n")[1:] if line and not line.startswith(("content hash", "note: "))]
    for line in lines:
        for number in re.findall(r"(?<![\w.])[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?", line):
            labels = [label for factor in told["factors"] for label in factor["labels"]]
            known = number in words or any(number in label for label in labels) or number in ("95", "2", "100")
            check(known or number in of_json, f"{name}: the JSON has no {number} of '{line.strip()}'")
            check(known or number in of_file, f"{name}: the file has no {number} of '{line.strip()}'")


def main():
    with tempfile.TemporaryDirectory() as folder:
        for i, (name, arguments) in enumerate(STUDIES.items()):
            check_study(name, arguments, pathlib.Path(folder) / f"study_{i}.h5")
    for failure in failures[:40]:
        print(failure)
    sys.exit(f"{len(failures)} differences" if failures else 0)


if __name__ == "__main__":
    main()

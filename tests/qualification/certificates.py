"""The qualifications with few patients: every row can be answered, and what is outside is known to be, and said why."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

PROGRAM = os.environ["VTRIAL"]
SCENARIOS = pathlib.Path(__file__).resolve().parents[2] / "scenarios"


FEWEST_ROWS = {"cml": 95, "gist": 90}


def with_few_patients(name):
    """The shipped file with at most 6,000 patients a run, and 400 trials of 60 instead of 2,000 of 255."""
    text = (SCENARIOS / "qualification" / f"{name}.toml").read_text()
    text = text.replace('"../', f'"{SCENARIOS}/')
    few = 'patients = 60\nset = { "trial.replicates" = 400 }'
    return re.sub(r"^patients = (\d+)$", lambda found: few if found[1] == "255" else f"patients = {min(6000, int(found[1]))}",
                  text, flags=re.M)


def certificate_of(name, folder):
    path = pathlib.Path(folder) / f"{name}.toml"
    path.write_text(with_few_patients(name))
    said = subprocess.run([PROGRAM, "qualify", path, "-o", folder, "--json", "--quiet"], capture_output=True, text=True,
                          timeout=600)
    if said.returncode not in (0, 1):
        raise RuntimeError(said.stderr)
    return json.loads((pathlib.Path(folder) / f"{name}.certificate.json").read_text())


def check(name, rows):
    """What is wrong with the rows of a certificate."""
    failures = [f"{row['name']}: not testable, {row.get('reason')}" for row in rows if row["verdict"] == "not testable"]
    # With so few patients a row at its limit may lie on the other side by chance: three standard errors.
    for row in rows:
        if row["verdict"] != "outside" or row.get("explanation"):
            continue
        low, high = (bound if row[key] is None else row[key] for key, bound in (("low", -1e300), ("high", 1e300)))
        if max(low - row["simulated"], row["simulated"] - high) > 3 * row["standard_error"]:
            failures.append(f"{row['name']}: {row['simulated']} is outside, and no sentence says why")
    counted = [row for row in rows if not row["soft"]]
    inside = sum(row["verdict"] == "inside" for row in counted)
    if len(counted) < FEWEST_ROWS[name] or inside < 0.8 * len(counted):
        failures.append(f"{inside} of {len(counted)} rows are inside")
    print(f"{name}: {inside} of {len(counted)} rows inside")
    return failures


def limits(row):
    """The lowest and the highest value that a row takes, or how far from its value it may be."""
    if isinstance(row.get("within"), float):
        bounds = row["value"] - row["within"], row["value"] + row["within"]
    else:
        bounds = row.get("low"), row.get("high"), row.get("within")
    return [round(bound, 6) if isinstance(bound, (int, float)) else bound for bound in bounds if bound is not None]


def what(scenario, row):
    return scenario, row["tally"], row["statistic"], *(str(row.get(key)) for key in ("where", "over", "minus", "at"))


# Of the response at the visit targets/ say fitted, as the curve of metaphases was once; the certificate fits the response by then.
OF_TWO_KINDS = "Complete cytogenetic response, "


def check_targets(name):
    """A number that stands in targets/ too has the same limits there, and is fitted or predicted there as here."""
    both, failures = 0, []
    here = tomllib.loads((SCENARIOS / "qualification" / f"{name}.toml").read_text())
    unchanged = {run["name"] for run in here["run"] if "set" not in run}
    rows = [row for row in here["target"] if row["run"] in unchanged]
    for path in sorted((SCENARIOS / "targets").glob("*.toml")):
        there = tomllib.loads(path.read_text())
        for row in there["target"]:
            same = [one for one in rows if what(one["run"], one) == what(there["scenario"], row)]
            both += len(same) > 0
            is_same_kind = any(one["kind"] == row["kind"] for one in same) or row["name"].startswith(OF_TWO_KINDS)
            if same and not (is_same_kind and any(limits(one) == limits(row) for one in same)):
                failures.append(f"{path.name}: '{row['name']}' is not as in qualification/{name}.toml")
    return failures if both > 20 else failures + [f"{both} numbers of {name} stand in targets/ too"]


def main():
    failures = [failure for name in FEWEST_ROWS for failure in check_targets(name)]
    with tempfile.TemporaryDirectory() as folder:
        for name in FEWEST_ROWS:
            failures += check(name, certificate_of(name, folder)["rows"])
    print("\n".join(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

"""vtrial schema: every file that is shipped keeps to it, and what check refuses for a key, a type or a word it refuses, too.

VTRIAL_UPDATE=1 writes scenarios/*.schema.json anew.
"""
# needs: jsonschema
from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema

try:
    import tomllib
except ImportError:  # Python before 3.11
    try:
        import tomli as tomllib
    except ImportError:
        print("skipped: neither tomllib nor tomli was found")
        sys.exit(77)

VTRIAL = os.environ["VTRIAL"]
ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "scenarios"
KINDS = ("scenario", "study", "qualification", "targets")
MUTATED = ("tops.toml", "everything.toml", "tdm_cml.toml", "map_tdm.toml", "special_populations.toml", "gist_tdm.toml",
           "studies/tdm_thresholds.toml", "studies/tops_sensitivity.toml", "studies/tops_power.toml",
           "studies/tdm_optimum.toml", "library/pk/schmidli2005.toml", "library/disease/cml_responses.toml",
           "library/populations/cml_newly_diagnosed.toml", "qualification/gist.toml", "targets/tops.toml")
WORDS = ("model", "absorption", "distribution", "do", "basis", "kind", "allocation", "cv_is", "estimand", "method", "design", "below_limit",
         "draw", "per", "goal", "role", "spending", "input", "ties", "response_driver", "immune_form", "dated")
OWN_NAMES = ("where", "set", "weights", "mixture", "over", "minus")  # tables whose keys are names of the user's own
failures = []


def check(holds, text):
    if not holds:
        failures.append(text)


def schema_of(kind: str) -> dict:
    done = subprocess.run([VTRIAL, "schema", kind], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def kind_of(path: pathlib.Path) -> str:
    folder = path.relative_to(SCENARIOS).parts[0]
    return folder if folder in ("qualification", "targets") else "scenario"


def shipped() -> list[pathlib.Path]:
    return sorted(path for path in SCENARIOS.rglob("*.toml") if not {"clusters", "calibration"} & set(path.parts))


def check_shipped(validators: dict) -> None:
    files = shipped()
    check(len(files) > 100, f"only {len(files)} files are shipped")
    for path in files:
        text = path.read_text(encoding="utf-8")
        told = tomllib.loads(text)
        if "starters" not in path.parts:  # which get the line when they are written
            named = text.split("\n", 1)[0].removeprefix("#:schema ")
            is_named = (path.parent / named).resolve() == SCENARIOS / f"{kind_of(path)}.schema.json"
            check(is_named, f"{path.relative_to(ROOT)} does not begin with the line that names its schema")
        for flaw in list(validators[kind_of(path)].iter_errors(told))[:3]:
            where = "/".join(map(str, flaw.absolute_path))
            check(False, f"{path.relative_to(ROOT)}: {where}: {flaw.message[:200]}")
        if "study" in told:
            check(validators["study"].is_valid(told), f"{path.relative_to(ROOT)} is no study")


def mutants(text: str):
    """(what was done, text): one unknown key, wrong type or unknown word each, of each key of each table once."""
    lines = text.splitlines()
    section, seen = "", set()
    for i, line in enumerate(lines):
        header = re.match(r"\[+([^\]]+)\]+\s*(#.*)?$", line)
        if header:
            section = header.group(1)
            if ("key", section) not in seen:
                seen.add(("key", section))
                yield "key", "\n".join(lines[:i + 1] + ["zz_unknown = 1"] + lines[i + 1:])
        entry = re.match(r"(\w+) = (.+)$", line)
        if not entry:
            continue
        key, value = entry.groups()
        if value.startswith("{ ") and value.endswith("}") and ("inner", section, key) not in seen and key not in OWN_NAMES:
            seen.add(("inner", section, key))
            yield "key", "\n".join(lines[:i] + [f"{key} = {{ zz_unknown = 1, {value[2:]}"] + lines[i + 1:])
        if (section, key) in seen or not re.match(r"""("[^"]*"|[\d._-]+|true|false)\s*(#.*)?$""", value):
            continue
        seen.add((section, key))
        wrong = '"zz"' if value[0] in "tf" else "true"
        yield "type", "\n".join(lines[:i] + [f"{key} = {wrong}"] + lines[i + 1:])
        if key in WORDS and section != "observed":  # whose design is a name
            yield "word", "\n".join(lines[:i] + [f'{key} = "zz_unknown"'] + lines[i + 1:])


def check_mutants(validators: dict) -> None:
    """Beside links to the shipped files, so that bases are found."""
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "scenarios"
        made = {}
        for name in MUTATED:
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
        for path in SCENARIOS.rglob("*"):
            target = copy / path.relative_to(SCENARIOS)
            if path.is_file() and path.suffix != ".md":
                target.parent.mkdir(parents=True, exist_ok=True)
                target.symlink_to(path)
        for name in MUTATED:
            for n, (what, text) in enumerate(mutants((SCENARIOS / name).read_text(encoding="utf-8"))):
                path = copy / name
                path = path.with_name(f"{path.stem}_zz{n}.toml")
                path.write_text(text, encoding="utf-8")
                made[path] = (what, text, kind_of(SCENARIOS / name), name)
        refused = {what: [0, 0] for what in ("key", "type", "word")}
        for path, (what, text, kind, name) in made.items():
            if kind == "targets":  # which compare reads, not check
                is_refused = what == "key"
            else:
                done = subprocess.run([VTRIAL, "check", path], capture_output=True, text=True)
                is_refused = done.returncode == 2 and f"{path}:" in done.stderr
            if not is_refused:
                continue
            refused[what][0] += 1
            if validators[kind].is_valid(tomllib.loads(text)):
                old = (SCENARIOS / name).read_text(encoding="utf-8").splitlines()
                new = next(line for line in text.splitlines() if line not in old)
                print(f"the schema takes {name} with {new}")
            else:
                refused[what][1] += 1
    for what, (by_check, by_schema) in refused.items():
        print(f"unknown or wrong {what}: check refuses {by_check}, of these the schema {by_schema}")
        check(by_check >= 20, f"only {by_check} files with a wrong {what} were looked at")
        check(by_schema == by_check, f"of {by_check} files with a wrong {what} the schema refuses {by_schema}")


def main() -> None:
    schemas = {kind: schema_of(kind) for kind in KINDS}
    for kind, schema in schemas.items():
        jsonschema.Draft7Validator.check_schema(schema)
        jsonschema.Draft4Validator.check_schema(schema)
        path = SCENARIOS / f"{kind}.schema.json"
        text = json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
        if os.environ.get("VTRIAL_UPDATE") and kind != "study":
            path.write_text(text, encoding="utf-8")
        if kind != "study":
            check(json.loads(path.read_text(encoding="utf-8")) == schema, f"{path.name} is not what the program writes (VTRIAL_UPDATE=1 does)")
    for draft in (jsonschema.Draft7Validator, jsonschema.Draft4Validator):
        check_shipped({kind: draft(schema) for kind, schema in schemas.items()})
    check_mutants({kind: jsonschema.Draft7Validator(schema) for kind, schema in schemas.items()})
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "s.json"
        subprocess.run([VTRIAL, "schema", "-o", path], check=True)
        subprocess.run([VTRIAL, "schema", "-o", path], check=True)
        check(json.loads(path.read_text()) == schemas["scenario"], "schema -o")
        path.write_text("mine\n")
        done = subprocess.run([VTRIAL, "schema", "-o", path], capture_output=True, text=True)
        check(done.returncode == 74 and path.read_text() == "mine\n", f"schema -o replaced another file: {done}")
    for failure in failures[:60]:
        print(failure)
    sys.exit(f"{len(failures)} failures" if failures else 0)


if __name__ == "__main__":
    main()

"""vtrial selftest: passes here, in less than two minutes, and sees what is damaged. VTRIAL_UPDATE=1 writes the known hash anew."""
from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

VTRIAL = os.environ["VTRIAL"]
ROOT = pathlib.Path(__file__).resolve().parents[2]
KNOWN = ROOT / "scenarios" / "selftest.json"
ALWAYS = {"hdf5", "room", "permission", "philox", "elementary", "normal_quantile", "kaplan_meier", "wilson", "one_compartment",
          "two_compartments", "threads", "file", "damage"}
failures = []


def check(holds, text):
    if not holds:
        failures.append(text)


def selftest(folder, *arguments, program=VTRIAL):
    done = subprocess.run([program, "selftest", "--json", *map(str, arguments)], cwd=folder, capture_output=True, text=True)
    return done, json.loads(done.stdout) if done.stdout else {}


def verdicts(told):
    return {one["id"]: one["verdict"] for one in told["checks"]}


def update(folder):
    told = selftest(folder, "-o", "update")[1]
    known = json.loads(KNOWN.read_text(encoding="utf-8"))
    found = {one["found"] for one in told["checks"] if one["id"].startswith("trial_") and one["verdict"] != "not here"}
    assert len(found) == 1, found
    known["content_hash"] = found.pop()
    KNOWN.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")


def check_here(folder):
    done, told = selftest(folder)
    check(done.returncode == 0 and told["passed"] and told["exit"] == 0, f"selftest: {done.stdout[-3000:]} {done.stderr}")
    check(ALWAYS <= set(verdicts(told)), f"missing: {ALWAYS - set(verdicts(told))}")
    check(all(verdicts(told)[one] == "passed" for one in ALWAYS), f"{verdicts(told)}")
    check(any(one.startswith("trial_") and verdict == "passed" for one, verdict in verdicts(told).items()), "no build was tried")
    check(told["wall_seconds"] < 120, f"it took {told['wall_seconds']} s")
    check(all(one["what"] and one["expected"] and one["found"] for one in told["checks"]), "a check says nothing")
    place = folder / "output" / "selftest"
    check(json.loads((place / "selftest.json").read_text(encoding="utf-8")) == told, "the file is not what --json prints")
    page = (place / "selftest.html").read_text(encoding="utf-8")
    check(told["summary"] in page and all(one["id"] in page for one in told["checks"]), "the page lacks something")
    check(sorted(path.name for path in place.iterdir()) == ["selftest.html", "selftest.json"], "files are left")
    text = subprocess.run([VTRIAL, "selftest", "-o", "there"], cwd=folder, capture_output=True, text=True)
    check(text.returncode == 0 and text.stdout.count("  passed ") >= len(ALWAYS), f"as text: {text}")
    quiet = subprocess.run([VTRIAL, "selftest", "-o", "there", "--quiet"], cwd=folder, capture_output=True, text=True)
    check(quiet.returncode == 0 and not quiet.stdout and not quiet.stderr, f"quiet: {quiet}")


def check_refusals(folder):
    (folder / "mine").mkdir()
    for name, text in (("selftest.json", '{"kind": "trial"}'), ("selftest.html", "mine")):
        path = folder / "mine" / name
        path.write_text(text)
        done = selftest(folder, "-o", "mine")[0]
        check(done.returncode == 74 and path.read_text() == text, f"{name} of somebody else: {done}")
        path.unlink()
    check(selftest(folder, "-o", "no/such")[0].returncode == 74, "a folder that cannot be made")


def check_damaged(folder):
    """A copy of the program with its scenarios beside it, of which something is changed."""
    program, shipped = folder / "bin" / "vtrial", folder / "share" / "vtrial" / "scenarios"
    program.parent.mkdir()
    shutil.copy2(VTRIAL, program)
    shutil.copytree(ROOT / "scenarios", shipped)
    done, told = selftest(folder, "-o", "whole", program=program)
    check(done.returncode == 0, f"a copy: {done.stdout[-2000:]} {done.stderr}")
    known = shipped / "selftest.json"
    good = known.read_text(encoding="utf-8")
    wrong = json.loads(good)
    wrong["content_hash"] = wrong["content_hash"][::-1]
    known.write_text(json.dumps(wrong))
    done, told = selftest(folder, "-o", "hash", program=program)
    failed = {one for one, verdict in verdicts(told).items() if verdict == "failed"}
    check(done.returncode == 1 and not told["passed"] and told["exit"] == 1, f"another hash passes: {done.stdout[-500:]}")
    check("threads" in failed and any(one.startswith("trial_") for one in failed), f"another hash: {failed}")
    check(failed.isdisjoint(ALWAYS - {"threads"}), f"another hash fails {failed}")
    check(all(one["advice"] for one in told["checks"] if one["verdict"] == "failed"), "nothing is said of what to do")
    text = subprocess.run([program, "selftest", "-o", "hash", "--quiet"], cwd=folder, capture_output=True, text=True)
    check(text.returncode == 1 and not text.stdout and "what to do" in text.stderr, f"quiet: {text}")
    for damage in ("", "{}", '{"scenario": "tops.toml", "patients": -1, "content_hash": "x"}'):
        known.write_text(damage)
        done, told = selftest(folder, "-o", "hash", program=program)
        check(done.returncode == 1 and verdicts(told)["trial"] == "failed", f"a file with {damage!r}: {done}")
    known.write_text(good)
    model = shipped / "library" / "pk" / "schmidli2005.toml"
    text = model.read_text(encoding="utf-8")
    model.write_text(text.replace("10.62", "10.63"))
    check(model.read_text() != text, "nothing was changed")
    done, told = selftest(folder, "-o", "model", program=program)
    check(done.returncode == 1 and verdicts(told)["threads"] == "failed", f"another model passes: {done.stdout[-500:]}")
    model.write_text("clearance = ")
    done, told = selftest(folder, "-o", "model", program=program)
    check(done.returncode == 1 and "schmidli2005.toml:1:" in done.stdout, f"a model that cannot be read: {done.stdout[-500:]}")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        if os.environ.get("VTRIAL_UPDATE"):
            update(folder)
        for part in (check_here, check_refusals, check_damaged):
            (folder / part.__name__).mkdir()
            part(folder / part.__name__)
    for failure in failures:
        print(failure)
    sys.exit(f"{len(failures)} failures" if failures else 0)


if __name__ == "__main__":
    main()

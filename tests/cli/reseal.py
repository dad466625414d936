"""vtrial info --reseal: every change that another program made to a results file is named, what was only added to gets a seal."""
# needs: h5py jsonschema
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import h5py
import jsonschema
import numpy as np

VTRIAL = os.environ["VTRIAL"]
ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "output" / "vtrial-json.schema.json").read_text(encoding="utf-8"))
failures = []


def check(holds, text):
    if not holds:
        failures.append(text)


def vtrial(*arguments):
    return subprocess.run([VTRIAL, *map(str, arguments)], capture_output=True, text=True)


def report(path, *more, exits):
    """What --reseal tells as JSON."""
    done = vtrial("info", path, "--reseal", "--json", *more)
    check(done.returncode == exits, f"{path.name}: exit {done.returncode}, not {exits}: {done.stderr}")
    found = json.loads(done.stdout)
    for flaw in jsonschema.Draft7Validator(SCHEMA).iter_errors(found):
        check(False, f"{path.name}: {flaw.message}")
    return found


def changed_copy(whole, name, change):
    path = whole.with_name(name)
    shutil.copy(whole, path)
    with h5py.File(path, "r+") as file:
        change(file)
    return path


def plus_one(dataset):
    values = dataset[...]
    values.flat[0] += 1
    dataset[...] = values


def replace(file, name, values):
    del file[name]
    file[name] = values


def move_to_end(file, name):
    file.copy(name, "kept")
    del file[name]
    file.move("kept", name)


def add(file):
    file.attrs["study_id"] = "X-1"
    file["mine/more"] = [1.0, 2.0]
    file["soft"] = h5py.SoftLink("/mine")
    file["elsewhere"] = h5py.ExternalLink("nowhere.h5", "/")


ADDED = ["attribute study_id of /", "/elsewhere", "/mine", "/soft"]


def virtual(file, name):
    """The same numbers, but out of another file."""
    layout = h5py.VirtualLayout(shape=file[name].shape, dtype=file[name].dtype)
    layout[...] = h5py.VirtualSource("other.h5", "x", shape=file[name].shape)
    del file[name]
    file.create_virtual_dataset(name, layout)


TRIAL = {  # what is done to a trial: what has to be said
    "a count": (lambda f: plus_one(f["tallies/mmr/events"]), ["/tallies/mmr/events"], []),
    "a count that no statistic shows": (lambda f: plus_one(f["tallies/mmr/randomised"]), ["/tallies/mmr/randomised"], []),
    "a statistic": (lambda f: plus_one(f["tallies/mmr/itt"]), ["/tallies/mmr/itt"], []),
    "a label": (lambda f: f["tallies/mmr/arm"].__setitem__(0, "another"), ["/tallies/mmr/arm"], []),
    "the scenario": (lambda f: f["provenance/scenario"].__setitem__((), "seed = 1\n"), ["/provenance/scenario"], []),
    "the title": (lambda f: f.attrs.modify("title", np.bytes_("another")), ["attribute title of /"], []),
    "the title as h5py writes it": (lambda f: f.attrs.__setitem__("title", "another"), ["attribute title of /"], []),
    "the seed": (lambda f: f.attrs.modify("seed", np.uint64(3)), ["attribute seed of /"], []),
    "a unit": (lambda f: f["tallies/bcr_abl/mean"].attrs.modify("units", np.bytes_("%%")), ["attribute units of /tallies/bcr_abl/mean"], []),
    "a tally gone": (lambda f: f.__delitem__("tallies/mmr"), [], ["/tallies/mmr"]),
    "a table gone": (lambda f: f.__delitem__("tallies/mmr/itt_low"), [], ["/tallies/mmr/itt_low"]),
    "an attribute gone": (lambda f: f["tallies/mmr"].attrs.__delitem__("score"), [], ["attribute score of /tallies/mmr"]),
    "another type": (lambda f: replace(f, "tallies/mmr/itt", f["tallies/mmr/itt"][...].astype("f4")),
                     ["/tallies/mmr/itt", "the order of what is in /tallies/mmr"],
                     ["attribute coordinates of /tallies/mmr/itt", "attribute long_name of /tallies/mmr/itt", "attribute units of /tallies/mmr/itt"]),
    "a group in its place": (lambda f: (f.__delitem__("tallies/mmr/itt"), f.create_group("tallies/mmr/itt")),
                             ["/tallies/mmr/itt", "the order of what is in /tallies/mmr"], []),
    "another order": (lambda f: move_to_end(f, "failures"), ["the order of what is in /"], []),
    "values of another file": (lambda f: virtual(f, "tallies/mmr/events"), ["/tallies/mmr/events", "the order of what is in /tallies/mmr"],
                               ["attribute coordinates of /tallies/mmr/events", "attribute long_name of /tallies/mmr/events", "attribute units of /tallies/mmr/events"]),
}
NOT_READ = ("the title as h5py writes it", "values of another file")
STUDY = {
    "an endpoint": (lambda f: plus_one(f["endpoints/mmr/value"]), ["/endpoints/mmr/value"], []),
    "a point": (lambda f: plus_one(f["points/coordinates"]), ["/points/coordinates"], []),
    "the endpoints' order": (lambda f: move_to_end(f, "endpoints/mmr"), ["the order of what is in /endpoints"], []),
    "a role": (lambda f: f["factors/threshold"].attrs.modify("role", np.bytes_("circumstance")), ["attribute role of /factors/threshold"], []),
}


def check_file(whole, changes):
    found = report(whole, exits=0)
    check(found["seal_flaw"] == "" and found["as_written"] and not found["foreign"] + found["resealed"], f"a whole file: {found}")
    done = vtrial("info", whole, "--reseal", "-o", whole.with_name("no.h5"))
    check(done.returncode == 2 and "needs no new seal" in done.stderr, f"a seal that is whole: {done.stderr}")
    for what, (change, differ, missing) in changes.items():
        path = changed_copy(whole, "changed.h5", change)
        new = whole.with_name("new.h5")
        found = report(path, "-o", new, exits=1)
        check(found["seal_flaw"] == "missing" and not found["as_written"], f"{what}: {found}")
        check([words.split(" (")[0] for words in found["changed"]] == differ and found["missing"] == missing, f"{what}: changed {found['changed']}, missing {found['missing']}")
        check(("(" in "".join(found["changed"])) == (what in NOT_READ), f"{what}: reasons in {found['changed']}")
        check(not new.exists() and "written" not in found, f"{what}: was sealed")
        check(vtrial("info", path).returncode == 74, f"{what}: was read")


def check_additions(whole):
    """What is added is kept, and told for ever; the numbers stay."""
    path = changed_copy(whole, "added.h5", add)
    before = path.read_bytes()
    found = report(path, exits=0)
    check(found["foreign"] == ADDED and found["as_written"] and not found["resealed"], f"additions: {found}")
    check(path.read_bytes() == before, "a report changes the file")
    sealed = whole.with_name("sealed.h5")
    check(report(path, "-o", sealed, exits=0).get("written") == str(sealed), "what was written is not named")
    with h5py.File(sealed) as file:
        check(file.attrs["study_id"] == "X-1" and list(file["mine/more"]) == [1, 2], "what was added is lost")
    told, first = (json.loads(vtrial("info", file, "--json").stdout) for file in (sealed, whole))
    notes = [note for note in told["notes"] if "sealed anew by vtrial" in note]
    check(len(notes) == 1 and "attribute study_id of /, /elsewhere, /mine, /soft" in notes[0], f"notes: {told['notes']}")
    told["notes"] = [note for note in told["notes"] if note not in notes]
    check(told == first, "the numbers of a file that was sealed anew are others")
    page = whole.with_name("page.html")
    vtrial("report", sealed, "-o", page)
    check("sealed anew" in page.read_text(encoding="utf-8"), "the report does not tell of the seal")
    again = changed_copy(sealed, "again.h5", lambda file: file.attrs.__delitem__("study_id"))
    twice = whole.with_name("twice.h5")
    report(again, "-o", twice, exits=0)
    found = report(twice, exits=0)
    check(len(found["resealed"]) == 2 and found["resealed"][0] in notes[0] and found["foreign"] == ADDED[1:], f"the second seal: {found}")
    untold = changed_copy(twice, "untold.h5", lambda file: file["tallies" if "tallies" in file else "endpoints"].attrs.__setitem__("x", 1))
    check(len(report(untold, exits=0)["resealed"]) == 2, "another program took the history away")


def check_odd(whole):
    """A byte in no object; files that are none; a file of a program that wrote no digests."""
    broken = whole.with_name("broken.h5")
    content = bytearray(whole.read_bytes())
    content[-60] ^= 1  # of the seal
    broken.write_bytes(content)
    found = report(broken, exits=0)
    check(found["seal_flaw"] == "of other bytes than those before it" and found["as_written"], f"a broken seal: {found}")
    broken.write_bytes(content[: len(content) // 2])
    check(vtrial("info", broken, "--reseal").returncode == 74, "half a file was examined")
    broken.write_text("title = 1\n", encoding="utf-8")
    check(vtrial("info", broken, "--reseal").returncode == 74, "a text was examined")
    older = changed_copy(whole, "older.h5", lambda file: file.__delitem__("provenance/digests"))
    found = report(older, "-o", whole.with_name("no.h5"), exits=1)
    check(not found["has_digests"] and found["content_hash"] == found["written_hash"], f"without digests: {found}")
    check("cannot be said" in vtrial("info", older, "--reseal").stdout, "without digests: the words")
    done = vtrial("info", whole, "-o", "x.h5")
    check(done.returncode == 2 and "--reseal" in done.stderr, f"-o alone: {done.stderr}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        trial, study = pathlib.Path(folder) / "trial.h5", pathlib.Path(folder) / "study.h5"
        for scenario, path in (("tops.toml", trial), ("studies/tdm_thresholds.toml", study)):
            done = vtrial("run", ROOT / "scenarios" / scenario, "--patients", 64, "--quiet", "-o", path)
            check(done.returncode == 0, f"{scenario}: {done.stderr}")
        check_file(trial, TRIAL)
        check_file(study, STUDY)
        check_additions(trial)
        check_additions(study)
        check_odd(trial)
    for failure in failures:
        print(failure)
    sys.exit(f"{len(failures)} differences" if failures else 0)


if __name__ == "__main__":
    main()

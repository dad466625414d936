"""vtrial new: what it writes checks and runs as it stands, from any folder, and what its comments say is so."""
from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

VTRIAL = os.environ["VTRIAL"]
ROOT = pathlib.Path(__file__).resolve().parents[2]
NO_OPTIMISER = 4  # the exit code where libvtrial_optimise.so is not there
STUDIES = {"sweep": 9, "sensitivity": 320, "power": 1, "optimise": 32}
failures = []


def check(holds, text):
    if not holds:
        failures.append(text)


def vtrial(folder, *arguments, program=VTRIAL):
    return subprocess.run([program, *map(str, arguments)], cwd=folder, capture_output=True, text=True)


def check_text(name: str, text: str) -> None:
    """Sections that a comment points to are headings of the reference; nothing is left to be filled in."""
    page = (ROOT / "scenarios" / "reference.md").read_text(encoding="utf-8")
    headings = {line.lstrip("# ").strip().strip("[]").lower() for line in page.splitlines() if line.startswith("#")}
    pointed = [words for line in text.splitlines() if "#" in line and not line.startswith("# [")
               for words in re.findall(r"\[([A-Z][\w &]+(?: …)?|trial)\]", line[line.index("#"):])]
    check(len(pointed) >= 3, f"{name} points to {pointed}")
    for words in pointed:
        known = words.lower().removesuffix(" …")
        check(any(heading.startswith(known) for heading in headings), f"{name}: the reference has no heading '{words}'")
    check("{NAME}" not in text and "FILE" not in text, f"{name} has a gap")
    schema = re.match(r"#:schema (.+)\n", text)
    check(schema and os.path.isfile(schema.group(1)), f"{name} begins with {text.splitlines()[0]}")


def check_one(folder: pathlib.Path, file: str, *options: str, points: int | None = None) -> str:
    made = vtrial(folder, "new", file, *options)
    check(made.returncode == 0 and f"vtrial check {file}" in made.stdout and not made.stderr, f"new {file}: {made}")
    text = (folder / file).read_text(encoding="utf-8")
    check_text(file, text)
    told = vtrial(folder, "check", file)
    check(told.returncode == 0 and f"{file}: ok" in told.stdout, f"check {file}: {told}")
    if points is not None:
        check(f"ok, {points} point" in told.stdout, f"{file} has not {points} points: {told.stdout}")
        check(points == 1 or str(points) in text, f"{file} does not say that it has {points} points")
    explained = vtrial(folder, "explain", file)
    check(explained.returncode == 0 and len(explained.stdout) > 400, f"explain {file}: {explained.stderr}")
    ran = vtrial(folder, "run", file, "--quiet", "--threads", 2)
    check(ran.returncode == 0 or ran.returncode == NO_OPTIMISER and "optimise" in options, f"run {file}: {ran}")
    again = vtrial(folder, "new", file, *options)
    check(again.returncode == 74 and "is there already" in again.stderr, f"new {file} again: {again}")
    check((folder / file).read_text(encoding="utf-8") == text, f"{file} was replaced")
    return text


def check_elsewhere(folder: pathlib.Path) -> None:
    """A program that was unpacked elsewhere finds bases beside itself, and says so; what is nowhere is told with both places."""
    program = folder / "bin" / "vtrial"
    program.parent.mkdir()
    shutil.copy2(VTRIAL, program)
    shutil.copytree(ROOT / "scenarios", folder / "share" / "vtrial" / "scenarios")
    work = folder / "work"
    work.mkdir()
    made = vtrial(work, "new", "a.toml", "--from", "tops", program=program)
    check(made.returncode == 0, f"new elsewhere: {made}")
    told = vtrial(work, "check", "a.toml", program=program)
    check(told.returncode == 0 and f"one file of base is from {folder}/share/vtrial/scenarios" in told.stdout, f"check elsewhere: {told}")
    (work / "tops.toml").write_text("nonsense = 1\n")
    told = vtrial(work, "check", "a.toml", program=program)
    check("tops.toml:1:1: unknown key 'nonsense'" in told.stderr and "/share/" not in told.stderr, f"a file beside comes first: {told}")
    (work / "b.toml").write_text('base = ["no_such.toml"]\n')
    told = vtrial(work, "check", "b.toml", program=program)
    check(told.returncode == 2 and "b.toml:1:" in told.stderr and "there is no file 'no_such.toml'" in told.stderr
          and f"{folder}/share/vtrial/scenarios" in told.stderr, f"a base that is nowhere: {told}")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        text = check_one(folder, "mine.toml")
        check(60 <= text.count("\n") <= 90, f"the starter has {text.count(chr(10))} lines")
        for kind, points in STUDIES.items():
            check_one(folder, f"my_{kind}.toml", "--study", kind, points=points)
        check_one(folder, "changed.toml", "--from", "tops")
        check_one(folder, "adjuvant.toml", "--from", "gist_adjuvant.toml")
        check_one(folder, "my thresholds.toml".replace(" ", "_"), "--from", "tdm_thresholds")
        made = vtrial(folder, "new")
        check(made.returncode == 0 and (folder / "trial.toml").is_file(), f"new without a name: {made}")
        for arguments, words in ((["x.toml", "--from", "topps"], "did you mean 'tops'"), (["x"], "write x.toml"), ([""], "the name is empty"),
                                 (["x.toml", "--from", "tops", "--study", "sweep"], "take one away"), (["x.toml", "--study", "none"], "none")):
            told = vtrial(folder, "new", *arguments)
            check(told.returncode == 2 and words in told.stderr, f"new {arguments}: {told}")
        told = vtrial(folder, "new", "no/such/x.toml")
        check(told.returncode == 74, f"a folder that is not there: {told}")
        check(not (folder / "x.toml").exists(), "x.toml was written")
        check_elsewhere(folder)
    for failure in failures:
        print(failure)
    sys.exit(f"{len(failures)} failures" if failures else 0)


if __name__ == "__main__":
    main()

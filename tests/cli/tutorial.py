"""The pages that teach do what they say: their files and commands in order, in an empty folder.

usage: tutorial.py [--update]     --update writes the shown outputs and the pictures anew

What a page may hold, in fenced blocks:
- `toml` beginning with `# NAME.toml`: a file of that name. Without it: a part of a file, not looked at.
- `sh`: commands, a line each. They exit with 0, or with what the line's comment says: `# exit code 2`.
- `text` behind an `sh` block: what its last command prints, letter by letter (of a command that fails, its messages).
  Progress and the time that a run took stand on standard error and are not shown.
- `![...](pictures/NAME.svg)` behind a comment `<!-- picture: PAGE.html, TITLE -->`: the figure of that title on that page.
Results have the same bits everywhere; masked is the folder of the shipped files alone (MASKED). Commands that build or
install are left out (SKIPPED).
"""
from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import typing
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
VTRIAL = pathlib.Path(os.environ.get("VTRIAL", ROOT / "build/release/bin/vtrial")).absolute()
PAGES = ["README.md", "scenarios/tutorial.md"]
RECIPES = "scenarios/how_to.md"  # its files are run, small, each by itself
SKIPPED = re.compile(r"(\./dev|pip|git|cd|export) ")
MASKED = [(re.compile(r"(?<= of base)( is| are) from .*"), r"\1 from …")]
MARGIN = 12  # about a picture
PICTURE = re.compile(r"<!-- picture: (?P<page>\S+), (?P<title>.*) -->")


class Step(typing.NamedTuple):
    kind: str   # file, command, shown or picture
    text: str
    line: int   # of the page, from 1: that of the text's first line
    name: str   # of a file or picture; of a picture's figure "PAGE.html, TITLE" is the text


def steps(page: str) -> typing.Iterator[Step]:
    """What a page says, in its order."""
    kind, begin, block, wanted = "", 0, [], None
    for number, line in enumerate(page.split("\n"), 1):
        if kind and line == "```":
            text = "".join(one + "\n" for one in block)
            name = re.match(r"# (\S+\.toml)$", block[0]) if kind == "toml" and block else None
            if name:
                yield Step("file", text, begin, name.group(1))
            if kind == "sh":
                yield from (Step("command", one, begin + i, "") for i, one in enumerate(block) if not SKIPPED.match(one))
            if kind == "text":
                yield Step("shown", text, begin, "")
            kind = ""
        elif kind:
            block.append(line)
        elif line.startswith("```"):
            kind, begin, block = line[3:], number + 1, []
        elif PICTURE.fullmatch(line):
            wanted = line
        elif wanted:
            name = re.match(r"!\[[^\]]+\]\((\S+\.svg)\)", line)
            yield Step("picture", wanted, number, name.group(1) if name else "")
            wanted = None


def printed(command: str, folder: pathlib.Path) -> tuple[str, str]:
    """What a command prints, and what is wrong with its exit code."""
    environment = {**os.environ, "PATH": f"{VTRIAL.parent}:{os.environ['PATH']}", "COLUMNS": "100"}
    done = subprocess.run(["sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    told = re.search(r"# exit code (\d+)", command)
    expected = int(told.group(1)) if told else 0
    if done.returncode != expected:
        return "", f"exits with {done.returncode}, not {expected}:\n{done.stdout}{done.stderr}"
    out = done.stdout + (done.stderr if expected else "")
    for pattern, shown in MASKED:
        out = pattern.sub(shown, out)
    return out, ""


def picture(page: str, title: str) -> str:
    """The figure of a report as a file of its own: with its name space, on white with a margin, with the page's style if it needs it."""
    wanted = re.compile(rf"<title[^>]*>{re.escape(title)}</title>")
    found = [one for one in re.findall(r"<svg .*?</svg>", page, re.DOTALL) if wanted.search(one)]
    if not found:
        there = re.findall(r"<title id[^>]*>(.*?)</title>", page)
        raise ValueError(f"there is no figure '{title}'; there are: {'; '.join(there)}")
    size = re.match(r'<svg [^>]*viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*>', found[0])
    wide, high = (float(one) + 2 * MARGIN for one in size.groups())
    box = f'{-MARGIN} {-MARGIN} {wide:g} {high:g}'
    head = re.sub(r' (viewBox|width|height)="[^"]*"', "", size.group())
    sized = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{wide:g}" height="{high:g}" '
    head = head.replace("<svg ", sized, 1)
    style = re.search(r"<style>.*?</style>", page, re.DOTALL)
    used = style.group() + "\n" if style and re.search(r"class=|var\(", found[0]) else ""
    paper = f'<rect x="{-MARGIN}" y="{-MARGIN}" width="{wide:g}" height="{high:g}" fill="#fff"/>'
    text = head + f"\n{used}{paper}" + found[0][size.end():] + "\n"
    xml.etree.ElementTree.fromstring(text)  # an error if it is no XML
    return text


def wrong(name: str, page: str, pictures: pathlib.Path | None) -> typing.Iterator[tuple[Step, str, str]]:
    """Each step that is not as the page says: the step, what is wrong, and what would be right where that is known."""
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        out = ""
        for step in steps(page):
            if step.kind == "file":
                (folder / step.name).write_text(step.text, encoding="utf-8")
            elif step.kind == "command":
                out, problem = printed(step.text, folder)
                if problem:
                    yield step, f"{name}:{step.line}: '{step.text}' {problem}", ""
                    return  # what follows builds on it
            elif step.kind == "shown" and out.rstrip("\n") + "\n" != step.text:
                yield step, f"{name}:{step.line}: prints\n{out}not\n{step.text}", out
            elif step.kind == "picture" and pictures:
                report, title = PICTURE.fullmatch(step.text).group("page", "title")
                try:
                    drawn = picture((folder / report).read_text(encoding="utf-8"), title)
                except (OSError, ValueError) as error:
                    yield step, f"{name}:{step.line}: {error}", ""
                    continue
                kept = pictures / step.name
                if not kept.is_file() or kept.read_text(encoding="utf-8") != drawn:
                    yield step, f"{name}:{step.line}: {step.name} is not what {report} shows now", drawn


def wrong_recipes(text: str) -> typing.Iterator[str]:
    """Runs every file of the page of recipes with few patients; what is wrong."""
    examples = re.finditer(r"```toml\n(.*?)```", text, re.DOTALL)
    blocks = [(text.count("\n", 0, one.start()) + 1, one.group(1)) for one in examples]
    assert blocks, f"{RECIPES} has no examples"
    with tempfile.TemporaryDirectory() as place:
        for line, block in blocks:
            path = pathlib.Path(place, f"line_{line}.toml")
            path.write_text(block, encoding="utf-8")
            few = "" if "[study]" in block else "--set trial.replicates=2" if "replicates" in block else "--patients 20"
            for command in (f"{VTRIAL} check {path}", f"{VTRIAL} run {path} {few} --quiet -o {path}.h5"):
                problem = printed(command, pathlib.Path(place))[1]
                if problem:
                    yield f"{RECIPES}:{line}: {command.split()[1]}: {problem}"


def self_test(page: str):
    """A planted wrong line is found: in a shown number, a command, a file, an exit code, a picture."""
    part = page[: page.index("\n## ", page.index("```text"))]  # to the end of the step with the first output
    shown = next(step for step in steps(part) if step.kind == "shown")
    digit = re.search(r"\d", shown.text).group()
    file = next(step for step in steps(part) if step.kind == "file")
    planted = {
        "a number": part.replace(shown.text, shown.text.replace(digit, str((int(digit) + 1) % 10), 1)),
        "a line too many": part.replace(shown.text, shown.text + "and more\n"),
        "a command": part.replace("vtrial run", "vtrial rnu", 1),
        "a file": part.replace(file.text, file.text + "nonsense = 1\n"),
        "an exit code": part.replace("```sh\n", "```sh\nvtrial check none.toml\n", 1),
    }
    for what, mutated in planted.items():
        assert mutated != part, what
        assert list(wrong("planted", mutated, None)), f"the test does not see {what} that is wrong"
    drawn = '<svg role="img" viewBox="0 0 8 4" width="8" height="4"><title id="1">T</title></svg>'
    for title in ("t", "T "):
        try:
            picture(drawn, title)
        except ValueError:
            continue
        raise AssertionError(f"a figure '{title}' that is not there is found")
    assert "xmlns" in picture(drawn, "T")


def main():
    is_update = sys.argv[1:] == ["--update"]
    problems = []
    for name in PAGES:
        path = ROOT / name
        page = path.read_text(encoding="utf-8")
        lines = page.split("\n")
        for step, problem, right in reversed(list(wrong(name, page, path.parent))):
            if not (is_update and right and step.kind != "command"):
                problems.append(problem)
            elif step.kind == "picture":
                (path.parent / step.name).write_text(right, encoding="utf-8")
            else:
                lines[step.line - 1:step.line - 1 + step.text.count("\n")] = right.rstrip("\n").split("\n")
        if is_update:
            path.write_text("\n".join(lines), encoding="utf-8")
    problems += wrong_recipes((ROOT / RECIPES).read_text(encoding="utf-8"))
    self_test((ROOT / "scenarios/tutorial.md").read_text(encoding="utf-8"))
    if problems:
        sys.exit("\n".join(problems) + "\n--update writes shown outputs and pictures anew")
    print("ok: README, tutorial and recipes")


if __name__ == "__main__":
    if not os.access(VTRIAL, os.X_OK):
        sys.exit(__doc__)
    main()

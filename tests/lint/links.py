"""Every relative link of a page leads to a file, and every anchor to a heading.

usage: links.py [ROOT]     finds links in *.md, and names of pages in sources and scenarios (`scenarios/methods/day.md`)
       links.py --self-test
Anchors are made as GitHub makes them: small letters, without punctuation, `-` for blanks, `-1` for a second one.
Links to other sites are not followed.
"""
from __future__ import annotations

import os
import pathlib
import re
import sys
import tempfile
import urllib.parse

TOP = (".ci", ".cmake", ".github", "host", "kernels", "output", "plugins", "scenarios", "tests")
NOT_LOOKED_AT = {"output/runs", "output/soak", "output/selftest"}  # results of the user's
SOURCES = {".cmake", ".cpp", ".cu", ".hpp", ".py", ".R", ".sh", ".toml", ".txt"}
LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
NAMED_PAGE = re.compile(r"(?<![\w/.-])((?:\.github|host|kernels|output|scenarios|tests)/(?:[\w.-]+/)*[\w.-]+\.md)\b")


def pages_and_sources(root: pathlib.Path):
    """All text files of the project below root, by path."""
    yield from sorted(path for path in root.iterdir() if path.is_file())
    for top in TOP:
        for folder, inner, names in os.walk(root / top):
            inner[:] = sorted(one for one in inner if os.path.relpath(os.path.join(folder, one), root) not in NOT_LOOKED_AT)
            yield from (pathlib.Path(folder, name) for name in sorted(names))


def without_code(text: str) -> str:
    """The text with its fenced blocks and its code spans emptied, line by line the same."""
    lines, fence = [], ""
    for line in text.split("\n"):
        mark = re.match(r"\s*(```+|~~~+)", line)
        if mark and not fence:
            fence = mark.group(1)
        elif mark and line.strip().startswith(fence):
            fence = ""
        elif not fence:
            lines.append(re.sub(r"`[^`]*`", "``", line))
            continue
        lines.append("")
    return "\n".join(lines)


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, and those that it names itself (<a id="...">)."""
    found: set[str] = set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text))
    times: dict[str, int] = {}
    fence = ""
    for line in text.split("\n"):
        mark = re.match(r"\s*(```+|~~~+)", line)
        if mark:
            fence = "" if fence and line.strip().startswith(fence) else fence or mark.group(1)
        heading = None if fence else re.match(r"#{1,6} +(.*?) *#*$", line)
        if not heading:
            continue
        shown = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading.group(1))  # a link shows its text
        name = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
        found.add(name + (f"-{times[name]}" if name in times else ""))
        times[name] = times.get(name, 0) + 1
    return found


def problems(root: pathlib.Path):
    """`file:line: problem` of every link and of every page that a source names."""
    for path in pages_and_sources(root):
        here = path.relative_to(root).as_posix()
        if path.suffix in SOURCES and not here.startswith("tests/lint/links"):
            for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").split("\n"), 1):
                for name in NAMED_PAGE.findall(line):
                    if not (root / name).is_file() and not (path.parent / name).is_file():
                        yield f"{here}:{number}: there is no page '{name}'"
        if path.suffix != ".md":
            continue
        text = without_code(path.read_text(encoding="utf-8"))
        for found in LINK.finditer(text):
            link, number = found.group(1), text.count("\n", 0, found.start()) + 1
            if re.match(r"[a-z][a-z0-9+.-]*:", link):
                continue
            name, _, anchor = urllib.parse.unquote(link).partition("#")
            target = (path.parent / name) if name else path
            if not target.exists():
                yield f"{here}:{number}: link to '{link}': there is no '{name}'"
            elif anchor and target.suffix == ".md" and anchor not in anchors(target.read_text(encoding="utf-8")):
                yield f"{here}:{number}: link to '{link}': no heading of {os.path.relpath(target, root)} has this anchor"


def self_test():
    """A sound tree is left alone; each planted link is found at its line."""
    sound = ("# A page, `code`\n\n## Two [words](a.md)\n\n[up](#a-page-code) [x](b.md#again-1) ![p](p.svg)\n"
             "```\n[no](none.md)\n# no\n```\n`[no](x.md)` [s](https://x.org/a.md)\n")
    tree = {"a.md": sound, "b.md": "# Again\n# Again\n", "p.svg": "", "host/a.cpp": "// scenarios/README.md\n",
            "scenarios/README.md": "[a](../a.md)\n"}
    planted = [
        ("a.md", "[x](c.md)\n", "a.md:1: link to 'c.md'"),
        ("a.md", "\n[x](#none)\n", "a.md:2: link to '#none'"),
        ("b.md", "# Again\n# Again\n[of two\nlines](c.md) [x](a.md)\n", "b.md:3: link to 'c.md'"),
        ("b.md", "# Again\n[x](a.md#no)\n", "b.md:2: link to 'a.md#no'"),
        ("b.md", "# Again\n", "a.md:5: link to 'b.md#again-1'"),
        ("host/a.cpp", "// scenarios/none.md\n", "host/a.cpp:1: there is no page 'scenarios/none.md'"),
        ("scenarios/README.md", "![p](p.svg)\n", "scenarios/README.md:1: link to 'p.svg'"),
    ]
    for name, text, wanted in [("", "", "")] + planted:
        with tempfile.TemporaryDirectory() as folder:
            for one, words in {**tree, **({name: text} if name else {})}.items():
                pathlib.Path(folder, one).parent.mkdir(exist_ok=True)
                pathlib.Path(folder, one).write_text(words, encoding="utf-8")
            found = list(problems(pathlib.Path(folder)))
            assert any(one.startswith(wanted) for one in found) if name else not found, (name, text, found)
    print(f"ok: {len(planted)} planted links are found")


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    found = list(problems(root))
    print("\n".join(found) or "ok: every link leads somewhere")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()

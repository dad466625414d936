"""Reports in a real browser: at 400, 800 and 1,200 px, light and dark, nothing overlaps, is cut off, too small, too pale
or told wrongly by a legend (checks.js says what, exactly). Planted faults show that each check can fail.

  screenshots.py                   all that is shipped, with few patients
  screenshots.py PAGE.html... [--keep FOLDER]   these pages; their pictures are kept there
"""
from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import planted  # noqa: E402
import reports  # noqa: E402
from browser import Browser, find_browser  # noqa: E402

WIDTHS = (400, 800, 1200)
SCHEMES = ("light", "dark")
CHECKS = (Path(__file__).parent / "checks.js").read_text()
SHOWN = 40  # faults of one page that are printed


def faults_of(browser: Browser, page: Path, keep: Path | None = None) -> Iterator[dict[str, str]]:
    browser.open(page)
    for width in WIDTHS:
        for scheme in SCHEMES:
            browser.set_screen(width, scheme)
            if keep:
                browser.screenshot(keep / f"{page.stem}-{width}-{scheme}.png")
            for fault in browser.evaluate(CHECKS):
                yield fault | {"at": f"{width} px, {scheme}"}
    for complaint in browser.complaints:
        yield {"kind": "console", "where": "page", "what": complaint, "at": "any"}


def check_the_checks(browser: Browser, folder: Path) -> int:
    """Every planted fault is found, and none on a sound page. Returns how many were not."""
    page = folder / "planted.html"
    missed = 0
    for name, kind, text in [("a sound page", "", planted.GOOD), *planted.PLANTED]:
        page.write_text(text)
        found = list(faults_of(browser, page))
        if kind not in {fault["kind"] for fault in found} if kind else found:
            print(f"planted: {name}: found {found}")
            missed += 1
    return missed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", type=Path)
    parser.add_argument("--keep", type=Path, help="folder for pictures")
    asked = parser.parse_args()
    program = find_browser()
    if not program:
        print("skipped: no chromium was found")
        return 77
    with tempfile.TemporaryDirectory() as name, Browser(program, Path(name) / "profile") as browser:
        folder = Path(name)
        wrong = check_the_checks(browser, folder)
        pages = [page.resolve() for page in asked.pages] or reports.all_reports(folder)
        for page in pages:
            found = list(faults_of(browser, page, asked.keep))
            wrong += len(found)
            for fault in found[:SHOWN]:
                print(f"{page.name}, {fault['at']}: {fault['kind']} in “{fault['where']}”: {fault['what']}")
            if len(found) > SHOWN:
                print(f"{page.name}: {len(found) - SHOWN} more")
    print(f"{len(pages)} pages at {len(WIDTHS)} widths, light and dark; {len(planted.PLANTED)} planted faults; {wrong} wrong")
    return 1 if wrong or not pages else 0


if __name__ == "__main__":
    if not os.access(os.environ.get("VTRIAL", ""), os.X_OK) and len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main())

"""The program `vtrial`, as a wheel carries it, and where it is found. Knows nothing of results: it starts at once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGED = HERE / "bin" / "vtrial"


def find() -> Path:
    """The program: what the variable VTRIAL names, the one of this package, the first on PATH, that of a source tree.

    Raises FileNotFoundError, which says where it was looked for.
    """
    named = os.environ.get("VTRIAL")
    if named:
        path = Path(named).expanduser()
        if not _can_run(path):
            raise FileNotFoundError(
                f"the variable VTRIAL names {named}, which is no program; set it to one, or unset it"
            )
        return path.absolute()
    places = [
        PACKAGED,
        *(Path(folder or ".") / "vtrial" for folder in os.environ.get("PATH", "").split(os.pathsep)),
        HERE.parents[2] / "build" / "release" / "bin" / "vtrial",
    ]
    for place in places:
        if _can_run(place) and not _is_this_command(place):
            return place.absolute()
    raise FileNotFoundError(
        f"the program vtrial was not found (looked for {PACKAGED}, on PATH, and {places[-1]}); install a wheel that "
        "carries it, build it with ./dev build, or name it in the variable VTRIAL"
    )


def scenario_folder() -> Path:
    """The folder of shipped scenarios: beside the program, or that of a source tree. Raises FileNotFoundError."""
    places = [find().resolve().parent.parent / "share" / "vtrial" / "scenarios", HERE.parents[2] / "scenarios"]
    for place in places:
        if place.is_dir():
            return place
    raise FileNotFoundError("shipped scenarios were not found (looked for " + " and ".join(map(str, places)) + ")")


def main() -> None:
    """The command `vtrial`: becomes the program."""
    try:
        program = find()
    except FileNotFoundError as error:
        sys.exit(f"vtrial: {error}")
    os.execv(program, ["vtrial", *sys.argv[1:]])


def _can_run(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _is_this_command(path: Path) -> bool:
    """Whether this is the script that pip wrote for `main`, which would start itself again."""
    with path.open("rb") as file:
        return file.read(2) == b"#!" and b"vtrial_program" in file.read(4096)

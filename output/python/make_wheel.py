"""Makes the wheel of this package, with the program and its scenarios in it.

usage: make_wheel.py PREFIX PLATFORM FOLDER
PREFIX has bin/vtrial and share/vtrial/scenarios, as `cmake --install` leaves them; all of share goes along.
PLATFORM is the wheel's tag, as manylinux_2_36_x86_64. The wheel is left in FOLDER, and its path printed.
Needs pip, setuptools and wheel; fetches nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
EARLIEST = "315532800"  # 1980, the first time that a zip file can tell: the same input gives the same bytes


def stage(prefix: Path, folder: Path) -> None:
    """Everything that goes into the wheel, in a folder of its own."""
    no_cache = shutil.ignore_patterns("__pycache__")
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(HERE / name, folder / name)
    for name in ("vtrial", "vtrial_program"):
        shutil.copytree(HERE / name, folder / name, ignore=no_cache)
    shutil.copy(HERE.parents[1] / "LICENSE", folder / "LICENSE")
    inside = folder / "vtrial_program"
    (inside / "bin").mkdir()
    shutil.copy(prefix / "bin" / "vtrial", inside / "bin" / "vtrial")
    shutil.copytree(prefix / "share", inside / "share", ignore=no_cache)


def main(prefix: Path, platform: str, folder: Path) -> int:
    if not (prefix / "bin" / "vtrial").is_file() or not (prefix / "share" / "vtrial" / "scenarios").is_dir():
        print(f"{prefix}: has no bin/vtrial or no share/vtrial/scenarios", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        source, wheels = Path(made) / "source", Path(made) / "wheels"
        source.mkdir()
        stage(prefix, source)
        # Not of the interpreter's version, and pure to setuptools: there is no extension, only a program.
        command = [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-index",
            "--no-build-isolation",
            "--disable-pip-version-check",
            f"--config-settings=--build-option=--plat-name={platform}",
            "--wheel-dir",
            str(wheels),
            str(source),
        ]
        # Its packages would hide those of the interpreter that builds.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        subprocess.run(command, check=True, env={"SOURCE_DATE_EPOCH": EARLIEST, **environment})
        for wheel in wheels.glob("*.whl"):
            shutil.move(str(wheel), folder / wheel.name)
            print(folder / wheel.name)
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))

"""The wheel brings the package, the program and its scenarios: installed elsewhere, both work from any folder."""

# needs: numpy xarray h5netcdf h5py pandas pip setuptools wheel venv
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import numpy

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PROGRAM = os.environ["VTRIAL"]


def make(folder, name):
    """The wheel with the program of this build."""
    prefix = folder / "prefix"
    if not prefix.exists():
        (prefix / "bin").mkdir(parents=True)
        shutil.copy(PROGRAM, prefix / "bin" / "vtrial")
        shutil.copytree(ROOT / "scenarios", prefix / "share" / "vtrial" / "scenarios")
    said = subprocess.run(
        [sys.executable, ROOT / "output" / "python" / "make_wheel.py", prefix, "manylinux_2_36_x86_64", folder / name],
        check=True,
        capture_output=True,
        text=True,
    )
    return pathlib.Path(said.stdout.strip())


def install(wheel, folder):
    """A new environment with the wheel in it; libraries are those of this interpreter. Gives its bin folder."""
    place = folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--system-site-packages", "--without-pip", place], check=True)
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            place / "bin" / "python",
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            "--disable-pip-version-check",
            wheel,
        ],
        check=True,
    )
    return place / "bin"


def run(folder, *command, check=True, **environment):
    """Runs it in a folder that has nothing to do with the sources."""
    kept = {name: value for name, value in os.environ.items() if name not in ("VTRIAL", "PYTHONPATH", "VIRTUAL_ENV")}
    libraries = os.path.dirname(os.path.dirname(numpy.__file__))
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        check=check,
        capture_output=True,
        text=True,
        env={**kept, "PYTHONPATH": libraries, **environment},
    )


def main():
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        wheel = make(folder, "first")
        version = run(folder, PROGRAM, "--version").stdout
        assert wheel.name == f"vtrial-{version.split()[1]}-py3-none-manylinux_2_36_x86_64.whl", (wheel.name, version)
        again = make(folder, "second")
        assert hashlib.sha256(wheel.read_bytes()).digest() == hashlib.sha256(again.read_bytes()).digest(), "other bytes"

        bin_ = install(wheel, folder)
        nowhere = folder / "nowhere"
        nowhere.mkdir()
        assert run(nowhere, bin_ / "vtrial", "--version").stdout == version
        said = run(
            nowhere,
            bin_ / "python",
            "-c",
            """
import vtrial, vtrial_program
r = vtrial.Scenario("tops").run(patients=100, progress=False)
path = r.provenance["scenario_path"]
print(vtrial_program.find(), vtrial.__file__, len(vtrial.scenarios()), r["mmr"].itt.size, path, sep="\\n")
""",
        ).stdout.splitlines()
        for path in (said[0], said[1], said[4]):
            assert path.startswith(str(bin_.parent)), f"{path} is not of the wheel"
        assert int(said[2]) > 30 and said[3] == "8"
        scenario = pathlib.Path(said[4])
        run(nowhere, bin_ / "vtrial", "run", scenario, "--patients", "100", "--quiet", "-o", "t.h5")
        assert (nowhere / "t.h5").is_file()
        assert run(nowhere, bin_ / "vtrial", "check", "none.toml", check=False).returncode == 2
        # The program finds what was shipped with it beside itself.
        unknown = run(nowhere, bin_ / "vtrial", "qualify", "none", check=False).stderr
        assert re.search(r"known are .*cml", unknown), unknown

        other = run(
            nowhere, bin_ / "python", "-c", "import vtrial_program; print(vtrial_program.find())", VTRIAL=PROGRAM
        )
        assert other.stdout.strip() == os.path.abspath(PROGRAM)
        packaged = pathlib.Path(said[0])
        packaged.unlink()
        lost = run(nowhere, bin_ / "vtrial", "--version", check=False, PATH=f"{bin_}:/usr/bin:/bin")
        assert lost.returncode == 1 and "was not found" in lost.stderr, lost  # and did not start itself for ever
    print(f"{wheel.name}: ok")


if __name__ == "__main__":
    main()

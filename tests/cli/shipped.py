"""Scenarios that come with the program are found by name from anywhere; a file of that name comes first."""
import os
import pathlib
import subprocess
import sys
import tempfile

VTRIAL = os.environ["VTRIAL"]


def main():
    with tempfile.TemporaryDirectory() as folder:
        def check(*names, exits=0):
            done = subprocess.run([VTRIAL, "check", *names], cwd=folder, capture_output=True, text=True)
            assert done.returncode == exits, (names, done)
            return done.stdout + done.stderr

        for name in ("tops", "tops.toml", "scenarios/tops.toml", "studies/tops_power"):
            assert "ok" in check(name), name
        for name in ("topsy", "./tops.toml", "library", "/tops.toml"):
            assert f"there is no file '{name}'" in check(name, exits=2), name
        pathlib.Path(folder, "tops.toml").write_text("nonsense = 1\n")
        assert "tops.toml:1:1: unknown key 'nonsense'" in check("tops.toml", exits=2)
        assert "ok" in check("tops")
        os.mkdir(os.path.join(folder, "gist_tdm"))  # a folder is no scenario
        assert "ok" in check("gist_tdm")
        told = subprocess.run([VTRIAL, "run", "tops", "--patients", "20", "--quiet"], cwd=folder, capture_output=True, text=True)
        assert told.returncode == 0 and os.path.isfile(os.path.join(folder, "output/runs/tops.h5")), told
        print("found by name")


if __name__ == "__main__":
    if not os.access(VTRIAL, os.X_OK):
        sys.exit(__doc__)
    main()

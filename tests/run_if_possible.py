"""Runs a test script, or says why it cannot run and exits 77 (skipped).

A script lists the Python modules it needs in a comment line: `# needs: numpy xarray h5netcdf`.
"""
import importlib.util
import re
import runpy
import sys

script = sys.argv[1]
with open(script, encoding="utf-8") as file:
    needs = re.search(r"^# needs:(.*)$", file.read(), re.MULTILINE)
missing = [name for name in (needs.group(1).split() if needs else []) if importlib.util.find_spec(name) is None]
if missing:
    print(f"skipped: Python modules not found: {' '.join(missing)}")
    sys.exit(77)
sys.argv = sys.argv[1:]
runpy.run_path(script, run_name="__main__")

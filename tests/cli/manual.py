"""The manual page: groff has nothing to say about it, and every option of every command is in it."""
import os
import pathlib
import re
import shutil
import subprocess
import sys

VTRIAL = pathlib.Path(os.environ["VTRIAL"])
PAGE = VTRIAL.parents[1] / "shell" / "vtrial.1"


def told(*arguments):
    return subprocess.run([VTRIAL, *arguments], capture_output=True, text=True, check=True).stdout


if not PAGE.exists():
    if shutil.which("help2man"):
        sys.exit(f"{PAGE} is not there, although help2man is")
    print("skipped: help2man was not found (Debian's package help2man)")
    sys.exit(77)
source = PAGE.read_text().replace("\\-", "-")
failures = []
commands = re.findall(r"^  ([a-z]+)  ", told("help").split("Exit codes:")[0], re.M)
assert len(commands) >= 12, commands
for command in commands:
    if f"VTRIAL {command.upper()}" not in source:
        failures.append(f"no section on {command}")
        continue
    section = source.split(f"VTRIAL {command.upper()}")[1].split(".SH")[0]
    section = re.sub(r"\\f[BIRP]", "", section)
    for option in re.findall(r"^  (?:-\w, )?(--[a-z-]+)", told("help", command), re.M):
        if option not in section:
            failures.append(f"{command}: {option} is not in its section")
for heading in ("NAME", "SYNOPSIS", "DESCRIPTION", "ENVIRONMENT", "EXIT STATUS"):
    if not re.search(rf'^\.SH "?{heading}"?$', source, re.M):
        failures.append(f"no section {heading}")
if shutil.which("groff"):
    set_ = subprocess.run(["groff", "-man", "-ww", "-Tutf8", "-Kutf8", PAGE], capture_output=True, text=True)
    if set_.returncode != 0 or set_.stderr:
        failures.append(f"groff: {set_.stderr}")
    if "simulate" not in set_.stdout:
        failures.append("groff sets an empty page")
else:
    print("groff is not here (Debian's package groff-base): the page was not set")
print("\n".join(failures) or f"{len(commands)} commands are on the page")
sys.exit(1 if failures else 0)

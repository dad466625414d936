"""Floating-point operations of a simulation, counted: every instruction that valgrind saw, weighed by what it does."""
import os
import pathlib
import re
import shutil
import subprocess

import callgrind

ARITHMETIC = re.compile(r"v?(?P<fused>fn?m(add|sub)\d*)?(add|sub|mul|div|sqrt)?(?P<kind>pd|sd)$")
LANES = {"zmm": 8, "ymm": 4, "xmm": 2}


def weight(mnemonic, operands):
    """Operations of one instruction: lanes, twice for a fused multiply-add; 0 if it is no arithmetic of doubles."""
    match = ARITHMETIC.match(mnemonic)
    if not match or mnemonic.lstrip("v") in ("pd", "sd"):
        return 0
    lanes = 1 if match["kind"] == "sd" else next((n for name, n in LANES.items() if name in operands), 0)
    return lanes * (2 if match["fused"] else 1)


def weights(program):
    """{address: operations} of a program's instructions that have any."""
    listing = subprocess.run(["objdump", "-d", "--no-show-raw-insn", program], check=True, capture_output=True, text=True).stdout
    found = {}
    for line in listing.splitlines():
        if match := re.match(r"\s+([0-9a-f]+):\s+(\S+)\s*(.*)", line):
            if operations := weight(match[2], match[3]):
                found[int(match[1], 16)] = operations
    return found


def executed(path, program):
    """(address, times) of the program's own instructions in a file of callgrind's with --dump-instr=yes."""
    address, is_own, skip = 0, False, False
    names = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"(c?)ob=(\(\d+\))(?: (.*))?", line):  # named where it first stands, also as the called one
            names.setdefault(match[2], match[3])
            is_own = is_own if match[1] else names[match[2]] == program
        elif line.startswith("calls="):
            skip = True  # the next line is what the call cost
        elif match := re.match(r"(0x[0-9a-f]+|[+-]\d+|\*) \S+ (\d+)$", line):
            place = match[1]
            address = address if place == "*" else int(place, 16) if place.startswith("0x") else address + int(place)
            if is_own and not skip:
                yield address, int(match[2])
            skip = False


def per_patient_day(vtrial, scenario, patients, place, days=365):
    """Operations within the patients' lives."""
    valgrind = shutil.which("valgrind")
    if not valgrind or not shutil.which("objdump"):
        raise callgrind.Cannot("valgrind or objdump is not installed")
    program = str(pathlib.Path(vtrial).resolve())
    out = pathlib.Path(place, "callgrind.out")
    subprocess.run([valgrind, "--tool=callgrind", "--dump-instr=yes", f"--callgrind-out-file={out}", f"--toggle-collect=vt_run_{callgrind.ISA}", program,
                    "run", scenario, "--threads", "1", "--backend", "cpu", "--quiet", "--patients", str(patients), "-o", f"{place}/counted.h5"],
                   check=True, env=os.environ | {"VTRIAL_ISA": callgrind.ISA}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    operations = weights(program)
    return sum(operations.get(address, 0) * times for address, times in executed(out, program)) / patients / days

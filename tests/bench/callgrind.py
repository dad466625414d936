"""Instructions that a simulation executes, counted by valgrind: the same number whatever else the machine does."""
import os
import re
import shutil
import subprocess

ISA = "v3"  # valgrind knows no AVX-512


class Cannot(Exception):
    """It cannot be counted here; the text says why."""


def count(vtrial, scenario, patients, place, settings=(), within=""):
    """Of a run on one thread, or of one function in it with all that it calls."""
    valgrind = shutil.which("valgrind")
    if not valgrind:
        raise Cannot("valgrind is not installed")
    options = [word for setting in settings for word in ("--set", setting)]
    command = [valgrind, "--tool=callgrind", "--callgrind-out-file=/dev/null", *([f"--toggle-collect={within}"] if within else []), str(vtrial),
               "run", str(scenario), "--threads", "1", "--backend", "cpu", "--quiet", "--patients", str(patients), *options, "-o",
               f"{place}/counted.h5"]
    done = subprocess.run(command, text=True, env=os.environ | {"VTRIAL_ISA": ISA}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if refused := re.search(r"VTRIAL_ISA=.*", done.stderr):
        raise Cannot(refused.group())
    counted = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not counted or not int(counted.group(1)):
        raise RuntimeError(f"{' '.join(command)}:\n{done.stderr}")
    return int(counted.group(1))


def per_patient_day(vtrial, scenario, patients, place, settings=(), days=365):
    """Within the patients' lives (kernels/run_cpu.cpp): start-up, reading and writing are not in it."""
    return count(vtrial, scenario, patients, place, settings, f"vt_run_{ISA}") / patients / days

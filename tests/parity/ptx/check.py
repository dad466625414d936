"""The GPU's program gives the CPU's bits: usage: check.py COMPILER RUN_CUDA.ptx COMPARE [PATIENTS]

Translates the PTX of the production kernel to C++ (translate.py), compiles it for this machine and compares its raw rows
and tally words with those of the CPU path byte by byte (compare.cpp). What this does not see: the last step from PTX to
a GPU's own instructions, and anything that depends on threads running at the same time. self_test.py plants the defects.
"""
import pathlib
import subprocess
import sys
import tempfile

import translate

SOURCE = pathlib.Path(__file__).resolve().parents[3]
KERNEL = "simulate_patients"


def build(compiler, ptx, name, folder):
    """A shared library of the entries of a PTX text whose name contains `name`, and a line about the translation."""
    program, what, _ = translate.translate(ptx, name)
    source, library = pathlib.Path(folder) / "program.cpp", pathlib.Path(folder) / "program.so"
    source.write_text(program, encoding="utf-8")
    subprocess.run([compiler, "-std=c++20", "-O1", "-ffp-contract=off", "-fno-math-errno", "-fwrapv", "-fno-strict-aliasing",
                    "-fPIC", "-shared", "-I", SOURCE, source, "-o", library], check=True)
    return library, what


def compare(program, library, *arguments):
    """Exit code and output: 0 when all bytes agree, 1 when some differ."""
    ran = subprocess.run([program, library, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return ran.returncode, ran.stdout


def main():
    compiler, ptx, program, *patients = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        try:
            library, what = build(compiler, pathlib.Path(ptx).read_text(encoding="utf-8"), KERNEL, folder)
        except translate.Unknown as unknown:
            line, text, why = unknown.args
            sys.exit(f"{ptx}:{line}: {text}: {why}")
        print(f"translated: {what}", flush=True)
        status, said = compare(program, library, *patients)
        print(said, end="")
        return status


if __name__ == "__main__":
    sys.exit(main())

"""One content hash and the same raw rows from every compiler, optimisation level and instruction set.

usage: compilers.py REFERENCE_PROGRAM BUILD_DIR COMPILER LEVEL [LEVEL ...]
Builds the program once more with COMPILER and the kernels at each LEVEL (-O0, -O3); runs TOPS and everything.toml with every
instruction set that this processor has, and compares with the reference program's run. Code of the host is compiled once: as
a release, or without optimisation where that is the first level.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
TRIALS = ("tops.toml", "640"), ("everything.toml", "192")


def build(directory, compiler, optimisation, is_release):
    # The build type "None" has no flags of its own that would outdo -O0; with it the standard library checks every use of its
    # containers and iterators.
    host = ["-DCMAKE_BUILD_TYPE=Release"] if is_release else ["-DCMAKE_BUILD_TYPE=None", "-DCMAKE_CXX_FLAGS=-O0 -D_GLIBCXX_DEBUG"]
    subprocess.run(["cmake", "-S", SOURCE, "-B", directory, f"-DCMAKE_CXX_COMPILER={compiler}", *host,
                    f"-DVTRIAL_KERNEL_OPTIMISATION={optimisation}", "-DVTRIAL_CUDA=OFF", "-DVTRIAL_TESTS=OFF", "-DVTRIAL_WERROR=OFF"]
                   + (["-G", "Ninja"] if shutil.which("ninja") else []), check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", directory, "--target", "vtrial"], check=True, stdout=subprocess.DEVNULL)
    return directory / "bin" / "vtrial"


def run(program, directory, isa):
    """Content hashes, plan hashes and rows of all trials."""
    found = [], [], []
    for name, patients in TRIALS:
        rows = directory / "rows"
        environment = {**os.environ, "VTRIAL_ISA": isa}
        said = subprocess.run([program, "run", SOURCE / "scenarios" / name, "--backend", "cpu", "--patients", patients, "--quiet",
                               "--json", "--records", rows, "-o", directory / "results.h5"],
                              check=True, stdout=subprocess.PIPE, env=environment).stdout
        result = json.loads(said)["runs"][0]
        for all_of, one in zip(found, (result["content_hash"], result["plan_hash"], rows.read_bytes())):
            all_of.append(one)
    return " ".join(found[0]), " ".join(found[1]), b"".join(found[2])


def different_builds(program, directory, expected, name):
    """The number of the program's instruction sets whose run differs from the expected one, after one line for each."""
    builds = json.loads(subprocess.run([program, "devices", "--json"], check=True, stdout=subprocess.PIPE).stdout)["cpu"]
    different = 0
    for isa, runs_here in builds.items():
        if not runs_here:
            print(f"{name} {isa}: skipped, not on this processor")
            continue
        content, plan, rows = run(program, directory, isa)
        same = (content, plan) == expected[:2] and rows == expected[2]
        print(f"{name} {isa}: {'same' if same else 'DIFFERENT'}, {content}, plan {plan}, {len(rows)} bytes of rows")
        different += not same
    return different


def main():
    reference, directory, (compiler, *levels) = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:]
    if not shutil.which(compiler):
        print(f"skipped: {compiler} is not installed")
        return 77
    directory.mkdir(parents=True, exist_ok=True)
    expected = run(reference, directory, "")
    different = 0
    for level in levels:
        program = build(directory, compiler, level, levels[0] != "-O0")
        different += different_builds(program, directory, expected, f"{compiler} {level}")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())

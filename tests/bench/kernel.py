"""What the compiler makes of the GPU's kernel: registers, stack, spills, and which instructions a day is made of.

usage: kernel.py PTXAS RUN_CUDA.ptx             against kernel.json (test bench.kernel)
       kernel.py PTXAS RUN_CUDA.ptx --record    writes kernel.json
       kernel.py PTXAS RUN_CUDA.ptx --table     the tables of README.md

Exit code 0: nothing is above what was recorded, spills on most days included; 1: not so; 77: another ptxas than the
recorded one. To look into the loop over days takes nvdisasm of CUDA 13 (PATH, NVDISASM, or beside ptxas; the PyPI package
nvidia-cuda-nvdisasm has it); without it a line says so and the totals alone are compared.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import sass

RECORDED = pathlib.Path(__file__).with_name("kernel.json")
ARCHITECTURE = "sm_90"
VARIANTS = {"0": "zero_order", "1": "first_order", "2": "general"}
FIGURES = ("registers", "stack_bytes", "spill_store_bytes")
IN_LOOP = "spill_stores_on_most_days"
UNBOUNDED = "stack_bytes"  # the patient's state may grow


def version_of(ptxas):
    said = subprocess.run([ptxas, "--version"], capture_output=True, text=True, check=True).stdout
    return re.search(r"release ([\d.]+)", said).group(1)


def figures_of(report):
    """Of one kernel, from what `ptxas -v` says about it."""
    return {"registers": int(re.search(r"Used (\d+) registers", report).group(1)),
            "stack_bytes": int(re.search(r"(\d+) bytes cumulative stack size", report).group(1)),
            "spill_store_bytes": int(re.search(r"properties for \S*simulate_patients\S*\s+.*?(\d+) bytes spill stores", report).group(1))}


def assemble(ptxas, ptx, place):
    """For each variant of the kernel its figures and its file of machine code."""
    entries = dict(sorted((m.group(2), m.group(1)) for m in
                          re.finditer(r"\.entry (\w*simulate_patientsILNS_7VariantE(\d)E\w*)", pathlib.Path(ptx).read_text(encoding="utf-8"))))

    def one(variant):
        out = pathlib.Path(place) / f"{VARIANTS[variant]}.cubin"
        said = subprocess.run([ptxas, f"-arch={ARCHITECTURE}", "-v", "-annotate", "-e", entries[variant], str(ptx), "-o", out],
                              capture_output=True, text=True, check=True)
        return VARIANTS[variant], (figures_of(said.stdout + said.stderr), out)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return dict(pool.map(one, entries))


def disassembler(ptxas):
    beside = pathlib.Path(ptxas).with_name("nvdisasm")
    return os.environ.get("NVDISASM") or (str(beside) if beside.exists() else shutil.which("nvdisasm"))


def worse(found, recorded):
    """Lines about what is above its bound, of figures by variant."""
    pairs = [(variant, name, figure, recorded.get(variant, {}).get(name)) for variant, figures in found.items() for name, figure in figures.items() if name != UNBOUNDED]
    return [f"{variant}: {name.replace('_', ' ')} {figure}, recorded {bound}" for variant, name, figure, bound in pairs if bound is None or figure > bound]


def table(kernels, found):
    print("| variant | registers | stack, B | spill stores, B | instructions that spill on most days | instructions of the loop |")
    print("|---|---|---|---|---|---|")
    for variant, figures in found.items():
        print(f"| {variant} | " + " | ".join(f"{figures[f]:,}" for f in FIGURES)
              + f" | {figures[IN_LOOP]} | {len(kernels[variant].day):,} |")
    print("\n| instructions of the loop over days | " + " | ".join(kernels) + " |\n|---|" + "---|" * len(kernels))
    mixes = [kernel.mix() for kernel in kernels.values()]
    for kind in sass.KINDS:
        print(f"| {kind} | " + " | ".join(f"{mix[kind]:,}" for mix in mixes) + " |")


def main(ptxas, ptx, *options):
    ptxas = shutil.which(ptxas) or ptxas
    recorded = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {}
    version = version_of(ptxas)
    if not options and version != recorded["ptxas"]:
        print(f"skipped: recorded with ptxas {recorded['ptxas']}, this is {version}")
        return 77
    with tempfile.TemporaryDirectory() as place:
        assembled = assemble(ptxas, ptx, place)
        found = {variant: figures for variant, (figures, _) in assembled.items()}
        nvdisasm = disassembler(ptxas)
        try:
            kernels = {variant: sass.read(nvdisasm, cubin) for variant, (_, cubin) in assembled.items()} if nvdisasm else {}
        except subprocess.CalledProcessError as failed:
            print(f"{nvdisasm} does not say what is a spill: {failed.stderr.strip()[:200]}")
            kernels, nvdisasm = {}, None
    for variant, kernel in kernels.items():
        found[variant][IN_LOOP] = len(kernel.spill_stores())
        for line in kernel.spill_stores():
            print(f"{variant}, in the loop over days: {line}")
    if options == ("--table",):
        table(kernels, found)
        return 0
    if options == ("--record",):
        RECORDED.write_text(json.dumps({"ptxas": version, "architecture": ARCHITECTURE, "kernels": found}, indent=2) + "\n", encoding="utf-8")
        return 0
    if not nvdisasm:
        print("nvdisasm was not found: where the spills lie was not looked up")
    for variant, figures in found.items():
        print(f"{variant}: " + ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in figures.items()))
    problems = worse(found, recorded["kernels"])
    for line in problems:
        print(f"ABOVE {line}; if this is meant: kernel.py {ptxas} {ptx} --record")
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))

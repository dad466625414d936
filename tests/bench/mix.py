"""What a patient's day is made of on a GPU: the instructions that are executed, counted without a GPU, and the floor that they set.

usage: mix.py COMPILER RUN_CUDA.ptx PTX_COMPARE [SCENARIO [PATIENTS]]

The kernel's PTX, translated for this machine (tests/parity/ptx), counts how often each of its stretches is entered. PTX is
not yet the machine's own code: where one of its instructions becomes several, the number is an estimate and said so.
"""
import collections
import pathlib
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests" / "parity" / "ptx"))
import check  # noqa: E402
import translate  # noqa: E402

# By the first of these that an opcode begins with; what none fits is integers and bits.
KINDS = {"fma.rn.f64": "FP64 fused multiply-add", "add.rn.f64": "FP64 add", "sub.rn.f64": "FP64 add", "mul.rn.f64": "FP64 multiply",
         "setp": None, "div.rn.f64": "FP64 division", "rcp.rn.f64": "FP64 division", "sqrt.rn.f64": "FP64 square root",
         "neg.f64": "FP64 sign", "abs.f64": "FP64 sign", "min.f64": "FP64 compare", "max.f64": "FP64 compare",
         "cvt.rn.f64": "conversions", "cvt.rzi": "conversions", "ld.local": "memory: patient", "st.local": "memory: patient",
         "ld.param": "arguments", "st.param": "arguments", "ld.shared": "memory: shared", "st.shared": "memory: shared",
         "atom": "memory: additions", "red": "memory: additions", "ld": "memory: Plan, patient by its address",
         "st": "memory: Plan, patient by its address", "bra": "branches", "call": "calls and returns", "ret": "calls and returns",
         "mov": "moves, conversions of addresses", "cvta": "moves, conversions of addresses", "cvt": "moves, conversions of addresses"}
FP64 = {"FP64 fused multiply-add": 1, "FP64 add": 1, "FP64 multiply": 1, "FP64 compare": 1, "FP64 division": 9, "FP64 square root": 9}
SMS, GHZ, FP64_PER_CLOCK, ISSUED_PER_CLOCK = 132, 1.98, 64, 128  # an H200 at its highest clock; threads' instructions per SM
YEARS = 1_000_000


def kind_of(opcode):
    if opcode.startswith("setp"):
        return "FP64 compare" if opcode.endswith("f64") else "integers, bits, selects"
    return next((kind for start, kind in KINDS.items() if kind and (opcode == start or opcode.startswith(start + "."))), "integers, bits, selects")


def executed(compiler, ptx, compare, scenario, patients):
    """Instructions by kind, per patient-day; enrolment and visits are in them."""
    text = pathlib.Path(ptx).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        library, _ = check.build(compiler, text, check.KERNEL, folder)
        said = subprocess.run([compare, library, "--count", scenario, str(patients)], capture_output=True, text=True, check=True).stdout
    days, *entered = map(int, said.split())
    counts = collections.Counter()
    for stretch, opcode in translate.translate(text, check.KERNEL)[2]:
        counts[kind_of(opcode)] += entered[stretch]
    return {kind: count / (patients * days) for kind, count in counts.most_common()}


def floor_ms(per_patient_day, per_clock):
    return per_patient_day * YEARS * 365.25 / (SMS * per_clock * GHZ * 1e9) * 1e3


def main(compiler, ptx, compare, scenario=SOURCE / "tests" / "bench" / "tops.toml", patients=200):
    mix = executed(compiler, ptx, compare, scenario, int(patients))
    print("| PTX instructions executed per patient-day | |\n|---|---|")
    for kind, count in mix.items():
        print(f"| {kind} | {count:,.0f} |")
    fp64, total = sum(mix.get(kind, 0) * n for kind, n in FP64.items()), sum(mix.values())
    issued = total + sum(mix.get(kind, 0) * (n - 1) for kind, n in FP64.items())
    print(f"| all | {total:,.0f} |")
    print(f"\nFloor of {YEARS:,} patient-years on {SMS} SMs at {GHZ} GHz (estimate; a division or root counts {FP64['FP64 division']}): "
          f"FP64 pipe {fp64:,.0f} a patient-day, {floor_ms(fp64, FP64_PER_CLOCK):.0f} ms; issue {issued:,.0f}, {floor_ms(issued, ISSUED_PER_CLOCK):.0f} ms.")


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])

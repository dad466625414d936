"""The stages of a day are vector instructions: usage: stages.py OBJDUMP ISA OBJECT [KERNELS]

Finds every function marked VT_STAGE or VT_COLD_STAGE in KERNELS (the folder kernels/ by default) and looks at its instructions in OBJECT,
made for ISA v3 (256-bit vectors) or v4 (512-bit). A loop over lanes is an innermost loop: arithmetic and comparisons of
doubles in it must be packed at full width, and it calls nothing. Outside the innermost loops scalars are free: what all
patients share is computed once there. clang refuses to compile a loop over lanes that it cannot vectorise; this sees
g++ too. stages_self_test.py and parity/planted_defects.py plant the defects.
"""
import pathlib
import re
import subprocess
import sys

ONE_BY_ONE = {"carry_over"}  # goes through the few patients whom it concerns one after the other
WIDEST = {"v3": "ymm", "v4": "zmm"}
MARKED = re.compile(r"^VT_(?:COLD_)?STAGE\s+[\w:<>&* ]*?\b(\w+)\s*\(", re.MULTILINE)
ARITHMETIC = re.compile(r"^v(?:add|sub|mul|div|sqrt|u?comi|cmp\w*|fn?m(?:add|sub)(?:132|213|231))([ps])d$")
HEADER = re.compile(r"^([0-9a-f]+) <(.*)>:$")
LINE = re.compile(r"^\s*([0-9a-f]+):\s+(?:(?:notrack|bnd|data16|cs) )*(\S+)\s*(.*)$")


def marked_stages(folder):
    return {name for path in sorted(folder.rglob("*.hpp")) for name in MARKED.findall(path.read_text(encoding="utf-8"))}


def functions(objdump, path):
    """(name, [(address, mnemonic, operands)]) of every function in an object; calls carry the name of what they call."""
    command = [objdump, "-d", "-r", "-C", "--no-show-raw-insn", path]
    name, code = "", []
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
        if header := HEADER.match(line):
            if code:
                yield name, code
            name, code = header.group(2), []
        elif "R_X86_64" in line:
            if not code[-1][1].startswith("call"):
                continue
            address, mnemonic, _ = code[-1]
            code[-1] = address, mnemonic, re.sub(r".*R_X86_64\S*\s+|[-+]0x[0-9a-f]+$", "", line)
        elif instruction := LINE.match(line):
            code.append((int(instruction.group(1), 16), instruction.group(2), instruction.group(3)))
    if code:
        yield name, code


def stage_of(symbol, isa, names):
    """The stage that a demangled symbol is an instance (or a split-off part) of."""
    match = re.search(rf"(?:^|[ *&])vt::{isa}::(\w+)[<(]", symbol)
    return match.group(1) if match and match.group(1) in names else None


def innermost_loops(code):
    """The instructions of every loop that contains no other: the ranges of jumps backwards."""
    ranges = set()
    for address, mnemonic, operands in code:
        target = re.match(r"([0-9a-f]+) <", operands)
        if mnemonic.startswith("j") and target and code[0][0] <= int(target.group(1), 16) <= address:
            ranges.add((int(target.group(1), 16), address))
    for begin, end in sorted(ranges):
        if not any(r != (begin, end) and begin <= r[0] and r[1] <= end for r in ranges):
            yield [c for c in code if begin <= c[0] <= end]


def arithmetic(code, register):
    """How many instructions of double arithmetic: (packed at full width, packed narrower, scalar)."""
    full = narrow = scalar = 0
    for _, mnemonic, operands in code:
        if match := ARITHMETIC.match(mnemonic):
            if match.group(1) == "s":
                scalar += 1
            elif f"%{register}" in operands:
                full += 1
            else:
                narrow += 1
    return full, narrow, scalar


def findings(objdump, isa, path, kernels):
    """One text for each defect, after one line of figures for each stage (printed)."""
    names, register = marked_stages(kernels), WIDEST[isa]
    seen, found, computes = set(), [], False
    for symbol, code in functions(objdump, path):
        stage = stage_of(symbol, isa, names)
        if stage is None:
            continue
        seen.add(stage)
        loops = list(innermost_loops(code))
        full, narrow, scalar = arithmetic(code, register)
        computes |= full > 0
        figures = f"{full} packed in {register}, {narrow} narrower, {scalar} scalar double operations; {len(loops)} loops"
        short = re.search(rf"vt::{isa}::({stage}(?:<[^>]*>)?)", symbol).group(1)
        print(f"{short}: {figures}")
        before = len(found)
        for loop in loops:
            called = {operands for _, mnemonic, operands in loop if mnemonic.startswith("call")}
            # What is given the whole cohort is called for all patients at once: the way back from a rare part of the stage.
            others = {c for c in called if stage_of(c, isa, names) is None and "Cohort<" not in c}
            in_full, in_narrow, in_scalar = arithmetic(loop, register)
            if others:
                found.append(f"{short}: a loop over lanes calls {', '.join(sorted(others))}")
            elif not called and stage not in ONE_BY_ONE and in_narrow + in_scalar > in_full:
                found.append(f"{short}: a loop over lanes is not vectorised: {in_full} packed in {register}, {in_narrow} narrower, "
                             f"{in_scalar} scalar double operations in it")
        if scalar + narrow and not full and len(found) == before:
            found.append(f"{short}: nothing is vectorised: {figures}")
    found += [f"{name}: marked VT_STAGE, but {path} has no such function in vt::{isa}" for name in sorted(names - seen)]
    if not computes:
        found.append(f"{path}: no stage has double arithmetic in {register} at all")
    return found


if __name__ == "__main__":
    objdump, isa, path, *kernels = sys.argv[1:]
    found = findings(objdump, isa, path, pathlib.Path(kernels[0] if kernels else pathlib.Path(__file__).parents[2] / "kernels"))
    print("\n".join(found) or "ok")
    sys.exit(1 if found else 0)

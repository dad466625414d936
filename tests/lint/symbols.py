"""Checks over the compiled kernels: usage: symbols.py NM LIBM ISA OBJECT...

leaks:  an object may define only names of its own inline namespace vt::ISA and the entry points that end in _ISA. Any
        other inline function could be kept by the linker for the whole program, with instructions that an older
        processor does not have.
libm:   an object may not need a function of the C mathematics library, whose bits differ between machines; fma and
        sqrt are rounded correctly everywhere.
symbols_self_test.py plants the defects.
"""
import re
import subprocess
import sys

SHARED = re.compile(r"^(DW\.ref\.|typeinfo |vtable )")  # data without instructions, the same in every object
ALLOWED_OF_LIBM = {"fma", "sqrt"}


def nm(program, *arguments):
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout.splitlines()


def without_parameters(name):
    """A demangled name up to its last list of parameters: what stands there says nothing about the name's own namespace."""
    end = name.rfind(")")
    depth = 0
    for place in range(end, -1, -1):
        depth += {")": 1, "(": -1}.get(name[place], 0)
        if depth == 0:
            return name[:place] if end >= 0 else name
    return name


def is_of(isa, mangled, name):
    """Whether a symbol lies in vt::ISA, or is a template of another library made for a type in it."""
    own = re.match(r"_ZT?[A-Z]*?Z*N[rVKRO]*2vt(.*)", mangled)
    if own:
        return own.group(1).startswith(f"{len(isa)}{isa}")
    return (re.search(rf"(^|[ (<*&])vt::{isa}::", without_parameters(name)) or re.fullmatch(rf"vt_\w+_{isa}", name)
            or SHARED.match(name))


def leaks(program, isa, objects):
    for path in objects:
        for line, readable in zip(nm(program, "-p", "--defined-only", path), nm(program, "-p", "-C", "--defined-only", path), strict=True):
            match = re.match(r"^[0-9a-f]* ?([A-Za-z]) (.*)$", line)
            if match is None or match.group(1) not in "TWVuBDR":
                continue
            name = re.match(r"^[0-9a-f]* ?[A-Za-z] (.*)$", readable).group(1)
            if not is_of(isa, match.group(2), name):
                yield f"{path}: defines {name} (outside vt::{isa}, so it may run on a processor without {isa})"


def libm(program, library, objects):
    names = {line.split()[-1].split("@")[0] for line in nm(program, "-D", "--defined-only", library)}
    for path in objects:
        for line in nm(program, "-u", path):
            name = line.split()[-1]
            if name in names - ALLOWED_OF_LIBM:
                yield f"{path}: needs {name} of the mathematics library; use kernels/numerics"


if __name__ == "__main__":
    program, library, isa, *objects = sys.argv[1:]
    findings = list(leaks(program, isa, objects)) + list(libm(program, library, objects))
    print("\n".join(findings) or "ok")
    sys.exit(1 if findings or not objects else 0)

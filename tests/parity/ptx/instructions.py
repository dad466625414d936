"""The PTX instructions that translate.py knows, and what each means in C++.

One row for each opcode with all its modifiers and types; a row that is not here is an instruction that stops the
translation. .ftz, .approx and operations that do not say how they round have no row and must not get one.
"""
import re

BITS = {"pred": 1, "f64": 64, **{f"{kind}{n}": n for kind in "bus" for n in (8, 16, 32, 64)}}

# Operands, in order: T a value of that type; =T a register that receives it; T+ =T+ in a register at least as wide;
# @ an address, @shared of shared memory; pair =pair two 32-bit registers in braces. The C++ template numbers them from 0; without a receiver it
# is a statement, else the received value. {T} type, {U} unsigned type as wide, {W} type twice as wide, {B} bytes.
INSTRUCTIONS = {}


def row(opcode, types, operands, template):
    for t in types.split() or [""]:
        wide = f"{t[0]}{2 * BITS[t]}" if t in BITS and t[0] in "us" else ""
        names = {"T": c_type(t), "U": c_type(f"u{BITS[t]}") if t in BITS else "", "W": wide, "B": BITS.get(t, 0) // 8}
        kinds = [re.sub(r"T|W", lambda m: t if m.group() == "T" else wide, kind) for kind in operands.split()]
        expression = re.sub(r"\{([TUWB])\}", lambda m: str(names[m.group(1)]), template)
        name = opcode.replace("{T}", t)
        assert name not in INSTRUCTIONS, name
        INSTRUCTIONS[name] = (kinds, expression)


def c_type(t):
    return "bool" if t == "pred" else re.sub("^b", "u", t)


INTEGERS = "u16 s16 u32 s32 u64 s64"
BIT_SETS = "b16 b32 b64"

row("add.{T}", INTEGERS, "=T T T", "{U}({1}) + {U}({2})")
row("sub.{T}", INTEGERS, "=T T T", "{U}({1}) - {U}({2})")
row("mul.lo.{T}", INTEGERS, "=T T T", "u64({1}) * u64({2})")
row("mul.wide.{T}", "u16 s16 u32 s32", "=W T T", "{W}({1}) * {W}({2})")
row("mul.hi.{T}", "u32 s32", "=T T T", "({W}({1}) * {W}({2})) >> 32")
row("mul.hi.{T}", "u64", "=T T T", "(u128({1}) * u128({2})) >> 64")
row("mul.hi.{T}", "s64", "=T T T", "(s128({1}) * s128({2})) >> 64")
row("mad.lo.{T}", INTEGERS, "=T T T T", "u64({1}) * u64({2}) + u64({3})")
row("mad.wide.{T}", "u16 s16 u32 s32", "=W T T W", "u64({W}({1}) * {W}({2})) + u64({3})")
row("div.{T}", INTEGERS, "=T T T", "{1} / {2}")
row("rem.{T}", INTEGERS, "=T T T", "{1} % {2}")
row("neg.{T}", "s16 s32 s64", "=T T", "{U}(0) - {U}({1})")
row("abs.{T}", "s16 s32 s64", "=T T", "{1} < 0 ? {U}(0) - {U}({1}) : {U}({1})")
row("min.{T}", INTEGERS, "=T T T", "{1} < {2} ? {1} : {2}")
row("max.{T}", INTEGERS, "=T T T", "{1} > {2} ? {1} : {2}")

row("and.{T}", BIT_SETS + " pred", "=T T T", "{1} & {2}")
row("or.{T}", BIT_SETS + " pred", "=T T T", "{1} | {2}")
row("xor.{T}", BIT_SETS + " pred", "=T T T", "{1} ^ {2}")
row("not.{T}", BIT_SETS, "=T T", "~{1}")
row("not.pred", "", "=pred pred", "!{1}")
row("shl.{T}", BIT_SETS, "=T T u32", "shift_left<{T}>({1}, {2})")
row("shr.{T}", INTEGERS + " " + BIT_SETS, "=T T u32", "shift_right<{T}>({1}, {2})")
row("bfi.{T}", "b32 b64", "=T T T u32 u32", "insert_bits<{T}>({1}, {2}, {3}, {4})")
row("popc.b32", "", "=u32 b32", "__builtin_popcount({1})")
row("popc.b64", "", "=u32 b64", "__builtin_popcountll({1})")
row("clz.b32", "", "=u32 b32", "{1} == 0 ? 32 : __builtin_clz({1})")
row("clz.b64", "", "=u32 b64", "{1} == 0 ? 64 : __builtin_clzll({1})")
for side in ("l", "r"):  # the funnel: 64 bits, high half {2}, low half {1}
    for mode, amount in (("wrap", "({3} & 31)"), ("clamp", "({3} < 32 ? {3} : 32)")):
        shifted = {"l": f"(pair({{1}}, {{2}}) << {amount}) >> 32", "r": f"pair({{1}}, {{2}}) >> {amount}"}[side]
        row(f"shf.{side}.{mode}.b32", "", "=b32 b32 b32 u32", shifted)

row("add.rn.f64", "", "=f64 f64 f64", "{1} + {2}")
row("sub.rn.f64", "", "=f64 f64 f64", "{1} - {2}")
row("mul.rn.f64", "", "=f64 f64 f64", "{1} * {2}")
row("div.rn.f64", "", "=f64 f64 f64", "{1} / {2}")
row("rcp.rn.f64", "", "=f64 f64", "1.0 / {1}")
row("fma.rn.f64", "", "=f64 f64 f64 f64", "fma_rn({1}, {2}, {3})")
row("sqrt.rn.f64", "", "=f64 f64", "sqrt_rn({1})")
row("neg.f64", "", "=f64 f64", "-{1}")
row("abs.f64", "", "=f64 f64", "std::fabs({1})")
row("min.f64", "", "=f64 f64 f64", "lesser({1}, {2})")
row("max.f64", "", "=f64 f64 f64", "greater({1}, {2})")

for name, sign in {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}.items():
    row(f"setp.{name}.{{T}}", INTEGERS + (" " + BIT_SETS if name in ("eq", "ne") else ""), "=pred T T", f"{{1}} {sign} {{2}}")
    if name != "ne":
        row(f"setp.{name}.f64", "", "=pred f64 f64", f"{{1}} {sign} {{2}}")
# With a NaN the plain comparisons are false, those in -u are true.
row("setp.ne.f64", "", "=pred f64 f64", "{1} < {2} || {1} > {2}")
for name, opposite in {"equ": "{1} < {2} || {1} > {2}", "neu": "{1} == {2}", "ltu": "{1} >= {2}", "leu": "{1} > {2}",
                       "gtu": "{1} <= {2}", "geu": "{1} < {2}"}.items():
    row(f"setp.{name}.f64", "", "=pred f64 f64", f"!({opposite})")
row("selp.{T}", INTEGERS + " " + BIT_SETS + " f64", "=T T T pred", "{3} ? {1} : {2}")
row("mov.{T}", INTEGERS + " " + BIT_SETS + " f64 pred", "=T T", "{1}")
row("mov.b64.unpack", "", "=pair b64", "{1}")
row("mov.b64.pack", "", "=b64 pair", "{1}")
row("mov.b32.pack", "", "=b32 halves", "{1}")

for to in "u8 s8 u16 s16 u32 s32 u64 s64".split():
    row(f"cvt.{to}.{{T}}", "u8 s8 u16 s16 u32 s32 u64 s64", f"={to}+ T+", "{1}")
row("cvt.rn.f64.{T}", "u8 s8 u16 s16 u32 s32 u64 s64", "=f64 T+", "f64({1})")
row("cvt.rzi.{T}.f64", "u32 s32 u64 s64", "=T f64", "truncated<{T}>({1})")

LOADED = "u8 s8 b8 u16 s16 b16 u32 s32 b32 u64 s64 b64 f64"
for space in (".global", ".global.nc", ".local", ".param", ".const", ""):
    row(f"ld{space}.{{T}}", LOADED, "=T+ @", "load<{T}>(aligned({1}, {B}))")
for space in (".global", ".local", ".param", ""):
    row(f"st{space}.{{T}}", LOADED, "@ T+", "store<{T}>(aligned({0}, {B}), {1})")
for space in ("", ".global"):
    row(f"atom{space}.add.{{T}}", "u32 u64", "=T @ T", "add_in_memory<{T}>({1}, {2})")
    row(f"red{space}.add.{{T}}", "u32 u64", "@ T", "add_in_memory<{T}>({0}, {1})")
for space in ("global", "local", "const"):
    row(f"cvta.{space}.u64", "", "=u64 u64", "{1}")
    row(f"cvta.to.{space}.u64", "", "=u64 u64", "{1}")
# Of a block's memory, an offset in 32 bits.
row("ld.shared.{T}", LOADED, "=T+ @shared", "load<{T}>(aligned({1}, {B}))")
row("st.shared.{T}", LOADED, "@shared T+", "store<{T}>(aligned({0}, {B}), {1})")
row("atom.shared.add.u32", "", "=u32 @shared u32", "add_in_memory<u32>({1}, {2})")
row("red.shared.add.u32", "", "@shared u32", "add_in_memory<u32>({0}, {1})")
row("bar.sync", "", "u32", "barrier()")
# One thread is a warp of its own.
row("activemask.b32", "", "=b32", "1")
row("vote.sync.any.pred", "", "=pred pred b32", "{1}")

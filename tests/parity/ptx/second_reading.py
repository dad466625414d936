"""The PTX manual read a second time, in Python and apart from instructions.py: operands and the result of each."""
import itertools
import math
import re
import struct

from instructions import BITS, INSTRUCTIONS

NAN, INF = math.nan, math.inf


def signed(x, bits):
    return x - (1 << bits) if x >> bits - 1 else x


def word(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def number(x):
    return struct.unpack("<d", struct.pack("<Q", x))[0]


def funnel(low, high, by, left, clamp):
    by = min(by, 32) if clamp else by % 32
    both = high << 32 | low
    return both << by >> 32 if left else both >> by


def insert(a, b, position, length, bits):
    for i in range(length & 255):
        place = (position & 255) + i
        if place < bits:
            b = b & ~(1 << place) | (a >> i & 1) << place
    return b


def quotient(a, b):
    return None if b == 0 else abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def divided(a, b):
    if b == 0:
        return NAN if a == 0 or a != a else math.copysign(INF, a) * math.copysign(1, b)
    return a / b


def extreme(a, b, pick):
    numbers = [x for x in (a, b) if x == x]
    return pick(numbers, key=lambda x: (x, math.copysign(1, x))) if numbers else NAN


def to_integer(x, t):
    bits, low = BITS[t], -(1 << BITS[t] - 1) if t[0] == "s" else 0
    if x != x:
        return 1 << bits - 1
    high = low + (1 << bits) - 1
    return high if x >= high else low if x <= low else int(x)


ORDER = {"eq": lambda a, b: a == b, "ne": lambda a, b: a == a and b == b and a != b, "lt": lambda a, b: a < b,
         "le": lambda a, b: a <= b, "gt": lambda a, b: a > b, "ge": lambda a, b: a >= b}
REALS = {"add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "div": divided,
         "rcp": lambda a: divided(1.0, a), "neg": lambda a: -a, "abs": abs, "min": lambda a, b: extreme(a, b, min),
         "max": lambda a, b: extreme(a, b, max), "sqrt": lambda a: NAN if a < 0 or a != a else math.sqrt(a),
         "selp": lambda a, b, c: a if c else b, "mov": lambda a: a}
WHOLE = {"add": lambda a, b: a + b, "sub": lambda a, b: a - b, "div": quotient, "neg": lambda a: -a, "abs": abs,
         "rem": lambda a, b: None if b == 0 else a - b * quotient(a, b), "min": min, "max": max, "and": lambda a, b: a & b,
         "or": lambda a, b: a | b, "xor": lambda a, b: a ^ b, "not": lambda a: ~a, "mov": lambda a: a,
         "selp": lambda a, b, c: a if c else b, "popc": lambda a: bin(a).count("1")}


def expected(opcode, values):
    """The result as a number; None: not defined."""
    first, *rest = opcode.split(".")
    t = rest[-1]
    bits = BITS[t]
    if first == "cvt":
        return to_integer(values[0], rest[1]) if rest[0] == "rzi" else float(values[0]) if rest[0] == "rn" else values[0]
    if first == "setp":
        if rest[0][-1] == "u" and t == "f64":
            return ORDER[rest[0][:2]](*values) or any(v != v for v in values)
        return ORDER[rest[0]](*values)
    if first == "fma":
        return None  # exact sums of products: test_fma_rounds_once
    if t == "f64":
        return REALS[first](*values)
    if first == "mul":
        return values[0] * values[1] >> (bits if rest[0] == "hi" else 0)
    if first == "mad":
        return values[0] * values[1] + values[2]
    if first == "shl":
        return 0 if values[1] >= bits else values[0] << values[1]
    if first == "shr":
        return values[0] >> min(values[1], bits)
    if first == "activemask":
        return 1  # one thread is a warp of its own
    if first == "vote":
        return values[0]
    if first == "bfi":
        return insert(*values, bits)
    if first == "clz":
        return bits - values[0].bit_length()
    if first == "shf":
        return funnel(*values, left=rest[0] == "l", clamp=rest[1] == "clamp")
    if t == "pred" and first == "not":
        return not values[0]
    return WHOLE[first](*values)


def samples(kind, opcode, position):
    t = kind.rstrip("+")
    if t == "pred":
        return [0, 1]
    if t == "f64":
        return [0.0, -0.0, 1.5, -2.75, 1e300, -3e9, 5e18, 1.2e19, 2.0**32 - 0.5, 5e-324, INF, -INF, NAN, 0.1]
    if opcode.startswith(("shl", "shr", "shf", "bfi")) and t == "u32" and position > 0:
        return [0, 1, 5, 16, 31, 32, 40, 64, 255]
    bits = BITS[t]
    some = [0, 1, 3, 1 << bits - 1, (1 << bits) - 1, (1 << bits - 1) - 1, 0x9E3779B97F4A7C15 & (1 << bits) - 1]
    return [signed(x, bits) if t[0] == "s" else x for x in some]


def cases():
    for opcode, (kinds, _) in INSTRUCTIONS.items():
        if re.search("@|pair|halves", "".join(kinds)) or opcode.startswith(("cvta", "fma", "bar")):
            continue
        sets = [samples(kind, opcode, i) for i, kind in enumerate(kinds[1:])]
        sets = [s if len(sets) < 4 else s[1:7] for s in sets]
        for values in itertools.product(*sets):
            if re.match(r"(div|rem)\.s", opcode) and values[1] == -1:
                continue  # the least number by -1
            result = expected(opcode, values)
            if result is not None:
                yield opcode, kinds, values, result

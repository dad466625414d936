"""The formula language (host/formula/README.md), read once more and slowly, and random texts in it.

A value is Value(defined, error, number, slack): `slack` bounds how far a correct number may lie from this one. It is 0
where only operations took part whose result IEEE 754 fixes; exp, log and powers are good to a few roundings. A choice
that falls within the slack raises Unsure: it could rightly fall either way.
"""
import math
import re
from typing import NamedTuple

EPS = 2.0**-52
ELEMENTARY = 4 * EPS  # of exp, log, pow, here and in the program, each within 2 roundings
TOKEN = re.compile(r"\s*(?:(\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?)|([A-Za-z_][A-Za-z_0-9.]*)|(<=|>=|==|!=|[-+*/^()<>,@])|'([^']*)')")


class Unsure(Exception):
    pass


class Value(NamedTuple):
    defined: bool
    error: bool
    number: float
    slack: float


ERROR, UNDEFINED = Value(True, True, 0.0, 0.0), Value(False, False, 0.0, 0.0)


def number(x, slack=0.0):
    if not math.isfinite(x) or not math.isfinite(slack):
        return ERROR
    return Value(True, False, x, slack)


def truth(value):
    """Whether it is not 0."""
    if value.slack > 0 and abs(value.number) <= value.slack:
        raise Unsure
    return value.number != 0


def compare(sign, a, b):
    if (a.slack > 0 or b.slack > 0) and abs(a.number - b.number) <= a.slack + b.slack:
        raise Unsure
    x, y = a.number, b.number
    return number(float({"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y, "==": x == y, "!=": x != y}[sign]))


def rounded(x, slack, *inputs):
    """A result of + − × ÷: of inexact operands it may be rounded otherwise."""
    return number(x, slack + (EPS * abs(x) if any(i.slack for i in inputs) else 0.0))


def near(value, edge):
    """An inexact number at the edge of a domain."""
    if value.slack > 0 and abs(value.number - edge) <= value.slack:
        raise Unsure


def exponential(x):
    near(x, 709.0)
    if x.number > 709:
        return ERROR
    near(x, -708.0)
    e = math.exp(x.number) if x.number >= -708 else 0.0
    return number(e, e * (math.expm1(min(x.slack, 1)) + ELEMENTARY))


def logarithm(x):
    near(x, 0.0)
    if x.number <= 0:
        return ERROR
    result = math.log(x.number)
    return number(result, x.slack / (x.number - x.slack) + ELEMENTARY * max(abs(result), EPS))


def product(a, b):
    return rounded(a.number * b.number, a.slack * abs(b.number) + b.slack * abs(a.number) + a.slack * b.slack, a, b)


def quotient(a, b):
    near(b, 0.0)
    if b.number == 0:
        return ERROR
    x = a.number / b.number
    return rounded(x, (a.slack + abs(x) * b.slack) / (abs(b.number) - b.slack), a, b)


def root(x):
    near(x, 0.0)
    if x.number < 0:
        return ERROR
    r = math.sqrt(x.number)
    return rounded(r, x.slack / r if r > 0 else 0.0, x)


def general_power(a, b):
    """Powers of mathematics: 0^p is 0 for p > 0 and 1 for p = 0, a negative number has whole powers only."""
    near(a, 0.0), near(b, 0.0)
    if b.number == 0:
        return number(1.0)
    if a.number == 0:
        return number(0.0) if b.number > 0 else ERROR
    if a.number < 0 and b.slack:
        raise Unsure
    if a.number < 0 and b.number != math.floor(b.number):
        return ERROR
    size = abs(a.number)
    log = math.log(size)
    exponent = b.number * log
    if exponent > 708.9:
        if exponent < 709.1:
            raise Unsure
        return ERROR
    if exponent < -707.9:
        if exponent > -708.1:
            raise Unsure
        return number(0.0)
    p = size**b.number * (-1 if a.number < 0 and b.number % 2 else 1)
    relative = abs(b.number) * a.slack / (size - a.slack) + b.slack * abs(log) + b.slack * a.slack / (size - a.slack)
    return number(p, abs(p) * (math.expm1(min(relative, 1)) + ELEMENTARY))


def whole(x):
    if x.slack > 0 and abs(x.number - round(x.number)) <= x.slack:
        raise Unsure
    return number(float(math.floor(x.number)))


def expit(x):
    e = math.exp(-abs(x.number))
    p = (1.0 if x.number >= 0 else e) / (1.0 + e)
    return number(p, x.slack * 0.25 + 3 * ELEMENTARY * p)


def logit(p):
    near(p, 0.0), near(p, 1.0)
    if not 0 < p.number < 1:
        return ERROR
    return spread(lambda v: logarithm(*v), [quotient(p, rounded(1 - p.number, p.slack, p))])


def least(values):
    return number(min(v.number for v in values), max(v.slack for v in values))


def most(values):
    return number(max(v.number for v in values), max(v.slack for v in values))


FUNCTIONS = {"exp": lambda v: exponential(*v), "log": lambda v: logarithm(*v), "ln": lambda v: logarithm(*v),
             "log10": lambda v: spread(lambda x: product(x[0], number(0.4342944819032518)), [logarithm(*v)]), "sqrt": lambda v: root(*v),
             "abs": lambda v: number(abs(v[0].number), v[0].slack), "floor": lambda v: whole(*v), "min": least, "max": most,
             "clamp": lambda v: least([most(v[:2]), v[2]]), "expit": lambda v: expit(*v), "logit": lambda v: logit(*v)}


def spread(function, values):
    """Undefined before error; neither stops at a function."""
    if not all(v.defined for v in values):
        return UNDEFINED
    if any(v.error for v in values):
        return ERROR
    result = function(values)
    return result._replace(number=0.0) if result.number == 0 else result  # never −0


class Formula:
    """A text, parsed; formula(names) is its Value, names: text of a name -> float, NaN where undefined."""

    def __init__(self, text):
        self.tokens, at = [], 0
        while text[at:].strip():
            found = TOKEN.match(text, at)
            self.tokens.append(found.groups())
            at = found.end()
        self.tokens.append((None,) * 4)
        self.at, self.names = 0, set()
        self.root = self.disjunction()
        assert self.at == len(self.tokens) - 1, text

    def __call__(self, names):
        return self.root(names)

    def take(self, *words):
        _, name, sign, _ = self.tokens[self.at]
        if (name or sign) in words and (name or sign):
            self.at += 1
            return name or sign
        return None

    def plain(self, function, *parts):
        return lambda names: spread(function, [part(names) for part in parts])

    def disjunction(self):
        left = self.conjunction()
        while self.take("or"):
            left = self.plain(lambda v: number(float(any([truth(v[0]), truth(v[1])]))), left, self.conjunction())
        return left

    def conjunction(self):
        left = self.negation()
        while self.take("and"):
            left = self.plain(lambda v: number(float(all([truth(v[0]), truth(v[1])]))), left, self.negation())
        return left

    def negation(self):
        if self.take("not"):
            return self.plain(lambda v: number(float(not truth(v[0]))), self.negation())
        return self.comparison()

    def comparison(self):
        left = self.sum()
        sign = self.take("<=", ">=", "==", "!=", "<", ">")
        return self.plain(lambda v: compare(sign, *v), left, self.sum()) if sign else left

    def sum(self):
        left = self.term()
        while sign := self.take("+", "-"):
            factor = 1 if sign == "+" else -1
            left = self.plain(lambda v, f=factor: rounded(v[0].number + f * v[1].number, v[0].slack + v[1].slack, *v), left, self.term())
        return left

    def term(self):
        left = self.minus()
        while sign := self.take("*", "/"):
            left = self.plain(lambda v, f=product if sign == "*" else quotient: f(*v), left, self.minus())
        return left

    def minus(self):
        if self.take("-"):
            return self.plain(lambda v: number(-v[0].number, v[0].slack), self.minus())
        return self.power()

    def power(self):
        base = self.atom()
        if not self.take("^"):
            return base
        before = set(self.names)
        self.names = set()
        exponent = self.minus()
        fixed = exponent({}) if not self.names else ERROR
        self.names |= before
        if not fixed.error and fixed.defined and fixed.number in (2.0, 3.0, 0.5):
            return self.plain({2.0: lambda v: product(v[0], v[0]), 3.0: lambda v: spread(lambda x: product(x[0], v[0]), [product(v[0], v[0])]),
                               0.5: lambda v: root(v[0])}[fixed.number], base)
        return self.plain(lambda v: general_power(*v), base, exponent)

    def atom(self):
        digits, name, _, _ = self.tokens[self.at]
        if self.take("("):
            inside = self.disjunction()
            assert self.take(")")
            return inside
        self.at += 1
        if digits is not None:
            value = number(float(digits.replace("_", "")))
            return lambda names: value
        if self.take("("):
            return self.call(name)
        if self.take("@"):
            name += "@" + self.tokens[self.at][3]
            self.at += 1
        self.names.add(name)
        return lambda names: UNDEFINED if math.isnan(names[name]) else number(names[name])

    def call(self, function):
        parts = [self.disjunction()]
        while self.take(","):
            parts.append(self.disjunction())
        assert self.take(")")
        if function == "defined":
            return lambda names: number(float(parts[0](names).defined))
        if function == "otherwise":
            return lambda names: parts[0](names) if parts[0](names).defined else parts[1](names)
        if function == "if":
            return lambda names: chosen(*(part(names) for part in parts))
        return self.plain(FUNCTIONS[function], *parts)


def chosen(condition, yes, no):
    if not condition.defined:
        return UNDEFINED
    if condition.error:
        return ERROR if yes.defined else UNDEFINED
    return yes if truth(condition) else no


def draw_text(random, names, depth=4, kind="any"):
    """A random formula over names; kind "condition": a comparison or what joins some."""
    sub = lambda k="any": draw_text(random, names, depth - 1, k)  # noqa: E731
    if depth <= 0:
        return random.choice(names) if random.random() < 0.7 else random.choice(
            ["0", "1", "2", "0.5", "1_000", "1e-6", "3.25", "100", "1e3", "7.0"])
    if kind == "condition":
        pick = random.random()
        if pick < 0.55:
            return f"{sub_sum(random, names, depth - 1)} {random.choice(['<', '<=', '>', '>=', '==', '!='])} {sub_sum(random, names, depth - 1)}"
        if pick < 0.75:
            return f"({sub('condition')}) {random.choice(['and', 'or'])} {random.choice(['', 'not '])}({sub('condition')})"
        if pick < 0.85:
            return f"{sub('condition')} {random.choice(['and', 'or'])} {sub('condition')}"
        return random.choice([f"not {sub('condition')}", f"defined({sub()})", f"otherwise({sub('condition')}, {sub('condition')})"])
    return sub_sum(random, names, depth) if random.random() < 0.85 else f"({sub('condition')})"


def sub_sum(random, names, depth):
    """Arithmetic, which may stand on either side of a comparison."""
    sub = lambda: draw_text(random, names, depth - 1)  # noqa: E731
    arithmetic = lambda: sub_sum(random, names, depth - 1)  # noqa: E731
    if depth <= 0:
        return draw_text(random, names, 0)
    pick = random.random()
    if pick < 0.25:
        return f"{arithmetic()} {random.choice(['+', '-', '*', '/'])} {arithmetic()}"
    if pick < 0.40:
        return f"({arithmetic()}) {random.choice(['+', '-', '*', '/'])} ({arithmetic()})"
    if pick < 0.50:
        return f"{random.choice(['-', ''])}({sub()})^{random.choice(['2', '3', '0.5', '1.7', '-1', '-0.3', f'({sub()})', '2^0.5'])}"
    if pick < 0.62:
        return f"{random.choice(['exp', 'log', 'ln', 'log10', 'sqrt', 'abs', 'floor', 'expit', 'logit', 'abs', 'floor'])}({sub()})"
    if pick < 0.72:
        return f"{random.choice(['min', 'max'])}({', '.join(sub() for _ in range(random.randint(2, 3)))})"
    if pick < 0.78:
        return f"clamp({sub()}, {sub()}, {sub()})"
    if pick < 0.86:
        return f"if({draw_text(random, names, depth - 1, 'condition')}, {sub()}, {sub()})"
    if pick < 0.91:
        return random.choice([f"otherwise({sub()}, {sub()})", f"defined({sub()})"])
    return draw_text(random, names, 0)

#!/usr/bin/env python3
"""Makes elementary_table.txt, the 50-digit reference for kernels/numerics/{elementary,normal}.hpp.

Run: python3 elementary.py > elementary_table.txt        (needs mpmath; about a minute)

A line is `function argument... high low`: arguments and high are hexadecimal doubles, high is the correctly rounded
result, low the rest, rounded to 24 bits, so that errors can be measured in fractions of an ulp. Points: edges of each
domain and of each argument reduction, the worst arguments found in wide random searches, and seeded random ones.
"""
import math
import random

from mpmath import mp, mpf

mp.dps = 50
POINTS = 2300
STEP = 2.0 ** -52
double = float.fromhex


# The worst arguments that wide random searches found, by function.
WORST = {
    "exp": "-0x1.c816cdb401158p+6; 0x1.9af322c7d2404p-2; 0x1.f95f7b768c5ap+7; 0x1.8fd303f962f69p-2",
    "log": "0x1.6637efee09a63p+0; 0x1.694fef05ba6c7p+0; 0x1.65be839cee66dp+0; 0x1.9f98dfa2e4cfcp+0; "
           "0x1.6821fed27628fp+0",
    "expm1": "0x1.63e3187d661bp-2; -0x1.0c3fb292b3ddp-4; 0x1.97d4f3ebe8bfp-2; 0x1.2964611ef62aep+5; "
             "0x1.87bb308752bcp-2; -0x1.1efb0dc850d4p-4; 0x1.2cb33a49a792p+5; -0x1.12674c5505f34p-5",
    "log1p": "0x1.98dfbfb82698cp-2; 0x1.a53fbc16e9b1cp-2; -0x1.2e27f3cb3debap-2; 0x1.c0fa407f4c8f9p-2",
    "pow": "0x1.00d9241c0b191p+3 -0x1.fe81293ca5fp-2; "
           "0x1.62320955b4592p+0 0x1.c97d194f57a48p+9; "
           "0x1.77bc70b88f271p-1 0x1.035db44f5fc23p+11",
    "quantile": "0x1.5749d7087860dp-3; 0x1.4da4d97db7112p-12; 0x1.57c54551ff9b9p-3; 0x1.1948df19b0e3fp-15; "
                "0x1.fffaaa4b96296p-1; 0x1.7837669e586adp-3; 0x1.fff93a36177eap-1; 0x1.1b8c652907a85p-14; "
                "0x1.fff2cf383b3fep-1; 0x1.ffe580c45599cp-1; 0x1.db78a349425f1p-51; 0x1.999a7f04616a6p-4; "
                "0x1.ccccb8b5a2a47p-1; 0x1.6147ee48ca1f7p-3; 0x1.135da87f26304p-50; 0x1.fffb7b08e89f9p-1; "
                "0x1.1835e6c75157ep-15; 0x1.149b877b95c77p-14; 0x1.99999bc26c84bp-4",
    "cdf": "-0x1.820a06633569ap-21; -0x1.7664429b4034ep-20; -0x1.b128be44fap-9; -0x1.f4193ff2cef35p+4",
}


def worst(name):
    points = [tuple(map(double, point.split())) for point in WORST[name].split(";")]
    return [point if len(point) > 1 else point[0] for point in points]


def around(x, n=4):
    """x and its n nearest doubles on either side."""
    result = [x]
    below = above = x
    for _ in range(n):
        below, above = math.nextafter(below, -math.inf), math.nextafter(above, math.inf)
        result += [below, above]
    return result


def uniform(rng, low, high):
    return low + (high - low) * rng.random()


def log_uniform(rng, low, high):
    return 2.0 ** uniform(rng, low, high)


def signed(rng, x):
    return x if rng.random() < 0.5 else -x


def fill(edges, draws, rng, inside):
    """The edges, then draws in turn until there are POINTS distinct ones."""
    points = dict.fromkeys(x for x in edges if inside(x))
    i = 0
    while len(points) < POINTS:
        x = draws[i % len(draws)](rng)
        i += 1
        if inside(x):
            points[x] = None
    return list(points)


HALF_LN2 = double("0x1.62e42fefa39efp-2")
ROOT_2 = double("0x1.6a09e667f3bcdp+0")
ROOT_HALF = double("0x1.6a09e667f3bcdp-1")


def exp_points(rng):
    edges = [0.0, 1.0, -1.0, -708.0, 709.0] + worst("exp")
    for k in (1, -1, 3, -3, 101, -101, 1999, -1999):
        edges += around(k * HALF_LN2)
    return fill(edges, [lambda r: uniform(r, -1, 1), lambda r: uniform(r, -708, 709), lambda r: uniform(r, -20, 20),
                        lambda r: signed(r, log_uniform(r, -60, 0))], rng, lambda x: -708 <= x <= 709)


def log_points(rng):
    edges = [1.0, 2.0, 0.5, 2.0 ** -1022, 2.0 ** 1023, 10.0] + worst("log")
    for x in (1.0, ROOT_2, ROOT_HALF, 2 * ROOT_2, 1024 * ROOT_2):
        edges += around(x)
    return fill(edges, [lambda r: uniform(r, 0.5, 2), lambda r: uniform(r, 0.7, 1.42),
                        lambda r: log_uniform(r, -1022, 1023), lambda r: 1 + signed(r, log_uniform(r, -51, -2)),
                        lambda r: log_uniform(r, -4, 4)], rng, lambda x: x >= 2.0 ** -1022)


def expm1_points(rng):
    edges = [0.0, -708.0, 709.0, 2.0 ** -1022, -2.0 ** -54] + worst("expm1")
    for k in (1, -1, 3, -3, 107, -107):
        edges += around(k * HALF_LN2)
    return fill(edges, [lambda r: uniform(r, -1, 1), lambda r: uniform(r, -50, 709), lambda r: uniform(r, -3, 3),
                        lambda r: signed(r, log_uniform(r, -100, 0))], rng, lambda x: -708 <= x <= 709)


def log1p_points(rng):
    edges = [0.0, 1.0, -0.5, -1 + 2.0 ** -53, 2.0 ** 53, 2.0 ** 1023, 2.0 ** -1022, -2.0 ** -54] + worst("log1p")
    for x in (ROOT_2 - 1, ROOT_HALF - 1, 2 * ROOT_2 - 1):
        edges += around(x)
    return fill(edges, [lambda r: uniform(r, -0.99, 2), lambda r: signed(r, log_uniform(r, -100, -0.01)),
                        lambda r: uniform(r, -0.5, 1), lambda r: log_uniform(r, -3, 1023),
                        lambda r: -1 + log_uniform(r, -53, 0)], rng, lambda x: x > -1)


def pow_points(rng):
    edges = [(2.0, 0.5), (1.0, 1e300), (10.0, 307.0), (10.0, -307.0), (2.0, 1022.0), (70.0, 0.75), (0.5, 1000.0),
             (1 + STEP, 1e18), (1 - STEP / 2, 1e18)] + worst("pow")
    edges += [(x, 1.5) for x in around(ROOT_2) + around(ROOT_HALF)]
    return fill(edges, [lambda r: (uniform(r, 0.01, 10), uniform(r, -5, 5)),
                        lambda r: (uniform(r, 0.5, 2), uniform(r, -1000, 1000)),
                        lambda r: (log_uniform(r, -1000, 1000), uniform(r, -1, 1)),
                        lambda r: (1 + signed(r, 0.4 * log_uniform(r, -45, 0)), signed(r, log_uniform(r, 0, 45)))], rng,
                lambda xy: -707.9 < xy[1] * mp.log(xy[0]) < 708.9)


def quantile_points(rng):
    edges = [0.5, 0.025, 0.975, 0.25, 0.75, 2.0 ** -54, 2.0 ** -53, 1 - 2.0 ** -53] + worst("quantile")
    for x in (0.1, 0.9, 0.5, 0.25, 0.75):
        edges += around(x)
    return fill(edges, [lambda r: uniform(r, 0, 1), lambda r: log_uniform(r, -54, -1),
                        lambda r: 1 - log_uniform(r, -53, -1), lambda r: 0.5 + signed(r, log_uniform(r, -52, -1)),
                        lambda r: uniform(r, 0.05, 0.15), lambda r: uniform(r, 0.1, 0.25),
                        lambda r: log_uniform(r, -18, -10), lambda r: 1 - log_uniform(r, -18, -9),
                        lambda r: (2 * r.getrandbits(52) + 1) * 2.0 ** -53], rng, lambda p: 2.0 ** -54 <= p < 1)


def cdf_points(rng):
    edges = [0.0, -37.5, -30.0, -8.0, 8.3, 1.96, -1.96] + worst("cdf")
    return fill(edges, [lambda r: uniform(r, -3, 3), lambda r: uniform(r, -10, 0), lambda r: uniform(r, -37.5, 0),
                        lambda r: uniform(r, 0, 9), lambda r: signed(r, log_uniform(r, -60, 0))], rng,
                lambda x: -37.5 <= x <= 9)


def cdf(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def quantile(p):
    """Newton's method on log Φ of the smaller tail."""
    if p == mpf(1) / 2:
        return mpf(0)
    upper = p > mpf(1) / 2
    m = 1 - p if upper else p
    if m > 0.05:
        z = mp.sqrt(2) * mp.erfinv(1 - 2 * m)
    else:
        t = -2 * mp.log(m)
        z = mp.sqrt(t - mp.log(2 * mp.pi * t))
        for _ in range(60):
            tail = cdf(-z)
            step = mp.log(tail / m) * tail / (mp.exp(-z * z / 2) / mp.sqrt(2 * mp.pi))
            z += step
            if abs(step) < mpf(10) ** -45:
                break
    return z if upper else -z


def expm1_over(x):
    return mpf(1) if x == 0 else mp.expm1(x) / x


FUNCTIONS = [
    ("exp", mp.exp, exp_points),
    ("log", mp.log, log_points),
    ("expm1", mp.expm1, expm1_points),
    ("expm1_over", expm1_over, expm1_points),
    ("log1p", mp.log1p, log1p_points),
    ("pow", lambda xy: mp.power(xy[0], xy[1]), pow_points),
    ("normal_quantile", quantile, quantile_points),
    ("normal_cdf", cdf, cdf_points),
]


def main():
    for number, (name, function, points) in enumerate(FUNCTIONS):
        for x in points(random.Random(number)):
            exact = function(tuple(mpf(v) for v in x) if isinstance(x, tuple) else mpf(x))
            high = float(exact)
            rest = exact - mpf(high)
            with mp.workprec(24):
                low = float(+rest)
            arguments = " ".join(v.hex() for v in x) if isinstance(x, tuple) else x.hex()
            mantissa, exponent = low.hex().split("p")
            print(name, arguments, high.hex(), mantissa.rstrip("0") + "p" + exponent if low else "0x0p+0")


main()

"""Random predictions of one patient: the most likely trough with that of a global search over the stated misfit."""
import itertools
import math
import types

import h5py
import numpy as np

KIND = "predictions"
TROUGH = 1e-5  # relative: the misfit is flat to 1e-14 at its lowest, and levels are good to 1e-8
EQUAL = 1e-6  # two lowest places of a misfit this near to each other: either is right
MESH, FEW, FINEST, BESIDE = 0.2, 30, 1e-8, 0.01
LIMIT = 300.0  # ng/mL
KEPT = 4  # levels, whether or not they are used
REACH = {"k": 6.4, "volume": 5.6, "absorption": 3.2}


def log_uniform(random, low, high):
    return math.exp(random.uniform(math.log(low), math.log(high)))


def drug(random, lasts, flows):
    """Typical values of a model."""
    return {"clearance": log_uniform(random, 5, 20), "volume": log_uniform(random, 100, 500),
            "absorption": log_uniform(random, 0.7, 8) if lasts else log_uniform(random, 0.2, 3),
            "lag": random.choice([0.0, random.uniform(0, 1)]), "flow": log_uniform(random, 2, 30) if flows else 0.0,
            "peripheral": log_uniform(random, 50, 300)}


def table(name, d, lasts):
    lines = [f'{name}clearance = "{d["clearance"]!r} L/h"', f'{name}volume = "{d["volume"]!r} L"', f'{name}lag = "{d["lag"]!r} h"']
    lines.append(f'{name}absorption_duration = "{d["absorption"]!r} h"' if lasts else f'{name}absorption_rate = "{d["absorption"]!r} 1/h"')
    if d["flow"]:
        lines += [f'{name}intercompartmental_clearance = "{d["flow"]!r} L/h"', f'{name}peripheral_volume = "{d["peripheral"]!r} L"']
    return "\n".join(lines)


def draw(random):
    p = types.SimpleNamespace()
    p.lasts, p.flows = random.random() < 0.5, random.random() < 0.3
    truth, p.prior = drug(random, p.lasts, p.flows), drug(random, p.lasts, p.flows)
    p.interval = random.choice([24, 24, 12, 8])
    p.mg = random.choice([200, 400, 800])
    p.sd = {"clearance": random.uniform(0.2, 0.6), "volume": random.choice([0.0, random.uniform(0.2, 0.7)]),
            "absorption": random.choice([0.0, random.uniform(0.3, 1)])}
    p.correlation = random.uniform(-0.8, 0.8) if p.sd["volume"] else 0.0
    error = random.choice(["cv", "sd", "both", "log"])
    p.cv = random.uniform(0.1, 0.4) if error in ("cv", "both") else 0.0
    p.residual_sd = random.uniform(20, 400) if error in ("sd", "both") else 0.0
    p.sd_log = random.uniform(0.1, 0.5) if error == "log" else 0.0
    p.trends = {key: (random.uniform(-0.5, 1), random.uniform(3, 60)) for key in ("clearance", "volume", "bioavailability", "absorption_rate")
                if random.random() < 0.4 and not (key == "absorption_rate" and p.lasts)}
    p.levels = random.randint(1, 4)
    p.below = random.choice(["censored", "half", "ignored"])
    p.days = sorted(random.sample(range(5, 60), random.randint(1, 5)))
    visits = ""
    for i, day in enumerate(p.days):
        after = random.uniform(0.2, p.interval - 0.5)
        visits += (f'[[visit]]\nname = "v{i}"\nat = ["day {day}"]\nmeasure = ["trough"]\n'
                   f'sample_after = ["{after!r} h", "{after + 0.01!r} h"]\n')
    looks = ", ".join(f'"day {day + 1}"' for day in p.days)  # at visits results are filed
    visits += f'[[visit]]\nname = "look"\nat = [{looks}]\nmeasure = []\n'
    trends = "".join(f'{key}_trend = {{ change = {change!r}, time_constant = "{constant!r} day" }}\n' for key, (change, constant) in p.trends.items())
    errors = "".join(f"{key} = {value}\n" for key, value in (("residual_cv", repr(p.cv)), ("residual_sd", f'"{p.residual_sd!r} ng/mL"'),
                                                            ("residual_sd_log", repr(p.sd_log))) if value not in ("0.0", '"0.0 ng/mL"'))
    source = 'source = "random"\nbasis = "assumed"\n'
    model = (f'[pk]\nmodel = "{"two" if p.flows else "one"}_compartment{"s" if p.flows else ""}"\n'
             f'absorption = "{"zero" if p.lasts else "first"}_order"\n{source}')
    p.files = {"prior.toml": f"{model}{table('', p.prior, p.lasts)}\n"}
    p.text = (f'[trial]\npatients = 1\nseed = {random.randrange(1, 10**6)}\nduration = "62 day"\n{model}{table("", truth, p.lasts)}\n'
              f'[adherence]\nmodel = "perfect"\n[assays]\n{source}trough_cv = {random.choice([0.1, 0.3, 0.8])}\ntrough_limit = "{LIMIT} ng/mL"\n'
              f'[prediction]\nmodel = "<files>/prior.toml"\n{source}clearance_sd = {p.sd["clearance"]!r}\nvolume_sd = {p.sd["volume"]!r}\n'
              f'correlation = {p.correlation!r}\nabsorption_sd = {p.sd["absorption"]!r}\nlevels = {p.levels}\nbelow_limit = "{p.below}"\n'
              f'{errors}{trends}[[arm]]\nname = "a"\nregimen = {{ dose = "{p.mg} mg", every = "{p.interval} h" }}\n{visits}'
              '[record]\npatients = 1\ndaily = ["trough", "trough_after_h", "predicted_trough_prior", "predicted_trough_map"]\n')
    return p


def trend(p, key, day):
    change, constant = p.trends.get(key, (0.0, 1.0))
    return 1 + change * math.exp(-day / constant)


def steady(p, eta, day, after):
    """Levels in ng/mL after many doses, for arrays of deviations of clearance, volume and absorption."""
    d = p.prior
    larger = np.exp(eta[1])
    clearance = d["clearance"] * np.exp(eta[0]) * trend(p, "clearance", day)
    volume, flow, peripheral = d["volume"] * larger * trend(p, "volume", day), d["flow"] * larger, d["peripheral"] * larger
    absorption = d["absorption"] * np.exp(eta[2]) * trend(p, "absorption_rate", day)
    mg, tau, t = p.mg * trend(p, "bioavailability", day), p.interval, after - d["lag"]
    while t < 0:
        t += tau
    k, out, back = clearance / volume, flow / volume, flow / peripheral
    root = np.sqrt((k + out + back) ** 2 - 4 * k * back)
    modes = [(k, np.ones_like(k))]  # rates and shares of an amount in the central compartment
    if d["flow"]:
        fast, slow = (k + out + back + root) / 2, (k + out + back - root) / 2
        modes = [(fast, (fast - back) / (fast - slow)), (slow, (back - slow) / (fast - slow))]
    total = np.zeros_like(k)
    for rate, share in modes:
        series = -1 / np.expm1(-rate * tau)
        if p.lasts:
            since, amount = np.full(k.shape, t), np.zeros_like(k)  # hours since the last input that has not been counted
            while np.any(since < absorption):
                enters = since < absorption
                amount = amount + np.where(enters, -np.expm1(-rate * since), 0.0)
                since = np.where(enters, since + tau, since)
            amount = amount - np.expm1(-rate * absorption) * np.exp(-rate * (since - absorption)) * series
            total += share * mg / absorption / rate * amount
        else:
            ka = np.where(np.abs(absorption - rate) < 1e-7 * rate, rate * (1 + 1e-7), absorption)
            total += share * mg * ka / (ka - rate) * (np.exp(-rate * t) * series + np.exp(-ka * t) / np.expm1(-ka * tau))
    return np.maximum(1000 * total / volume, 1e-100)


def log_phi(z):
    return np.array([math.log(0.5 * math.erfc(-x / math.sqrt(2))) if x > -30 else -0.5 * x * x - math.log(-x * math.sqrt(2 * math.pi)) for x in
                     np.ravel(z)]).reshape(np.shape(z))


def misfit(p, levels, eta):
    c, v, a = eta
    rest = 1 - p.correlation**2
    total = (c / p.sd["clearance"]) ** 2 / rest
    if p.sd["volume"]:
        b = v / p.sd["volume"]
        total = total + (b**2 - 2 * p.correlation * c / p.sd["clearance"] * b) / rest
    if p.sd["absorption"]:
        total = total + (a / p.sd["absorption"]) ** 2
    for day, after, y in levels:
        f = steady(p, eta, day, after)
        variance = (p.cv * f) ** 2 + p.residual_sd**2
        is_low = p.below == "censored" and y < LIMIT
        if p.sd_log:
            part = -2 * log_phi(np.log(LIMIT / f) / p.sd_log) if is_low else (np.log(y / f) / p.sd_log) ** 2
        else:
            part = -2 * log_phi((LIMIT - f) / np.sqrt(variance)) if is_low else (y - f) ** 2 / variance + np.log(variance)
        total = total + part
    return total


def go_down(p, levels, starts, free, widest=MESH):
    """Patterns that halve, about each of `starts`; those of `free` (clearance, volume, absorption) move."""
    steps = np.array(list(itertools.product(*((-1, 0, 1) if f else (0,) for f in free)))).T
    at, step = np.array(starts, dtype=float).T, np.full(len(starts), widest)
    value = misfit(p, levels, at)
    while np.any(step > FINEST):
        around = at[:, :, None] + step[None, :, None] * steps[:, None, :]
        values = misfit(p, levels, around)
        best = values.argmin(axis=1)
        lower = np.take_along_axis(values, best[:, None], 1)[:, 0]
        moves = lower < value
        at = np.where(moves, np.take_along_axis(around, best[None, :, None], 2)[:, :, 0], at)
        value = np.where(moves, lower, value)
        step = np.where(moves, step, step / 2)
    return [(value[i], at[:, i]) for i in range(len(value))]


def is_low(values):
    """Whether no neighbour along an axis is lower."""
    wide = np.pad(values, 1, constant_values=np.inf)
    inner = (slice(1, -1),) * 3
    return np.all([values <= np.roll(wide, shift, axis)[inner] for axis in range(3) for shift in (-1, 1)], axis=0)


def lowest_places(p, levels):
    """The lowest places of the misfit, several where they are as good."""
    free = (True, p.sd["volume"] > 0, p.sd["absorption"] > 0)
    fine = MESH / 2 if free[1] and free[2] else MESH / 8
    k = np.arange(-REACH["k"], REACH["k"] + fine / 2, fine)
    volumes = np.arange(-REACH["volume"], REACH["volume"] + MESH / 2, MESH) if free[1] else np.zeros(1)
    row = MESH if free[1] else MESH / 4
    absorptions = np.arange(-REACH["absorption"], REACH["absorption"] + row / 2, row) if free[2] else np.zeros(1)
    edges = []
    if free[2] and p.lasts:  # where an input ends as a level is drawn
        for _, after, _ in levels:
            since = after - p.prior["lag"]
            edges += [math.log(t / p.prior["absorption"]) for t in (since + n * p.interval for n in range(8)) if t > 0]
        edges = [e for e in edges if abs(e) < REACH["absorption"]]
    found = []
    for rows, moves in ((absorptions, free), *(([e], (*free[:2], False)) for e in edges)):
        grid = np.array(np.meshgrid(k, volumes, rows, indexing="ij"))
        eta = np.array([grid[0] + grid[1], grid[1], grid[2]])
        values = misfit(p, levels, eta)
        low = np.argwhere(is_low(values))
        low = sorted(low, key=lambda i: values[tuple(i)])[:FEW]
        here = go_down(p, levels, [eta[(slice(None), *i)] for i in low], moves)
        if not moves[2] and free[2]:  # and from the lowest places of an edge to both sides
            beside = [at + [0, 0, side] for _, at in sorted(here, key=lambda one: one[0])[:4] for side in (-BESIDE, BESIDE)]
            here += go_down(p, levels, beside, free, BESIDE)
        found += here
    least = min(value for value, _ in found)
    return [eta for value, eta in found if value < least + EQUAL]


def compare(p, path, comparison):
    with h5py.File(path) as file:
        daily = {name: data[0] for name, data in file["records/daily"].items() if data.ndim == 2}
    levels = []
    for day in p.days:
        look = day + 1
        where = f"day {day + 1}"
        levels.append((day, float(daily["trough_after_h"][look]), float(daily["trough"][look])))
        used = [one for one in levels[-KEPT:] if not (p.below == "ignored" and one[2] < LIMIT)][-p.levels:]
        zero = np.zeros((3, 1))
        prior = float(steady(p, zero, day + 1, p.interval)[0])
        comparison.value("predicted_trough_prior", float(daily["predicted_trough_prior"][look]), prior, 1e-8 * prior, where)
        got = float(daily["predicted_trough_map"][look])
        if not used:
            comparison.value("predicted_trough_map", got, math.nan, 0.0, where)
            continue
        rights = [float(steady(p, eta[:, None], day + 1, p.interval)[0]) for eta in lowest_places(p, used)]
        right = min(rights, key=lambda one: abs(one - got))
        comparison.value("predicted_trough_map", got, right, TROUGH * right, where)

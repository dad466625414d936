"""Random trials in which every patient lives every arm: tallies of pairs, and tallies by arm, from what is known beforehand.

Scores read covariates of the user's table and the arm's dose, so that both lives' scores can be worked out."""
import bisect
import itertools
import types

import h5py

from expressions import Formula, Unsure
from trials import COVARIATES, draw_covariate, draw_formula, listed, quoted

KIND = "pairs"
REFUSALS = ("never has a value", "is never known here", "would be taken for a condition")
DIFFERENCE_BINS = 512


def draw(random):
    n = random.choice([1, 5, 64, 65, 200])
    covariates = {name: draw_covariate(random, n) for name in COVARIATES}
    arms = dict(zip(random.sample(["low", "middle", "high"], random.randint(2, 3)), random.sample([50.0, 100.0, 400.0, 12.5], 3)))
    tallies = [draw_tally(random, f"t{i}", list(arms)) for i in range(random.randint(1, 6))]
    rows = zip(*(map(repr, covariates[c]) for c in COVARIATES))
    lines = ['title = "soak"', "[trial]", f"seed = {random.randint(1, 999)}", f"patients = {n}", 'duration = "4 day"', 'source = "t"',
             'allocation = "counterfactual"', "[population]", 'table = "<files>/patients.csv"', "[pk]", 'model = "one_compartment"',
             'absorption = "zero_order"', 'absorption_duration = "2 h"', 'clearance = "10 L/h"', 'volume = "200 L"',
             'reference_concentration = "300 ng/mL"', 'source = "t"', 'basis = "assumed"']
    for name, dose in arms.items():
        lines += ["[[arm]]", f"name = {quoted(name)}", f'regimen = {{ dose = "{dose!r} mg", every = "24 h" }}']
    for tally in tallies:
        lines += ["[[tally]]", f'name = "{tally.name}"', f"score = {quoted(tally.score)}", f"by = {listed(axis for axis, _, _ in tally.by)}"]
        lines += [f"pair = {listed(tally.pair)}"] if tally.pair else ['at = "end"']
        lines += [f"range = [{tally.range[0]!r}, {tally.range[1]!r}]"] if tally.range else []
    return types.SimpleNamespace(text="\n".join([*lines, ""]), patients=n, arms=arms, covariates=covariates, tallies=tallies,
                                 files={"patients.csv": "\n".join([",".join(COVARIATES), *(",".join(row) for row in rows)]) + "\n"})


def draw_tally(random, name, arms):
    names = [*COVARIATES, "daily_dose_mg"]
    pair = random.sample(arms, 2) if random.random() < 0.8 else None
    is_number = random.random() < 0.5
    score = draw_formula(random, names, "any" if is_number else "condition")
    score = f"1*({score})"  # by itself an observable would need its unit
    limits = random.choice([(-5.0, 5.0), (-1000.0, 1.0), (0.0, 3.0), (-1e-3, 1e6)] if pair else [(0.0, 3.0), (0.5, 1000.0)])
    by = []
    if random.random() < 0.6:
        edges = sorted({random.choice([0.0, 1.0, 2.5, -1.0, 100.0]) for _ in range(3)})
        value = random.choice(names)
        by.append((f"bins({value}, {', '.join(map(repr, edges))})", value, edges))
    if not pair and random.random() < 0.7:
        by.append(("arm", None, None))
    return types.SimpleNamespace(name=name, pair=pair, score=score, range=limits if is_number else None, by=by)


def compare(plan, path, comparison):
    with h5py.File(path) as file:
        for tally in plan.tallies:
            group = file["tallies"][tally.name]
            tables = {name: table[()] for name, table in group.items()}
            try:
                compare_tally(plan, tally, tables, float(group.attrs.get("scale", 1.0)), comparison)
            except Unsure:
                comparison.unsure += 1


def names_of(plan, i, arm):
    return {**{c: plan.covariates[c][i] for c in COVARIATES}, "daily_dose_mg": plan.arms[arm]}


def compare_tally(plan, tally, tables, scale, comparison):
    formula, arms = Formula(tally.score), list(plan.arms)
    sizes = [len(arms) if axis == "arm" else len(edges) + 2 for axis, _, edges in tally.by]
    cells = {cell: [] for cell in itertools.product(*map(range, sizes))}
    # A pair stands where its later life, in the order of the arms, puts it.
    for i, arm in itertools.product(range(plan.patients), [max(tally.pair, key=arms.index)] if tally.pair else arms):
        place = tuple(arms.index(arm) if axis == "arm" else bisect.bisect_right(edges, names_of(plan, i, arm)[value])
                      for axis, value, edges in tally.by)
        cells[place].append([formula(names_of(plan, i, life)) for life in (tally.pair or [arm])])
    for cell, lives in cells.items():
        known = [scores for scores in lives if all(s.defined and not s.error for s in scores)]
        where = f"{tally.name} cell {cell}"
        comparison.exact("randomised", int(tables["randomised"][cell]), len(lives), where)
        comparison.exact("evaluable", int(tables["evaluable"][cell]), len(known), where)
        if tally.range:
            compare_numbers(tally, known, tables, cell, scale, where, comparison)
            continue
        for score in itertools.chain(*known):
            if score.slack and abs(score.number) <= score.slack:
                raise Unsure
        held = [tuple(s.number != 0 for s in scores) for scores in known]
        if not tally.pair:
            comparison.exact("events", int(tables["events"][cell]), held.count((True,)), where)
            continue
        right = [held.count(x) for x in ((True, True), (True, False), (False, True), (False, False))]
        comparison.exact("counts", float(sum(abs(a - b) for a, b in zip(tables["counts"][cell], right))), 0.0, where)
        if held:
            comparison.value("difference", float(tables["difference"][cell]), (right[2] - right[1]) / len(held), 1e-15, where)


def compare_numbers(tally, known, tables, cell, scale, where, comparison):
    low, high = tally.range
    values = [(scores[-1].number - scores[0].number if tally.pair else scores[0].number) for scores in known]
    slack = max((sum(s.slack for s in scores) + 2.0**-52 * abs(x) * any(s.slack for s in scores) for scores, x in zip(known, values)), default=0.0)
    bins = [float(x) for x in tables["bin"]]
    if slack:
        for x in values:
            if any(abs(x - edge) <= slack for edge in (low, high, *bins)) or abs(abs(x * scale) % 1 - 0.5) <= slack * scale:
                raise Unsure
    held = [min(max(x, low), high) for x in values]
    units = [float(x) for x in tables["unit"]]  # of every octave's sums; differences have one
    octave_of = lambda x: 0 if len(units) == 1 else min(max(bisect.bisect_right(bins, x) - 1, 0), len(bins) - 1) * len(units) // len(bins)
    for octave, unit in enumerate(units):
        whole = [int(abs(x) / unit + 0.5) * (1 if x >= 0 else -1) for x in held if octave_of(x) == octave]
        comparison.exact("sum", int(tables["sum"][cell][octave]), sum(whole), where)
        squares = int(tables["square_low"][cell][octave]) + 2**31 * int(tables["square_high"][cell][octave])
        comparison.exact("squares", squares, sum(q * q for q in whole), where)
    comparison.exact("clamped", int(tables["clamped"][cell]), sum(a != b for a, b in zip(values, held)), where)
    if not tally.pair:
        return  # formula.py has these
    right = [0] * DIFFERENCE_BINS
    width = (high - low) / DIFFERENCE_BINS
    for x in held:
        if abs((x - low) / width - round((x - low) / width)) < 1e-9 and low < x < high and round((x - low) / width) * width + low != x:
            raise Unsure  # at an edge that is no number of the machine
        right[min(int((x - low) / width), DIFFERENCE_BINS - 1)] += 1
    comparison.exact("histogram", float(sum(abs(a - b) for a, b in zip(tables["histogram"][cell], right))), 0.0, where)

"""Random formulas, events and tallies: what the results file says against tallies.py."""
import bisect
import math

import h5py
import numpy as np

import rules
import tallies
from expressions import Formula, Unsure
from trials import draw_trial as draw  # noqa: F401

KIND = "formula"
# Of what has no value for anybody, of what takes too much room, and of conditions that look like a number.
REFUSALS = ("never has a value", "is never known here", "MB (one tally", "MB together", "would be taken for a condition")
BINS_PER_OCTAVE = 64


def text(value):
    return value.decode() if isinstance(value, bytes) else value


class Group(dict):
    """A group's tables, read once, and its attributes."""

    def __init__(self, group):
        super().__init__((name, table[()]) for name, table in group.items())
        self.attrs = group.attrs


def compare(trial, path, comparison):
    with h5py.File(path) as file:
        daily = {name: table[()] for name, table in file["records/daily"].items() if table.ndim == 2}
        table = file["records/decisions"]
        columns = [table[name][()] for name in ("patient", "day", "rule", "action", "before", "after")] if "patient" in table else []
        decisions = [(int(p), int(d), text(r), text(a), float(b), float(c)) for p, d, r, a, b, c in zip(*columns)]
        failed = int(np.sum(file["failures/patients"][()])) if "patients" in file["failures"] else 0
        comparison.exact("failures", failed, 0, "trial")
        lives = tallies.Lives(trial, daily, decisions)
        compare_events(lives, comparison)
        compare_rules(lives, decisions, comparison)
        for tally in trial.tallies:
            try:
                compare_tally(tally, lives, Group(file["tallies"][tally.name]), comparison)
            except Unsure:
                comparison.unsure += 1


def compare_events(lives, comparison):
    try:
        for event, i, day in tallies.events_of_conditions(lives):
            comparison.exact("day of event", lives.day_of(event.name, i, lives.trial.last_day), day, f"{event.name} patient {i}")
    except Unsure:
        comparison.unsure += 1


def compare_rules(lives, decisions, comparison):
    for i in range(lives.trial.patients):
        got = [row[1:] for row in decisions if row[0] == i and row[2]]
        try:
            right, standing = rules.decisions(lives, lives.trial.rules, i)
        except Unsure:
            comparison.unsure += 1
            continue
        differs = next((f"{a} for {b}" for a, b in zip(got + [None] * len(right), right + [None] * len(got)) if a != b), "")
        comparison.exact("decisions", float(differs != ""), 0.0, f"patient {i} {differs}")
        for day, names in standing.items():
            for name, value in names.items():  # dose_intensity_mg is a sum of at most a few dozen doses
                comparison.value(name, lives.recorded(name, i, day), float(value), 1e-13 * abs(value), f"patient {i} day {day}")


def axes_of(tally, group):
    axes = []
    for axis, name in zip(tally.by, text(group.attrs["axes"]).split()):
        one = {"size": len(group[name]), "name": name}
        if axis[0] == "visit":
            one["days"] = [int(d) for d in group[name + "_day"]]
        elif axis[0] == "daily_dose_mg":
            one["values"] = [v for v in group[name + "_value"] if not math.isnan(v)]
        elif axis[0] == "bins":
            one.update(formula=Formula(axis[1]), edges=list(axis[2]))
        elif axis[0] == "quantile":
            one.update(formula=Formula(axis[1]), edges=[float(x) for x in group[name + "_low"][1:-1]])
        axes.append(one)
    return axes


def compare_tally(tally, lives, group, comparison):
    axes = axes_of(tally, group)
    for axis in axes:
        comparison.exact("labels that differ", len(set(group[axis["name"]])), axis["size"], f"{tally.name} {axis['name']}")
    known = known_fault(tally, lives)
    if tally.kind == "time_to_event":
        return compare_times(tally, lives, axes, group, comparison, known)
    cells = tallies.count(tally, lives, axes)
    for cell, right in cells.items():
        where = f"{tally.name} cell {cell}"
        for what in ["randomised", "evaluable"] + (["events"] if tally.kind == "proportion" else []):
            comparison.value(what, int(group[what][cell]), right[what], 0.0, where, known)
        if tally.kind == "number":
            compare_numbers(tally, group, cell, right["values"], where, comparison, known)
        elif right["evaluable"]:
            comparison.value("proportion", group["proportion"][cell], right["events"] / right["evaluable"], 0.0, where, known)
    if tally.at == "end" and any(axis[0] == "quantile" for axis in tally.by):
        compare_cuts(tally, lives, axes, comparison, known)


def known_fault(tally, lives):
    """Quantile groups of what lies outside the fine bins of an axis, 2^-2 to 2^17: the usual range, or what is written."""
    for axis in tally.by:
        if axis[0] != "quantile":
            continue
        for i, day, at_end in tallies.moments(tally, lives):
            value = lives.evaluate(Formula(axis[1]), i, day, at_end)
            if value.defined and not 0.25 <= value.number < 2**17:
                return "quantile groups of values outside the range of their axis, which a note counts"
    return None


def bin_of(x, edges):
    return min(max(bisect.bisect_right(edges, x) - 1, 0), len(edges) - 1)


def compare_numbers(tally, group, cell, values, where, comparison, known):
    low, high = tally.range
    edges = [float(x) for x in group["bin"]]
    units = [float(x) for x in group["unit"]]  # of every octave's sums
    octave_of = lambda x: bin_of(x, edges) * len(units) // len(edges)
    held = [min(max(v.number, low), high) for v in values]
    for v in values:
        if v.slack:
            for edge in (low, high, *tally.thresholds, *edges):
                if abs(v.number - edge) <= v.slack:
                    raise Unsure
            scale = 1 / units[octave_of(min(max(v.number, low), high))]
            if abs(abs(v.number * scale % 1) - 0.5) <= v.slack * scale:
                raise Unsure
    for octave, unit in enumerate(units):
        whole = [math.floor(x / unit + 0.5) for x in held if octave_of(x) == octave]
        comparison.value("sum", int(group["sum"][cell][octave]), sum(whole), 0.0, where, known)
        squares = int(group["square_low"][cell][octave]) + 2**31 * int(group["square_high"][cell][octave])
        comparison.value("squares", squares, sum(q * q for q in whole), 0.0, where, known)
    comparison.value("clamped", int(group["clamped"][cell]), sum(v.number != x for v, x in zip(values, held)), 0.0, where, known)
    for n, threshold in enumerate(tally.thresholds):
        comparison.value("above", int(group["above"][cell][n]), sum(v.number >= threshold for v in values), 0.0, where, known)
    histogram = np.bincount([bin_of(x, edges) for x in held], minlength=len(edges)) if held else np.zeros(len(edges), int)
    comparison.value("histogram", float(np.abs(group["histogram"][cell] - histogram).sum()), 0.0, 0.0, where, known)
    compare_statistics(group, cell, sorted(held), edges, where, comparison, known)


def compare_statistics(group, cell, held, edges, where, comparison, known):
    n = len(held)
    if n == 0:
        return comparison.value("mean", float(group["mean"][cell]), math.nan, 0.0, where, known)
    mean = math.fsum(held) / n
    # Values were rounded to their 31 leading bits, below the lowest octave to its step.
    rounding = max(2.0**-31 * max(map(abs, held)), 0.5 * float(group["unit"][0]))
    comparison.value("mean", float(group["mean"][cell]), mean, rounding + 1e-14 * abs(mean), where, known)
    if n > 1:
        sd = math.sqrt(math.fsum((x - mean) ** 2 for x in held) / (n - 1))
        # Rounding moves each deviation by at most twice as much, an SD by that times √(n/(n − 1)).
        comparison.value("sd", float(group["sd"][cell]), sd, 3 * rounding + 1e-9 * sd, where, known)
    for p, got in zip(group["quantile"], group["quantiles"][cell]):
        # Linear within bins: within the bins of the values next to the quantile.
        below, above = held[max(0, math.ceil(p * n - 1e-9) - 1)], held[min(n - 1, math.floor(p * n + 1e-9))]
        first, last = bin_of(below, edges), bin_of(above, edges)
        top = edges[last + 1] if last + 1 < len(edges) else held[-1] * (1 + 2.0 / BINS_PER_OCTAVE)
        middle = 0.5 * (edges[first] + top)
        comparison.value("quantile", float(got), middle, 0.5 * (top - edges[first]) * (1 + 1e-9), where, known)


def compare_times(tally, lives, axes, group, comparison, known):
    times = [float(t) for t in group["time"]]
    for cell, right in tallies.count_times(tally, lives, axes, times, group["counts"]).items():
        where = f"{tally.name} cell {cell}"
        comparison.value("randomised", int(group["randomised"][cell]), int(right.sum()), 0.0, where, known)
        got = group["counts"][cell]
        comparison.value("counts", float(np.abs(got - right).sum()), 0.0, 0.0, where, known)
        if not right.sum():
            continue
        at_risk, survival, incidence = tallies.life_table(right)
        for t in range(len(times)):
            comparison.value("at risk", int(group["at_risk"][cell][t]), int(at_risk[t]), 0.0, f"{where} time {t}", known)
            # Products and sums of at most a few dozen shares.
            comparison.value("survival", float(group["survival"][cell][t]), survival[t], 1e-13, f"{where} time {t}", known)
            for cause in range(len(incidence)):
                comparison.value("incidence", float(group["incidence"][cell][cause][t]), incidence[cause][t], 1e-13, f"{where} time {t}", known)


def compare_cuts(tally, lives, axes, comparison, known):
    """Groups of equal size, as nearly as bins allow: no edge of a bin splits the patients better."""
    for axis, a in zip(tally.by, axes):
        if axis[0] != "quantile":
            continue
        values = [lives.evaluate(a["formula"], i, day, True) for i, day, _ in tallies.moments(tally, lives)]
        numbers = sorted(v.number for v in values if v.defined and not v.error)
        edges = [2.0**k * (1 + j / BINS_PER_OCTAVE) for k in range(-2, 17) for j in range(BINS_PER_OCTAVE)]
        for k, cut in enumerate(a["edges"], 1):
            off = lambda edge: abs(bisect.bisect_left(numbers, edge) * axis[2] - len(numbers) * k)  # noqa: B023, E731
            comparison.value("cut", float(off(cut)), float(min(map(off, edges))), 0.0, f"{tally.name} cut {k}", known)

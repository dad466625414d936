"""Every tally of a trial counted once more, slowly, from what was recorded of each patient on each day."""
import bisect
import itertools
import math

import numpy as np

from expressions import Formula, Unsure


class Lives:
    """What is known of each patient on each day, and who came when: from the records and the user's own table."""

    def __init__(self, trial, daily, decisions):
        self.trial, self.daily = trial, daily
        self.index = {day: n for n, day in enumerate(range(trial.first_day, trial.last_day + 1))}
        self.kinds = {v.name: v for v in trial.visits}
        self.arm = [self.arm_of(i) for i in range(trial.patients)]
        self.left = [self.leaving(i, decisions) for i in range(trial.patients)]  # (day, order on that day, is alive)

    def recorded(self, name, i, day):
        return float(self.daily[name][i][self.index[day]])

    def arm_of(self, i):
        dose = self.recorded("daily_dose_mg", i, self.trial.first_day)
        return next(n for n, one in enumerate(self.trial.arms.values()) if one == dose)

    def day_of(self, event, i, until):
        return self.recorded(f"day_of.{event}", i, until)

    def found_on(self, event, i):
        """The day on which an event becomes known; NaN if it does not happen."""
        if not event.is_dated_first:
            return self.day_of(event.name, i, self.trial.last_day)
        known = [day for day in range(0, self.trial.last_day + 1) if self.recorded(f"event.{event.name}", i, day)]
        return float(known[0]) if known else math.nan

    def leaving(self, i, decisions):
        """At the start of a day (order −1), by what is looked for before its visits (0), at them (1), by the rules after them (2);
        who dies together with an end of the trial has died."""
        ends = []
        for event in self.trial.events:
            day = self.found_on(event, i)
            if event.leaves and not math.isnan(day):
                ends.append((day, 1 if event.at else 0 if event.when else -1, not event.fatal))
        for patient, day, _, action, _, _ in decisions:
            if patient == i and action in ("stop", "discontinue"):
                ends.append((day, 2 if action == "stop" else -1, True))
        return min(ends, default=None)

    def is_there(self, i, day):
        """At the visits of a day, those included who leave there."""
        return self.left[i] is None or self.left[i][:2] >= (day, 1)

    def attends(self, kind, i, day):
        visit = self.kinds[kind]
        if day not in visit.days or not self.is_there(i, day):
            return False
        if not visit.missed:
            return True
        before = self.recorded("cost_so_far", i, day - 1) if day > self.trial.first_day else 0.0
        return self.recorded("cost_so_far", i, day) > before

    def look(self, name, i, day, at_end):
        """What formulas read, NaN where undefined. Rules act after a day's tallies."""
        if name in self.trial.covariates:
            return self.trial.covariates[name][i]
        if name == "day":
            return float(day)
        if "@" in name:
            observable, label = name.split("@")
            then = int(label.removeprefix("day "))
            came = any(self.attends(v.name, i, then) for v in self.trial.visits if v.measures or observable != "trough")
            return self.look(observable, i, then, False) if then <= day and came else math.nan
        if name in ("daily_dose_mg", "on_hold", "times_held", "dose_changes") and not at_end and self.trial.rules:
            # An end of the treatment ends holds before tallies look, and no rule acts after it.
            return self.recorded(name, i, day if self.off_drug_by_event(i, day) else day - 1)
        return self.recorded(name, i, day)

    def evaluate(self, formula, i, day, at_end=False):
        return formula({name: self.look(name, i, day, at_end) for name in formula.names})

    def has_stopped(self, i, day, order):
        """The drug, for good: by leaving or by an event that ends the treatment, up to that order of the day."""
        if self.left[i] is not None and self.left[i][:2] < (day, order + 1):
            return True
        return self.off_drug_by_event(i, day)

    def off_drug_by_event(self, i, day):
        return any(event.ends_treatment and self.found_on(event, i) <= day for event in self.trial.events)


def place_on(axis, lives, i, day, at_end, file_axis):
    """The cell along one axis."""
    if axis[0] == "arm":
        return lives.arm[i]
    if axis[0] == "visit":
        return file_axis["days"].index(day)
    if axis[0] == "daily_dose_mg":
        dose = lives.look("daily_dose_mg", i, day, at_end)
        near = [n for n, value in enumerate(file_axis["values"]) if abs(value - dose) <= 1e-9 * value]
        return near[0] if near else file_axis["size"] - 1
    value = lives.evaluate(file_axis["formula"], i, day, at_end)
    if not value.defined or value.error:
        return file_axis["size"] - 1
    for edge in file_axis["edges"]:
        if value.slack and abs(value.number - edge) <= value.slack:
            raise Unsure
    return bisect.bisect_right(file_axis["edges"], value.number)


def moments(tally, lives):
    """(patient, day, at the end) of all that a tally counts."""
    if tally.at == "end":
        return [(i, lives.trial.last_day, True) for i in range(lives.trial.patients)]
    return [(i, day, False) for day in lives.kinds[tally.at].days for i in range(lives.trial.patients)]


def count(tally, lives, axes):
    """Cells with everybody who was randomised into them, and the scores of the evaluable."""
    formula = Formula(tally.score)
    cells = {cell: {"randomised": 0, "evaluable": 0, "events": 0, "values": []} for cell in itertools.product(*(range(a["size"]) for a in axes))}
    for i, day, at_end in moments(tally, lives):
        cell = cells[tuple(place_on(axis, lives, i, day, at_end, a) for axis, a in zip(tally.by, axes))]
        cell["randomised"] += 1
        stopped = tally.estimand != "ITT" and lives.has_stopped(i, day, 3 if at_end else 1)
        if stopped:
            cell["evaluable"] += tally.estimand == "composite"
            continue
        if not at_end and not lives.attends(tally.at, i, day):
            continue
        score = lives.evaluate(formula, i, day, at_end)
        if not score.defined or score.error:
            continue
        cell["evaluable"] += 1
        if tally.kind == "number":
            cell["values"].append(score)
        elif score.slack and abs(score.number) <= score.slack:
            raise Unsure
        else:
            cell["events"] += score.number != 0
    return cells


def ending(tally, lives, i):
    """(day, number of the outcome, unseen). On one day hazards strike before its morning, where conditions are found; of these the event
    counts before its competitors in their order, then stopping, then censoring. Which of two hazards struck first is not recorded, nor
    what would have struck on the day of leaving by a hazard, but after it, which curves keep: unseen is (that day, its outcomes) or None."""
    events = {e.name: e for e in lives.trial.events}
    day_of = {name: lives.day_of(name, i, lives.trial.last_day) for name in events}
    left = lives.left[i]
    last = left[0] if left else lives.trial.last_day
    found_on = {name: lives.found_on(event, i) for name, event in events.items()}
    stops = [(found_on[e.name], bool(e.when)) for e in events.values() if e.ends_treatment and not math.isnan(found_on[e.name])]
    if left and left[2]:
        stops.append((last, not any(e.leaves and not e.when and day_of[e.name] == last for e in events.values())))
    stop, stop_by_condition = min(stops, default=(math.inf, True))
    if tally.estimand == "on-treatment":
        last = min(last, stop)
    causes = [tally.events, *([name] for name in tally.competing)]
    found = [(day_of[name], bool(events[name].when), n) for n, names in enumerate(causes) for name in names if day_of[name] <= last]
    if tally.estimand == "composite" and stop <= last:
        found.append((stop, stop_by_condition, len(causes)))
    unseen = None
    if not found and left and any(e.leaves and not e.when and day_of[e.name] == left[0] == last for e in events.values()):
        unseen = last, [n for n, names in enumerate(causes) if any(not events[name].when and math.isnan(day_of[name]) for name in names)]
    if not found:  # from the first look of a run that may still be confirmed nothing is known
        runs = [looks_at(lives, events[name], i)[1] for names in causes for name in names if events[name].is_dated_first and math.isnan(day_of[name])]
        last = min([last, *(max(since - 1, 0) for since in runs if since is not None)])
    day, by_condition, number = min(found, default=(last, True, len(causes) + 1))
    outcome_of = {**{n: n for n in range(len(causes))}, len(causes): 0, len(causes) + 1: len(causes)}
    if not by_condition and len({outcome_of[n] for d, condition, n in found if d == day and not condition}) > 1:
        raise Unsure
    return day, outcome_of[number], unseen


def count_times(tally, lives, axes, times, found):
    """Of every cell. What was not seen to happen is taken from `found`, the counts of the program by cell."""
    outcomes = 2 + len(tally.competing)
    cells = {cell: np.zeros((outcomes, len(times)), int) for cell in itertools.product(*(range(a["size"]) for a in axes))}
    may_be = []
    for i in range(lives.trial.patients):
        place = tuple(place_on(axis, lives, i, lives.trial.last_day, True, a) for axis, a in zip(tally.by, axes))
        day, outcome, unseen = ending(tally, lives, i)
        cells[place][outcome][bisect.bisect_left(times, day)] += 1
        if unseen:
            may_be.append((place, bisect.bisect_left(times, day), bisect.bisect_left(times, unseen[0]), unseen[1]))
    for place, censored_at, at, causes in may_be:
        cause = next((n for n in causes if found[place][n][at] > cells[place][n][at]), None)
        if cause is not None:
            cells[place][outcomes - 1][censored_at] -= 1
            cells[place][cause][at] += 1
    return cells


def life_table(counts):
    """At risk, survival and incidence of each cause: events of an interval before its censoring."""
    causes, times = counts.shape[0] - 1, counts.shape[1]
    at_risk, survival, incidence = [], [], np.zeros((causes, times))
    alive, left = 1.0, counts.sum()
    for t in range(times):
        at_risk.append(left)
        for cause in range(causes):
            incidence[cause][t] = (incidence[cause][t - 1] if t else 0.0) + (alive * counts[cause][t] / left if left else 0.0)
        alive *= 1 - counts[:-1, t].sum() / left if left else 1.0
        survival.append(alive)
        left -= counts[:, t].sum()
    return at_risk, survival, incidence


def events_of_conditions(lives):
    """(event, patient, day or NaN) of every event with a condition, looked for once more."""
    for event in lives.trial.events:
        for i in range(lives.trial.patients if event.when else 0):
            yield event, i, looks_at(lives, event, i)[0]


def is_after(lives, event, i, day):
    """Whether the event above has been found that has to come first: one that is dated back on this day, if it is looked for before."""
    if not event.after:
        return True
    above = next(e for e in lives.trial.events if e.name == event.after)
    found = lives.found_on(above, i)
    return found < day or (above.is_dated_first and found == day and not (above.at and not event.at))


def looks_at(lives, event, i):
    """The day of an event with a condition, or NaN; and if it has not happened, the first of the looks in a row at which it holds
    in the end, or None."""
    trial = lives.trial
    when, only_if = Formula(event.when), Formula(event.only_if) if event.only_if else None
    in_a_row = []
    for day in range(0, trial.last_day + 1):
        if event.at:
            is_looked_at = any(lives.attends(kind, i, day) for kind in event.at)
        else:
            is_looked_at = day % event.every == 0 and (lives.left[i] is None or lives.left[i][:2] >= (day, 0))
        if not is_looked_at or not is_after(lives, event, i, day):
            continue
        # What is looked at beside visits comes before the day's laboratory: the last results are yesterday's.
        value = looked_at(lives, when, i, day, event)
        holds = value.defined and not value.error and truth(value)
        if only_if is not None:
            allowed = lives.evaluate(only_if, i, day)
            holds = holds and allowed.defined and not allowed.error and truth(allowed)
        in_a_row = [*in_a_row, day] if holds else []
        if len(in_a_row) >= event.confirm:
            return float(in_a_row[0] if event.is_dated_first else day), None
    return math.nan, in_a_row[0] if in_a_row else None


LABORATORY = ("trough", "lowest_trough", "highest_trough", "previous_trough", "trough_below_limit")


def looked_at(lives, formula, i, day, event):
    names = {name: lives.look(name, i, day if event.at or name not in LABORATORY else day - 1, False) for name in formula.names}
    return formula(names)


def truth(value):
    if value.slack and abs(value.number) <= value.slack:
        raise Unsure
    return value.number != 0

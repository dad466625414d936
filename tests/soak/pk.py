"""Random one-drug plans: the program's concentrations with those of reference_pk.py, plan by plan."""
import math

import h5py
import numpy as np

import reference_pk
from plans import draw_plan, log_uniform

KIND = "pk"
GRID_H = 1 / 128  # points at which the course of a day is looked at
# Amounts are good to 1e-9 of the dose (scenarios/methods/pharmacokinetics.md), here of all that the patient can have in the body.
AMOUNT = 1e-9
AFTER_H, STEP, STEPS = 1e-5, 1.6, 22  # points after the start of an input: from 36 ms to 12 minutes
ROUNDINGS = 16 * 2.0**-53  # of a sum of at most 8 inputs, states and their rests
BEHIND_STAGES = 1e-10  # in place of these: a share is found by up to 16 divisions by distances of rates down to a quarter
HIDDEN_PEAK = 5e-3  # of a peak: of 7,500 plans two showed one overlooked, by 2e-4 and 3e-3
DIGITS = 1e-9  # relative: what carries no stated error of its own, such as units and sums


def draw(random):
    return draw_plan(random, find_threshold)


def find_threshold(random, plan):
    """Somewhere between the concentrations that the first patient has."""
    life = reference_pk.Life(plan.patients[0], plan.doses[0], plan.first_day, plan.last_day)
    day = plan.last_day - 1
    times = [24.0 * day + h for h in (2.0, 7.0, 9.0, 16.0, 23.0)]
    states = life.states(times)
    found = [life.concentration(states[t], day) for t in times]
    return min(max(random.choice(found) * random.uniform(0.7, 1.3), 1e-9), 1e9) if max(found) > 0 else log_uniform(random, 1, 100)


def hides_extremes(p):
    """Behind transit stages whose rates change at midnight a peak may hide beside a valley (scenarios/methods/pharmacokinetics.md)."""
    return p.stages and p.varies


def is_known(plan, what, patient, day, hour):
    """What scenarios/methods/pharmacokinetics.md says to be overlooked, and faults that are known and not mended yet."""
    if what == "hours_above" and hides_extremes(plan.patients[patient]):
        return "extremes close to each other behind transit stages whose rates change at midnight"
    return None


def compare(plan, path, comparison):
    with h5py.File(path) as file:
        daily = {name: table[()] for name, table in file["records/daily"].items() if table.ndim == 2}
        concentrations = file["records/concentrations/concentration"][()]
    for i in range(len(plan.patients)):
        compare_patient(plan, i, {name: table[i] for name, table in daily.items()}, concentrations[i], comparison)


def compare_patient(plan, i, daily, concentrations, comparison):
    p, doses = plan.patients[i], plan.doses[i]
    life = reference_pk.Life(p, doses, plan.first_day, plan.last_day)
    fine_day = plan.last_day - 1  # peaks are looked for on one day
    grid = [24.0 * fine_day + GRID_H * j for j in range(int(24 / GRID_H) + 1)]
    times = set(grid) | {24.0 * d + 6 + h for d in plan.record_days for h in plan.record_hours}
    mornings = range(plan.first_day, plan.last_day + 1)
    times |= {24.0 * d + 6 for d in mornings}
    rises = [sorted(t for t in (start + AFTER_H * STEP**j for j in range(STEPS)) if grid[0] <= t < grid[-1]) for start, _, _ in life.inputs]
    times |= {t for rise in rises for t in rise}
    states = life.states(times)
    whole = max([mg for _, _, mg in life.inputs], default=0.0) * 4 + max(float(sum(s[:life.drug.metabolite_peripheral + 1])) for s in states.values())
    amount = AMOUNT * whole

    def check(what, got, right, tolerance, day, hour=0.0, low=None):
        digits = (DIGITS + life.error) * abs(right) if not math.isnan(right) else 0.0
        known = is_known(plan, what, i, day, hour)
        comparison.value(what, float(got), right, tolerance + digits, f"patient {i} day {day} hour {hour}", known,
                         None if low is None else low + digits)

    def per_volume(day):
        return p.scale * 1000 / (p.volume * p.trend("volume", day))

    for a, day in enumerate(plan.record_days):
        for b, hour in enumerate(plan.record_hours):
            t = 24.0 * day + 6 + hour
            if t > 24.0 * plan.last_day:
                continue  # beyond the last dose's day nothing has been lived
            at = min(math.floor(t / 24), plan.last_day - 1) if t % 24 else math.floor(t / 24) - 1
            check("concentration", concentrations[a][b], life.concentration(states[t], at), amount * per_volume(at), day, hour)
    troughs, averages = [], []
    for n, day in enumerate(mornings):
        if day <= plan.first_dose_day:
            for what in daily:
                if what != "exposure_days":
                    check(what, daily[what][n], math.nan, 0.0, day)
            check("exposure_days", daily["exposure_days"][n], 0.0 if day >= p.treated_from else math.nan, 0.0, day)
            if day < plan.last_day and day < 0:
                continue
        compare_day(plan, life, states, day, n, daily, check, amount, per_volume, troughs, averages)
        if day == fine_day + 1 and day > plan.first_dose_day:
            course = [life.concentration(states[t], fine_day) for t in grid]
            ends = [life.concentration(states[t], fine_day) for _, t, _ in life.inputs if grid[0] <= t < grid[-1]]
            compare_free(p, life, states, fine_day, daily["average_free_concentration"][n], check, amount * per_volume(fine_day))
            rises = [[life.concentration(states[t], fine_day) for t in rise] for rise in rises if rise]
            compare_course(plan, p, course, ends, rises, daily, n, day, check, amount * per_volume(fine_day))


def compare_day(plan, life, states, day, n, daily, check, amount, per_volume, troughs, averages):
    p = life.drug.patient
    if day <= plan.first_dose_day:
        return
    morning = trough_of(life, states, day)
    check("trough_true", daily["trough_true"][n], morning, amount * per_volume(day), day)
    # f(total) rises by at most one for one.
    check("trough_free", daily["trough_free"][n], reference_pk.free(morning, p.capacity, p.constant), amount * per_volume(day), day)
    end = states[24.0 * day]
    area = p.scale * 1000 * float(end[life.drug.area]) / (p.volume * p.trend("volume", day - 1))
    # Of a concentration, over 24 hours of the area. An area is what is missing in the balance of mass over the clearance,
    # and carries some roundings of all the drug that there was.
    roundings = BEHIND_STAGES if p.stages else ROUNDINGS
    slack = amount * per_volume(day - 1) + roundings * amount / AMOUNT * p.scale * 1000 / (24 * p.clearance * p.trend("clearance", day - 1))
    check("auc_24h", daily["auc_24h"][n], area, 24 * slack, day)
    check("average_concentration", daily["average_concentration"][n], area / 24, slack, day)
    check("relative_exposure", daily["relative_exposure"][n], area / 24 / p.scale / plan.reference, slack / p.scale / plan.reference, day)
    troughs.append((day, morning, amount * per_volume(day)))
    averages.append((day, area / 24, slack))
    treated = day - p.treated_from  # a dose on record may have come before
    exposure, error = (sum(row[k] for row in averages) / p.scale / plan.reference for k in (1, 2))
    check("exposure_days", daily["exposure_days"][n], exposure if treated >= 0 else math.nan, error, day)
    for what, rows, days in (("mean_trough_3d", troughs, 3), ("mean_concentration_5d", averages, 5)):
        some = rows[-min(days, treated):] if treated > 0 else []
        check(what, daily[what][n], sum(v for _, v, _ in some) / len(some) if some else math.nan,
              max((e for _, _, e in some), default=0.0) + 1e-15 * sum(v for _, v, _ in rows), day)
    if p.metabolite_clearance:
        factor = p.scale * 1000 / p.metabolite_volume
        check("metabolite_trough", daily["metabolite_trough"][n], factor * float(trough_state(life, states, day)[life.drug.metabolite]),
              amount * factor, day)
        check("metabolite_auc_24h", daily["metabolite_auc_24h"][n], factor * float(end[life.drug.metabolite_area]), 24 * amount * factor, day)


def compare_free(p, life, states, day, got, check, slack):
    """The average of what is free at each moment, by trapezoids over all states of the day. The program's has a relative
    error below 1e-4 for half-lives from 13 minutes to 69 hours where the constant is a hundredth of the capacity or more,
    3e-3 down to a thousandth (kernels/drug/within_day/averages.hpp)."""
    rates = [p.clearance * p.trend("clearance", day) / p.volume / p.trend("volume", day), p.absorption_rate * p.trend("absorption_rate", day),
             p.transit_rate, p.flow / p.volume, p.flow / p.peripheral_volume]
    if any(rate and not math.log(2) / 69 <= rate <= math.log(2) / 0.22 for rate in rates) or p.capacity > 1000 * p.constant:
        return
    times = sorted(t for t in states if 24.0 * day <= t <= 24.0 * (day + 1))
    values = [reference_pk.free(life.concentration(states[t], day), p.capacity, p.constant) for t in times]
    right = sum((b - a) * (x + y) / 2 for a, b, x, y in zip(times, times[1:], values, values[1:])) / 24
    # Of a grid twice as coarse: trapezoids then have four times the error.
    coarse = sum((b - a) * (x + y) / 2 for a, b, x, y in zip(times[::2], times[2::2], values[::2], values[2::2])) / 24 if len(times) % 2 else right
    stated = 1e-4 if p.capacity <= 100 * p.constant else 3e-3
    check("average_free_concentration", got, right, slack + stated * right + abs(coarse - right), day + 1)


def trough_state(life, states, day):
    """At the nominal morning dose, without what is taken on that day: a sample comes before its day's first dose."""
    t = 24.0 * day + 6
    begin = 24.0 * day
    early = [s for d, s in zip(life.taken_on, life.inputs) if d == day and s[0] < t]
    if not early:
        return states[t] if day < life.last_day else carried(life, states[begin], day)
    return carried(life, states[begin], day, without=day)


def carried(life, state, day, without=None):
    """The state 6 h after the start of a day, by itself."""
    inputs = [s for d, s in zip(life.taken_on, life.inputs) if d != without]
    drug, marks = life.drug, {24.0 * day, 24.0 * day + 6}
    for start, stop, _ in inputs:
        marks.update(t for t in (start, stop) if 24.0 * day < t < 24.0 * day + 6)
    marks = sorted(marks)
    state = state.copy()
    for left, right in zip(marks, marks[1:]):
        rate = sum(mg / (stop - start) for start, stop, mg in inputs if start <= left < stop)
        if not drug.patient.duration:
            state[drug.first] += sum(mg for start, _, mg in inputs if start == left)
        step, _ = reference_pk.exponentials([drug.matrix(day, rate)], [right - left])
        state = np.matmul(step[0], state)
    return state


def trough_of(life, states, day):
    return life.concentration(trough_state(life, states, day), day)


def compare_course(plan, p, course, ends, rises, daily, n, day, check, slack):
    """The largest value, and the hours above the threshold. Between two points of the grid, by as much as the course changes
    from one to the next, it may rise higher, and it may cross the threshold and come back; beside the starts of inputs the
    points are closer to each other."""
    highest = max([*course, *ends, *(c for rise in rises for c in rise)])
    between = max(abs(a - b) for line in (course, *rises) for a, b in zip(line, line[1:]))
    hidden = HIDDEN_PEAK * highest if hides_extremes(p) else 0.0
    check("peak", daily["peak"][n], highest, slack + between, day, low=slack + hidden)
    above = [c > plan.threshold for c in course]
    hours, crossings, short = 0.0, 0, 2 * len(rises) * GRID_H
    for left, right, was, now in zip(course, course[1:], above, above[1:]):
        share = 1.0 if was and now else 0.0
        if was != now:
            crossings += 1
            share = abs((left if was else right) - plan.threshold) / abs(left - right)
        hours += share * GRID_H
    flat = sum(abs(c - plan.threshold) <= slack + 1e-9 * plan.threshold for c in course) * GRID_H  # above or not: a matter of rounding
    check("hours_above", daily["hours_above"][n], hours, crossings * GRID_H + short + flat + 1e-9, day)

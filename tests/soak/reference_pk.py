"""Concentrations of a linear drug by matrix exponentials. Shares no code with the program, nor its closed forms.

A patient's day stands under one matrix A of rates, all of them in 1/h, over the state
    transit stages, depot, central, peripheral, metabolite, its peripheral compartment, area of central, area of the metabolite, 1
in mg (areas in mg·h). The last entry is a constant, so that an input of zero order is a column of A as well.

exp(A·t) is summed and squared in numbers that are never negative: with q the largest rate out, A + q has no negative
entry, and exp(A·t) = e^(−q·t)·exp((A + q)·t). Nothing cancels, so that every entry has a relative error of at most
2^s·30 roundings, s halvings having been made; in extended precision (2^-64) and s ≤ 24 that is 3e-11.
"""
import math

import numpy as np

TERMS = 22  # of Taylor's series for a norm of 1: 1/22! is 9e-22
ROUNDING = 30 * np.finfo(np.longdouble).eps


def exponentials(matrices, hours):
    """exp(A·t) for a stack of matrices, and their relative error."""
    a = np.asarray(matrices, dtype=np.longdouble)
    t = np.asarray(hours, dtype=np.longdouble)[:, None, None]
    n = a.shape[1]
    rate_out = np.maximum(-np.min(np.diagonal(a, axis1=1, axis2=2), axis=1), 0)[:, None, None]
    shifted = (a + rate_out * np.eye(n, dtype=np.longdouble)) * t
    norm = float(np.max(np.sum(shifted, axis=1))) if len(a) else 0.0
    halvings = max(0, math.ceil(math.log2(max(norm, 1e-300))))
    small = shifted / 2**halvings
    power = np.broadcast_to(np.eye(n, dtype=np.longdouble), small.shape).copy()
    result = power.copy()
    for k in range(1, TERMS + 1):
        power = np.matmul(power, small) / k
        result += power
    result *= np.exp(-rate_out * t / 2**halvings)
    for _ in range(halvings):
        result = np.matmul(result, result)
    return result, 2.0**halvings * float(ROUNDING)


class Drug:
    """What a patient's parameters make of doses. `rates`: see plans.Patient."""

    def __init__(self, patient):
        self.patient = patient
        p = patient
        self.first = 0
        self.depot = p.stages
        self.central = p.stages + (0 if p.duration else 1)
        self.peripheral, self.metabolite, self.metabolite_peripheral, self.area, self.metabolite_area, self.one = (
            self.central + i for i in range(1, 7))
        self.size = self.central + 7

    def matrix(self, day, input_rate):
        p = self.patient
        a = np.zeros((self.size, self.size))

        def flow(source, target, rate):
            a[source, source] -= rate
            if target is not None:
                a[target, source] += rate

        for i in range(p.stages):
            flow(i, i + 1, p.transit_rate)
        if not p.duration:
            rate = p.absorption_rate * p.trend("absorption_rate", day)
            flow(self.depot, self.central, rate)
            a[self.metabolite, self.depot] = p.from_gut * rate
        volume = p.volume * p.trend("volume", day)
        flow(self.central, self.metabolite, p.clearance * p.trend("clearance", day) / volume)
        if p.flow:
            flow(self.central, self.peripheral, p.flow / volume)
            flow(self.peripheral, self.central, p.flow / p.peripheral_volume)
        if p.metabolite_clearance:
            flow(self.metabolite, None, p.metabolite_clearance * p.trend("metabolite_clearance", day) / p.metabolite_volume)
        if p.metabolite_flow:
            flow(self.metabolite, self.metabolite_peripheral, p.metabolite_flow / p.metabolite_volume)
            flow(self.metabolite_peripheral, self.metabolite, p.metabolite_flow / p.metabolite_peripheral_volume)
        a[self.area, self.central] = a[self.metabolite_area, self.metabolite] = 1
        a[self.central, self.one] = input_rate
        a[self.metabolite, self.one] = p.from_gut * input_rate
        return a


class Life:
    """States of one patient at the times asked for, in hours since the start of day 0 (6 h before the nominal dose)."""

    def __init__(self, patient, doses, first_day, last_day):
        self.drug, self.first_day, self.last_day = Drug(patient), first_day, last_day
        self.inputs, self.taken_on = [], [day for day, _, _ in doses]  # start, end, mg
        for day, hour, mg in doses:
            start = 24.0 * day + 6.0 + hour + patient.lag
            dose = mg * patient.bioavailability * patient.trend("bioavailability", day)
            self.inputs.append((start, start + patient.duration, dose))
        self.error = 0.0

    def states(self, times):
        """{time: state before anything that enters at that time}. Areas begin anew with each day."""
        begin, end = 24.0 * self.first_day, 24.0 * self.last_day
        marks = {begin, end, *np.arange(begin, end, 24.0), *(t for t in times if begin <= t <= end)}
        for start, stop, _ in self.inputs:
            marks.update(t for t in (start, stop) if begin <= t <= end)
        marks = sorted(marks)
        steps = {}
        for left, right in zip(marks, marks[1:]):
            steps.setdefault(self.step(left, right), None)
        keys = list(steps)
        found, self.error = exponentials([self.drug.matrix(day, rate) for day, rate, _ in keys], [h for _, _, h in keys])
        steps = dict(zip(keys, found))
        state = np.zeros(self.drug.size, dtype=np.longdouble)
        state[self.drug.one] = 1
        states = {begin: state}
        for left, right in zip(marks, marks[1:]):
            state = state.copy()
            if left % 24.0 == 0:
                state[self.drug.area] = state[self.drug.metabolite_area] = 0
            if not self.drug.patient.duration:
                state[self.drug.first] += sum(mg for start, _, mg in self.inputs if start == left)
            state = np.matmul(steps[self.step(left, right)], state)
            states[right] = state
        return states

    def step(self, left, right):
        day = math.floor(left / 24.0)
        day = day if self.drug.patient.varies else 0
        rate = sum(mg / (stop - start) for start, stop, mg in self.inputs if start <= left < stop)
        return day, rate, right - left

    def concentration(self, state, day):
        p = self.drug.patient
        return float(p.scale * 1000 * state[self.drug.central] / (p.volume * p.trend("volume", day)))


def free(total, capacity, constant):
    """What is not bound: total = f + capacity·f/(constant + f), by bisection."""
    if capacity == 0:
        return total
    low, high = 0.0, total
    for _ in range(100):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if middle + capacity * middle / (constant + middle) < total else (low, middle)
    return 0.5 * (low + high)

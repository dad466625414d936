"""Pharmacokinetics that others' programs got wrong, in public reports or textbooks; each with the right value and how it is known."""
# needs: numpy h5py
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from reports import SAYS, Linear, Run, refused, run_all, scenario

NEAR = 1e-8  # of a concentration: what both programs round, amounts being good to 1e-9 of the dose


def near(found, right, relative=NEAR):
    assert abs(found - right) <= relative * abs(right) + 1e-9, f"{found!r} for {right!r}"


def record(days, hours, daily=()):
    names = f'daily = [{", ".join(f"{chr(34)}{n}{chr(34)}" for n in daily)}]\n' if daily else ""
    at = ", ".join(f'"day {d}"' for d in days)
    return (f'[record]\npatients = 1\n{names}concentrations = {{ at = [{at}], '
            f'hours = [{", ".join(f"{chr(34)}{h} h{chr(34)}" for h in hours)}] }}\n')


def oral(clearance, volume, rate, more=""):
    return (f'model = "one_compartment"\nabsorption = "first_order"\nclearance = "{clearance} L/h"\nvolume = "{volume} L"\n'
            f'absorption_rate = "{rate} 1/h"\n{more}')


def infused(clearance, volume, hours, more=""):
    return (f'model = "one_compartment"\nabsorption = "zero_order"\nclearance = "{clearance} L/h"\nvolume = "{volume} L"\n'
            f'absorption_duration = "{hours} h"\n{more}')


def one(clearance, volume, rate=1.0):
    return Linear({(0, 1): rate, (1, None): clearance / volume}, 2, 1, volume)


def two(clearance, volume, flow, peripheral, rate):
    return Linear({(0, 1): rate, (1, None): clearance / volume, (1, 2): flow / volume, (2, 1): flow / peripheral}, 3, 1, volume)


def compare(text, model, doses, days, hours):
    run = Run(text)
    for day in days:
        for hour in hours:
            near(run.concentration(day, float(hour)), model.ng_per_mL(doses, 24.0 * day + hour))


def duration_with_lag():
    """mrgsolve #267: the length of an infusion was wrong behind a lag (10 h behind 5 h; matrix exponential)"""
    hours = [4, 5, 9, 15, 16]
    compare(scenario(infused(1, 20, 10, 'lag = "5 h"'), '{ dose = "100 mg", every = "24 h" }', 3, rest=record([0, 1], hours)),
            one(1, 20), [(24.0 * d + 5, 100, 1, 10) for d in range(3)], [0, 1], hours)


def lag_and_duration_beyond_the_interval():
    """mrgsolve #270: lag and infusion together longer than the interval (6 + 12 h every 8 h; matrix exponential)"""
    hours = [0, 3, 9, 15]
    compare(scenario(infused(2, 30, 12, 'lag = "6 h"'), '{ dose = "50 mg", every = "8 h" }', 5, rest=record([0, 1, 3], hours)),
            one(2, 30), [(8.0 * i + 6, 50, 1, 12) for i in range(15)], [0, 1, 3], hours)


def long_lag():
    """mrgsolve #596: a dose every 24 h behind a lag of half a day (trough and profile on day 20; matrix exponential)"""
    hours = [0, 6, 12, 13, 17]
    compare(scenario(oral(1, 20, 1.488, 'lag = "12 h"'), '{ dose = "100 mg", every = "24 h" }', 22, rest=record([20], hours)),
            one(1, 20, 1.488), [(24.0 * d + 12, 100, 0, 0) for d in range(22)], [20], hours)


def infusion_as_long_as_the_interval():
    """mrgsolve #947: an infusion that lasts as long as the interval, F 0.412 (steady state F·D/τ/CL)"""
    run = Run(scenario(infused(1.1, 20, 24, "bioavailability = 0.412"), '{ dose = "100 mg", every = "24 h" }', 40,
                       rest=record([38], [0, 11, 23], ["auc_24h"])))
    for hour in (0, 11, 23):
        near(run.concentration(38, float(hour)), 1000 * 0.412 * 100 / 24 / 1.1)
    near(run.daily("auc_24h", 38), 1000 * 0.412 * 100 / 1.1)


def two_compartments_with_lag():
    """mrgsolve #239: two compartments behind a lag, many doses (day 12; matrix exponential)"""
    hours = [0, 0.5, 2, 12]
    pk = ('model = "two_compartments"\nabsorption = "first_order"\nclearance = "15.7 L/h"\nvolume = "150 L"\n'
          'intercompartmental_clearance = "87.8 L/h"\nperipheral_volume = "592 L"\nabsorption_rate = "0.777 1/h"\nlag = "0.536 h"')
    compare(scenario(pk, '{ dose = "100 mg", every = "24 h" }', 14, rest=record([0, 12], hours)),
            two(15.7, 150, 87.8, 592, 0.777), [(24.0 * d + 0.536, 100, 0, 0) for d in range(14)], [0, 12], hours)


def steady_state_by_doses():
    """mrgsolve #1261: steady state of two compartments, here after 40 days every 8 h (matrix exponential)"""
    hours = [0, 4, 9]
    pk = ('model = "two_compartments"\nabsorption = "first_order"\nclearance = "1 L/h"\nvolume = "20 L"\n'
          'intercompartmental_clearance = "2 L/h"\nperipheral_volume = "10 L"\nabsorption_rate = "1 1/h"\nlag = "1 h"')
    compare(scenario(pk, '{ dose = "100 mg", every = "8 h" }', 42, rest=record([40], hours)),
            two(1, 20, 2, 10, 1.0), [(8.0 * i + 1, 100, 0, 0) for i in range(126)], [40], hours)


def lag_as_long_as_the_interval():
    """rxode2 #1088: a lag as long as the interval delays every dose, not the first alone (matrix exponential)"""
    hours = [0, 7, 9, 17]
    compare(scenario(oral(0.2, 2.5, 0.1, 'lag = "8 h"'), '{ dose = "3 mg", every = "8 h" }', 4, rest=record([0, 1, 2], hours)),
            one(0.2, 2.5, 0.1), [(8.0 * i + 8, 3, 0, 0) for i in range(12)], [0, 1, 2], hours)


def no_drop_at_a_dose():
    """RxODE #240: the concentration fell to nothing at the moment of a dose (matrix exponential)"""
    hours = [0, 0.1, 17]
    compare(scenario(oral(3.5, 40, 1), '{ dose = "100 mg", every = "24 h" }', 8, rest=record([1, 2, 6], hours)),
            one(3.5, 40, 1.0), [(24.0 * d, 100, 0, 0) for d in range(8)], [1, 2, 6], hours)


def interval_that_does_not_fit():
    """RxODE #405: every 4.5 h, where the second dose came double, is refused at its place"""
    refused(scenario(oral(40, 12, 5.5), '{ dose = "600 mg", every = "4.5 h" }', 2), "4.5 h")


def weight_based_doses():
    """rxode2 #794: 20 mg/kg every 21 days, volume by weight with a patient's own exponent (matrix exponential)"""
    table = "weight_kg,power\n70,0.6067\n54,0.4693\n"
    text = scenario(
        'model = "one_compartment"\nabsorption = "zero_order"\nabsorption_duration = "1 h"\n'
        'clearance = { formula = "0.012*2.6*(weight_kg/61)^power", unit = "L/h" }\n'
        'volume = { formula = "2.6*(weight_kg/61)^power", unit = "L" }',
        '{ dose = { formula = "20*weight_kg", min = "1 mg", max = "5000 mg" }, every = "21 day" }', 421, patients=2,
        rest='[population]\ntable = "weights.csv"\n[record]\npatients = 2\n'
             'concentrations = { at = ["day 0", "day 399", "day 410"], hours = ["0.5 h", "1 h", "12 h"] }\n')
    run = Run(text, {"weights.csv": table})
    for patient, (weight, power) in enumerate([(70, 0.6067), (54, 0.4693)]):
        volume = 2.6 * (weight / 61) ** power
        model = one(0.012 * volume, volume)
        for day in (0, 399, 410):
            for hour in (0.5, 1.0, 12.0):
                doses = [(24.0 * 21 * i, 20 * weight, 1, 1) for i in range(20)]
                near(run.concentration(day, hour, patient), model.ng_per_mL(doses, 24.0 * day + hour))


def first_dose_on_day_7():
    """PK-Sim #2877: a first dose on day 7, behind a lag, was not simulated (matrix exponential)"""
    hours = [1, 2, 12]
    regimen = '{ schedule = [{ from = "day 0", dose = "0 mg" }, { from = "day 7", dose = "800 mg", every = "24 h" }] }'
    compare(scenario(oral(5, 50, 0.9, 'lag = "1.5 h"'), regimen, 10, rest=record([6, 7, 8], hours)),
            one(5, 50, 0.9), [(24.0 * d + 1.5, 800, 0, 0) for d in range(7, 10)], [6, 7, 8], hours)


def never_below_nothing():
    """OSP Forum #557: concentrations below zero long after a dose; here 60 days, half-life 20 min, and near 5e-324"""
    run = Run(scenario(oral(40, 20, 3), '{ dose = "100 mg", every = "60 day" }', 60,
                       rest=record(range(0, 60, 3), [0, 1, 12, 17], ["auc_24h", "trough_true"])))
    group = run.file["records/concentrations/concentration"][0]
    assert np.isfinite(group).all() and (group >= 0).all(), group.min()
    for name in ("auc_24h", "trough_true"):
        days = run.file[f"records/daily/{name}"][0][1:]
        assert (days >= 0).all(), days.min()
    near(np.nansum(run.file["records/daily/auc_24h"][0][1:]), 1000 * 100 / 40)


def parts_of_an_area():
    """openNCA #228: areas of parts of a day did not add up; here those of all days to D/CL"""
    run = Run(scenario(infused(2, 60, 1.5), '{ dose = "100 mg", every = "90 day" }', 60,
                       rest='[record]\npatients = 1\ndaily = ["auc_24h"]\n'))
    days = run.file["records/daily/auc_24h"][0]
    near(days[1:].sum(), 1000 * 100 / 2)  # e^(−47) of the dose is still to come


def two_compartments_in_series():
    """PKPDsim #38: an oral two-compartment model came out as nothing (CL 7.65, Q 60.9; matrix exponential)"""
    hours = [0, 1, 6, 17]
    pk = ('model = "two_compartments"\nabsorption = "first_order"\nclearance = "7.65 L/h"\nvolume = "20 L"\n'
          'intercompartmental_clearance = "60.9 L/h"\nperipheral_volume = "25.7 L"\nabsorption_rate = "1 1/h"\nbioavailability = 0.9')
    compare(scenario(pk, '{ dose = "3800 mg", every = "24 h" }', 6, rest=record([0, 4], hours)),
            two(7.65, 20, 60.9, 25.7, 1.0), [(24.0 * d, 3800 * 0.9, 0, 0) for d in range(6)], [0, 4], hours)


def accumulation():
    """Krüger-Thiemer's table: an interval of one half-life accumulates 2-fold, of two half-lives 4/3-fold"""
    for half_lives, right in ((1, 2.0), (2, 4 / 3)):
        rate = np.log(2) * half_lives / 24
        run = Run(scenario(infused(repr(rate * 50), 50, 0.5), '{ dose = "100 mg", every = "24 h" }', 70,
                           rest=record([0, 68], [12])))
        near(run.concentration(68, 12.0) / run.concentration(0, 12.0), right)


def equal_rates():
    """Rowland & Tozer: ka = k peaks at 1/k with F·D/(V·e)"""
    run = Run(scenario(oral(5, 50, 0.1), '{ dose = "100 mg", every = "30 day" }', 2, rest=record([0], [10], ["peak"])))
    near(run.concentration(0, 10.0), 1000 * 100 / 50 / np.e)
    near(run.daily("peak", 1), 1000 * 100 / 50 / np.e)


def flip_flop():
    """Flip-flop: ka and k exchanged, with V·k/ka, give the same curve (Gibaldi & Perrier)"""
    hours = [1, 5, 17]
    runs = [Run(scenario(oral(repr(k * v), repr(v), ka), '{ dose = "100 mg", every = "24 h" }', 5, rest=record([0, 3], hours)))
            for ka, k, v in ((0.8, 0.05, 40.0), (0.05, 0.8, 40.0 * 0.05 / 0.8))]
    for day in (0, 3):
        for hour in hours:
            near(runs[0].concentration(day, float(hour)), runs[1].concentration(day, float(hour)))


def average_at_steady_state():
    """The average at steady state is F·D/(CL·τ), whatever volume, absorption, lag and number of compartments"""
    right = 1000 * 0.7 * 300 / (12.0 * 24)
    for pk in (oral(12, 30, 0.2, "bioavailability = 0.7"), infused(12, 300, 9, 'bioavailability = 0.7\nlag = "3 h"'),
               oral(12, 100, 1.2, "bioavailability = 0.7\n").replace("one_compartment", "two_compartments") +
               'intercompartmental_clearance = "30 L/h"\nperipheral_volume = "200 L"\n'):
        run = Run(scenario(pk, '{ dose = "300 mg", every = "24 h" }', 92,
                           rest='[record]\npatients = 1\ndaily = ["average_concentration"]\n'))
        near(run.daily("average_concentration", 91), right)


def ratio_of_areas():
    """PK-Sim #1362: the ratio of areas with and without an inhibitor must not depend on the dose (F/CL)"""
    text = ('[[interaction]]\nperpetrator = "inhibitor"\nfraction = "100 %"\nstart = "day 10"\nstop = "day 30"\n'
            'clearance_ratio = 0.4\nbioavailability_ratio = 1.5\nliver_half_life = "0 h"\ngut_half_life = "0 h"\n' + SAYS +
            '[record]\npatients = 1\ndaily = ["auc_24h"]\n')
    for dose in (100, 200):
        run = Run(scenario(oral(20, 40, 2), f'{{ dose = "{dose} mg", every = "24 h" }}', 31, rest=text))
        near(run.daily("auc_24h", 28) / run.daily("auc_24h", 9), 1.5 / 0.4, 1e-6)  # e^(−0.5·24) is left of the day before


if __name__ == "__main__":
    run_all([duration_with_lag, lag_and_duration_beyond_the_interval, long_lag, infusion_as_long_as_the_interval,
             two_compartments_with_lag, steady_state_by_doses, lag_as_long_as_the_interval, no_drop_at_a_dose,
             interval_that_does_not_fit, weight_based_doses, first_dose_on_day_7, never_below_nothing, parts_of_an_area,
             two_compartments_in_series, accumulation, equal_rates, flip_flop,
             average_at_steady_state, ratio_of_areas])

"""Silent wrong numbers that random plans found (tests/soak), each as small as it goes."""
# needs: numpy h5py
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from reports import Run, refused, run_all, scenario

PK = ('model = "one_compartment"\nabsorption = "first_order"\nclearance = "10 L/h"\nvolume = "50 L"\nabsorption_rate = "1 1/h"')
ONCE = '{ dose = "100 mg", every = "24 h" }'


def recorded_events():
    """Recorded observables of an event are those of the event that is named, and an event that is not there is refused"""
    text = ('[[event]]\nname = "first"\nwhen = "day >= 4"\nevery = "5 day"\n[[event]]\nname = "second"\nwhen = "day >= 4"\nevery = "1 day"\n'
            '[record]\npatients = 1\ndaily = ["day_of.first", "day_of.second", "event.second"]\n')
    run = Run(scenario(PK, ONCE, 11, rest=text))
    for name, right in (("day_of.first", 5), ("day_of.second", 4)):
        values = run.file["records/daily/" + name][0]
        assert np.isnan(values[:right]).all() and (values[right:] == right).all(), (name, values)
    assert list(run.file["records/daily/event.second"][0]) == [0] * 4 + [1] * 8
    refused(scenario(PK, ONCE, 11, rest=text.replace("event.second", "event.nobody")), "event.nobody")


def past_value_of_two_visits():
    """x @ 'day 4' is the result of that day, whichever of its visits the patient came to: defined for all who were sampled"""
    text = ('[assays]\ntrough_cv = 0\nsource = "t"\nbasis = "assumed"\n'
            '[[visit]]\nname = "often missed"\nat = ["day 4"]\nmeasure = ["trough"]\nmissed = 0.5\n'
            '[[visit]]\nname = "never missed"\nat = ["day 4"]\nmeasure = ["trough"]\n'
            '[[tally]]\nname = "remembered"\nscore = "trough @ \'day 4\' > 0"\nat = "end"\n')
    group = Run(scenario(PK, ONCE, 8, 1000, text)).file["tallies/remembered"]
    assert group["evaluable"][()] == 1000 and group["events"][()] == 1000, group["evaluable"][()]
    late = text.replace('measure = ["trough"]\n[[tally]]', 'measure = ["trough"]\nsample_after = ["1 h", "2 h"]\n[[tally]]')
    refused(scenario(PK, ONCE, 8, 10, late), "two meanings")


def labels_that_differ():
    """Bins of numbers with seven digits have labels of their own"""
    text = ('[[covariate]]\nname = "u"\ndistribution = "uniform"\nlow = 1000000\nhigh = 1000004\nsource = "t"\nbasis = "assumed"\n'
            '[[tally]]\nname = "u_groups"\nscore = "u > 0"\nat = "end"\nby = ["bins(u, 1000001, 1000002, 1000003)"]\n')
    labels = [x.decode() for x in Run(scenario(PK, ONCE, 1, 10, text)).file["tallies/u_groups/u"][:]]
    assert labels == ["< 1000001", "1000001 to 1000002", "1000002 to 1000003", ">= 1000003", "not measured"], labels


if __name__ == "__main__":
    run_all([recorded_events, past_value_of_two_visits, labels_that_differ])

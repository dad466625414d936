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


if __name__ == "__main__":
    run_all([recorded_events])

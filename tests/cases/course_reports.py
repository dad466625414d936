"""Events on the day of death, holds that overlap, adherence that rules change and responses that are confirmed, from public reports."""
# needs: numpy h5py
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from reports import SAYS, TRIAL_PK, Run, run_all, scenario

ONCE = '{ dose = "100 mg", every = "24 h" }'


def column(name, value):
    return f'[[column]]\nname = "{name}"\nvalue = "{value}"\n'


def hazard(name, rate, more=""):
    return f'[[event]]\nname = "{name}"\nhazard = "{rate}"\nevery = "1 day"\n{more}{SAYS}'


def time_to(name, event, more=""):
    return f'[[tally]]\nname = "{name}"\nkind = "time_to_event"\nevent = "{event}"\n{more}'


def events_behind_death():
    """admiral #2639: several events on one day, of which one is death: responses and second deaths of the dead"""
    n, names = 4000, ("response", "death", "other_death")
    text = hazard("response", 1) + hazard("death", 1, "fatal = true\n") + hazard("other_death", 0.5, "fatal = true\n")
    text += "".join(column(name, f"event.{name}") + column(f"day_{name}", f"day_of.{name}") for name in names)
    text += column("level", "average_concentration @ event.response") + time_to("incidence", "response", 'competing = ["death", "other_death"]\n')
    text += time_to("curve", "response") + time_to("from_response", "death", 'from = "response"\n')
    file = Run(scenario(TRIAL_PK, ONCE, 40, n, text)).file
    had = {name: file[f"patients/{name}"][0] == 1 for name in names}
    for name, share in (("response", 1 / 2.5), ("death", 1 / 1.5), ("other_death", 0.5 / 1.5)):
        assert abs(had[name].mean() - share) < 4 * np.sqrt(share * (1 - share) / n), (name, had[name].mean())
        assert np.array_equal(np.isnan(file[f"patients/day_{name}"][0]), ~had[name]), name
    assert (had["death"] ^ had["other_death"]).all()
    assert np.array_equal(np.isnan(file["patients/level"][0]), ~had["response"])
    assert file["tallies/incidence/counts"][0].sum() == had["response"].sum() == file["tallies/from_response/randomised"][()]
    # Where death only censors the curve of days keeps the hazard: 1 - 1/e at the end of the first day.
    curve = file["tallies/curve"]
    at_one = 1 - curve["survival"][:][list(curve["time"][:]).index(1)]
    assert abs(at_one - (1 - np.exp(-1))) < 4 * 0.48 / np.sqrt(n), at_one


if __name__ == "__main__":
    run_all([events_behind_death])

"""Events on the day of death, holds that overlap, adherence that rules change and responses that are confirmed, from public reports."""
# needs: numpy h5py
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from reports import FOLDER, SAYS, TRIAL_PK, Run, run_all, scenario, vtrial

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


STEPS = ("300 mg", "400 mg", "600 mg", "800 mg")
DOWN = 'resume = "step down"\n'
BY_DOSE = ('resume = [{ from = "800 mg", dose = "600 mg", every = "24 h" }, { from = "600 mg", dose = "400 mg", every = "24 h" }, '
           '{ from = "400 mg", dose = "300 mg", every = "24 h" }]\n')


def hold(name, begins, ends, resume):
    return (f'[[rule]]\nname = "{name}"\nat = "counts"\nwhen = "{begins}"\ndo = "hold"\nuntil = "{ends}"\nrecheck = "7 day"\n{resume}')


def holds_that_overlap():
    """mrgsolve #1254, JCO 2012;30:2401 Table A2: of several toxicities the most severe counts, one dose level down"""
    arms = {"one": ("800 mg", ["counts"]), "both": ("800 mg", ["counts", "toxicity"]), "turned": ("800 mg", ["toxicity", "counts"]),
            "changed": ("800 mg", ["by dose", "to 400"]), "lowest": ("300 mg", ["counts"]), "again": ("800 mg", ["twice"])}
    text = f'[[visit]]\nname = "counts"\nevery = "7 day"\nfrom = "day 3"\nmeasure = []\nmissed = 0\n[record]\npatients = {len(arms)}\n'
    text += 'daily = ["daily_dose_mg"]\n' + column("dose", "daily_dose_mg")
    text += '[[ladder]]\nname = "steps"\nsteps = [' + ", ".join(f'{{ dose = "{one}", every = "24 h" }}' for one in STEPS) + "]\n"
    text += hold("counts", "day == 10", "day >= 24", DOWN) + hold("toxicity", "day == 17", "day >= 38", BY_DOSE)
    text += hold("twice", "day == 10 or day == 31", "day == 24 or day == 45", DOWN) + hold("by dose", "day == 10", "day >= 24", BY_DOSE)
    text += '[[rule]]\nname = "to 400"\nat = "counts"\nwhen = "day == 17"\ndo = "set"\nregimen = { dose = "400 mg", every = "24 h" }\n'
    text += "".join(f'[[arm]]\nname = "{name}"\nregimen = {{ dose = "{dose}", every = "24 h" }}\nladder = "steps"\nrules = {rules}\n'
                    .replace("'", '"') for name, (dose, rules) in arms.items())
    # By hand: (day from which it is prescribed, mg).
    right = {"one": [(24, 600)], "both": [(38, 600)], "turned": [(38, 600)], "changed": [(17, 400), (24, 300)], "lowest": [],
             "again": [(24, 600), (45, 400)]}
    file = Run(scenario(TRIAL_PK, text, 60, len(arms))).file
    numbers, daily = file["patients/arm_number"][0], file["records/daily"]
    doses = {}
    for patient, row in enumerate(daily["daily_dose_mg"][:]):
        name = list(arms)[int(numbers[patient])]
        doses[name] = [(int(daily["day"][k]), float(row[k])) for k in range(1, len(row)) if row[k] != row[k - 1]]
    assert {name: [mg for _, mg in one] for name, one in doses.items()} == {name: [mg for _, mg in one] for name, one in right.items()}, doses
    for name, one in right.items():
        assert all(abs(day - want) <= 1 for (day, _), (want, _) in zip(doses[name], one)), (name, doses[name])


def adherence_for_a_time():
    """sircovid #331, EMOD #80, covid19_scenarios #605: factors on odds, for a time, begun again; over a change for good"""
    n = 1500
    def rule(name, when, keys):
        return f'[[rule]]\nname = "{name}"\nat = "clinic"\nwhen = "{when}"\ndo = "set adherence"\n{keys}{SAYS}'
    text = f'[adherence]\nmodel = "bernoulli"\ntaken = 0.8\n{SAYS}[[visit]]\nname = "clinic"\nevery = "10 day"\nmeasure = ["pill_count"]\nmissed = 0\n'
    text += rule("odds", "day == 50 or day == 70", 'miss_odds = 0.3\nfor = "30 day"\n') + rule("after", "day == 60", "miss_odds = 4\n")
    text += rule("all", "day == 10", "taken = 1\n") + rule("none", "day == 50", 'taken = 0\nfor = "10 day"\n')
    arms = {"odds": ["odds"], "over": ["odds", "after"], "week": ["all", "none"]}
    text += "".join(f'[[arm]]\nname = "{name}"\nregimen = {ONCE}\nrules = {rules}\n'.replace("'", '"') for name, rules in arms.items())
    text += '[[tally]]\nname = "pills"\nscore = "pill_count"\nrange = ["0 %", "256 %"]\nat = "clinic"\nby = ["arm", "visit"]\n'
    tally = Run(scenario(TRIAL_PK, text, 151, n)).tally("pills")
    days = [int(label.split()[-1]) if label != "baseline" else 0 for label in tally["axes"][1]["labels"]]
    means = np.array(tally["mean"], float).reshape(len(arms), len(days))
    own, less, more = 0.8, 1 / (1 + 0.25 * 0.3), 1 / (1 + 0.25 * 4)
    def right(name, day):  # of the ten days before a visit
        if name == "week":
            return own if day <= 10 else 0 if day == 60 else 1
        if name == "over" and day > 60:
            return less if 70 < day <= 100 else more
        return less if 50 < day <= 100 else own
    for arm, name in enumerate(arms):
        for k, day in enumerate(days):
            if day == 0:
                continue
            want = right(name, day)
            assert abs(means[arm, k] / 100 - want) <= 4.5 * np.sqrt(want * (1 - want) / (10 * n / 3)) + 1e-9, (name, day, means[arm, k], want)


def responses_confirmed_by_an_old_result():
    """admiralonco #245, #78: a response that is confirmed at a visit without the measurement"""
    visits = "".join(f'[[visit]]\nname = "{name}"\nat = {at}\nmeasure = {measure}\nmissed = 0\n'
                     for name, at, measure in (("sample", '["day 7", "day 14"]', '["trough"]'), ("clinic", '["day 10"]', "[]")))
    event = '[[event]]\nname = "high"\nwhen = "trough > 40"\nat = {}\nconfirm = 2\n'
    path = FOLDER / "confirm.toml"
    for at, is_told in (('["sample", "clinic"]', True), ('"clinic"', True), ('"sample"', False)):
        path.write_text(scenario(TRIAL_PK, ONCE, 20, 5, visits + event.format(at) + time_to("t", "high")))
        done = vtrial("check", path)
        said = done.stdout + done.stderr
        assert done.returncode == 0 and ("confirmed at visits 'clinic', which do not measure trough" in said) == is_told, said
    event = event.format('["sample", "clinic"]')
    path.write_text(scenario(TRIAL_PK, ONCE, 20, 5, visits + event.replace("confirm = 2\n", "") + time_to("t", "high")))
    assert "confirmed at visits" not in (done := vtrial("check", path)).stdout + done.stderr
    rule = event.replace("[[event]]", "[[rule]]") + 'do = "stop"\n'
    path.write_text(scenario(TRIAL_PK, f'[[arm]]\nname = "a"\nregimen = {ONCE}\nrules = ["high"]\n', 20, 5, visits + rule))
    assert "the condition of rule 'high' is confirmed at visits 'clinic'" in (done := vtrial("check", path)).stdout + done.stderr


if __name__ == "__main__":
    run_all([events_behind_death, holds_that_overlap, adherence_for_a_time, responses_confirmed_by_an_old_result])

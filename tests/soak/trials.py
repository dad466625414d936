"""Random trials for tallies.py: patients with covariates of the user's, visits, rules, events and tallies of every kind.

Whatever a formula can read is written down for every patient and day, or stands in the user's table, or is told by a cost.
"""
import dataclasses
import math
import re

from expressions import Formula, Unsure, draw_text
from rules import draw_rules, ladder_text

COVARIATES = ["alpha", "beta_2", "gamma"]
# Not changed by the rules of the same day, so that what is recorded after a visit is what its tallies have seen.
STEADY = ["trough_true", "trough", "auc_24h", "relative_exposure", "lowest_trough", "highest_trough", "previous_trough",
          "trough_below_limit", "mean_trough_3d", "exposure_days", "doses_taken_percent", "dose_intensity_mg", "peak",
          "average_concentration", "relative_dose_intensity"]
CHANGING = ["daily_dose_mg", "on_hold", "times_held", "dose_changes"]  # by rules: what was recorded on the day before counts


@dataclasses.dataclass
class Visit:
    name: str
    days: list
    measures: bool
    missed: float


@dataclasses.dataclass
class Event:
    name: str
    text: str  # of the scenario
    when: str = ""  # a condition
    at: list = dataclasses.field(default_factory=list)
    every: int = 0
    confirm: int = 1
    is_dated_first: bool = False
    after: str = ""
    only_if: str = ""
    leaves: bool = False
    ends_treatment: bool = False
    fatal: bool = False


@dataclasses.dataclass
class Tally:
    name: str
    kind: str  # proportion, number, time_to_event
    score: str = ""
    at: str = "end"
    estimand: str = "ITT"
    range: tuple = None
    thresholds: list = dataclasses.field(default_factory=list)
    events: list = dataclasses.field(default_factory=list)
    competing: list = dataclasses.field(default_factory=list)
    every: int = 7
    by: list = dataclasses.field(default_factory=list)  # ("arm",), ("visit",), ("daily_dose_mg",), ("bins", text, edges), ("quantile", text, 4)


@dataclasses.dataclass
class Trial:
    patients: int
    first_day: int
    last_day: int
    arms: dict  # name -> daily dose
    covariates: dict
    visits: list
    events: list
    tallies: list
    rules: list
    recorded: list
    text: str
    files: dict


def draw_covariate(random, n):
    style = random.choice(["uniform", "few", "few", "signed", "wide", "constant"])
    few = [random.choice([0.0, 1.0, 2.5, -1.0, 0.5, 3.0, 100.0]) for _ in range(3)]
    one = {"uniform": lambda: round(random.uniform(0, 10), random.choice([0, 1, 6])), "few": lambda: random.choice(few),
           "signed": lambda: random.gauss(0, 2), "wide": lambda: math.exp(random.uniform(-12, 12)), "constant": lambda: few[0]}[style]
    return [one() for _ in range(n)]


def draw_formula(random, names, kind="any", depth=None):
    """One that no constant makes an error, and that reads something."""
    while True:
        text = draw_text(random, names, random.randint(1, 4) if depth is None else depth, kind)
        try:
            formula = Formula(text)
            values = [formula({name: x for name in formula.names}) for x in (0.3, 2.0, 57.0, 1000.0, 0.0, -1.0)]
        except (Unsure, OverflowError):
            continue
        if formula.names and len(text) < 300 and not any(part_is_error(part) for part in constant_parts(text)):
            if any(not v.error for v in values) or depth is not None:
                return text


def constant_parts(text):
    """Whatever could be folded: every piece of text between brackets and signs that reads no name."""
    parts, stack = [], []
    for i, c in enumerate(text):
        if c == "(":
            stack.append(i)
        elif c == ")" and stack:
            parts.append(text[stack.pop():i + 1])
    return [text, *parts]


def part_is_error(part):
    try:
        formula = Formula(part)
        return not formula.names and formula({}).error
    except Exception:  # a list of arguments, or a constant at the edge
        return False


def draw_visits(random, last_day):
    visits = [Visit("lab", [], True, random.choice([0.0, 0.0, 0.25])), Visit("clinic", [], False, 0.0), Visit("far", [], False, 0.0)]
    for visit in visits[:random.randint(1, 3)]:
        visit.days = sorted(random.sample(range(-1, last_day + 1), min(random.randint(1, 5), last_day)))
        if random.random() < 0.3:
            visit.days = sorted({*visit.days, 0, last_day})
    return [v for v in visits if v.days]


def past_names(random, visits):
    names = []
    for _ in range(2):
        visit = random.choice(visits)
        observable = random.choice(["trough", "trough_true", "auc_24h"] if visit.measures else ["trough_true", "auc_24h"])
        names.append(f"{observable} @ 'day {random.choice(visit.days)}'")
    return names


def draw_events(random, visits, names, last_day):
    events = []
    for e in range(random.randint(0, 4)):
        event = Event(f"e{e}", "")
        lines = [f'name = "e{e}"', 'source = "t"', 'basis = "assumed"']
        if events and random.random() < 0.3:
            event.after = random.choice(events).name
            lines.append(f'after = "{event.after}"')
        if random.random() < 0.5:
            hazard = random.choice(['"0.03 1/day"', '"0.5 1/year"', '"max(0, 0.01 + 0.00001*otherwise(trough_true, 0))"', '"3 1/month"'])
            lines += [f"hazard = {hazard}", f'every = "{random.choice([1, 3, 7])} day"']
        else:
            event.when, event.confirm = draw_formula(random, names, "condition", random.randint(1, 3)), random.choice([1, 1, 2, 3])
            lines += [f"when = {quoted(event.when)}", f"confirm = {event.confirm}"]
            if random.random() < 0.7:
                event.at = [v.name for v in random.sample(visits, random.randint(1, len(visits)))]
                lines.append(f"at = {listed(event.at)}")
            else:
                event.every = random.choice([1, 2, 5])
                lines.append(f'every = "{event.every} day"')
        if random.random() < 0.2:
            event.only_if = draw_formula(random, COVARIATES, "condition", 2)
            lines.append(f"only_if = {quoted(event.only_if)}")
        effect = random.choice(["", "", "", "fatal", "ends_trial", "ends_treatment"])
        if event.confirm > 1 and effect != "fatal" and random.random() < 0.5:
            event.is_dated_first = True
            lines.append('dated = "first"')
        if effect:
            lines.append(f"{effect} = true")
        event.leaves, event.fatal, event.ends_treatment = effect in ("fatal", "ends_trial"), effect == "fatal", effect == "ends_treatment"
        event.text = "\n".join(["[[event]]", *lines])
        events.append(event)
    return events


def draw_axes(random, names, visit, may_dose, is_number=False):
    axes, choices = [], ["arm", "bins", "bins", "quantile"] + (["visit"] if visit else []) + (["daily_dose_mg"] if may_dose else [])
    for kind in random.sample(choices, random.choice([0, 1, 1, 2, 2, 3])):
        if kind == "bins":
            text = random.choice(names) if random.random() < 0.5 else draw_formula(random, names, "any", 2)
            axes.append(("bins", text, sorted({random.choice([0.0, 1.0, 2.5, 0.5, 3.0, 100.0, -1.0, 100.00001, 100.00002, round(random.uniform(0, 500), 2)])
                                               for _ in range(random.randint(1, 4))})))
        elif kind == "quantile":
            if not any(axis[0] == "quantile" for axis in axes) and not is_number:  # they take many cells
                axes.append(("quantile", random.choice(names), random.choice([3, 4])))
        else:
            axes.append((kind,))
    return axes


def draw_tally(random, i, names, visits, events):
    visit = random.choice(visits)
    kind = random.choice(["proportion", "number", "number", "time_to_event"] if events else ["proportion", "number"])
    tally = Tally(f"t{i}", kind)
    if kind == "time_to_event":
        order = random.sample([e.name for e in events], len(events))
        cut = random.randint(1, len(order))
        tally.events, tally.competing = order[:cut], order[cut:] if random.random() < 0.6 else []
        tally.every, tally.estimand = random.choice([1, 3, 7, 100]), random.choice(["ITT", "on-treatment", "composite"])
        tally.by = draw_axes(random, names, False, False)
        return tally
    tally.at = random.choice(["end", visit.name, visit.name])
    if kind == "number":
        tally.score = random.choice(names) if random.random() < 0.5 else draw_formula(random, names)
        tally.range = random.choice([(0.0, 100.0), (1.0, 1000.0), (0.1, 20000.0), (2.5, 3.0), (1e-3, 1e9), (0.0, 1.0)])
        if random.random() < 0.5:
            tally.thresholds = sorted({random.choice([0.0, 1.0, 2.5, 100.0, 3.0, round(random.uniform(0, 900), 3)]) for _ in range(3)})
    else:
        tally.score = draw_formula(random, names, "condition")
        if re.fullmatch(r"[\w.]+( @ '[^']*')?", tally.score):
            tally.score = f"({tally.score}) != 0"  # a number by itself needs a range
        tally.estimand = random.choice(["ITT", "ITT", "on-treatment", "composite"])
    tally.by = draw_axes(random, names, tally.at != "end", True, kind == "number")
    return tally


def quoted(text):
    return '"' + text + '"'


def listed(values):
    return "[" + ", ".join(quoted(v) if isinstance(v, str) else repr(v) for v in values) + "]"


def axis_text(axis):
    if axis[0] == "bins":
        return f"bins({axis[1]}, {', '.join(repr(e) for e in axis[2])})"
    if axis[0] == "quantile":
        is_usual = UNITS.get(axis[1]) in ("ng/mL", "ng*h/mL", "mg")  # others have a range of their own
        return f"{ {3: 'tertile', 4: 'quartile'}[axis[2]] }({axis[1]}{'' if is_usual else ', 0.25, 131072'})"
    return axis[0]


UNITS = {"trough_true": "ng/mL", "trough": "ng/mL", "auc_24h": "ng*h/mL", "lowest_trough": "ng/mL", "highest_trough": "ng/mL",
         "previous_trough": "ng/mL", "mean_trough_3d": "ng/mL", "exposure_days": "day", "doses_taken_percent": "%",
         "dose_intensity_mg": "mg", "peak": "ng/mL", "average_concentration": "ng/mL", "relative_dose_intensity": "%",
         "daily_dose_mg": "mg", "day": "day", "day_of": "day"}


def tally_text(tally):
    lines = ["[[tally]]", f'name = "{tally.name}"']
    if tally.by:
        lines.append(f"by = {listed(axis_text(axis) for axis in tally.by)}")
    if tally.estimand != "ITT":
        lines.append(f'estimand = "{tally.estimand}"')
    if tally.kind == "time_to_event":
        return "\n".join([*lines, 'kind = "time_to_event"', f"event = {listed(tally.events)}", f'every = "{tally.every} day"',
                          *([f"competing = {listed(tally.competing)}"] if tally.competing else [])])
    is_plain = re.fullmatch(r"[\w.]+( @ '[^']*')?", tally.score)
    unit = UNITS.get(re.split("[ .]", tally.score)[0], "") if is_plain else ""
    number = lambda x: quoted(f"{x!r} {unit}") if unit else repr(x)  # noqa: E731
    lines += [f"score = {quoted(tally.score)}", f'at = "{tally.at}"']
    if tally.range:
        lines.append(f"range = [{number(tally.range[0])}, {number(tally.range[1])}]")
    if tally.thresholds:
        lines.append(f"thresholds = [{', '.join(number(t) for t in tally.thresholds)}]")
    return "\n".join(lines)


def draw_trial(random):
    n, last_day = random.choice([1, 7, 40, 64, 65, 150]), random.randint(2, 25)
    covariates = {name: draw_covariate(random, n) for name in COVARIATES}
    visits = draw_visits(random, last_day)
    steady = COVARIATES + random.sample(STEADY, 3)
    rules = draw_rules(random, visits, lambda: draw_formula(random, steady + ["daily_dose_mg", "day"], "condition", 2))
    names = COVARIATES + random.sample(STEADY, 5) + random.sample(CHANGING, random.choice([0, 1, 2])) + ["day"] + past_names(random, visits)
    watched = [x for x in names if x not in CHANGING and "@" not in x and x != "day"]
    events = draw_events(random, visits, watched, last_day)
    names += [f"{random.choice(['event', 'day_of', 'times'])}.{e.name}" for e in events[:2]]
    tallies = [draw_tally(random, i, names, visits, events) for i in range(random.randint(2, 7))]
    arms = dict(zip(["one", "two", "three"], random.sample([100.0, 200.0, 400.0, 37.5], random.randint(1, 3))))
    recorded = sorted({*STEADY, *CHANGING, "cost_so_far", "days_on_hold", "days_on_dose", "days_since_change", "days_since_hold",
                       *(f"{k}.{e.name}" for e in events for k in ("event", "day_of", "times"))})
    trial = Trial(n, -2, last_day, arms, covariates, visits, events, tallies, rules, recorded, "", {})
    rows = zip(*([map(repr, covariates[c]) for c in COVARIATES]))
    trial.files["patients.csv"] = "\n".join([",".join(COVARIATES)] + [",".join(row) for row in rows]) + "\n"
    discontinuation = random.choice([[], [], ['discontinuation = "6 1/year"']])
    lines = ['title = "soak"', "[trial]", f"seed = {random.randint(1, 10**6)}", f"patients = {n}", f'duration = "{last_day} day"', 'start = "day -2"',
             'source = "t"', "[population]", 'table = "<files>/patients.csv"', "[[random_effect]]", 'name = "CL"', "sd = 0.3", 'source = "t"',
             'basis = "assumed"', "[pk]", 'model = "one_compartment"', 'absorption = "first_order"',
             'clearance = { formula = "clamp(5 + alpha, 2, 30)*exp(eta.CL)", unit = "L/h" }', 'volume = "200 L"', 'absorption_rate = "0.8 1/h"',
             'reference_concentration = "300 ng/mL"', 'source = "t"', 'basis = "assumed"', "[assays]", "trough_cv = 0.1", "trough_cost = 1",
             f'trough_limit = "{random.choice([0, 120])} ng/mL"', 'source = "t"', 'basis = "assumed"', "[adherence]", 'model = "bernoulli"',
             "taken = 0.8", 'source = "t"', 'basis = "assumed"']
    for name, dose in arms.items():
        lines += ["[[arm]]", f'name = "{name}"', f'regimen = {{ dose = "{dose!r} mg", every = "24 h" }}', *discontinuation,
                  *([f"rules = {listed(rule.name for rule in rules)}", 'ladder = "steps"'] if rules else []),
                  *(['source = "t"'] if discontinuation else [])]
    for visit in visits:
        lines += ["[[visit]]", f'name = "{visit.name}"', f"at = {listed(f'day {d}' for d in visit.days)}",
                  f"measure = {listed(['trough'] if visit.measures else [])}", f"missed = {visit.missed!r}"]
    lines += [ladder_text()] if rules else []
    lines += [one.text() for one in rules] + [event.text for event in events] + [tally_text(tally) for tally in tallies]
    lines += ["[record]", f"patients = {n}", "decisions = true", f"daily = {listed(recorded)}", ""]
    trial.text = "\n".join(lines)
    return trial

"""Random rules of a trial, and what they decide, worked out once more from the day's recorded values."""
import dataclasses
import math

from expressions import Formula, Unsure

REGIMENS = {"set": (150.0, 2), "resume": [(50.0, 1), (25.0, 1)], "steps": [(25.0, 1), (100.0, 1), (75.0, 2), (400.0, 1), (300.0, 2)]}
BY_DOSE = [(100.0, (50.0, 1)), (400.0, (150.0, 2)), (300.0, (75.0, 2))]  # the daily dose before a hold, the regimen behind it
UNTIL = "trough_true < 100 or day > 9"
LOWEST, HIGHEST, STRENGTH = 25.0, 800.0, 25.0


@dataclasses.dataclass
class Rule:
    name: str
    at: list
    when: str
    do: str
    at_most: int = 0
    confirm: int = 1
    not_within: int = 0
    group: str = ""
    probability: str = ""  # a condition: 0 or 1, so that nothing is left to chance
    steps: int = 1  # of the ladder
    resume: str = "by number"  # of the hold; "by dose"; "step down"

    def text(self):
        regimen = lambda r: f'{{ dose = "{r[0]!r} mg", every = "{24 // r[1]} h" }}'  # noqa: E731
        bounds = [f'round_to = "{STRENGTH!r} mg"', f'lowest = "{LOWEST!r} mg"', f'highest = "{HIGHEST!r} mg"']
        by_dose = ", ".join(regimen(after).replace("{", f'{{ from = "{before!r} mg",') for before, after in BY_DOSE)
        resume = {"by number": f'[{", ".join(map(regimen, REGIMENS["resume"]))}]', "by dose": f"[{by_dose}]", "step down": '"step down"'}
        action = {"hold": [f'until = "{UNTIL}"', f"resume = {resume[self.resume]}"],
                  "set": [f"regimen = {regimen(REGIMENS['set'])}"], "multiply dose": ["factor = 0.7", *bounds],
                  "set dose": ['daily_dose = "daily_dose_mg*(1 + alpha)"', *bounds]}.get(self.do, [])
        more = [f"{key} = {value}" for key, value in (("at_most", self.at_most), ("confirm", self.confirm)) if value > (key == "confirm")]
        more += [f'not_within = "{self.not_within} day"'] if self.not_within else []
        more += [f"steps = {self.steps}"] if self.steps > 1 else []
        more += [f'group = "{self.group}"'] if self.group else []
        more += [f'probability = "{self.probability}"'] if self.probability else []
        at = ", ".join(f'"{kind}"' for kind in self.at)
        return "\n".join(["[[rule]]", f'name = "{self.name}"', f"at = [{at}]", f'when = "{self.when}"', f'do = "{self.do}"', *action, *more,
                          'source = "t"'])


def ladder_text():
    return "\n".join(["[[ladder]]", 'name = "steps"', "steps = ["
                      + ", ".join(f'{{ dose = "{dose!r} mg", every = "{24 // n} h" }}' for dose, n in sorted(REGIMENS["steps"], key=lambda r: r[0] * r[1])) + "]"])


def draw_rules(random, visits, draw_condition):
    rules = []
    for i in range(random.choice([0, 0, 1, 2, 3, 5])):
        do = random.choice(["hold", "hold", "set", "multiply dose", "set dose", "step down", "step up", "stop", "resume"])
        if do == "resume" and not any(rule.do == "hold" for rule in rules):
            continue
        when = draw_condition() if random.random() < 0.5 else random.choice(
            ["alpha > 1", "trough_true > 150", "day >= 4 and beta_2 < 2", "otherwise(trough, 0) > 100", "daily_dose_mg >= 100", "not on_hold"])
        rules.append(Rule(f"r{i}", [v.name for v in random.sample(visits, random.randint(1, len(visits)))], when, do,
                          random.choice([0, 0, 1, 2]), random.choice([1, 1, 1, 2, 3]), random.choice([0, 0, 1, 4, 5]),
                          "" if do in ("hold", "stop", "resume") else "dose", random.choice(["", "", "", "alpha > 0.5", "day < 8"])))
        if do == "hold":
            rules[-1].resume = random.choice(["by number", "by dose", "step down"])
        if do in ("step down", "step up") or rules[-1].resume == "step down":
            rules[-1].steps = random.choice([1, 1, 2, 3])
    return rules


class Course:
    """What one patient's rules have done so far."""

    def __init__(self, dose, rules):
        self.dose, self.intakes, self.rules = dose, 1, rules
        self.changes, self.changed_on, self.held_by, self.let_go, self.holds, self.hold_ended_on = 0, 0, [], set(), 0, 0
        self.times, self.in_a_row = {}, {}

    @property
    def daily(self):
        return self.dose * self.intakes

    def change(self, dose, intakes, day):
        if dose * intakes != self.daily or intakes != self.intakes:
            self.changes, self.changed_on = self.changes + 1, day
        self.dose, self.intakes = dose, intakes

    def release(self, rule, day):
        """With the last hold the dose is the lowest that any of the rules names which have held, all from the present one: a hold
        never raises it."""
        self.held_by.remove(rule.name)
        self.let_go.add(rule.name)
        if self.held_by:
            return
        self.hold_ended_on = day
        named = [self.resumed(one) for one in self.rules if one.name in self.let_go]
        named = [regimen for regimen in named if regimen and regimen[0] * regimen[1] < self.daily]
        if named:  # of equal daily doses that of the first rule
            self.change(*min(named, key=lambda regimen: regimen[0] * regimen[1]), day)

    def resumed(self, rule):
        if rule.resume == "step down":
            return self.rung(True, rule.steps)
        return dict(BY_DOSE).get(self.daily) if rule.resume == "by dose" else REGIMENS["resume"][min(self.times[rule.name], len(REGIMENS["resume"])) - 1]

    def rounded(self, daily):
        """An intake is the nearest multiple of the strength, halves up, within the bounds of the day."""
        n = self.intakes
        dose = min(max(daily / n, LOWEST / n), HIGHEST / n)
        return min(max(math.floor(dose / STRENGTH + 0.5) * STRENGTH, LOWEST / n), HIGHEST / n)

    def rung(self, down, steps):
        """The rung so many places down or up, or the last there is."""
        beyond = [r for r in REGIMENS["steps"] if (r[0] * r[1] < self.daily if down else r[0] * r[1] > self.daily)]
        beyond.sort(key=lambda r: r[0] * r[1], reverse=down)
        return beyond[min(steps, len(beyond)) - 1] if beyond else None

    def step(self, down, steps, day):
        if reached := self.rung(down, steps):
            self.change(*reached, day)

    def act(self, rule, rules, day, alpha, before):
        self.times[rule.name] = self.times.get(rule.name, 0) + 1
        if rule.do == "hold":
            self.holds += not self.held_by
            self.let_go = self.let_go if self.held_by else set()
            self.held_by.append(rule.name)
        elif rule.do == "resume":
            for other in rules:
                if other.name in self.held_by:
                    self.release(other, day)
        elif rule.do == "set":
            self.change(*REGIMENS["set"], day)
        elif rule.do in ("multiply dose", "set dose"):
            # A formula sees the visit as it began, a factor meets the dose as earlier rules left it.
            self.change(self.rounded(self.daily * 0.7 if rule.do == "multiply dose" else before * (1 + alpha)), self.intakes, day)
        elif rule.do in ("step down", "step up"):
            self.step(rule.do == "step down", rule.steps, day)


def decisions(lives, rules, i):
    """[(day, rule, action, dose before, dose after)] of one patient, and {day: how the patient stands after its rules}, while
    there is treatment."""
    trial, course, found, standing = lives.trial, Course(list(lives.trial.arms.values())[lives.arm[i]], rules), [], {}
    given_mg, held_days = 0.0, 0
    formulas = {rule.name: Formula(rule.when) for rule in rules}
    until = Formula(UNTIL)
    for day in range(trial.first_day + 1, trial.last_day + 1):
        is_over = lives.off_drug_by_event(i, day)
        given = lambda: 0.0 if course.held_by or is_over else course.daily  # noqa: B023, E731
        if lives.left[i] is not None and lives.left[i][:2] < (day, 2):
            return found, standing
        start, groups = course.daily, set()
        for rule in rules:
            if not any(lives.attends(kind, i, day) for kind in rule.at):
                continue
            if rule.do != "stop" and is_over:
                continue
            holds = lambda formula: is_true(lives.evaluate(formula, i, day))  # noqa: E731
            before = given()
            if rule.name in course.held_by:
                if holds(until):
                    course.release(rule, day)
                    found.append((day, rule.name, "resume", before, given()))
                continue
            course.in_a_row[rule.name] = course.in_a_row.get(rule.name, 0) + 1 if holds(formulas[rule.name]) else 0
            if course.in_a_row[rule.name] < rule.confirm or (rule.probability and not holds(Formula(rule.probability))):
                continue
            if rule.at_most and course.times.get(rule.name, 0) >= rule.at_most:
                continue
            if course.changes and day - course.changed_on < rule.not_within:
                continue
            if (rule.do == "resume" and not course.held_by) or rule.group in groups:
                continue
            alpha = trial.covariates["alpha"][i]
            course.act(rule, rules, day, alpha, start)
            found.append((day, rule.name, rule.do, before, 0.0 if rule.do == "stop" else given()))
            course.in_a_row[rule.name] = 0
            if rule.do == "stop":
                break
            groups |= {rule.group} - {""}
        if is_over or day < 0:
            continue  # what counts days begins with day 0
        standing[day] = {"daily_dose_mg": course.daily, "on_hold": float(bool(course.held_by)), "times_held": course.holds,
                         "dose_changes": course.changes, "days_since_change": day - course.changed_on if course.changes else math.nan,
                         "days_since_hold": day - course.hold_ended_on if course.holds and not course.held_by else math.nan,
                         "days_on_hold": held_days, "days_on_dose": day - held_days,
                         "dose_intensity_mg": given_mg / day if day else math.nan}
        given_mg, held_days = given_mg + given(), held_days + bool(course.held_by)
    return found, standing


def is_true(value):
    if value.slack and abs(value.number) <= value.slack:
        raise Unsure
    return value.defined and not value.error and value.number != 0

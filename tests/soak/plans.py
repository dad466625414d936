"""Random one-drug plans: a scenario, its files, and each patient's parameters and doses as reference_pk.py needs them."""
import dataclasses
import math

DAILY = ["trough_true", "trough_free", "auc_24h", "average_concentration", "average_free_concentration", "peak",
         "hours_above", "relative_exposure", "mean_trough_3d", "mean_concentration_5d", "exposure_days"]
METABOLITE = ["metabolite_trough", "metabolite_auc_24h"]
# Units that a parameter may be written in, and how many of them its unit in reference_pk.py is.
UNITS = {"L/h": [("L/h", 1), ("mL/min", 1000 / 60), ("L/day", 24)], "L": [("L", 1), ("mL", 1000)],
         "1/h": [("1/h", 1), ("1/day", 24), ("1/min", 1 / 60)], "h": [("h", 1), ("min", 60)]}


@dataclasses.dataclass
class Patient:
    clearance: float
    volume: float
    absorption_rate: float = 0.0
    duration: float = 0.0  # of zero-order input; 0: first order or transit
    lag: float = 0.0
    bioavailability: float = 1.0
    flow: float = 0.0
    peripheral_volume: float = 1.0
    stages: int = 0
    transit_rate: float = 0.0
    metabolite_clearance: float = 0.0
    metabolite_volume: float = 1.0
    metabolite_flow: float = 0.0
    metabolite_peripheral_volume: float = 1.0
    gut_extraction: float = 0.0
    gut_metabolite: float = 0.0
    capacity: float = 0.0
    constant: float = 1.0
    scale: float = 1.0
    trends: dict = dataclasses.field(default_factory=dict)  # name -> (change, days)
    steps: dict = dataclasses.field(default_factory=dict)  # name -> (factor, from day of the trial)
    treated_from: int = 0  # day of the first dose that is prescribed

    @property
    def varies(self):
        return bool(self.trends) or bool(self.steps)

    def trend(self, name, day):
        """What multiplies a parameter on a day."""
        change, days = self.trends.get(name, (0.0, 1.0))
        factor, from_day = self.steps.get(name, (1.0, 0))
        return (1.0 + change * math.exp(-max(day - self.treated_from, 0) / days)) * (factor if day >= from_day else 1.0)

    @property
    def from_gut(self):
        """Metabolite that the gut wall forms for each mg that it lets pass."""
        return self.gut_metabolite * self.gut_extraction / (1 - self.gut_extraction)


@dataclasses.dataclass
class Plan:
    patients: list
    doses: list  # of each patient: (day, hour after the nominal morning dose, mg)
    first_day: int
    first_dose_day: int  # observables are defined from the day after it
    last_day: int
    record_days: list
    record_hours: list
    threshold: float
    reference: float
    text: str
    files: dict


def log_uniform(random, low, high):
    return math.exp(random.uniform(math.log(low), math.log(high)))


def draw_patient(random, kind, shared, style):
    """Parameters in their legal ranges; `style` says how far apart, and which of them coincide."""
    wide = style == "wide"
    p = Patient(clearance=log_uniform(random, *((1e-4, 1e4) if wide else (0.2, 60))),
                volume=log_uniform(random, *((1e-2, 1e5) if wide else (3, 900))), **shared)
    k = p.clearance / p.volume
    if k > 3e3:  # beyond that the reference's squarings, not the program, limit the comparison
        p.volume, k = p.clearance / 3e3, 3e3
    if kind.absorption == "zero_order":
        p.duration = random.choice([1e-6, 1e-3, 1.5, 12.0, 23.999, 24.0, random.uniform(0.1, 24), random.uniform(0.1, 6)])
    else:
        p.absorption_rate = log_uniform(random, *((1e-3, 1e3) if wide else (0.05, 6)))
    if kind.stages:
        p.transit_rate = log_uniform(random, *((1e-2, 1e3) if wide else (0.3, 40)))
    if kind.two:
        p.flow = log_uniform(random, *((1e-4, 1e4) if wide else (0.1, 60)))
        p.peripheral_volume = log_uniform(random, *((1e-2, 1e5) if wide else (3, 900)))
        p.peripheral_volume = max(p.peripheral_volume, p.flow / 3e3)
        p.volume = max(p.volume, p.flow / 3e3)
        k = p.clearance / p.volume
    if kind.metabolite:
        p.metabolite_clearance = log_uniform(random, 0.1, 200)
        p.metabolite_volume = log_uniform(random, 2, 500)
    if kind.metabolite_two:
        p.metabolite_flow = random.choice([0.0, log_uniform(random, 0.1, 60)])
        p.metabolite_peripheral_volume = log_uniform(random, 3, 900)
    if kind.gut:
        p.gut_extraction, p.gut_metabolite = random.choice([0.0, 0.9, random.uniform(0, 0.99)]), random.choice([0.0, 1.0, random.uniform(0, 5)])
    if style == "coincident":
        near = random.choice([1.0, 1.0, 1 + 1e-12, 1 - 1e-7, 1 + 1e-3, 0.75, 1.25, 1.2501])
        if not p.duration:
            p.absorption_rate = k * near
        if kind.stages:
            p.transit_rate = p.absorption_rate * random.choice([1.0, near])
        if kind.two:
            p.flow, p.peripheral_volume = p.clearance * random.choice([1e-9, 1.0, 1e3]), p.volume * random.choice([1.0, 1e-3])
            p.peripheral_volume = max(p.peripheral_volume, p.flow / 3e3)
            p.volume = max(p.volume, p.flow / 3e3)
        if kind.metabolite:
            p.metabolite_clearance, p.metabolite_volume = p.clearance, p.volume * random.choice([1.0, near])
        if kind.metabolite_two:
            p.metabolite_flow, p.metabolite_peripheral_volume = p.flow * random.choice([1.0, near]), p.peripheral_volume * random.choice([1.0, near])
        if kind.metabolite and kind.stages:
            p.metabolite_volume = p.metabolite_clearance / (p.transit_rate * random.choice([1.0, near, 1.39, 1.41, 0.61, 0.59]))
    p.lag = random.choice([0.0, 0.0, 0.2, 6.0, 12.0, random.uniform(0, 12)]) if kind.lag else 0.0
    p.lag = min(p.lag, 24.0 - p.duration)
    p.bioavailability = random.choice([1.0, 0.0, random.uniform(0.01, 2)]) if kind.bioavailability else 1.0
    if kind.binding:
        p.capacity = random.choice([0.0, log_uniform(random, 1, 1e6)])
        p.constant = log_uniform(random, 1e-2, 1e5)
    return p


@dataclasses.dataclass
class Kind:
    absorption: str
    stages: int
    two: bool
    metabolite: bool
    metabolite_two: bool
    gut: bool
    lag: bool
    bioavailability: bool
    binding: bool


def draw_kind(random):
    absorption = random.choice(["zero_order", "first_order", "first_order", "transit"])
    maybe = lambda chance: random.random() < chance  # noqa: E731
    metabolite = maybe(0.5)
    return Kind(absorption, random.randint(1, 8) if absorption == "transit" else 0, maybe(0.4), metabolite,
                metabolite and maybe(0.5), metabolite and maybe(0.4), maybe(0.5), maybe(0.4), maybe(0.3))


def draw_step(random, from_day):
    every = random.choice([8, 12, 24, 24, 24, 48, 168])
    step = {"from": from_day, "dose": random.choice([100.0, 400.0, 1e-3, 1e4, round(random.uniform(1, 900), 3)]), "every": every}
    if every <= 24 and random.random() < 0.3:
        step["on"], step["off"] = random.randint(1, 4), random.randint(1, 4)
    elif every == 48 and random.random() < 0.3:
        step["on"], step["off"] = random.choice([(2, 2), (3, 1), (1, 3), (4, 2), (1, 1)])
    return step


def doses_of(steps, first_day, last_day):
    doses = []
    for day in range(first_day, last_day):
        step = next((s for s in reversed(steps) if s["from"] <= day), None)
        if step is None or step["dose"] == 0:
            continue
        since = day - step["from"]
        apart, cycle = max(1, step["every"] // 24), step.get("on", 0) + step.get("off", 0)
        if since % apart or (cycle and since % cycle >= step["on"]):
            continue
        hours = {8: [0, 8, 16], 12: [0, 12]}.get(step["every"], [0])
        doses += [(day, hour, step["dose"]) for hour in hours]
    return doses


def draw_steps(random, first_day, last_day):
    """A regimen (one step) or a schedule."""
    if first_day == 0 and random.random() < 0.5:
        return [draw_step(random, 0)], False
    days = sorted(random.sample(range(first_day, last_day), min(random.randint(1, 4), last_day - first_day)))
    days[0] = min(days[0], 0)
    steps = [draw_step(random, day) for day in days]
    for step in steps[1:]:
        if random.random() < 0.2:
            step.update({"dose": 0.0, "every": 24})
    return steps, True


def regimen_text(steps, is_schedule):
    def one(step):
        cycle = f', on = "{step["on"]} day", off = "{step["off"]} day"' if "on" in step else ""
        return f'dose = "{step["dose"]!r} mg", every = "{step["every"]} h"{cycle}'
    if not is_schedule:
        return "{ " + one(steps[0]) + " }"
    return "{ schedule = [" + ", ".join(f'{{ from = "day {s["from"]}", {one(s)} }}' for s in steps) + "] }"


def draw_records(random, first_day, last_day):
    """What a patient has taken: early, late, doubled, several at once nearly, nothing at all."""
    doses = []
    for day in range(first_day, last_day):
        hours = set()
        for _ in range(random.choice([0, 1, 1, 1, 2, 3, 4])):
            hours.add(random.choice([-6.0, 0.0, 12.0, 17.999, -0.001, 0.001, 6.0, round(random.uniform(-6, 18), 3),
                                     round(random.uniform(-2, 2), 3)]))
        doses += [(day, hour, random.choice([100.0, 200.0, 0.0, round(random.uniform(0.001, 500), 3)])) for hour in sorted(hours)]
    return doses or [(0, 0.0, 0.0)]


def draw_plan(random, find_threshold):
    kind = draw_kind(random)
    style = random.choice(["ordinary", "ordinary", "wide", "coincident"])
    first_day, last_day = random.choice([0, 0, 0, -3]), random.randint(2, 9)
    shared = {"stages": kind.stages, "scale": random.choice([1.0, 1.44, log_uniform(random, 1e-3, 1e3)]),               "trends": {}, "steps": {}}
    names = ["clearance", "volume", "bioavailability"] + ([] if kind.absorption == "zero_order" else ["absorption_rate"])
    for name in names:
        if random.random() < 0.15:
            shared["trends"][name] = (round(random.uniform(-0.9, 3), 3), random.choice([0.5, 2.0, 30.0]))
    for name in ["clearance", "volume"] + (["metabolite_clearance"] if kind.metabolite else []):
        if random.random() < 0.2:
            shared["steps"][name] = (round(random.uniform(0.1, 3), 3), random.randint(first_day, last_day))
    patients = [draw_patient(random, kind, shared, style) for _ in range(random.randint(1, 4))]
    steps, is_schedule = draw_steps(random, first_day, last_day)
    for patient in patients:
        patient.treated_from = steps[0]["from"] if is_schedule else 0
    planned = doses_of(steps, first_day, last_day)
    doses, recorded = [planned] * len(patients), {}
    until = random.choice([None, random.randint(first_day, last_day)])
    for i in range(len(patients)):
        if random.random() < 0.6:
            recorded[i] = draw_records(random, first_day, last_day)
            limit = last_day if until is None else until
            doses[i] = [d for d in recorded[i] if d[0] < limit] + [d for d in planned if d[0] >= limit]
    firsts = [d[0] for rows in recorded.values() for d in rows if d[2] > 0] + ([steps[0]["from"]] if is_schedule else [0])
    plan = Plan(patients, [[d for d in rows if d[2] > 0] for rows in doses], first_day, min(0, *firsts), last_day,
                sorted(random.sample(range(first_day, last_day), min(3, last_day - first_day))),
                sorted({0.0, 24.0, 18.0, *(round(random.uniform(0, 24), 3) for _ in range(6))}), 0.0,
                random.choice([1000.0, 37.0]), "", {})
    plan.threshold = find_threshold(random, plan)
    write(random, plan, kind, shared, regimen_text(steps, is_schedule), recorded, until)
    return plan


def write(random, plan, kind, shared, regimen, recorded, until):
    columns, entries = [], []
    for field, key, unit, is_used in [
            ("clearance", "clearance", "L/h", True), ("volume", "volume", "L", True),
            ("absorption_rate", "absorption_rate", "1/h", kind.absorption != "zero_order"),
            ("duration", "absorption_duration", "h", kind.absorption == "zero_order"), ("lag", "lag", "h", kind.lag),
            ("bioavailability", "bioavailability", "", kind.bioavailability),
            ("flow", "intercompartmental_clearance", "L/h", kind.two), ("peripheral_volume", "peripheral_volume", "L", kind.two),
            ("transit_rate", "transit_rate", "1/h", kind.stages > 0),
            ("metabolite_clearance", "metabolite_clearance", "L/h", kind.metabolite),
            ("metabolite_volume", "metabolite_volume", "L", kind.metabolite),
            ("metabolite_flow", "metabolite_intercompartmental_clearance", "L/h", kind.metabolite_two),
            ("metabolite_peripheral_volume", "metabolite_peripheral_volume", "L", kind.metabolite_two),
            ("gut_extraction", "gut_extraction", "", kind.gut), ("gut_metabolite", "gut_metabolite", "", kind.gut),
            ("capacity", "binding_capacity", "ng/mL", kind.binding), ("constant", "binding_constant", "ng/mL", kind.binding)]:
        if not is_used:
            continue
        name, factor = random.choice(UNITS.get(unit, [(unit, 1)]))
        if key in ("absorption_duration", "lag"):
            name, factor = unit, 1  # at its limits to the last bit
        values = [getattr(p, field) * factor for p in plan.patients]
        if len(values) > 1 or random.random() < 0.5:
            columns.append((f"pk.{key} [{name}]" if name else f"pk.{key}", values))
        entries.append(f'{key} = ' + (f'"{values[0]!r} {name}"' if name else repr(values[0])))
    if columns or recorded:
        rows = zip(*([[f"p{i}" for i in range(len(plan.patients))]] + [[repr(v) for v in values] for _, values in columns]))
        plan.files["patients.csv"] = "\n".join([",".join(["id"] + [c for c, _ in columns])] + [",".join(row) for row in rows]) + "\n"
    if recorded:
        lines = [f"p{i},{day},{hour!r},{mg!r}" for i, rows in recorded.items() for day, hour, mg in rows]
        plan.files["doses.csv"] = "\n".join(["id,day,hour,dose [mg]"] + lines) + "\n"
    for name, (change, days) in shared["trends"].items():
        entries.append(f'{name}_trend = {{ change = {change!r}, time_constant = "{days!r} day" }}')
    for name, (factor, day) in shared["steps"].items():
        entries.append(f'{name}_step = {{ factor = {factor!r}, from = "day {day}" }}')
    population = ["[population]", 'table = "<files>/patients.csv"'] if "patients.csv" in plan.files else []
    if recorded:
        limit = f', until = "day {until}"' if until is not None else ""
        population += [f'dose_records = {{ file = "<files>/doses.csv"{limit} }}']
    daily = DAILY + (METABOLITE if kind.metabolite else [])
    listed = lambda names: "[" + ", ".join(f'"{n}"' for n in names) + "]"  # noqa: E731
    plan.text = "\n".join([
        'title = "soak"', "[trial]", "seed = 1", f"patients = {len(plan.patients)}", f'duration = "{plan.last_day} day"',
        f'start = "day {plan.first_day}"', 'source = "test"', *population, "[pk]",
        f'model = "{"two_compartments" if kind.two else "one_compartment"}"', f'absorption = "{kind.absorption}"', *entries,
        *([f"transit_stages = {kind.stages}"] if kind.stages else []), f"exposure_scale = {shared['scale']!r}",
        f'reference_concentration = "{plan.reference!r} ng/mL"', f'threshold = "{plan.threshold!r} ng/mL"',
        'source = "test"', 'basis = "assumed"', "[[arm]]", 'name = "a"', f"regimen = {regimen}", "[record]",
        f"patients = {len(plan.patients)}", f"daily = {listed(daily)}",
        f'concentrations = {{ at = {listed(f"day {d}" for d in plan.record_days)}, hours = {listed(f"{h!r} h" for h in plan.record_hours)} }}',
        ""])

"""Odd names in every place that has one: the scenario is refused, or its results open everywhere with the right labels."""
import json
import pathlib
import subprocess
import types

import h5py

KIND = "names"
DATASETS = ["time", "events", "mean", "median", "day", "bin", "randomised", "evaluable", "outcome", "threshold", "cause", "quantile",
            "histogram", "counts", "sum", "itt", "visit", "arm", "patient", "hour", "above", "survival", "rows", "visit_day",
            "visit_2", "arm_2", "u_low", "u_2", "a b", "a_b", "a/b", "phony_dim_0", "name", "replicate", "term"]
OBSERVABLES = ["trough", "anc", "day", "month", "on_hold", "peak", "trough_true", "daily_dose_mg", "mean_trough_28d"]
WORDS = ["if", "min", "defined", "not", "and", "or", "exp", "e", "true", "nan", "inf", "1e5", "end", "censored", "not measured",
         "on order", "eta.CL", "event.ev", "all", "neither", "both", "ITT", "none"]
ODD = ["Ωmega", "naïve", "日本", "🙂", "a\u0301", "\u202eabc", "two words", " lead", "trail ", "it's", 'say "x"', "back\\slash", "a\tb", "a\nb",
       "a/b", "a.b", ".", "..", "", "@", "x@day 1", "a,b", "a;b", "50 %", "%s", "{}", "<b>bold</b>", "&amp;", "</table>", "-->", "x" * 300,
       "ä" * 40, "a:b", "#", "=", "[x]", "'", "`", "$HOME", "\u00a0", "\u200b", "a\u2028b", "\x7f", "T1", "A", "a"]
PLACES = ["title", "arm", "arm2", "visit", "covariate", "parameter", "effect", "event", "event2", "tally", "tally2", "tally title", "rule",
          "criterion", "test", "perpetrator", "column", "analysis", "analysis2"]
PLAIN = {"title": "names", "arm": "one", "arm2": "two", "visit": "v", "covariate": "u", "parameter": "p", "effect": "CL", "event": "ev",
         "event2": "ev2", "tally": "t", "tally2": "t2", "tally title": "a tally", "rule": "r", "criterion": "c", "test": "positive",
         "perpetrator": "other", "column": "col", "analysis": "an", "analysis2": "an2"}


def draw(random):
    named = dict(PLAIN)
    for place in random.sample(PLACES, random.choice([1, 1, 1, 2, 3])):
        named[place] = random.choice(random.choice([DATASETS, OBSERVABLES, WORDS, ODD, ODD, list(PLAIN.values())]))
    text = "\n".join(scenario(random, {place: json.dumps(name, ensure_ascii=random.random() < 0.3) for place, name in named.items()},
                              named))
    return types.SimpleNamespace(text=text.replace("\x7f", "\\u007f"), files={}, named=named, reports=[])


def scenario(random, q, raw):
    """TOML, the names in JSON's quotes, which are TOML's. Formulas name the covariate as it is written."""
    inner = lambda text: json.dumps(text)  # noqa: E731
    source = ['source = "t"', 'basis = "assumed"']
    by = random.sample(['"arm"', inner(f"bins({raw['covariate']}, 0.3, 0.6)"), inner(f"quartile({raw['covariate']})")], random.randint(0, 2))
    return [
        f"title = {q['title']}", "[trial]", "seed = 1", "patients = 20", 'duration = "9 day"', 'source = "t"',
        "[[covariate]]", f"name = {q['covariate']}", 'distribution = "uniform"', "low = 0", "high = 1", *source,
        "[[random_effect]]", f"name = {q['effect']}", "sd = 0.1", *source,
        "[[parameter]]", f"name = {q['parameter']}", "value = 2", *source,
        "[[criterion]]", f"name = {q['criterion']}", f"when = {inner(raw['covariate'] + ' < 0.95')}",
        "[pk]", 'model = "one_compartment"', 'absorption = "first_order"', 'clearance = "10 L/h"', 'volume = "200 L"', 'absorption_rate = "1 1/h"',
        'reference_concentration = "1000 ng/mL"', *source, "[[interaction]]", f"perpetrator = {q['perpetrator']}", "clearance_ratio = 2",
        "bioavailability_ratio = 1", 'liver_half_life = "0 h"', 'gut_half_life = "0 h"', *source,
        "[[test]]", f"name = {q['test']}", f"condition = {inner(raw['covariate'] + ' > 0.5')}", "sensitivity = 1", "specificity = 1", *source,
        "[[arm]]", f"name = {q['arm']}", f"rules = [{q['rule']}]", 'regimen = { dose = "100 mg", every = "24 h" }',
        "[[arm]]", f"name = {q['arm2']}", 'regimen = { dose = "200 mg", every = "24 h" }',
        "[[visit]]", f"name = {q['visit']}", 'at = ["day 3", "day 7"]', f"measure = [{q['test']}]",
        "[[rule]]", f"name = {q['rule']}", f"at = [{q['visit']}]", f"when = {inner(raw['covariate'] + ' > 0.8')}", 'do = "stop"', 'source = "t"',
        "[[event]]", f"name = {q['event']}", 'hazard = "0.05 1/day"', *source,
        "[[event]]", f"name = {q['event2']}", f"when = {inner(raw['covariate'] + ' > 0.4')}", f"at = [{q['visit']}]",
        "[[tally]]", f"name = {q['tally']}", f"title = {q['tally title']}", 'kind = "time_to_event"', f"event = {q['event']}",
        f"competing = [{q['event2']}]", f"by = [{', '.join(by)}]",
        "[[tally]]", f"name = {q['tally2']}", 'score = "trough_true"', 'range = ["1 ng/mL", "5000 ng/mL"]', 'thresholds = ["100 ng/mL"]',
        f"at = {q['visit']}", f"by = [{', '.join([chr(34) + 'visit' + chr(34), *by][:2])}]",
        "[[column]]", f"name = {q['column']}", f"value = {inner(raw['parameter'] + ' > 1')}",
        "[[analysis]]", f"name = {q['analysis']}", 'kind = "log-rank"', f"time = {q['tally']}",
        "[[analysis]]", f"name = {q['analysis2']}", 'kind = "logistic"', f"response = {q['column']}", 'covariates = ["arm"]', ""]


def run(program, folder, name):
    """What check, run, info and report say of the scenario; kept for compare."""
    def say(*arguments):
        done = subprocess.run([program, *arguments], cwd=folder, capture_output=True)
        return done.returncode, done.stdout, done.stderr.decode(errors="replace")
    results = f"output/runs/{name}.h5"
    pathlib.Path(folder, "output/runs").mkdir(parents=True, exist_ok=True)
    said = {"check": say("check", f"{name}.toml"), "run": say("run", "--quiet", "--json", f"{name}.toml", "-o", results)}
    if pathlib.Path(folder, results).exists():
        said["info"] = say("info", results, "--json")
        said["report"] = say("report", results, "-o", f"output/runs/{name}.html")
        said["explain"] = say("explain", f"{name}.toml")
    pathlib.Path(folder, f"{name}.said").write_text(repr(said), encoding="utf-8")
    return said


def compare(plan, path, comparison):
    said = eval(path.parents[2].joinpath(f"{path.stem}.said").read_text(encoding="utf-8"))  # noqa: S307: our own repr
    named = plan.named
    odd = {place: name for place, name in named.items() if name != PLAIN[place]}

    def expect(what, holds, detail=""):
        comparison.value(what, 0.0, 0.0 if holds else 1.0, 0.0 if not comparison.perturb else 1e-9, f"{odd} {detail}"[:300])

    check, ran = said["check"][0], said["run"][0]
    expect("check says what run says", (check == 0) == (ran == 0), said["run"][2] or said["check"][2])
    expect("a mistake of the scenario, nothing else", check in (0, 2) and ran in (0, 2), f"{check} {ran} {said['run'][2]}")
    if ran != 0:
        comparison.refused += 1
        return
    expect("check knows of shadowed names", not shadowed(named), "accepted")
    for command in ("info", "report", "explain"):
        expect(f"{command} reads it", said[command][0] == 0, said[command][2])
    for command in ("run", "info"):
        try:
            json.loads(said[command][1])
        except ValueError as error:
            expect(f"{command} prints JSON", False, str(error))
    page = path.with_suffix(".html")
    if page.exists():
        html = page.read_text(encoding="utf-8")
        expect("report quotes names", not any(n in html for n in ("<b>bold", "say \"x\"</", "&amp;</") if n.split("<")[0] in odd.values()))
    labels(named, path, expect)


def labels(named, path, expect):
    with h5py.File(path) as file:
        text = lambda table: [t.decode() for t in table[()]]  # noqa: E731
        arms = [named["arm"], named["arm2"]]
        expect("arms have their labels", text(file["arms/arm"]) == arms)
        expect("title", file.attrs["title"].decode() == named["title"], repr(file.attrs["title"]))
        found = {g.attrs["name"].decode(): g for g in file["tallies"].values()}
        expect("tallies have their names", set(found) == {named["tally"], named["tally2"]}, str(list(found)))
        times = found[named["tally"]]
        expect("outcomes have their labels", text(times["outcome"]) == [named["event"], named["event2"], "censored"], str(text(times["outcome"])))
        for group in found.values():
            for axis in group.attrs["axes"].decode().split():
                names_of = text(group[axis])
                expect("labels differ from one another", len(set(names_of)) == len(names_of), str(names_of))
                if group[axis].attrs["kind"] == b"arm":
                    expect("the axis of arms", names_of == arms)
        expect("tests have their names", {g.attrs["name"].decode() for g in file["tests"].values()} == {named["analysis"], named["analysis2"]})
        expect("criteria have their names", text(file["screening/criterion"]) == [named["criterion"]])
        expect("rules have their names", text(file["rules/rule"]) == [named["rule"]])


def shadowed(named):
    return {named[place] for place in ("covariate", "parameter", "test")} & set(OBSERVABLES)

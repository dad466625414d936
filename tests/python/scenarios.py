"""Scenarios from Python: names, dicts and texts, what `set` and `scale` come to, mistakes with their places, errors by
exit code, an interrupt."""

# needs: numpy xarray h5netcdf h5py pandas
import gc
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings

import numpy as np

import vtrial

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from raising import raises  # noqa: E402

SCENARIOS = pathlib.Path(__file__).resolve().parents[2] / "scenarios"
TOPS = str(SCENARIOS / "tops.toml")


def resolved(scenario):
    """The scenario as the program understood it."""
    return scenario.run(patients=50, progress=False).provenance["scenario"]


def plan_hash(path, *options):
    said = subprocess.run(
        [os.environ["VTRIAL"], "check", path, "--json", *options], check=True, capture_output=True, text=True
    )
    return json.loads(said.stdout)["scenarios"][0]["plan_hash"]


def same_as(scenario, *options):
    """The plan of the scenario is that of the command line with these options, and no longer that of the file."""
    changes = [part for change in scenario.changes for part in ("--set", change)]
    found = plan_hash(scenario.path, *changes)
    assert found == plan_hash(TOPS, *options) != plan_hash(TOPS), (scenario, options)


def test_names_and_files():
    assert "tops" in vtrial.scenarios() and "studies/tdm_thresholds" in vtrial.scenarios()
    for name in ("tops", "tops.toml", TOPS, pathlib.Path(TOPS)):
        assert os.path.samefile(vtrial.Scenario(name).path, TOPS)
    error = raises(vtrial.ScenarioError, lambda: vtrial.Scenario("topz"), "did you mean 'tops'?")
    assert error.problems[0].file == "topz" and error.exit_code is None


def test_set_has_the_grammar_of_the_command_line():
    s = vtrial.Scenario("tops")
    same_as(s.set("adherence.taken.once_daily", 0.8), "--set", "adherence.taken.once_daily=0.8")
    same_as(s.set("trial.duration", "18 month"), "--set", "trial.duration=18 month")
    same_as(s.set("arm.'400 mg QD'.share", 3), "--set", "arm.'400 mg QD'.share=3")
    same_as(s.set(("arm", "400 mg QD", "share"), np.int64(3)), "--set", "arm.'400 mg QD'.share=3")
    same_as(s.set("visit.trough.at", ["day 29", "month 6"]), "--set", "visit.trough.at=['day 29', 'month 6']")
    same_as(
        s.set(("arm", "400 mg QD", "regimen"), {"dose": "600 mg", "every": "24 h"}),
        "--set",
        "arm.'400 mg QD'.regimen={dose='600 mg', every='24 h'}",
    )
    same_as(
        s.set("trial.patients", np.float64(2e3)).set("trial.seed", 7),
        "--set",
        "trial.patients=2000",
        "--set",
        "trial.seed=7",
    )
    same_as(
        s.scale("pk.clearance", 1.2).scale("pk.clearance", 0.5),
        "--set",
        "pk.clearance*=1.2",
        "--set",
        "pk.clearance*=0.5",
    )
    text = 'a "title"\\ with\nlines, é and \x01'
    assert json.dumps(text)[1:6] in resolved(s.set("title", text))
    assert vtrial.Scenario("tops").set("title", text).run(patients=50, progress=False).title == text
    assert s.changes == [] and s.set("trial.seed", True).changes == ["trial.seed=true"]


def test_what_is_no_value_is_refused_at_once():
    s = vtrial.Scenario("tops")
    raises(TypeError, lambda: s.set("trial.patients", None), "no value of an entry")
    raises(ValueError, lambda: s.set("pk.exposure_scale", float("nan")), "not finite")
    raises(ValueError, lambda: s.run(patients=10.5), "a whole number")
    raises(ValueError, lambda: s.set("", 1), "no path")
    raises(ValueError, lambda: s.set(("arm", "a'b\"c", "share"), 1), "both kinds of quotes")
    raises(ValueError, lambda: s.scale("pk.clearance", 0), "above 0")
    raises(vtrial.ScenarioError, lambda: s.scale("pk.clearence", 2).run(progress=False), "which is not there")


def test_scaled_trial_is_the_point_of_a_study():
    where = {"arm": "400 mg QD", "visit": "month 12"}
    base = vtrial.Scenario("tops").set("trial.patients", 600)
    study = vtrial.sweep(
        base,
        {"clearance": vtrial.scale("pk.clearance", [1.0, 1.3])},
        vtrial.Endpoint("mmr", "itt", where),
        progress=False,
    )
    trial = base.scale("pk.clearance", 1.3).run(progress=False)
    assert float(trial["mmr"].itt.sel(where)) == float(study["mmr"].value.sel(clearance=1.3))
    assert float(trial["mmr"].itt.sel(where)) != float(study["mmr"].value.sel(clearance=1.0))


def test_dicts_and_texts():
    adherence = {"taken": {"once_daily": 0.7}, "source": "what if", "basis": "assumed"}
    made = vtrial.Scenario({"title": "poor", "base": "tops", "adherence": adherence})
    written = vtrial.Scenario.from_toml(
        'title = "poor"\nbase = [\n  "tops.toml",  # shipped\n]\n\n[adherence]\n'
        'taken = { once_daily = 0.7 }\nsource = "what if"\nbasis = "assumed"\n'
    )
    runs = [one.run(patients=200, progress=False) for one in (made, written)]
    assert runs[0].content_hash == runs[1].content_hash and runs[0].title == "poor"
    assert made.set("trial.seed", 3).run(patients=200, progress=False).seed == 3
    wrong = vtrial.Scenario.from_toml('base = [\n  "tops",\n]\n\n[trial]\npateints = 3\n').check()
    assert not wrong and (wrong.problems[0].line, wrong.problems[0].column) == (6, 1), wrong
    raises(vtrial.ScenarioError, lambda: vtrial.Scenario({"base": "topz"}), "did you mean")
    broken = vtrial.Scenario.from_toml("title = \n").check()
    assert broken.problems and broken.problems[0].line == 1
    folder = os.path.dirname(made.path)
    assert os.path.isdir(folder)
    del made
    gc.collect()
    assert not os.path.exists(folder), "the temporary folder of a dict stays"


def test_check_explain_trace():
    s = vtrial.Scenario("tops")
    assert s.check() and s.check().problems == []
    found = s.set("trial.patients", 0).set("trial.seed", "x").check()
    assert not found and [one.file for one in found.problems] == ["--set trial.patients", "--set trial.seed"]
    typo = s.set("trial.pateints", 3).check().problems[0]
    assert typo.suggestion == "did you mean 'patients'?" and typo.line == 0, typo
    assert vtrial.Scenario("studies/tdm_thresholds").check().notes, "a rule in no arm is noted"
    assert "*= 1.2" in s.scale("pk.clearance", 1.2).explain()
    assert s.trace(3).splitlines()[1].startswith("patient 3, seed 2010")
    raises(vtrial.ScenarioError, lambda: s.trace(10**9), "there is no patient")


def test_errors_have_exit_code_and_words():
    s = vtrial.Scenario("tops")
    error = raises(vtrial.ScenarioError, lambda: s.run(patients=0, progress=False), "allowed: 1 to")
    assert error.exit_code == 2 and error.problems[0].file == "--patients" and "allowed" in error.stderr
    assert isinstance(error, vtrial.VtrialError) and isinstance(error, ValueError)
    error = raises(vtrial.DeviceError, lambda: s.run(patients=9, backend="cuda", progress=False), "--backend cpu")
    assert error.exit_code == 4
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "none", "x.h5")
        error = raises(vtrial.FileError, lambda: s.run(patients=9, output=path, progress=False), "none")
        assert error.exit_code == 74 and isinstance(error, OSError)
        text = os.path.join(folder, "a.h5")
        pathlib.Path(text).write_text("no results")
        raises(vtrial.FileError, lambda: vtrial.open(text), "cannot be read")
    raises(ValueError, lambda: s.run(resume=True), "give output")
    before = os.environ["VTRIAL"]
    os.environ["VTRIAL"] = "/nowhere/vtrial"
    try:
        raises(vtrial.VtrialError, lambda: s.check(), "VTRIAL names /nowhere/vtrial")
    finally:
        os.environ["VTRIAL"] = before


def test_failed_patients_are_warned_of():
    s = vtrial.Scenario("tops").set("pk.clearance.formula", "10*log(weight_kg/70)")
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        r = s.run(patients=400, progress=False)
    assert any(one.category is vtrial.FailedPatientsWarning for one in seen), "nobody is told"
    assert r.failures.patients.sum() > 4 and "L/h" in r.failures.example.iloc[0]
    assert (
        "no statistic" in r.withheld
        and r.withheld in r._repr_html_()
        and "share of the randomised" not in r._repr_html_()
    )
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert "itt" in r["mmr"]
    assert [one.category for one in seen] == [
        vtrial.FailedPatientsWarning
    ], "withheld statistics are given without a word"


MANY = 400_000


def test_an_interrupt_stops_the_program_and_work_goes_on():
    def stop(done):
        raise KeyboardInterrupt

    s = vtrial.Scenario("tops")  # progress is told from 3 s on: so many take a core about 7 s
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x.h5")
        raises(KeyboardInterrupt, lambda: s.run(patients=MANY, output=path, progress=stop, threads=1))
        assert os.listdir(folder) == ["x.h5.checkpoint"], os.listdir(folder)
        shares = []
        r = s.run(patients=MANY, output=path, progress=shares.append, threads=1, resume=True)
        assert shares and shares[-1] == 1 and os.listdir(folder) == ["x.h5"]
        assert r.content_hash == s.run(patients=MANY, progress=False).content_hash


def test_temporary_results_go_with_their_object():
    r = vtrial.Scenario("tops").run(patients=50, progress=False)
    path = r.path
    assert os.path.exists(path)
    del r
    gc.collect()
    assert not os.path.exists(os.path.dirname(path)), "the temporary folder of results stays"
    with tempfile.TemporaryDirectory() as folder:
        kept = vtrial.Scenario("tops").run(
            patients=50, progress=False, output=pathlib.Path(folder) / "x.h5", replicates=2
        )
        assert kept.n_replicates == 2
        del kept
        gc.collect()
        assert vtrial.open(os.path.join(folder, "x.h5")).n_patients == 50


def test_what_a_table_of_patients_gives_is_not_changed_in_vain():
    with tempfile.TemporaryDirectory() as folder:
        rows = "".join(f"{i},{8 + i}\n" for i in range(20))
        (pathlib.Path(folder) / "people.csv").write_text("id,pk.clearance [L/h]\n" + rows)
        table = {"base": TOPS, "population": {"table": os.path.join(folder, "people.csv")}, "trial": {"patients": 20}}
        s = vtrial.Scenario(table)
        words = ("has no effect", "people.csv")
        assert s.check() and s.scale("pk.volume", 2).check()
        sets = [s.set(key, "9 L/h") for key in ("pk.clearance", "pk.clearance.value")]
        for changed in (s.scale("pk.clearance", 2), *sets):
            raises(vtrial.ScenarioError, changed.run, *words)
        mean = vtrial.Endpoint("trough_by_arm", "mean", {"arm": "400 mg QD"})
        for levels in ({"pk.clearance": ["9 L/h"]}, {"clearance": vtrial.scale("pk.clearance", [1, 2])}):
            raises(vtrial.ScenarioError, lambda levels=levels: vtrial.sweep(s, levels, mean, progress=False), *words)


def test_pages_are_escaped():
    s = vtrial.Scenario({"title": "<b>A&B</b>", "base": "tops"}).set("trial.patients", 80)
    r = s.run(progress=False)
    for page in (s._repr_html_(), r._repr_html_(), s.set("trial.<i>", 1).check()._repr_html_()):
        assert "<b>A&B" not in page and "<i>" not in page
    assert "&lt;b&gt;A&amp;B" in r._repr_html_() and "400 mg every 24 h" in r._repr_html_()


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print(f"{name}: ok", flush=True)

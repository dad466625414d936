"""Studies from Python are those that a file would ask for; indices of a function that is known; what results give."""

# needs: numpy xarray h5netcdf h5py pandas
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

import vtrial

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from raising import raises  # noqa: E402

SCENARIOS = pathlib.Path(__file__).resolve().parents[2] / "scenarios"
WHERE = {"arm": "400 mg QD", "visit": "month 12"}
MMR = vtrial.Endpoint("mmr", "itt", WHERE)
TROUGH = vtrial.Endpoint("trough_by_arm", "median", {"arm": "400 mg QD"}, name="trough")

# y = 1 + a + 2 b of two parameters: the same for every patient, so that a mean has no noise.
LINE = {
    "base": "tops",
    "trial": {"patients": 20, "source": "made up"},
    "parameter": [{"name": name, "value": 0.5, "source": "made up", "basis": "assumed"} for name in ("a", "b")],
    "tally": [{"name": "y", "score": "1 + a + 2*b", "range": [0.5, 8], "at": "pcr", "by": ["arm"]}],
}
Y = vtrial.Endpoint("y", "mean")


def test_sweep_is_the_study_of_a_file():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "by_hand.toml"
        path.write_text(
            f'''base = ["{SCENARIOS}/tops.toml"]
[study]
kind = "sweep"
patients = 300
[[factor]]
name = "adherence.taken.once_daily"
key = "adherence.taken.once_daily"
values = [0.6, 0.9]
[[factor]]
name = "clearance"
scale = "pk.clearance"
values = [0.8, 1.0, 1.25]
[[factor]]
name = "start"
choices = [
  {{ label = "400", set = {{ "arm.'400 mg QD'.regimen.dose" = "400 mg" }} }},
  {{ label = "600", set = {{ "arm.'400 mg QD'.regimen.dose" = "600 mg", "trial.missed_visit" = 0.05 }} }},
]
[[endpoint]]
name = "mmr"
tally = "mmr"
where = {{ arm = "400 mg QD", visit = "month 12" }}
statistic = "itt"
goal = "maximise"
''',
            encoding="utf-8",
        )
        by_hand = vtrial.Scenario(path).run(progress=False)
    dose = "arm.'400 mg QD'.regimen.dose"
    made = vtrial.sweep(
        vtrial.Scenario("tops"),
        {
            "adherence.taken.once_daily": [0.6, 0.9],
            "clearance": vtrial.scale("pk.clearance", [0.8, 1.0, 1.25]),
            "start": {"400": {dose: "400 mg"}, "600": {dose: "600 mg", "trial.missed_visit": 0.05}},
        },
        vtrial.Endpoint("mmr", "itt", WHERE, goal="maximise"),
        patients=300,
        progress=False,
    )
    assert made.content_hash == by_hand.content_hash and isinstance(vtrial.open(made.path), vtrial.StudyResults)
    said = json.loads(
        subprocess.run(
            [os.environ["VTRIAL"], "info", made.path, "--json"], check=True, capture_output=True, text=True
        ).stdout
    )
    found = made["mmr"]
    assert found.value.dims == ("adherence.taken.once_daily", "clearance", "start")
    assert list(found.clearance.values) == [0.8, 1.0, 1.25] and list(found.start.values) == ["400", "600"]
    assert list(found.clearance_label.values) == ["0.8", "1", "1.25"]
    table = made.to_frame()
    for point, told in enumerate(said["points"]):
        row, one = table.loc[point], told["endpoints"]["mmr"]
        assert (row.mmr, row.mmr_low, row.mmr_high) == (one["value"], one["low"], one["high"])
        at = {
            "adherence.taken.once_daily": float(told["factors"]["adherence.taken.once_daily"]),
            "clearance": float(told["factors"]["clearance"]),
            "start": told["factors"]["start"],
        }
        assert float(found.value.sel(at)) == row.mmr and row.start == at["start"]
    assert list(made.pareto.index) == said["pareto"] and len(made.points) == 12 and made.points.failed.sum() == 0
    assert made.factors.multiplies["clearance"] and made.factors["values"]["start"] == ["400", "600"]


def test_several_endpoints_and_their_units():
    made = vtrial.sweep(
        vtrial.Scenario("tops").set("trial.patients", 200),
        {"adherence.taken.once_daily": [0.6, 0.9]},
        {"mmr_12": MMR, "trough": TROUGH},
        progress=False,
    )
    both = made.endpoints
    assert list(both.endpoint.values) == ["mmr_12", "trough"] and list(both.units.values) == ["1", "ng/mL"]
    assert float(both.value.sel(endpoint="trough")[1]) == float(made["trough"].value[1])
    assert made.to_frame().attrs["units"]["trough_low"] == "ng/mL" and made.n_patients == 200
    raises(KeyError, lambda: made["mmr"], "there are mmr_12, trough")
    raises(ValueError, lambda: vtrial.sweep(vtrial.Scenario("tops"), {"trial.seed": [1]}, [MMR, MMR]), "called mmr")
    error = raises(
        vtrial.ScenarioError,
        lambda: vtrial.sweep(vtrial.Scenario("tops"), {"adherence.taken.once_dayly": [0.6]}, MMR, progress=False),
        "once_dayly",
    )
    assert error.problems


def test_difference_from_a_level():
    made = vtrial.sweep(
        vtrial.Scenario("tops"),
        {"adherence": vtrial.factor("adherence.taken.once_daily", [0.6, 0.9])},
        [MMR, vtrial.Endpoint("mmr", "itt", WHERE, minus={"adherence": 0.6}, name="gain")],
        patients=600,
        progress=False,
    )
    np.testing.assert_allclose(
        made["gain"].value.sel(adherence=0.9),
        made["mmr"].value.sel(adherence=0.9) - made["mmr"].value.sel(adherence=0.6),
        rtol=1e-12,
    )


def test_sobol_of_a_line():
    # Var(a + 2 b) of independent uniforms: 1/12 + 4/12, so that S1 = ST = 1/5 and 4/5.
    found = vtrial.sobol(
        vtrial.Scenario(LINE),
        {"parameter.a.value": (0.0, 1.0), "b": vtrial.factor("parameter.b.value", (0, 1))},
        Y,
        n=256,
        second_order=True,
        progress=False,
    )
    table = found.sensitivity.loc["y"]
    for name, share in (("parameter.a.value", 0.2), ("b", 0.8)):
        for index in ("S1", "ST"):
            # The bootstrap's 95 % half widths, doubled: of 4 numbers one lies outside by chance once in about 3,000.
            assert abs(table[index][name] - share) < 2 * table[f"{index}_conf"][name] < 0.5, (name, index, table)
    two = found.indices("y").S2.sel(factor="parameter.a.value", other_factor="b")
    assert abs(float(two)) < 0.1, "a sum has no interactions"
    assert (
        found.design_kind == "saltelli" and found.n_points == 256 * 6 and found.sensitivity.attrs["noise"]["y"] < 1e-6
    )
    points = found["y"]
    exact = 1 + points["parameter.a.value"] + 2 * points["b"]
    # The mean of a tally is exact to 5e-10 of each value (output/README.md, Accuracy).
    np.testing.assert_allclose(points.value, exact, rtol=1e-9)
    assert "ST" in found.convergence("y")


def test_other_methods():
    base = vtrial.Scenario(LINE)
    factors = {"parameter.a.value": (0.0, 1.0), "parameter.b.value": (0.0, 1.0)}
    morris = vtrial.sensitivity(base, factors, Y, method="morris", n=8, progress=False).sensitivity.loc["y"]
    # Effects over a factor's whole range: 1 and 2 everywhere, so that they have no spread (to the tally's accuracy).
    np.testing.assert_allclose(morris.mu_star, [1, 2], rtol=1e-6)
    np.testing.assert_allclose(morris.sigma, [0, 0], atol=1e-6)
    ranks = vtrial.sensitivity(base, factors, Y, method="prcc", n=40, progress=False).sensitivity.loc["y"]
    assert (ranks.prcc > 0.9).all()


def test_designs_that_are_drawn_or_kept():
    made = vtrial.study(
        vtrial.Scenario(LINE),
        {"parameter.a.value": (0.0, 1.0), "kind": {"one": {"parameter.b.value": 1}}},
        Y,
        design="latin_hypercube",
        points=10,
        keep="tallies",
        progress=False,
    )
    found = made["y"]
    assert found.value.dims == ("point",) and set(found["kind"].values) == {"one"}
    np.testing.assert_allclose(found.value, found["parameter.a.value"] + 3, rtol=1e-9)
    assert "y" in made.kept_tallies and made.tally("y").randomised.dims == ("point", "arm")


def test_power():
    made = vtrial.study(
        vtrial.Scenario("tops"),
        kind="power",
        replicates=100,
        patients=60,
        progress=False,
        tables={
            "column": [{"name": "mmr_12", "value": "otherwise(bcr_abl_is @ 'month 12' <= 0.1, 0)"}],
            "analysis": [{"name": "response", "kind": "proportions", "response": "mmr_12"}],
            "trial_design": [{"name": "one look", "analysis": "response", "patients": 60}],
        },
    )
    row = made.power.loc[("one look", 0, "as simulated")]
    trials = made.trials("one look").sel(truth="as simulated")
    assert row.better_low <= row.better <= row.better_high and row.mean_patients == 60
    assert row.better == float((trials.ending == 0).mean())
    raises(KeyError, lambda: made.trials("two looks"), "there are one look")
    raises(KeyError, lambda: made.optimum, "no search")


def test_studies_that_are_shipped():
    made = vtrial.Scenario("studies/tdm_thresholds").set("study.patients", 30).run(progress=False)
    assert made.n_points == 216 and made["dose"].value.dims[:2] == ("threshold", "escalation")
    assert list(made["dose"].escalation.values) == [500, 600, 800] and made["dose"].escalation.attrs["units"] == "mg"
    assert "no TDM" in made["dose"].threshold.values and made.notes
    page = made._repr_html_()
    assert "216 points" in page and "rule.low_trough.regimen.dose" in page
    with tempfile.TemporaryDirectory() as folder:
        assert {path.name for path in made.to_csv(folder)} >= {"points.csv"}
        assert made.report(pathlib.Path(folder) / "s.html").stat().st_size > 1000


def test_searches():
    bowl = dict(LINE, tally=[dict(LINE["tally"][0], score="1 + (a - 0.3)*(a - 0.3)")])
    goal = vtrial.Endpoint("y", "mean", goal="minimise")
    try:
        found = vtrial.study(
            vtrial.Scenario(bowl),
            {"a": vtrial.factor("parameter.a.value", (0.0, 1.0))},
            goal,
            kind="optimise",
            method="de",
            population=8,
            generations=12,
            progress=False,
        )
    except vtrial.DeviceError as error:
        assert "libvtrial_optimise" in str(error), error  # this build has no pagmo
        return
    best = found.optimum.iloc[0]
    values = found["y"].value
    # There is no noise: the fresh value is the one that the search saw, and no point of it is better.
    np.testing.assert_allclose([best.y, best.y_optimised], float(values.min()), rtol=1e-9)
    np.testing.assert_allclose(best.y, 1 + (best.a - 0.3) ** 2, rtol=1e-9)
    assert found.optimum.attrs["method"] == "de" and found.optimum.attrs["feasible"] == 1
    assert best.y <= 1.001, "96 points leave a gap of 1/96 on average, and (1/32)² is 0.001"


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print(f"{name}: ok", flush=True)

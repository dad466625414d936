"""Results from Python: every table is what stands in the file, with labels, units and intervals."""

# needs: numpy xarray h5netcdf h5py pandas
import importlib.util
import os
import pathlib
import sys
import tempfile

import h5py
import numpy as np
import pandas as pd

import vtrial

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from raising import raises  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
PATIENTS = HERE.parent / "cli" / "patients.toml"
SCENARIOS = HERE.parents[1] / "scenarios"
Z95 = 1.959963984540054  # standard normal quantile of 0.975, as output/statistics/estimate.hpp has it


def run(source, patients, **more):
    return vtrial.Scenario(source).run(patients=patients, progress=False, **more)


def test_tallies():
    r = run("tops", 600)
    with h5py.File(r.path) as file:
        assert list(r) == list(file["tallies"]) and len(r) == len(file["tallies"]) and "mmr" in r and "x" not in r
        for name in r:
            found = r[name]
            axes = tuple(found.attrs["axes"].split())
            assert found.randomised.dims == axes
            for table in ("randomised", "evaluable"):
                np.testing.assert_array_equal(found[table], file[f"tallies/{name}/{table}"][()])
        root = file.attrs["content_hash"].decode()
    assert r.content_hash == root and r.seed == 2010 and r.n_patients == 600 and r.n_replicates == 1
    one = r["mmr"].sel(arm="400 mg QD", visit="month 12")
    assert one.itt == one.events / one.randomised and one.itt_low < one.itt < one.itt_high
    assert r["mmr"].visit_day.attrs["units"] == "day" and list(r["mmr"].visit_day.values) == [91, 183, 274, 365]
    number = r["trough_by_arm"]
    np.testing.assert_allclose(number.mean_high - number["mean"], Z95 * number.mean_standard_error, rtol=1e-12)
    assert number.mean_low.attrs["units"] == "ng/mL"
    assert r.tallies.loc["mmr"].to_dict() == {
        "title": "Major molecular response",
        "kind": "proportion",
        "units": "1",
        "axes": "arm visit",
        "score": "bcr_abl_is <= 0.1",
        "among": "",
    }
    raises(KeyError, lambda: r["mmrr"], "there is no tally 'mmrr'")


def test_tables_of_a_trial():
    r = run("tops", 600)
    assert list(r.arms.index) == ["400 mg QD", "400 mg BID"] and r.arms.patients.sum() == 600
    assert r.arms.regimen["400 mg BID"] == "400 mg every 12 h"
    assert r.leaving.patients.sum() == 600 and r.rules.loc[("cytopenia_800", "400 mg QD"), "fired"] == 0
    assert (
        r.sources.basis["male"] == "published" and len(r.failures) == 0 and len(r.screening) == 0 and len(r.tests) == 0
    )
    assert r.provenance["backend"] == "cpu" and "400 mg BID" in r.provenance["scenario"] and r.withheld == ""
    raises(KeyError, r.patients, "[record]")
    raises(KeyError, r.decisions, "decisions = true")
    raises(KeyError, r.daily, "[record] daily")


def test_patients_have_their_arm_and_units():
    r = run(PATIENTS, 60)
    table = r.patients()
    assert table.index.names == ["replicate", "patient"] and table.shape == (120, 4)
    assert table.attrs["units"] == {"trough": "ng/mL", "mmr": "1"} and "month 12" in table.attrs["long_name"]["mmr"]
    with h5py.File(r.path) as file:
        numbers = file["patients/arm_number"][()]
        np.testing.assert_array_equal(table.trough, file["patients/trough"][()].ravel())
    assert list(table.arm.cat.categories) == ["400 mg QD", "400 mg BID"] and set(table.status) == {"included"}
    assert table.loc[(1, 7), "arm"] == ["400 mg QD", "400 mg BID"][numbers[1, 7]]
    assert table.arm.value_counts().to_dict() == r.arms.patients.to_dict()
    # The tally by replicate counts the same patients (`among` men in both).
    mmr = r["mmr_by_trial"].sel(visit="month 12")
    for replicate, arm in ((0, "400 mg QD"), (1, "400 mg BID")):
        mine = table.loc[replicate].query("arm == @arm").mmr
        assert (
            mine.sum() == mmr.events.sel(arm=arm)[replicate]
            and mine.notna().sum() == mmr.evaluable.sel(arm=arm)[replicate]
        )
    assert {"trough", "mmr"} <= set(r.patients(kind="column"))


def test_who_is_not_included_has_no_arm():
    r = vtrial.Scenario(PATIENTS).set("criterion", []).run(patients=60, progress=False)
    assert set(r.patients().status) == {"included"}
    chosen = vtrial.Scenario.from_toml(
        f'base = ["{PATIENTS}"]\n[[criterion]]\nname = "heavy"\nwhen = "weight_kg > 80"\n' 'source = "made up"\n'
    ).run(progress=False)
    table = chosen.patients()
    assert (table.status == "not included").sum() == chosen.screening.rejected["heavy"] > 0
    assert table.arm.isna().sum() == chosen.screening.rejected["heavy"]


def test_counterfactual_patients_have_every_arm():
    r = (
        vtrial.Scenario(PATIENTS)
        .set("trial.allocation", "counterfactual")
        .set("trial.replicates", 1)
        .run(progress=False)
    )
    table = r.patients()
    assert table.index.names == ["replicate", "patient", "arm"] and len(table) == 120
    with h5py.File(r.path) as file:
        cube = file["patients/trough"][()]
        assert cube.shape == (1, 60, 2)
        assert table.trough[(0, 5, "400 mg BID")] == cube[0, 5, 1]
    more = table.trough.unstack("arm").dropna()
    assert (more["400 mg BID"] > more["400 mg QD"]).mean() > 0.5


def test_records():
    r = run("everything", 200)
    ledger = r.decisions()
    assert list(ledger.columns) == ["patient", "day", "rule", "action", "before", "after"]
    assert len(ledger) > 0 and ledger.attrs["units"]["after"] == "mg" and set(ledger.patient) <= set(range(20))
    daily = r.daily()
    assert daily.daily_dose_mg.dims == ("patient", "day") and daily.day.attrs["units"] == "day"
    changed = ledger[(ledger.before != ledger.after) & (ledger[["before", "after"]].min(axis=1) > 0)].iloc[
        0
    ]  # a hold is no dose
    assert float(daily.daily_dose_mg.sel(patient=changed.patient, day=changed.day)) == changed.after
    assert r.concentrations().dims == ("patient", "day", "hour") and r.concentrations().attrs["units"] == "ng/mL"
    assert list(r.screening.columns) == ["when", "rejected"] and len(r.screening) == 2
    times = r["time_to_progression"]
    assert times.survival.dims == ("arm", "time") and times.rmst.attrs["units"] == "day"
    np.testing.assert_allclose(times.rmst_low, times.rmst - Z95 * times.rmst_standard_error, rtol=1e-12)


def test_statistical_tests():
    text = f'''base = ["{PATIENTS}"]
[[column]]
name = "mmr"
keep = true
[[analysis]]
name = "response"
kind = "proportions"
response = "mmr"
'''
    r = vtrial.Scenario.from_toml(text).run(progress=False)
    assert list(r.tests.index.names) == ["test", "term", "replicate"] and len(r.tests) == 2, r.tests
    table = r.patients()
    for replicate in range(2):
        rows = table.loc[replicate].dropna(subset=["mmr"])
        shares = rows.groupby("arm", observed=True).mmr.mean()
        found = r.tests.xs(replicate, level="replicate").iloc[0]
        np.testing.assert_allclose(found.estimate, shares["400 mg BID"] - shares["400 mg QD"], rtol=1e-12)
        assert found.patients == len(rows) and found.events == rows.mmr.sum()


def test_compare_and_report():
    r = run("tops", 2000)
    table = r.compare("tops")
    assert {"published", "simulated", "verdict", "interval_low", "interval_high", "kind"} <= set(table.columns)
    assert len(table) == 43 and set(table.verdict) <= {"inside", "outside", "not testable"}
    assert table.attrs["missed"] == bool(((table.verdict == "outside") & table.required).any())
    row = table.loc["Median trough, 400 mg"]
    assert row.interval_low < row.simulated < row.interval_high and row.published == 1200
    with tempfile.TemporaryDirectory() as folder:
        page = r.report(pathlib.Path(folder) / "r.html", targets="tops")
        assert page.read_text(encoding="utf-8").startswith("<!doctype html>") or "<svg" in page.read_text(
            encoding="utf-8"
        )
    raises(vtrial.VtrialError, lambda: r.compare("nothing.toml"), "nothing.toml")


def test_parquet():
    r = run(PATIENTS, 60)
    with tempfile.TemporaryDirectory() as folder:
        if importlib.util.find_spec("pyarrow") is None:
            raises(ImportError, lambda: r.to_parquet(folder), "pip install 'vtrial[parquet]'")
            return
        names = {path.name for path in r.to_parquet(folder)}
        assert {
            "arms.parquet",
            "patients.parquet",
            "tally.mmr.parquet",
            "tally.bcr_abl.quantile.parquet",
            "tally.bcr_abl.of.octave.parquet",
        } <= names, names
        back = pd.read_parquet(os.path.join(folder, "patients.parquet"))
        pd.testing.assert_frame_equal(back, r.patients(), check_dtype=False, check_categorical=False)
        recorded = vtrial.Scenario("tops").set("record", {"patients": 5, "doses": True, "decisions": True})
        recorded = recorded.run(patients=40, progress=False)
        assert {"doses.parquet", "decisions.parquet", "rates.parquet"} <= {p.name for p in recorded.to_parquet(folder)}
        assert list(pd.read_parquet(os.path.join(folder, "doses.parquet"))) == list(recorded.doses())


def test_table_of_patients_and_doses():
    """The table that [record] asks for, by kinds of columns; doses one by one; the days' rates; tables for others."""
    r = vtrial.Scenario("tops").set("record", {"patients": 9, "doses": True}).run(patients=80, progress=False)
    table = r.patients()
    assert len(table) == 9 and set(table.attrs["kind"].values()) == {"covariate", "eta", "parameter", "course"}
    assert list(r.patients("eta"))[2:] == [name for name, kind in table.attrs["kind"].items() if kind == "eta"]
    assert table.attrs["units"]["pk.clearance"] == "L/h" and table.left.iloc[0] == "in the trial to its end"
    doses, rates = r.doses(), r.rates()
    with h5py.File(r.path) as file:
        for name in ("weight_kg", "eta.CL", "pk.clearance", "times_held"):
            assert np.array_equal(table[name], file["patients"][name][0]), name
        assert list(doses) == ["patient", "day", "hour", "prescribed", "taken", "entered"]
        assert all(np.array_equal(doses[name], file["records/doses"][name][()]) for name in doses)
        assert np.array_equal(rates.clearance, file["records/rates/clearance"][()])
    assert doses.attrs["units"]["taken"] == "mg" and rates.clearance.dims == ("patient", "day")
    assert (doses.entered <= doses.taken * rates.bioavailability.max().item() + 1e-9).all()
    with tempfile.TemporaryDirectory() as folder:
        events = pd.read_csv(r.to_nonmem(os.path.join(folder, "events.csv")), na_values=".")
        assert events[events.EVID == 1].AMT.sum() == doses.taken.sum() and events.ID.nunique() == 9
        written = {path.name for path in r.to_csv(os.path.join(folder, "tables"))}
        assert {"patients.csv", "doses.csv", "mmr.csv"} <= written
    if importlib.util.find_spec("matplotlib") is not None:
        import matplotlib

        matplotlib.use("Agg")
        prescribed, taken = r.plot.doses(patient=0).lines
        of_day = doses[doses.patient == 0].groupby("day").taken.sum()
        assert list(taken.get_ydata()) == list(of_day) and set(prescribed.get_ydata()) <= {0, 400, 600, 800}
    lives = vtrial.Scenario("tops").set("trial.allocation", "counterfactual").set("record", {"patients": 3})
    both = lives.run(patients=40, progress=False).patients()
    assert both.index.names == ["replicate", "patient", "arm"] and len(both) == 6
    assert list(both["eta.CL"].iloc[::2]) == list(both["eta.CL"].iloc[1::2])


RECORDED = """base = ["{base}"]
[[column]]
name = "status"
value = "weight_kg"
keep = false
[record]
patients = 12
doses = true
"""


def recorded(folder, *options):
    path = os.path.join(folder, "recorded.h5")
    text = RECORDED.format(base=SCENARIOS / "everything.toml")
    scenario = os.path.join(folder, "recorded.toml")
    pathlib.Path(scenario).write_text(text, encoding="utf-8")
    vtrial.program.call(["run", scenario, "--patients", "40", "--quiet", "-o", path, *options])
    return vtrial.open(path)


def test_table_of_patients_doses_and_rates():
    with tempfile.TemporaryDirectory() as folder:
        r = recorded(folder, "--first", "1000")
        table, doses, rates = r.patients(), r.doses(), r.rates()
        assert list(table.index) == [(0, 1000 + i) for i in range(12)]
        assert list(table)[:2] == ["arm", "status_"] and list(table.status) == list(table.weight_kg)
        assert "eta.CL" in r.patients(kind="eta") and "weight_kg" not in r.patients(kind="eta")
        assert table.attrs["flag_meanings"]["left"].split()[3] == "died"
        assert list(doses) == ["patient", "day", "hour", "prescribed", "taken", "entered"]
        assert doses.attrs["units"]["taken"] == "mg" and rates.clearance.attrs["units"] == "L/h"
        with h5py.File(r.path) as file:
            for name in doses:
                np.testing.assert_array_equal(doses[name], file[f"records/doses/{name}"][()])
        assert set(doses.patient) <= set(rates.patient.values)
        if importlib.util.find_spec("matplotlib") is None:
            return
        import matplotlib

        matplotlib.use("Agg")
        # A day without a dose is one of 0 mg, also on hold and after leaving, and the last day has a visit alone.
        days = rates.day.values[:-1]
        one = doses[doses.patient == 1003].groupby("day")[["prescribed", "taken"]].sum()
        prescribed, taken = r.plot.doses(patient=1003).lines
        for line, what in ((prescribed, "prescribed"), (taken, "taken")):
            np.testing.assert_array_equal(line.get_ydata(), [one[what].get(day, 0.0) for day in days])
        assert len(one) < len(days)
        by_day = doses[doses.prescribed > 0].groupby("day").patient.nunique()
        bottom = r.plot.doses().collections[0].get_paths()[0].vertices[:, 1].max()  # the share at 0 mg, where largest
        assert abs(bottom - (1 - min(by_day.get(day, 0) for day in days) / 12)) < 1e-12


def test_only_files_of_this_version():
    r = run("tops", 50)
    with tempfile.TemporaryDirectory() as folder:
        for name, version, words in (
            ("vtrial-result", "4.0", "reads 3.x"),
            ("other", "3.0", "no results file of vtrial"),
        ):
            path = os.path.join(folder, version)
            with open(r.path, "rb") as source, open(path, "wb") as target:
                target.write(source.read())
            with h5py.File(path, "r+") as file:
                file.attrs["schema_name"], file.attrs["schema_version"] = name, version
            raises(vtrial.VtrialError, lambda: vtrial.open(path), words)


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print(f"{name}: ok", flush=True)

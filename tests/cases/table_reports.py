"""Tests of results in tables of events, JSON, CSV and HDF5: what others' files got wrong, or were asked, in public reports."""
# needs: numpy xarray h5netcdf h5py pandas
from __future__ import annotations

import csv
import json
import os
import pathlib
import sys

import h5py
import xarray as xr

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import vtrial as package
from reports import FOLDER, SAYS, TRIAL_PK, VTRIAL, Linear, Run, run_all, scenario, vtrial

os.environ.setdefault("VTRIAL", VTRIAL)
ONCE = '{ dose = "100 mg", every = "24 h" }'
LEVEL = ('[[visit]]\nname = "level"\nat = ["day 2", "day 9", "day 10"]\nmeasure = ["trough"]\n'
         '[[tally]]\nname = "level"\nscore = "trough_true"\nrange = ["1 ng/mL", "100000 ng/mL"]\nat = "level"\nby = ["arm", "visit"]\n')
SMALL = scenario(TRIAL_PK, "".join(f'[[arm]]\nname = "{name}"\nregimen = {ONCE}\n' for name in ("placebo", "active")), 12, 20, LEVEL)


def small():
    return package.Scenario.from_toml(SMALL)


# ---- tables of events --------------------------------------------------------------------------------------------

def events_of(text):
    """The rows of a table of events, as texts by column."""
    run = Run(text)
    table = pathlib.Path(run.file.filename).with_suffix(".csv")
    done = vtrial("export", run.file.filename, "--nonmem", table)
    assert done.returncode == 0, done.stderr
    with open(table, newline="") as file:
        return list(csv.DictReader(file))


def recorded(at, hours, more=""):
    return f'[record]\npatients = 3\ndoses = true\nconcentrations = {{ at = {at}, hours = {hours} }}\n{more}'.replace("'", '"')


INDUCER = ('[[interaction]]\nperpetrator = "inducer"\nstart = "day 3"\nstop = "day 6"\nliver_half_life = "1 day"\n'
           f'gut_half_life = "1 day"\nclearance_ratio = {{clearance}}\nbioavailability_ratio = {{bioavailability}}\n{SAYS}')


def doses_with_the_bioavailability_of_their_day():
    """mrgsolve #276, #1036: F of a dose was that of another time (each dose with the F1 of its own row, by matrix exponentials)"""
    rest = INDUCER.format(clearance=1, bioavailability=0.5) + recorded(["day 2", "day 5", "day 9"], ["1 h", "7 h", "24 h"])
    rows = [row for row in events_of(scenario(TRIAL_PK, ONCE, 10, 3, rest)) if row["ID"] == "1"]
    given = [(float(row["TIME"]), float(row["AMT"]) * float(row["F1"]), 0, 0) for row in rows if row["EVID"] == "1"]
    factors = {float(row["F1"]) for row in rows if row["EVID"] == "1"}
    assert len(factors) > 4 and min(factors) < 0.7 and max(factors) == 1, factors
    body = Linear({(0, 1): 1.0, (1, None): 10 / 50}, 2, 1, 50)
    for row in rows:
        if row["MDV"] == "0":
            right = body.ng_per_mL(given, float(row["TIME"]))
            assert abs(float(row["DV"]) - right) < 1e-9 * 2000, (row, right)  # amounts are good to 1e-9 of the dose


def parameters_that_change_at_a_time():
    """mrgsolve #289, #741, RxODE #6: programs hold the last row's covariates or take the next one's (a change has two rows at one time)"""
    rest = INDUCER.format(clearance=3, bioavailability=1) + recorded(["day 2", "day 5", "day 9"], ["1 h", "24 h"])
    rows = [row for row in events_of(scenario(TRIAL_PK, ONCE, 10, 3, rest)) if row["ID"] == "1"]
    changes = 0
    for before, after in zip(rows, rows[1:]):
        if before["CL"] != after["CL"]:
            changes += 1
            assert before["EVID"] == after["EVID"] == "0" and before["MDV"] == after["MDV"] == "1" and before["TIME"] == after["TIME"], (before, after)
            assert float(before["TIME"]) % 24 == 0  # a day starts
    assert changes > 4


def infusions_with_a_bioavailability():
    """rxode2 #204, PKPDsim #70, mrgsolve #808: F changed an infusion's length, or its rate not (F·D over D1, by matrix exponentials)"""
    pk = ('model = "one_compartment"\nabsorption = "zero_order"\nclearance = "10 L/h"\nvolume = "50 L"\n'
          'absorption_duration = "3 h"\nbioavailability = 0.4')
    rows = events_of(scenario(pk, ONCE, 4, 3, recorded(["day 1", "day 3"], ["1 h", "3 h", "5 h"])))
    body = Linear({(0, None): 10 / 50}, 1, 0, 50)
    assert {row["RATE"] for row in rows if row["EVID"] == "1"} == {"-2"}
    for patient in {row["ID"] for row in rows}:
        own = [row for row in rows if row["ID"] == patient]
        given = [(float(row["TIME"]), float(row["AMT"]) * float(row["F1"]), 0, float(row["D1"])) for row in own if row["EVID"] == "1"]
        for row in own:
            if row["MDV"] == "0":
                assert abs(float(row["DV"]) - body.ng_per_mL(given, float(row["TIME"]))) < 1e-9 * 2000, row


def covariates_called_as_dosing_items():
    """RxODE #263, rxode2 #717, nonmem2rx #131: columns SS, II, DVID … say how doses are given (no covariate has such a name there)"""
    names = ["ss", "II", "addl", "Dur", "date", "pcmt", "dvid", "cens", "l2", "a_long_name_of_a_covariate_1", "a_long_name_of_a_covariate_2"]
    rest = "".join(f'[[covariate]]\nname = "{name}"\ndistribution = "uniform"\nlow = 1\nhigh = 2\n{SAYS}' for name in names)
    rows = events_of(scenario(TRIAL_PK, ONCE, 2, 3, rest + recorded(["day 1"], ["1 h"])))
    columns = list(rows[0])
    meant = {"ID", "TIME", "EVID", "AMT", "RATE", "CMT", "DV", "MDV"}  # the others that these programs know:
    others = {"SS", "II", "ADDL", "DUR", "PCMT", "CALL", "CONT", "DATE", "DAT1", "DAT2", "DAT3", "L1", "L2", "DROP", "SKIP", "DVID", "CENS", "LIMIT"}
    assert meant <= set(columns) and not others & set(columns), columns
    assert len(set(columns)) == len(columns) and all(len(name) <= 20 for name in columns), columns
    assert {"SS_2", "II_2", "ADDL_2", "DATE_2"} <= set(columns), columns


def rows_that_are_not_in_order():
    """nonmem2rx #68, nlmixr #123, openNCA #136: records out of order by patient and time (patients in one piece, times do not fall)"""
    rest = f'[adherence]\nmodel = "bernoulli"\ntaken = {{ once_daily = 0.7 }}\njitter_sd = {{ once_daily = "2 h" }}\n{SAYS}'
    rows = events_of(scenario(TRIAL_PK, ONCE, 40, 3, rest + recorded(["day 1", "day 30"], ["0 h", "1 h", "24 h"])))
    ids = [int(row["ID"]) for row in rows]
    assert ids == sorted(ids) and set(ids) == {1, 2, 3}
    for patient in (1, 2, 3):
        times = [float(row["TIME"]) for row in rows if row["ID"] == str(patient)]
        assert times == sorted(times) and times[0] == 0, times
    assert all(len(value) <= 24 for row in rows for value in row.values())  # the longest item that NM-TRAN reads
    assert all(row["DV"] == "." for row in rows if row["MDV"] == "1")


# ---- JSON, CSV, HDF5 ---------------------------------------------------------------------------------------------

def json_without_numbers_that_it_has_not():
    """iperf #370, jsonlite #281: NaN and Infinity in JSON, which is none (RFC 8259; null where there is no number)"""
    rest = LEVEL.replace("trough_true", "if(trough_true > 1000000, 1, 1/0)") + (
        '[[tally]]\nname = "nobody"\nscore = "trough_true > 1"\nat = "level"\nby = ["arm"]\namong = "daily_dose_mg > 1000"\n')
    path = FOLDER / "undefined.toml"
    path.write_text(scenario(TRIAL_PK, ONCE, 12, 20, rest))
    done = vtrial("run", path, "-o", FOLDER / "undefined.h5", "--json", "--quiet")
    assert done.returncode == 0, done.stderr

    def no(word):
        raise AssertionError(f"{word} in JSON")

    tallies = json.loads(done.stdout, parse_constant=no)["runs"][0]["tallies"]
    assert next(one for one in tallies if one["name"] == "nobody")["itt"] == [None]


def seeds_beyond_doubles():
    """leela-zero #300, gama #348, s2n-quic #2718: a seed passed through a double is another seed (every digit of it)"""
    path = FOLDER / "seed.toml"
    path.write_text(SMALL)
    for seed in (2**53 - 1, 2**53, 2**53 + 1, 2**63 - 1):
        results = FOLDER / f"seed{seed}.h5"
        done = vtrial("run", path, "--seed", seed, "-o", results, "--json", "--quiet")
        assert done.returncode == 0, (seed, done.stderr)
        assert f'"seed":{seed},' in done.stdout.replace(" ", ""), seed
        found = package.open(results)
        assert found.seed == seed and int(h5py.File(results).attrs["seed"]) == seed
        if seed != 2**63 - 1:
            assert small().set("trial.seed", seed).run(progress=False).content_hash == found.content_hash
    for wrong in (2**63, 2**64 - 1, "9007199254740993.0"):
        done = vtrial("check", path, "--set", f"trial.seed={wrong}")
        assert done.returncode == 2, wrong
        done = vtrial("run", path, "--seed", wrong, "-o", FOLDER / "wrong.h5")
        assert done.returncode == 2 and str(wrong) in done.stderr, done
    done = vtrial("run", path, "--threads", 2**32 + 1, "-o", FOLDER / "wrong.h5")  # not 1
    assert done.returncode == 2 and "from 0 to 65536" in done.stderr, done


def labels_with_commas_and_quotes():
    """SAM #670, WebTools-NG #172: commas and quotes in labels shift the columns of a CSV file (RFC 4180; as Python's csv reads them)"""
    names = ['20 mg, then "40 mg"', "NA", "=1+1", "γ-Ärm; 'b'"]
    arms = "".join(f"[[arm]]\nname = {json.dumps(name, ensure_ascii=False)}\nregimen = {ONCE}\n" for name in names)
    column = '[[column]]\nname = "level"\nvalue = "trough_true @ \'day 9\'"\nkeep = true\n'
    run = Run(scenario(TRIAL_PK, arms, 12, 20, LEVEL + column))
    folder = pathlib.Path(run.file.filename).with_suffix("")
    assert vtrial("export", run.file.filename, "--csv", folder).returncode == 0
    for table in folder.glob("*.csv"):
        with open(table, newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        assert len({len(row) for row in rows}) == 1, table
        if table.name == "patients.csv":
            assert {row[rows[0].index("arm")] for row in rows[1:]} == set(names)
    results = package.open(run.file.filename)
    assert list(results.arms.index) == [one["name"] for one in run.json["arms"]] == names
    assert list(results["level"].sel(arm="NA").visit.values) == ["day 2", "day 9", "day 10"]
    assert set(results.patients().arm) == set(names)


def days_that_become_time_spans():
    """xarray #1621, #2085: numbers with the unit days come back as nanoseconds (numbers, in the unit that they are told in)"""
    rest = (LEVEL + '[[event]]\nname = "rash"\nhazard = "1/20"\n' + SAYS
            + '[[tally]]\nname = "rash"\nkind = "time_to_event"\nevent = "rash"\nby = ["arm"]\n[record]\npatients = 3\ndoses = true\ndaily = ["trough"]\n')
    run = Run(scenario(TRIAL_PK, ONCE, 12, 20, rest))
    seen = 0
    groups = []
    run.file.visititems(lambda name, one: groups.append(name) if isinstance(one, h5py.Group) else None)
    for group in groups:
        with xr.open_dataset(run.file.filename, group=group, engine="h5netcdf") as found:
            for name, one in found.variables.items():
                assert one.dtype.kind not in "mM", (group, name)
                seen += one.attrs.get("units") == "day"
    assert seen > 5


def parts_that_are_written_again():
    """xarray #1225, #156, #6352: a part of what was read could not be written, as it kept how the whole was stored (it reads back)"""
    results = small().run(progress=False)
    for part in (results["level"].isel(visit=[0]), results["level"].sel(arm="active"), results["level"].isel(arm=[0, 1, 0])):
        part.to_netcdf(FOLDER / "part.nc", engine="h5netcdf")
        with xr.open_dataset(FOLDER / "part.nc", engine="h5netcdf") as again:
            xr.testing.assert_equal(again.load(), part)


def labels_in_the_order_of_the_alphabet():
    """optuna #6855, #6786, pastas #62: tables in the order of the alphabet (arms, reasons and visits as the scenario has them)"""
    rule = '[[rule]]\nname = "zeta"\nat = "level"\nwhen = "trough_true < 0"\ndo = "hold"\nuntil = "trough_true > 0"\n[[rule]]\nname = "alpha"\nat = "level"\nwhen = "trough_true < 0"\ndo = "hold"\nuntil = "trough_true > 0"\n'
    results = package.Scenario.from_toml(SMALL + rule).run(progress=False)
    visits = ["day 2", "day 9", "day 10"]
    level = results["level"]["mean"].to_dataframe()["mean"]
    assert list(level.unstack("visit").columns) == visits and list(level.unstack("arm").columns) == ["placebo", "active"]
    assert list(results.leaving["patients"].unstack("arm").columns) == ["placebo", "active"]
    assert list(results.leaving["patients"].unstack("arm").index) == list(results.leaving.index.get_level_values("reason")[::2])
    assert list(results.rules["fired"].unstack("arm").index) == ["zeta", "alpha"]
    assert results.rules.loc[("zeta", "active"), "fired"] == 0 and results.leaving["patients"].sum() == 20


if __name__ == "__main__":
    run_all([doses_with_the_bioavailability_of_their_day, parameters_that_change_at_a_time, infusions_with_a_bioavailability,
             covariates_called_as_dosing_items, rows_that_are_not_in_order, json_without_numbers_that_it_has_not, seeds_beyond_doubles,
             labels_with_commas_and_quotes, days_that_become_time_spans, parts_that_are_written_again, labels_in_the_order_of_the_alphabet])

"""The table of patients and the ledger of doses: what they have is what `vtrial trace` tells of a patient, what columns that
are kept have, and what the doses add up to; however the trial was run."""
# needs: numpy h5py
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

VTRIAL = os.environ["VTRIAL"]
TOPS = pathlib.Path(__file__).resolve().parents[2] / "scenarios" / "tops.toml"
SMALL = "[trial]\npatients = 200\nsource = \"made up\"\n"
COLUMNS = """
[[column]]
name = "mmr_12"
value = "bcr_abl_is @ 'month 12' <= 0.1"
[[column]]
name = "trough_29"
value = "trough @ 'day 29'"
among = "male == 1"
"""


def run(*arguments, exits=0):
    done = subprocess.run([VTRIAL, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == exits, f"{arguments} ended with {done.returncode}, not {exits}: {done.stderr}"
    return done


class Folder:
    def __init__(self, name):
        self.path = pathlib.Path(name)

    def scenario(self, name, text):
        path = self.path / f"{name}.toml"
        path.write_text(f'base = ["{TOPS}"]\n' + text)
        return path

    def results(self, name, text, *arguments):
        path = self.path / f"{name}.h5"
        run("run", self.scenario(name, text), "--quiet", "-o", path, *arguments)
        told = run("info", path).stdout  # recomputes the hash
        with h5py.File(path) as file:
            assert file.attrs["content_hash"].decode() in told
        return h5py.File(path)


def columns_of(file):
    table = file["patients"]
    return {name.decode(): table[name.decode()] for name in table["column"][()]}


def as_trace_tells(folder):
    """Every row is the patient whom trace lets live again, to the last bit; the doses are those that it tells."""
    text = "[record]\npatients = 12\ndoses = true\n"
    file = folder.results("recorded", text, "--patients", 200)
    columns = columns_of(file)
    kinds = {name: data.attrs["kind"].decode() for name, data in columns.items()}
    assert set(kinds.values()) == {"covariate", "eta", "parameter", "course"}, kinds
    assert file["patients/weight_kg"].shape == (1, 12) and file["patients"].attrs["recorded"] == 1
    plain = folder.results("unrecorded", "", "--patients", 200)
    assert plain.attrs["content_hash"] == file.attrs["content_hash"]  # recording changes nothing of what is found
    doses = {name: data[()] for name, data in file["records/doses"].items()}
    seen = 0
    for patient in (0, 3, 11):
        told = json.loads(run("trace", folder.scenario("recorded", text), "--patient", patient, "--patients", 200,
                              "--json").stdout)
        for name, value in told["traits"].items():
            assert columns[name][0, patient] == value, (patient, name, columns[name][0, patient], value)
            seen += 1
        last = told["days"][-1]["observables"]
        for name in ("daily_dose_mg", "dose_changes", "times_held", "days_on_hold", "doses_taken_percent",
                     "dose_intensity_mg", "relative_dose_intensity"):
            assert columns[name][0, patient] == last[name], (patient, name)
        assert file["patients/arm_number"][0, patient] == last["arm"]
        rows = doses["patient"] == patient
        intakes = [(day["day"], i) for day in told["days"] for i in day["intakes"]
                   if i["prescribed_mg"] > 0 or i["swallowed_mg"] > 0]
        assert list(doses["day"][rows]) == [day for day, _ in intakes]
        assert list(doses["taken"][rows]) == [i["swallowed_mg"] for _, i in intakes]
        assert list(doses["prescribed"][rows]) == [i["prescribed_mg"] for _, i in intakes]
        assert list(doses["hour"][rows]) == [i["hours_after_day_start"] - 6 for _, i in intakes]
        taken = 100 * np.count_nonzero(doses["taken"][rows]) / np.count_nonzero(doses["prescribed"][rows])
        assert abs(taken - columns["doses_taken_percent"][0, patient]) < 1e-9  # rounding of a percentage; no double doses in TOPS
    assert seen > 60
    rates = file["records/rates"]
    assert rates["clearance"].shape == (12, 366)
    weight, hb, white, eta = (columns[n][0] for n in ("weight_kg", "haemoglobin_g_per_dL", "white_cells_1e9_per_L", "eta.CL"))
    own = 10.62 * (weight / 80) ** 0.301 * (hb / 13) ** 0.897 * (16 / white) ** 0.105 * np.exp(eta)  # as Schmidli's file has it
    assert np.allclose(columns["pk.clearance"][0], own, rtol=1e-12)
    assert (np.diff(rates["clearance"][:, 1:30], axis=1) < 0).all()  # the trend of TOPS falls to the patient's own
    # 0.3·e^(−365/7) of it is left after a year: nothing but rounding
    assert np.allclose(rates["clearance"][:, -1], columns["pk.clearance"][0], rtol=1e-12)


def all_of_them(folder):
    """table = "all": every replicate; the columns have the bits that they are kept with."""
    sizes = ("--patients", 90, "--threads", 2)
    trial = "[trial]\nreplicates = 3\nsource = \"made up\"\n" + COLUMNS
    kept = folder.results("kept", trial, *sizes)
    table = folder.results("all", trial + '[record]\ntable = "all"\n', *sizes)
    assert table["patients/weight_kg"].shape == (3, 90)
    for name in ("mmr_12", "trough_29", "arm_number"):
        assert np.array_equal(kept["patients"][name][()], table["patients"][name][()], equal_nan=True), name
    trough, male = table["patients/trough_29"][()], table["patients/male"][()] == 1
    assert np.isnan(trough[~male]).all() and np.isfinite(trough[male]).mean() > 0.8  # others missed the visit
    assert len(np.unique(table["patients/eta.CL"][()])) == 270
    note = run("check", folder.scenario("both", SMALL + COLUMNS + "[record]\npatients = 5\n")).stdout
    assert 'write record.table = "all"' in note, note
    told = run("check", folder.scenario("asked", SMALL + COLUMNS + '[record]\npatients = 5\ntable = "recorded"\n'), exits=2).stderr
    assert 'record.table is "recorded"' in told and told.count("\n") <= 2, told
    # columns that are not kept come into the table of those who are recorded
    unkept = COLUMNS.replace("\nvalue", "\nkeep = false\nvalue")
    few = folder.results("few", unkept + "[record]\npatients = 7\n[trial]\nreplicates = 3\nsource = \"made up\"\n", *sizes)
    assert np.array_equal(few["patients/mmr_12"][()], kept["patients/mmr_12"][:1, :7], equal_nan=True)
    assert few["patients/mmr_12"].attrs["kind"] == b"column"


def events_and_leaving(folder):
    """Days of events are those that the tallies count; who leaves is counted by /leaving."""
    text = ('[record]\ntable = "all"\n[[event]]\nname = "rash"\nhazard = "1/200"\nsource = "made up"\nbasis = "assumed"\n'
            '[[event]]\nname = "stop"\nhazard = "1/400"\nends_trial = true\nsource = "made up"\nbasis = "assumed"\n'
            '[[tally]]\nname = "rash"\nkind = "time_to_event"\nevent = "rash"\ncompeting = ["stop"]\nby = ["arm"]\n')
    file = folder.results("events", text, "--patients", 400)
    table = file["patients"]
    day, arm = table["day_of.rash"][0], table["arm_number"][0]
    tally = file["tallies/rash"]
    counted = tally["counts"][:, 0, :].sum(axis=1)  # the first outcome is the event
    for a in range(2):
        assert counted[a] == np.count_nonzero(np.isfinite(day[arm == a])), (a, counted)
    assert 50 < counted.sum() < 400
    left, words = table["left"][0], table["left"].attrs["flag_meanings"].decode().split()
    for code, word in enumerate(words):
        row = [i for i, reason in enumerate(file["leaving/reason"][()]) if reason.decode().replace(" ", "_") == word]
        assert len(row) == 1, word
        for a in range(2):
            assert file["leaving/patients"][row[0], a] == np.count_nonzero((left == code) & (arm == a)), (word, a)
    assert np.count_nonzero(left) > 20
    assert np.array_equal(np.isfinite(table["left_day"][0]), left > 0)
    assert np.array_equal(table["day_of.stop"][0][left == 4], table["left_day"][0][left == 4])


def lives(folder):
    """Under counterfactual allocation a row of each life."""
    text = ('[trial]\nallocation = "counterfactual"\nsource = "made up"\n[record]\npatients = 9\n'
            '[[column]]\nname = "dose"\nkeep = false\nvalue = "daily_dose_mg"\n')
    file = folder.results("lives", text, "--patients", 60)
    table = file["patients"]
    assert table["daily_dose_mg"].shape == (1, 9, 2) and [a.decode() for a in table["arm"][()]] == ["400 mg QD", "400 mg BID"]
    assert np.array_equal(table["dose"][()], table["daily_dose_mg"][()])
    assert np.array_equal(table["eta.CL"][0, :, 0], table["eta.CL"][0, :, 1])
    mmr = file["tallies/mmr"]  # what two lives of one patient have in common is not in their shares
    assert mmr.attrs["lives"] == 1 and np.isfinite(mmr["difference"][1]).all() and np.isnan(mmr["difference_low"][1]).all()
    mmr = folder.results("randomised", "", "--patients", 60)["tallies/mmr"]
    assert "lives" not in mmr.attrs and np.isfinite(mmr["difference_low"][1]).all()
    assert (table["daily_dose_mg"][0, :, 0] <= 400).all() and (table["daily_dose_mg"][0, :, 1] > 400).any()


def who_did_not_qualify(folder):
    text = ('[[criterion]]\nname = "women"\nwhen = "male == 0"\n[record]\ntable = "all"\n')
    file = folder.results("screened", text, "--patients", 80)
    table = file["patients"]
    men = table["male"][0] == 1
    assert men.any() and np.array_equal(table["arm_number"][0] == -1, men)
    assert np.isnan(table["daily_dose_mg"][0][men]).all() and np.isfinite(table["daily_dose_mg"][0][~men]).all()
    assert np.isfinite(table["weight_kg"][0]).all()


def however_it_was_run(folder):
    """Parts that are joined, and any number of threads: the same table. Of half a trial the rest is missing."""
    text = '[record]\ntable = "all"\n'
    whole = folder.results("whole", text, "--patients", 300, "--threads", 1)
    scenario, parts = folder.scenario("whole", text), folder.path / "parts.h5"
    for part in (1, 2):
        run("run", scenario, "--patients", 300, "--part", f"{part}/2", "--quiet", "-o", parts)
        if part == 1:
            run("join", f"{parts}.parts", "--partial", "-o", folder.path / "half.h5", exits=0)
    run("join", f"{parts}.parts", "-o", folder.path / "joined.h5")
    with h5py.File(folder.path / "joined.h5") as joined:
        assert joined.attrs["content_hash"] == whole.attrs["content_hash"]
        for name in whole["patients"]:
            assert np.array_equal(joined["patients"][name][()], whole["patients"][name][()],
                                  **({} if name == "column" else {"equal_nan": True})), name
    with h5py.File(folder.path / "half.h5") as half:
        missing = half["patients/arm_number"][0] == -3
        assert missing.sum() == 300 - int(half["arms/patients"][()].sum()) and 0 < missing.sum() < 300
        assert np.isnan(half["patients/weight_kg"][0][missing]).all()


def what_it_takes(folder):
    """explain says what is written down, and refuses more than there is room for."""
    told = run("explain", folder.scenario("told", '[record]\npatients = 5\ndoses = true\n')).stdout
    assert "every dose, prescribed and taken" in " ".join(told.split()), told
    big = run("check", folder.scenario("big", '[record]\ntable = "all"\n[trial]\npatients = 2_000_000\nsource = "made up"\n'),
              exits=2).stderr
    assert "at most 256 MB" in big and "patients = 1000" in big, big
    for wrong, words in (('table = "some"', "recorded"), ("table = 3", "text"), ('doses = "yes"', "true"),
                         ("doses = true", "patients")):
        assert words in run("check", folder.scenario("wrong", f"[record]\n{wrong}\n"), exits=2).stderr, wrong


if __name__ == "__main__":
    if not os.access(VTRIAL, os.X_OK):
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as name:
        for test in (as_trace_tells, all_of_them, events_and_leaving, lives, who_did_not_qualify, however_it_was_run,
                     what_it_takes):
            test(Folder(name))
            print(test.__name__)

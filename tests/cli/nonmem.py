"""Tables of events of recorded patients, read by a program of its own: it knows linear compartments and the rules of event
tables, nothing of vtrial, and has to find the concentrations that vtrial found."""
# needs: numpy scipy
import csv
import math
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from scipy.linalg import expm

VTRIAL = os.environ["VTRIAL"]
SOURCE = pathlib.Path(__file__).resolve().parents[2]
NEAR = 1e-9  # of the largest concentration: amounts of vtrial are good to 1e-9 of the dose, their sums here to 1e-12


def matrix(row, stages):
    """Rates between compartments, in the order of NONMEM's: where doses go first, then the central one, the peripheral."""
    k = {name: float(row[name]) for name in ("CL", "V", "Q", "VP")}
    ka, ktr = float(row.get("KA", 0)), float(row.get("KTR", 0))
    chain = stages + 1 if "KA" in row else 0
    rates = np.zeros((chain + 2, chain + 2))
    for i in range(chain):
        out = ktr if i < stages else ka
        rates[i, i] -= out
        rates[i + 1, i] += out
    central, peripheral = chain, chain + 1
    rates[central, central] -= k["CL"] / k["V"]
    if k["Q"] > 0:
        rates[central, central] -= k["Q"] / k["V"]
        rates[peripheral, central] += k["Q"] / k["V"]
        rates[central, peripheral] += k["Q"] / k["VP"]
        rates[peripheral, peripheral] -= k["Q"] / k["VP"]
    return rates


class Body:
    """Amounts over time. Doses wait for their lag and enter at once, or at a constant rate."""

    def __init__(self, stages):
        self.stages, self.time, self.amounts = stages, 0.0, None
        self.waiting, self.running = [], []  # (time, mg, compartment), (end, mg/h, compartment)

    def advance(self, row, until):
        rates = matrix(row, self.stages)
        if self.amounts is None:
            self.amounts = np.zeros(len(rates))
        while self.time < until:
            begun = [dose for dose in self.waiting if dose[0] <= self.time]
            for dose in begun:
                self.waiting.remove(dose)
                if dose[3] > 0:
                    self.running.append((self.time + dose[3], dose[1] / dose[3], dose[2]))
                else:
                    self.amounts[dose[2]] += dose[1]
            self.running = [one for one in self.running if one[0] > self.time]
            stop = min([until] + [d[0] for d in self.waiting] + [r[0] for r in self.running])
            n = len(rates)
            system = np.zeros((n + 1, n + 1))
            system[:n, :n] = rates
            for _, per_h, place in self.running:
                system[place, n] += per_h
            self.amounts = (expm(system * (stop - self.time)) @ np.append(self.amounts, 1.0))[:n]
            self.time = stop


def concentrations(rows, holds_last):
    """Of a patient's rows. holds_last: a row's parameters stand until the next row; else from the last one on."""
    central = int(next(row for row in rows if row["MDV"] == "0")["CMT"]) - 1
    body, found, before = Body(max(0, central - 1)), [], rows[0]
    for row in rows:
        body.advance(before if holds_last else row, float(row["TIME"]))
        if row["EVID"] == "1":
            length = float(row["D1"]) if row["RATE"] == "-2" else 0.0
            body.waiting.append((float(row["TIME"]) + float(row["ALAG1"]), float(row["AMT"]) * float(row["F1"]),
                                 int(row["CMT"]) - 1, length))
        elif row["MDV"] == "0":
            found.append((float(row["DV"]), body.amounts[central] / float(row["S"])))
        before = row
    return np.array(found)


def exported(folder, text, patients):
    scenario = folder / "scenario.toml"
    scenario.write_text(text)
    results, table = folder / "found.h5", folder / "found.csv"
    subprocess.run([VTRIAL, "run", scenario, "--patients", str(patients), "--quiet", "-o", results], check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run([VTRIAL, "export", results, "--nonmem", table], check=True, stdout=subprocess.DEVNULL)
    with open(table, newline="") as file:
        return list(csv.DictReader(file))


def by_patient(rows):
    patients = {}
    for row in rows:
        patients.setdefault(row["ID"], []).append(row)
    return patients


RECORD = """
[record]
patients = {patients}
doses = true
concentrations = {{ at = ["day 1", "day 2", "day 9", "day 13"], hours = ["0 h", "1 h", "3.5 h", "12 h", "18 h", "20 h", "24 h"] }}
"""

TRIAL = """
title = "Doses and concentrations, to be read elsewhere"
[trial]
seed = 7
patients = 100
duration = "14 day"
[[covariate]]
name = "weight_kg"
distribution = "normal"
mean = 70
sd = 12
min = 40
source = "made up"
basis = "assumed"
[[random_effect]]
names = ["CL", "V"]
sd = [0.3, 0.2]
correlation = [[1, 0.4], [0.4, 1]]
source = "made up"
basis = "assumed"
[pk]
{pk}
source = "made up"
basis = "assumed"
[adherence]
model = "bernoulli"
taken = {{ once_daily = 0.8, twice_daily = 0.8 }}
jitter_sd = {{ once_daily = "1.5 h", twice_daily = "1 h" }}
source = "made up"
basis = "assumed"
[[interaction]]
perpetrator = "an inducer"
fraction = "50 %"
start = "day 3"
stop = "day 8"
clearance_ratio = 1.8
bioavailability_ratio = 0.7
liver_half_life = "2 day"
gut_half_life = "1 day"
source = "made up"
basis = "assumed"
[[arm]]
name = "once"
share = 1
regimen = {{ dose = "400 mg", every = "24 h" }}
[[arm]]
name = "twice"
share = 1
regimen = {{ dose = "300 mg", every = "12 h" }}
[[visit]]
name = "last"
at = ["day 14"]
measure = ["trough"]
[[tally]]
name = "trough"
score = "trough_true"
range = ["1 ng/mL", "100000 ng/mL"]
at = "last"
by = ["arm"]
"""
CLEARANCE = 'clearance = {formula = "12*exp(eta.CL)", unit = "L/h"}\nvolume = {formula = "200*exp(eta.V)", unit = "L"}\nlag = "0.4 h"\nbioavailability = 0.9\nexposure_scale = 1.3\n'
ONE, TWO = 'model = "one_compartment"\n', (
    'model = "two_compartments"\nintercompartmental_clearance = "9 L/h"\nperipheral_volume = "150 L"\n')
MODELS = {
    "zero order": ONE + CLEARANCE + 'absorption = "zero_order"\nabsorption_duration = "2.5 h"',
    "first order": ONE + CLEARANCE + 'absorption = "first_order"\nabsorption_rate = "0.7 1/h"',
    "transit": ONE + CLEARANCE + 'absorption = "transit"\nabsorption_rate = "0.9 1/h"\ntransit_rate = "3 1/h"\ntransit_stages = 4',
    "two compartments": TWO + CLEARANCE + 'absorption = "first_order"\nabsorption_rate = "0.7 1/h"',
    "two compartments, zero order": TWO + CLEARANCE + 'absorption = "zero_order"\nabsorption_duration = "2.5 h"',
    "changing volume": ONE + CLEARANCE + 'absorption = "first_order"\nabsorption_rate = "0.7 1/h"\n'
    'volume_trend = {change = -0.4, time_constant = "3 day"}\nvolume_step = {factor = 2, from = "day 10"}',
}


def check(name, rows, patients):
    found = by_patient(rows)
    assert len(found) == patients, f"{name}: {len(found)} patients"
    largest = max(float(row["DV"]) for row in rows if row["MDV"] == "0")
    worst = 0.0
    for patient in found.values():
        times = [float(row["TIME"]) for row in patient]
        assert times == sorted(times) and times[0] == 0.0, "rows are in the order of time, and begin at 0"
        for holds_last in (True, False):  # rxode2 holds the last row's parameters, NONMEM and mrgsolve take the next one's
            pairs = concentrations(patient, holds_last)
            worst = max(worst, np.abs(pairs[:, 0] - pairs[:, 1]).max() / largest)
    assert worst <= NEAR, f"{name}: off by {worst:.2g} of the largest concentration"
    assert largest > 100
    return worst


def check_columns(rows):
    columns = list(rows[0])
    assert columns[:8] == ["ID", "TIME", "EVID", "AMT", "RATE", "CMT", "DV", "MDV"], columns
    assert all(len(c) <= 20 and c.isascii() and c[0].isalpha() and c.replace("_", "").isalnum() for c in columns), columns
    assert {"ARM", "PATIENT", "WEIGHT_KG"} <= set(columns), columns
    for row in rows:
        for name, value in row.items():
            assert value == "." or math.isfinite(float(value)), (name, value)
        assert (row["MDV"] == "0") == (row["DV"] != "."), row
        assert row["EVID"] == ("1" if float(row["AMT"]) > 0 else "0"), row  # EVID 2 would turn compartments on
        assert row["MDV"] == "1" or row["EVID"] == "0", row
    assert len({row["WEIGHT_KG"] for row in rows}) == len({row["ID"] for row in rows})
    assert any(row["EVID"] == "0" and row["MDV"] == "1" for row in rows)


def refuses_without_doses(folder):
    results = folder / "plain.h5"
    scenario = folder / "plain.toml"
    scenario.write_text(TRIAL.format(pk=MODELS["first order"]))
    subprocess.run([VTRIAL, "run", scenario, "--quiet", "-o", results], check=True, stdout=subprocess.DEVNULL)
    told = subprocess.run([VTRIAL, "export", results, "--nonmem", folder / "no.csv"], capture_output=True, text=True)
    assert told.returncode == 74 and "doses = true" in told.stderr, told
    assert not (folder / "no.csv").exists()
    other = folder / "other.csv"
    other.write_text("mine\n")
    told = subprocess.run([VTRIAL, "export", folder / "found.h5", "--nonmem", other], capture_output=True, text=True)
    assert told.returncode == 74 and other.read_text() == "mine\n", told


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for model, pk in MODELS.items():
            rows = exported(folder, TRIAL.format(pk=pk) + RECORD.format(patients=20), 100)
            check_columns(rows)
            print(f"{model}: {len(rows)} rows, off by {check(model, rows, 20):.2g}")
        refuses_without_doses(folder)
        text = f'base = ["{SOURCE / "scenarios/tops.toml"}"]\n' + RECORD.format(patients=5)
        rows = exported(folder, text, 50)
        print(f"TOPS: {len(rows)} rows, off by {check('TOPS', rows, 5):.2g}")


if __name__ == "__main__":
    if not os.access(VTRIAL, os.X_OK):
        sys.exit(__doc__)
    main()

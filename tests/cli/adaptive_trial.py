"""A trial that drops an arm at a look, three times: over lives in all arms (a study of power), by a slow program that
simulates one patient after another in the arm of that patient alone, and with other numbers of threads."""
# needs: h5py
import heapq
import json
import math
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

import h5py

VTRIAL = os.environ["VTRIAL"]
PATIENTS, DAYS, KNOWN_AFTER, PER_DAY, LOOK = 45, 60, 20, 1.0, 0.4
DOSES = {"a": 100, "b": 130, "c": 300}
TRIAL = f"""
title = "adaptive"
[trial]
duration = "{DAYS} day"
[adherence]
model = "perfect"
[[covariate]]
name = "coin"
distribution = "uniform"
low = 0
high = 1
source = "test"
basis = "assumed"
[[tally]]
name = "responds"
score = "coin < 0.2 + daily_dose_mg/1000"
at = "end"
[pk]
model = "one_compartment"
absorption = "first_order"
clearance = "10 L/h"
volume = "200 L"
absorption_rate = "1 1/h"
source = "test"
basis = "assumed"
"""
STUDY = f"""
[[column]]
name = "responds"
value = "coin < 0.2 + daily_dose_mg/1000"
[[analysis]]
name = "response"
kind = "proportions"
response = "responds"
[study]
kind = "power"
patients = {PATIENTS}
[[trial_design]]
name = "drop"
analysis = "response"
known_after = "{KNOWN_AFTER} day"
accrual = {{ patients = 30, every = "{round(30 / PER_DAY)} day", process = "poisson" }}
looks = [{LOOK}, 1]
drop = "worst"
"""
failures = []


def check(holds, text):
    if not holds:
        failures.append(text)


def vtrial(*arguments):
    done = subprocess.run([VTRIAL, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{arguments}: {done.stderr}")
    return done.stdout


def arm(name):
    return f'[[arm]]\nname = "{name}"\nregimen = {{ dose = "{DOSES[name]} mg", every = "24 h" }}\n'


def uniform(seed, patient, stream, slot):
    """The first word of a draw: Philox4x32-10 (Salmon 2011), counter (block, patient), key the seed."""
    block = stream << 32 | (1 << 20) * 8 + slot
    x, y, z, w = block & 0xFFFFFFFF, block >> 32, patient & 0xFFFFFFFF, patient >> 32
    k, l = seed & 0xFFFFFFFF, seed >> 32
    for _ in range(10):
        a, b = 0xD2511F53 * x, 0xCD9E8D57 * z
        x, y, z, w = (b >> 32) ^ y ^ k, b & 0xFFFFFFFF, (a >> 32) ^ w ^ l, a & 0xFFFFFFFF
        k, l = (k + 0x9E3779B9) & 0xFFFFFFFF, (l + 0xBB67AE85) & 0xFFFFFFFF
    return (2 * x + 1) * 2.0**-33


def stream(name):
    """FNV-1a, with the second bit from the top set and the top one not."""
    h = 0x811C9DC5
    for c in name.encode():
        h = (h ^ c) * 0x01000193 & 0xFFFFFFFF
    return h & 0x3FFFFFFF | 0x40000000


def z_of(outcomes, one, other):
    """Of the pooled share; a positive one says that `one` is better."""
    n = [sum(1 for a, _ in outcomes if a == i) for i in (one, other)]
    x = [sum(r for a, r in outcomes if a == i) for i in (one, other)]
    p = sum(x) / sum(n)
    return (x[0] / n[0] - x[1] / n[1]) / math.sqrt(p * (1 - p) * (1 / n[0] + 1 / n[1])) if 0 < p < 1 else 0.0


def conduct(folder, seed):
    """Patient after patient: whoever enters is simulated then, in one arm."""
    rows = folder / "rows"
    vtrial("run", folder / "trial.toml", "--patients", PATIENTS, "--seed", seed, "--records", rows, "-o", folder / "t.h5", "--quiet")
    raw = rows.read_bytes()
    block_arm = [struct.unpack_from("<Q", raw, i * (len(raw) // PATIENTS) + 16)[0] for i in range(PATIENTS)]
    draws, names, is_open = stream("trial design"), list(DOSES), [True] * 3
    waiting, entered, day, known, outcomes, patients = [], [], 0.0, 0, [], [0, 0, 0]

    def simulate(patient, which):
        said = vtrial("run", folder / f"{names[which]}.toml", "--patients", 1, "--first", patient, "--seed", seed, "--json", "--quiet",
                      "-o", folder / "one.h5")
        return int(json.loads(said)["runs"][0]["tallies"][0]["events"][0])

    def enter():
        patient, which = len(entered), block_arm[len(entered)]
        if not is_open[which]:
            left = [i for i in range(3) if is_open[i]]
            which = left[0] if uniform(seed, patient, draws, 1) < 1 / len(left) else left[1]
        entered.append(day)
        patients[which] += 1
        heapq.heappush(waiting, (day + KNOWN_AFTER, patient, which, simulate(patient, which)))

    z = 0.0
    for due in (math.ceil(LOOK * PATIENTS), PATIENTS):
        while known < due:
            p = len(entered)
            coming = math.inf
            if p < PATIENTS:
                coming = 0.0 if p == 0 else entered[-1] - math.log(uniform(seed, p, draws, 0)) / PER_DAY
            if waiting and waiting[0][0] < coming:
                day, _, which, responds = heapq.heappop(waiting)
                known += 1
                outcomes.append((which, responds))
            else:
                day = coming
                enter()
        scores = {i: z_of(outcomes, i, 0) for i in (1, 2) if is_open[i]}
        if due != PATIENTS:
            is_open[min(scores, key=lambda i: (scores[i], i))] = False
        else:
            z = max(scores.values())
    critical = 2.2414027276049446  # of 0.05, two-sided, for two comparisons
    return patients, z, day, 0 if z >= critical else 1 if z <= -critical else 3


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    arms = "".join(map(arm, DOSES))
    (folder / "trial.toml").write_text(TRIAL + arms)
    (folder / "study.toml").write_text(TRIAL + arms + STUDY)
    for one in DOSES:
        (folder / f"{one}.toml").write_text(TRIAL + arm(one))
    dropped = set()
    for seed in range(1, 9):
        hashes = set()
        for threads in (1, 2, 7):
            vtrial("run", folder / "study.toml", "--seed", seed, "--threads", threads, "-o", folder / "s.h5", "--quiet")
            with h5py.File(folder / "s.h5") as file:
                hashes.add(file.attrs["content_hash"])
                drop = file["power/drop"]
                found = (drop["patients"][0, 0, 0].tolist(), float(drop["z"][0, 0, 0]), float(drop["days"][0, 0, 0]), int(drop["ending"][0, 0, 0]))
        check(len(hashes) == 1, f"seed {seed}: threads change the content")
        slow = conduct(folder, seed)
        check(found[0] == slow[0] and found[3] == slow[3], f"seed {seed}: {found} is not {slow}")
        check(abs(found[1] - slow[1]) < 1e-12 and abs(found[2] - slow[2]) < 1e-9, f"seed {seed}: {found} is not {slow}")
        dropped.add(found[0].index(min(found[0][1:]), 1))
    check(dropped == {1, 2}, f"only {dropped} was dropped")

for text in failures:
    print(text)
sys.exit(bool(failures))

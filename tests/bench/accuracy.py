"""P1 to P3 through the ordinary scenario path against closed form and fine steps.

usage: accuracy.py TSIT5_SCALAR      (environment: VTRIAL)
"""
# needs: numpy h5py
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import errors
import inputs

PATIENTS = 100
# P1, P3 are closed forms on both sides: some roundings a day, the earlier ones dying away with the drug. P2 is stepped;
# allowed is 1.5 times the largest error that was found (2.8e-5 and 2.1e-6).
CASES = [("p1", "trough_true", (), 1e-13), ("p3", "trough_true", (), 1e-13), ("p2", "anc_true", (), 4.2e-5),
         ("p2", "anc_true", ("--set", "blood_counts.neutrophils.steps_per_day=5"), 3.2e-6)]
reference = sys.argv[-1]
status = 0
with tempfile.TemporaryDirectory() as place:
    inputs.write(place, PATIENTS)
    for problem, observable, settings, most in CASES:
        subprocess.run([os.environ["VTRIAL"], "run", f"{place}/{problem}.toml", "--quiet", "--backend", "cpu", "--set", f"record.patients={PATIENTS}",
                        "--set", f"record.daily=['{observable}']", *settings, "-o", f"{place}/r.h5"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([reference, place, problem, "--tolerance", "1e-11", "--output", f"{place}/truth"], check=True, stdout=subprocess.DEVNULL)
        error = errors.largest(errors.of_results(f"{place}/r.h5", observable), errors.of_reference(f"{place}/truth"))
        print(f"{problem} {' '.join(settings)}: largest relative error of {PATIENTS} patients {error.max():.2g}, median {sorted(error)[PATIENTS // 2]:.2g}, allowed {most}")
        status |= int(not error.max() <= most)
sys.exit(status)

"""What a dry run says of a trial and of a study: seconds, memory and file here, and on GPUs that are elsewhere."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

VTRIAL = os.environ["VTRIAL"]
SCENARIOS = pathlib.Path(__file__).parents[2] / "scenarios"
TOPS, STUDY = SCENARIOS / "tops.toml", SCENARIOS / "studies/tops_sensitivity.toml"
failures = []


def check(holds, text):
    if not holds:
        failures.append(text)


def vtrial(*arguments, exits=0):
    done = subprocess.run([VTRIAL, *map(str, arguments)], capture_output=True, text=True)
    check(done.returncode == exits, f"{arguments}: exit code {done.returncode}\n{done.stderr}")
    return done


def told(*arguments):
    all_of_it = json.loads(vtrial("run", *arguments, "--dry-run", "--json").stdout)
    return all_of_it["runs"][0] if "runs" in all_of_it else all_of_it


with tempfile.TemporaryDirectory() as folder:
    file = pathlib.Path(folder) / "dry.h5"
    trial = ["--patients", 2000, "--threads", 1, "-o", file, TOPS]
    needs = told(*trial)
    check(not file.exists(), "a dry run writes a file")
    vtrial("run", "--quiet", *trial)
    size = file.stat().st_size
    check(needs["file_bytes"] / 1.5 < size < needs["file_bytes"] * 1.5, f"{size} bytes, and {needs['file_bytes']} told")
    check(needs["threads"] == 1 and needs["seconds"] > needs["core_seconds"] > 0 and needs["memory_bytes"] > 2e7, f"{needs}")
    check("on_gpus" not in needs, f"GPUs that nobody asked for: {needs}")

    for of, arguments in ((TOPS, ["--patients", 10**8]), (STUDY, ["--set", "study.points=64"])):
        on = {n: told(of, "--gpus", n, "-o", file, *arguments)["on_gpus"] for n in (1, 8, 1000)}
        check(all(on[n]["gpus"] == n and on[n]["is_estimate"] for n in on), f"{on}")
        check(on[8]["seconds"] < on[1]["seconds"], f"{on}")
        fixed = [on[n]["fixed_seconds"] for n in (1, 8, 1000)]  # what was measured of the host, in three runs, is in them
        check(fixed[0] <= 1.2 * fixed[1] and fixed[1] <= 1.2 * fixed[2] and fixed[2] <= on[1000]["seconds"], f"{on}")
    check(on[1000]["used"] < 1000, f"a study of 1,408 points keeps 1,000 GPUs busy: {on}")

    text = vtrial("run", TOPS, "--dry-run", "--gpus", 64, "-o", file).stdout
    check("  here       about" in text and "s on 64 GPUs" in text and "estimate: no GPU was measured" in text, text)
    text = vtrial("run", STUDY, "--dry-run", "--gpus", 2, "-o", file).stdout
    check("  here       about" in text and "s on 2 GPUs" in text, text)
    check("add --dry-run" in vtrial("run", TOPS, "--gpus", 2, "-o", file, exits=2).stderr, "--gpus without --dry-run")
    check("1 or more" in vtrial("run", TOPS, "--dry-run", "--gpus", 0, "-o", file, exits=2).stderr, "--gpus 0")

print("\n".join(failures) or "dry runs say what a run needs")
sys.exit(1 if failures else 0)

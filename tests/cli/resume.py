"""A run that is killed or stopped goes on with --resume and gives the same content, of trials and of studies; what is not its
own is refused."""
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

VTRIAL = os.environ["VTRIAL"]
TOPS = pathlib.Path(__file__).parents[2] / "scenarios" / "tops.toml"
PATIENTS, KILLS = 100_000, int(sys.argv[1]) if len(sys.argv) > 1 else 12
failures = []


def check(holds, text):
    if not holds:
        failures.append(text)


def command(file, *more):
    return [VTRIAL, "run", str(TOPS), "--patients", str(PATIENTS), "--quiet", "--json", "-o", str(file), *map(str, more)]


def run(file, *more, exits=0):
    done = subprocess.run(command(file, *more), capture_output=True, text=True)
    check(done.returncode == exits, f"{more} ended with {done.returncode}, not {exits}: {done.stderr}")
    return done


def content(done):
    return json.loads(done.stdout)["runs"][0]["content_hash"]


with tempfile.TemporaryDirectory() as folder:
    file = pathlib.Path(folder) / "x.h5"
    checkpoint = pathlib.Path(folder) / "x.h5.checkpoint"
    begin = time.monotonic()
    whole = content(run(file))
    duration = time.monotonic() - begin
    check(not checkpoint.exists(), "a checkpoint is left behind a whole run")
    before = file.read_bytes()

    random.seed(1)
    kills = resumed = 0
    while kills < KILLS:
        at_work = subprocess.Popen(command(file, "--resume", "--threads", random.choice([1, 2, 3]), "--block", random.choice([64, 200, 512])),
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            said, _ = at_work.communicate(timeout=random.uniform(0.1, 0.8) * duration)
        except subprocess.TimeoutExpired:
            at_work.kill()
            at_work.communicate()
            kills += 1
            if file.read_bytes() != before:  # killed behind the last write
                told = subprocess.run([VTRIAL, "info", str(file), "--json"], capture_output=True, text=True).stdout
                check(json.loads(told)["content_hash"] == whole, "a killed run has left other results")
                before = file.read_bytes()
            resumed += checkpoint.exists()
            continue
        check(at_work.returncode == 0 and json.loads(said)["runs"][0]["content_hash"] == whole, "a resumed run is another one")
        check(not checkpoint.exists(), "a checkpoint is left behind")
        before = file.read_bytes()
    check(resumed > 0, "no kill left anything")
    check(content(run(file, "--resume")) == whole, "a resumed run is another one at last")
    left = [one.name for one in pathlib.Path(folder).iterdir() if one.name != "x.h5"]  # also of what killed runs were writing
    check(not left, f"left behind: {left}")

    stopped = subprocess.Popen(command(file), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(0.4 * duration)
    stopped.send_signal(signal.SIGTERM)
    _, said = stopped.communicate()
    if stopped.returncode != 0:  # a fast machine may be done
        check(stopped.returncode == 75 and "--resume" in said and checkpoint.exists(), f"SIGTERM: {stopped.returncode}, {said}")
        check("seed 2010 there, 1 here" in run(file, "--resume", "--seed", 1, exits=74).stderr, "another seed")
        check("plan" in run(file, "--resume", "--set", "adherence.taken.once_daily=0.9", exits=74).stderr, "another plan")
        partial = subprocess.run([VTRIAL, "join", str(checkpoint), "--partial", "-o", folder + "/partial.h5"], capture_output=True, text=True)
        check(partial.returncode == 0 and "these are partial results" in partial.stderr, f"a look at what is there: {partial.stderr}")
        damaged = bytearray(checkpoint.read_bytes())
        damaged[len(damaged) // 2] ^= 1
        checkpoint.write_bytes(damaged)
        done = run(file, "--resume")
        check("is damaged" in done.stderr and content(done) == whole, f"damage: {done.stderr}")
    run(file, "--resume", "--records", folder + "/rows", exits=2)

    # Studies of each kind, killed and stopped.
    def study(file, *more):
        return [VTRIAL, "run", *what, "--quiet", "--json", "-o", str(file), *map(str, more)]

    def answer(text):
        found = json.loads(text)
        return {name: value for name, value in found.items() if name not in ("provenance", "results", "notes", "exit")}

    studies = TOPS.parent / "studies"
    kinds = {"sweep": [studies / "tdm_thresholds.toml", "--patients", "700"],
             "sensitivity": [studies / "tops_sensitivity.toml", "--patients", "300"],
             "power": [studies / "tops_power.toml", "--set", "trial.replicates=80"],
             "optimise": [studies / "tdm_optimum.toml", "--patients", "600", "--set", "study.generations=4",
                          "--set", "study.fresh_patients=4000"]}
    if not (pathlib.Path(VTRIAL).parents[1] / "lib" / "vtrial" / "libvtrial_optimise.so").exists():
        del kinds["optimise"]
    for kind, arguments in kinds.items():
        what = list(map(str, arguments))
        file = pathlib.Path(folder) / f"{kind}.h5"
        checkpoint = pathlib.Path(folder) / f"{kind}.h5.checkpoint"
        begin = time.monotonic()
        first = subprocess.run(study(file), capture_output=True, text=True)
        duration = time.monotonic() - begin
        whole = answer(first.stdout)
        file.unlink()
        for signal_sent in [signal.SIGKILL, signal.SIGTERM, *[signal.SIGKILL] * (KILLS // 6)]:
            at_work = subprocess.Popen(study(file, "--resume", "--threads", random.choice([1, 2, 3])), stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True)
            try:
                said = at_work.communicate(timeout=random.uniform(0.3, 0.9) * duration)
            except subprocess.TimeoutExpired:
                at_work.send_signal(signal_sent)
                said = at_work.communicate()
            check(at_work.returncode in (0, -signal_sent, 75), f"{kind}: {at_work.returncode}, {said[1]}")
            if at_work.returncode == 75:
                check("--resume goes on" in said[1] and checkpoint.exists(), f"{kind}: {said[1]}")
        last = subprocess.run(study(file, "--resume"), capture_output=True, text=True)
        check(answer(last.stdout) == whole, f"{kind}: a resumed study is another one")
        check(not checkpoint.exists(), f"{kind}: a checkpoint is left behind")

for text in failures:
    print(text)
sys.exit(bool(failures))

"""Ranks of MPI share a run: any number of ranks and threads gives the content of one process; what goes wrong in one of them
ends the run within seconds, with a line that says what, and it can be resumed with another number of ranks."""
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

VTRIAL = os.environ["VTRIAL"]
SCENARIOS = pathlib.Path(__file__).parents[2] / "scenarios"
TOPS, STUDIES = SCENARIOS / "tops.toml", SCENARIOS / "studies"
if shutil.which("mpirun") is None or not (pathlib.Path(VTRIAL).parents[1] / "lib" / "vtrial" / "libvtrial_mpi.so").exists():
    print("skipped: no mpirun (Debian's openmpi-bin), or vtrial was built without MPI")
    sys.exit(77)
if b"Open MPI" not in subprocess.run(["mpirun", "--version"], capture_output=True).stdout:
    print("skipped: this mpirun is not that of Open MPI, whose options are used here")
    sys.exit(77)
ENVIRONMENT = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", PRTE_MCA_rmaps_default_mapping_policy=":oversubscribe")
MPIRUN = ["mpirun", "--oversubscribe", "--bind-to", "none", "-n"]
failures = []
random.seed(8)


def check(holds, text):
    if not holds:
        failures.append(text)


def start(ranks, *args, environment=ENVIRONMENT):
    launcher = [*MPIRUN, str(ranks)] if ranks > 1 else []
    return subprocess.Popen([*launcher, VTRIAL, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env=environment, start_new_session=True)


def run(ranks, *args, exits=0):
    at_work = start(ranks, *args)
    try:
        out, said = at_work.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        os.killpg(at_work.pid, signal.SIGKILL)
        out, said = at_work.communicate()
        check(False, f"{ranks} ranks, {args}: no end")
    check(at_work.returncode == exits, f"{ranks} ranks, {args} ended with {at_work.returncode}, not {exits}: {said}")
    return out, said


def answer(out):
    found = json.loads(out)
    found = found.get("runs", [found])[0]
    for name in ("provenance", "results", "notes", "exit"):
        found.pop(name, None)
    return found


def ranks_of(launcher):
    """Process numbers of the program under mpirun."""
    found, left = [], [launcher]
    while left:
        parent = left.pop()
        try:
            children = pathlib.Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        except FileNotFoundError:
            continue
        for child in map(int, children):
            left.append(child)
            try:
                if os.path.samefile(f"/proc/{child}/exe", VTRIAL):
                    found.append(child)
            except FileNotFoundError:
                pass
    return sorted(found)


def seconds_of(process):
    """Of a core that it has used."""
    try:
        fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


TESTED = """base = ["%s"]
[trial]
patients = %d
replicates = %d
[[column]]
name = "mmr_12"
value = "bcr_abl_is @ 'month 12' <= 0.1"
[[analysis]]
name = "odds"
kind = "logistic"
response = "mmr_12"
"""


def campaigns(folder):
    for name, patients, replicates in (("many", 300, 40), ("few", 3000, 2)):
        (folder / f"{name}.toml").write_text(TESTED % (TOPS, patients, replicates))
    (folder / "ends.toml").write_text(
        'base = ["%s"]\n[trial]\npatients = 60000\nstop_when = { tally = "mmr", standard_error = 0.006 }\n' % TOPS)
    yield "trial", [TOPS, "--patients", 20000], (2, 3, 4)
    yield "replicates tested", [folder / "many.toml"], (3,)
    yield "large replicates tested", [folder / "few.toml"], (2,)
    yield "that ends early", [folder / "ends.toml"], (3,)
    yield "recorded", [TOPS, "--patients", 3000, "--set", "record.patients=50", "--set", "record.daily=['trough_true']"], (2,)
    yield "sweep", [STUDIES / "tdm_thresholds.toml", "--patients", 100], (2, 4)
    yield "kept", [STUDIES / "tdm_thresholds.toml", "--patients", 70, "--set", "study.keep='tallies'"], (3,)
    yield "sensitivity", [STUDIES / "tops_sensitivity.toml", "--patients", 50], (3,)
    yield "power", [STUDIES / "tops_power.toml", "--set", "trial.replicates=12"], (2,)
    if (pathlib.Path(VTRIAL).parents[1] / "lib" / "vtrial" / "libvtrial_optimise.so").exists():
        yield "optimise", [STUDIES / "tdm_optimum.toml", "--patients", 100, "--set", "study.generations=2",
                           "--set", "study.fresh_patients=300"], (3,)


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    for name, what, numbers in campaigns(folder):
        whole = answer(run(1, "run", *what, "-o", folder / "whole.h5", "--quiet", "--json")[0])
        for ranks in numbers:
            out, _ = run(ranks, "run", *what, "-o", folder / "r.h5", "--quiet", "--json", "--threads", random.choice([1, 2, 3, 7]))
            check(answer(out) == whole, f"{name}: {ranks} ranks find something else")
            check(json.loads(out).get("runs", [json.loads(out)])[0]["provenance"]["ranks"] == ranks, f"{name}: ranks are not counted")

    # Two scenarios in one command: one campaign after another.
    os.chdir(folder)
    out, _ = run(3, "run", TOPS, folder / "many.toml", "--patients", 300, "--quiet", "--json", "--threads", 2)
    alone = [answer(run(1, "run", one, "--patients", 300, "--quiet", "--json", "-o", folder / "a.h5")[0]) for one in (TOPS, folder / "many.toml")]
    both = [answer(json.dumps({"runs": [one]})) for one in json.loads(out)["runs"]]
    check(both == alone, "two scenarios in one command")
    out, said = run(3, "run", TOPS, "--dry-run")
    check(out.count("patient-days") == 1, f"a dry run is told once: {out}")

    # A rank that is killed; a signal to all. Then with another number of ranks.
    what = [TOPS, "--patients", 200_000, "-o", folder / "k.h5", "--json"]
    begin = time.monotonic()
    whole = answer(run(1, "run", *what, "--quiet", "--threads", 2)[0])
    duration = time.monotonic() - begin
    effective = 0
    for victim in (0, 1, 2, "USR1", "TERM of a rank"):
        (folder / "k.h5").unlink()
        at_work = start(3, "run", *what, "--threads", 1)
        while at_work.poll() is None and len(ranks := [one for one in ranks_of(at_work.pid) if seconds_of(one) > 0.1]) < 3:
            time.sleep(0.02)  # until all are at work
        time.sleep(random.uniform(0.1, 0.5) * duration)
        begin = time.monotonic()
        if victim == "USR1":
            at_work.send_signal(signal.SIGUSR1)
        elif at_work.poll() is None:
            # A rank that is asked to leaves; the others do its work.
            os.kill(ranks[-1 if victim == "TERM of a rank" else victim], signal.SIGTERM if victim == "TERM of a rank" else signal.SIGKILL)
        out, said = at_work.communicate(timeout=60)
        took = time.monotonic() - begin
        if victim == "TERM of a rank":
            check(at_work.returncode == 0 and answer(out) == whole, f"{victim}: {at_work.returncode} {said}")
            continue
        effective += at_work.returncode != 0
        if at_work.returncode != 0:  # a fast machine may be done
            check(took < 10, f"{victim}: the job ended after {took:.1f} s")
            if (folder / "k.h5").exists():  # killed behind the last write
                told = json.loads(subprocess.run([VTRIAL, "info", str(folder / "k.h5"), "--json"], capture_output=True, text=True).stdout)
                check(told["content_hash"] == whole["content_hash"], f"{victim}: a killed run has left other results")
            check(at_work.returncode == (75 if victim == "USR1" else 137), f"{victim}: ended with {at_work.returncode}")
            check(("--resume goes on" if victim == "USR1" else "signal 9 (Killed)") in said, f"{victim}: {said}")
        out, _ = run(random.choice([1, 2, 4]), "run", *what, "--quiet", "--resume", "--threads", 2)
        check(answer(out) == whole, f"{victim}: another run when it was resumed")
        check(not (folder / "k.h5.checkpoint").exists(), f"{victim}: a checkpoint is left")

    check(effective >= 2, f"only {effective} of 4 runs were stopped before their end")

    # Mistakes, told once.
    _, said = run(3, "run", TOPS, "--set", "trial.patients=-1", exits=2)
    check(said.count("allowed: 1 to") == 1, f"a mistake is not told once: {said}")
    _, said = run(3, "run", TOPS, "-o", folder / "no" / "x.h5", exits=74)
    check(said.count("cannot be created") == 1, said)
    broken = dict(ENVIRONMENT, VTRIAL_PLUGINS=str(folder))
    at_work = start(2, "run", TOPS, environment=broken)
    said = at_work.communicate(timeout=60)[1]
    check(at_work.returncode == 4 and "each would do all of the work" in said and "libvtrial_mpi.so is not there" in said, said)
    alone = dict(ENVIRONMENT, SLURM_STEP_NUM_TASKS="4")
    at_work = start(1, "run", TOPS, environment=alone)
    said = at_work.communicate(timeout=60)[1]
    check(at_work.returncode == 4 and "sees 1 of them" in said and "srun --mpi=pmix" in said, said)

    # A rank that reads something else.
    other = folder / "other"
    other.mkdir()
    for place, patients in ((folder, 20000), (other, 20001)):
        (place / "same.toml").write_text('base = ["%s"]\n[trial]\npatients = %d\n' % (TOPS, patients))
    for place, level in ((folder, 0.7), (other, 0.71)):  # the second point
        (place / "points.toml").write_text('base = ["%s"]\n[study]\nkind = "sweep"\npatients = 3000\n[[factor]]\nname = "a"\n'
                                           'key = "adherence.taken.once_daily"\nvalues = [0.6, %g, 0.8]\n[[endpoint]]\nname = "mmr"\ntally = "mmr"\n'
                                           'where = { visit = "month 12", arm = "400 mg QD" }\nstatistic = "evaluable"\n' % (TOPS, level))
    script = f'cd {folder}; [ "$OMPI_COMM_WORLD_RANK" = 1 ] && cd {other}; exec {VTRIAL} run points.toml --threads 1 -o {folder}/p.h5'
    done = subprocess.run([*MPIRUN, "2", "sh", "-c", script], capture_output=True, text=True, env=ENVIRONMENT)
    check(done.returncode == 4 and "reads another scenario" in done.stderr, f"another point: {done.returncode} {done.stderr}")
    script = f'cd {folder}; [ "$OMPI_COMM_WORLD_RANK" = 1 ] && cd {other}; exec {VTRIAL} run same.toml --threads 1 -o {folder}/s.h5'
    done = subprocess.run([*MPIRUN, "2", "sh", "-c", script], capture_output=True, text=True, env=ENVIRONMENT)
    check(done.returncode == 4 and "reads another scenario" in done.stderr and "rank 1 on " in done.stderr, f"{done.returncode} {done.stderr}")
    check(not (folder / "s.h5").exists(), "results of ranks that read different scenarios")

for text in failures:
    print(text)
sys.exit(bool(failures))

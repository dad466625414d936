"""A disk that fills up and a file that may not grow, at 200 places of what is written; a directory that vanishes. The exit code
is 74, what stood there before stays, nothing half-written is left, and work that was saved is not lost."""
import concurrent.futures
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time

VTRIAL = os.environ["VTRIAL"]
SCENARIOS = pathlib.Path(__file__).parents[2] / "scenarios"
TOPS, SWEEP = SCENARIOS / "tops.toml", SCENARIOS / "studies" / "tdm_thresholds.toml"
PLACES = int(sys.argv[1]) if len(sys.argv) > 1 else 200
failures = []


def check(holds, text):
    if not holds:
        failures.append(text)


def run(*args, room=None, limit=None, place="", exits=None):
    environment = dict(os.environ)
    if room is not None:
        environment.update(LD_PRELOAD=str(SHIM), VTRIAL_TEST_ROOM=str(room), VTRIAL_TEST_PLACE=place)
    done = subprocess.run([VTRIAL, *map(str, args)], capture_output=True, text=True, env=environment,
                          preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))) if limit is not None else None)
    if exits is not None:
        check(done.returncode == exits, f"{args} ended with {done.returncode}, not {exits}: {done.stderr}")
    return done


def sweep_of_faults(name, what, file, folder, places):
    """At each of so many places of the file that `what` writes."""
    run(*what, "-o", file, "--quiet", exits=0)
    before = file.read_bytes()

    def one(fault):
        kind, at = fault
        here = folder / f"{name}-{kind}-{at}"
        here.mkdir()
        target = here / "x.h5"
        target.write_bytes(before)
        done = run(*what, "-o", target, "--quiet", **({"room": at, "place": str(here)} if kind == "full" else {"limit": at}))
        left = sorted(path.name for path in here.iterdir())
        flaws = []
        if done.returncode != 74:
            flaws.append(f"ended with {done.returncode}: {done.stderr[-300:]}")
        if target.read_bytes() != before:
            flaws.append("what stood there is gone")
        if left not in (["x.h5"], ["x.h5", "x.h5.checkpoint"]):
            flaws.append(f"left behind: {left}")
        if ("no space left" if kind == "full" else "file too large") not in done.stderr.lower():
            flaws.append(f"does not say why: {done.stderr[-300:]}")
        shutil.rmtree(here)
        return [f"{name}, {kind} at {at} of {len(before)} bytes: {flaw}" for flaw in flaws]

    faults = [(kind, i * len(before) // places) for kind in ("full", "large") for i in range(places)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for flaws in pool.map(one, faults):
            failures.extend(flaws)


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    SHIM = folder / "full.so"
    built = subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", SHIM, pathlib.Path(__file__).with_suffix(".c"), "-ldl"])
    if built.returncode != 0:
        print("skipped: no C compiler")
        sys.exit(77)
    sweep_of_faults("trial", ["run", TOPS, "--patients", 64, "--threads", 1], folder / "t.h5", folder, PLACES)
    sweep_of_faults("study", ["run", SWEEP, "--patients", 2, "--threads", 2], folder / "s.h5", folder, max(2, PLACES // 20))

    # A part: what it had before stays.
    part = ["run", TOPS, "--patients", 300, "--part", "1/2", "-o", folder / "p.h5", "--quiet"]
    run(*part, exits=0)
    saved = folder / "p.h5.parts" / "1-of-2"
    before = saved.read_bytes()
    for i in range(max(2, PLACES // 20)):
        at = i * len(before) * 20 // PLACES
        done = run(*part, room=at, place="p.h5.parts", exits=74)
        check(saved.read_bytes() == before, f"part, full at {at}: what stood there is gone")
        check([path.name for path in saved.parent.iterdir()] == ["1-of-2"], f"part, full at {at}: something is left")

    # No room for checkpoints: the run goes on, and says so.
    long = ["run", TOPS, "--patients", 120_000, "--quiet", "--json", "-o", folder / "l.h5"]
    whole = run(*long, exits=0)
    done = run(*long, room=0, place="l.h5.checkpoint", exits=0)
    check(json.loads(done.stdout)["runs"][0]["content_hash"] == json.loads(whole.stdout)["runs"][0]["content_hash"], "another run")
    check("l.h5.checkpoint" in done.stderr and "could not be saved" in done.stderr, f"not said: {done.stderr}")

    # A directory that vanishes while the run is at work.
    (folder / "gone").mkdir()
    at_work = subprocess.Popen([VTRIAL, "run", str(TOPS), "--patients", "120000", "--quiet", "-o", str(folder / "gone" / "x.h5")],
                               stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    time.sleep(0.3)
    shutil.rmtree(folder / "gone", ignore_errors=True)
    _, said = at_work.communicate()
    check(at_work.returncode == 74 and "cannot be created (no such file or directory)" in said, f"vanished: {at_work.returncode} {said}")

for text in failures[:20]:
    print(text)
if len(failures) > 20:
    print(f"… and {len(failures) - 20} more")
sys.exit(bool(failures))

"""What the program says and leaves behind, command by command. Exit codes are those of scenarios/running.md."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["VTRIAL"]
TOPS = SOURCE / "scenarios" / "tops.toml"
failures = 0


def vtrial(*arguments, **options):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, **options)


def expect(what, condition, said):
    global failures
    if not condition:
        failures += 1
        print(f"FAILED: {what}\n  exit {said.returncode}\n  stdout: {said.stdout[:2000]}\n  stderr: {said.stderr[:2000]}")


with tempfile.TemporaryDirectory() as place:
    place = pathlib.Path(place)
    results = place / "r.h5"

    said = vtrial("run", TOPS, "--patients", "300", "-o", results, "--backend", "cpu", "--report")
    expect("a run succeeds, writes both files and prints its tallies",
           said.returncode == 0 and results.exists() and (place / "r.html").exists() and "content hash" in said.stdout, said)
    said = vtrial("run", TOPS, "--patients", "3e2", "-o", place / "j.h5", "--json", "--quiet")
    expect("--json prints one object", json.loads(said.stdout)["exit"] == 0, said)
    expect("the same scenario gives the same content hash",
           json.loads(vtrial("info", results, "--json").stdout)["content_hash"] == json.loads(said.stdout)["runs"][0]["content_hash"], said)
    vtrial("run", TOPS, "--patients", "300", "--records", place / "all", "-o", place / "all.h5")
    said = vtrial("run", TOPS, "--patients", "40", "--first", "200", "--records", place / "some", "-o", place / "some.h5")
    rows, some = (place / "all").read_bytes(), (place / "some").read_bytes()
    size = len(rows) // 300
    expect("raw rows of any range of patients are those of the larger run",
           said.returncode == 0 and size and len(some) == 40 * size and some == rows[200 * size:240 * size], said)

    said = vtrial("devices")
    lines = said.stdout.splitlines()
    expect("without a GPU, devices has one line on why, and a line for each build for a processor",
           said.returncode == 0 and sum(line.startswith("cuda ") for line in lines) == 1 and "cuda     not usable: " in lines[0]
           and lines[1].startswith("cpu      ") and "runs here" in said.stdout, said)
    said = vtrial("devices", "--json")
    cuda = json.loads(said.stdout)["cuda"]
    expect("so does its JSON", not cuda["usable"] and cuda["reason"] in lines[0] and cuda["devices"] == [], said)

    said = vtrial("run", TOPS, "--patients", "300", "-o", place / "auto.h5")
    expect("without a GPU the program says in one line that it runs on the CPU, and why",
           said.returncode == 0 and sum("running on the CPU:" in line for line in said.stderr.splitlines()) == 1, said)

    fast = place / "fast.toml"
    fast.write_text(f'title = "fast"\nbase = ["{TOPS}"]\n[blood_counts.neutrophils]\nsource = "test"\nbasis = "assumed"\n'
                    'transit = { formula = "if(male, 2, 6)", unit = "day" }\n')
    said, plain = vtrial("run", fast, "--dry-run"), vtrial("run", TOPS, "--dry-run")
    expect("a run says where its steps are too coarse for some patients' blood counts, and TOPS has no such",
           "note: the neutrophils have 1 step a day" in said.stderr and "write blood_counts.neutrophils.steps_per_day = 2" in said.stderr
           and "step a day" not in plain.stderr and said.returncode == 0 == plain.returncode, said)

    said = vtrial("run", TOPS, "--patients", "300", "-o", place / "g.h5", "--backend", "cuda")
    expect("--backend cuda without a GPU exits 4 with the reason and writes nothing",
           said.returncode == 4 and "no GPU can be used (" in said.stderr and not (place / "g.h5").exists(), said)

    bad = place / "bad.toml"
    bad.write_text('title = "x"\n[trial]\nseeed = 1\npatients = -5\nduration = 12\n')
    said = vtrial("run", bad, "-o", place / "b.h5")
    expect("all mistakes of a scenario are reported at their places, exit 2, nothing written",
           said.returncode == 2 and f"{bad}:3:1:" in said.stderr and f"{bad}:4:12:" in said.stderr and f"{bad}:5:12:" in said.stderr
           and not (place / "b.h5").exists(), said)
    bare = place / "bare.toml"
    tables = ("visit", "rule", "tally", "criterion", "event", "covariate", "parameter", "random_effect", "test", "interaction", "mutant")
    bare.write_text('title = "bare"\n[trial]\n[pk]\n[adherence]\n[leukaemia]\n[blood_counts.neutrophils]\n[tumour]\n[prediction]\n[second_drug]\n'
                    + "".join(f'[[{t}]]\n{"perpetrator" if t == "interaction" else "name"} = "n_{t}"\n' for t in tables))
    said = vtrial("check", bare)
    lines = said.stderr.splitlines()
    expect("what tables lack is said once, at a place", said.returncode == 2 and len(lines) > len(tables)
           and all(line.startswith(f"{bare}:") for line in lines[:-1]) and len(set(lines)) == len(lines), said)
    said = vtrial("check", bad, "--json")
    expect("check --json lists them", said.returncode == 2 and len(json.loads(said.stdout)["problems"]) >= 3, said)
    formula = place / "formula.toml"
    formula.write_text(f'base = "{TOPS}"\n[[rule]]\nname = "cytopenia_400"\nwhen = "ancc < 1.0"\n')
    said = vtrial("check", formula)
    expect("a mistake in a formula is found at its column, with a suggestion",
           said.returncode == 2 and f"{formula}:4:9:" in said.stderr and "anc" in said.stderr, said)

    said = vtrial("check", TOPS, SOURCE / "scenarios" / "tops_rifampicin.toml")
    expect("check says ok", said.returncode == 0 and said.stdout.count(": ok") == 2, said)
    said = vtrial("run", TOPS, "--dry-run", "-o", place / "dry.h5")
    expect("a dry run writes nothing", said.returncode == 0 and "plan" in said.stdout and not (place / "dry.h5").exists(), said)
    for arguments in (["run"], ["rum", TOPS], ["run", TOPS, "--patients", "010"], ["run", TOPS, "--patients", "0x10"],
                      ["run", TOPS, "--patients", "99999999999999999999"], ["run", TOPS, "--backend", "fpga"], []):
        said = vtrial(*arguments)
        expect(f"usage error: {arguments}", said.returncode == 2, said)
    expect("an unknown command is corrected", "did you mean 'run'" in vtrial("rum", TOPS).stderr, said)

    said = vtrial("compare", results, SOURCE / "scenarios" / "targets" / "tops.toml", "--print", "all")
    expect("300 patients do not meet every required row: compare exits 1 and names the misses",
           said.returncode == 1 and "MISS" in said.stdout, said)
    said = vtrial("info", results)
    expect("info shows the content hash", said.returncode == 0 and "content hash" in said.stdout.lower(), said)
    said = vtrial("info", TOPS)
    expect("a file that is not a result is an I/O error", said.returncode == 74, said)
    said = vtrial("run", TOPS, "--patients", "300", "-o", "/proc/none/x.h5", "--backend", "cpu")
    expect("an output that cannot be made is an I/O error", said.returncode == 74, said)
    said = vtrial("run", TOPS, "--patients", "300", "-o", "/dev/full", "--backend", "cpu")
    expect("a device is not a results file", said.returncode == 74, said)

    running = subprocess.Popen([PROGRAM, "run", TOPS, "--patients", "5e6", "-o", place / "stopped.h5", "--backend", "cpu", "--quiet"],
                               stderr=subprocess.PIPE, text=True)
    time.sleep(1.0)
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=60)
    expect("an interrupted run exits 75 and leaves what is done, but no results",
           running.returncode == 75 and [path.name for path in place.glob("stopped*")] == ["stopped.h5.checkpoint"], subprocess.CompletedProcess([], running.returncode, "", ""))

    # Schedulers send several signals: only the second SIGINT ends at once. Patients whose days take long keep it from ending before.
    running = subprocess.Popen([PROGRAM, "run", SOURCE / "scenarios" / "everything.toml", "--patients", "1e5", "--set", "trial.duration=20 year", "--threads", "8", "-o", place / "twice.h5", "--backend", "cpu", "--quiet"],
                               stderr=subprocess.PIPE, text=True)
    time.sleep(0.5)
    for sent in (signal.SIGUSR1, signal.SIGINT, signal.SIGTERM, signal.SIGUSR1):
        running.send_signal(sent)
        time.sleep(0.05)
    is_at_work = running.poll() is None
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=60)
    expect("only the second SIGINT ends at once", is_at_work and running.returncode == 130 and not list(place.glob("twice*")),
           subprocess.CompletedProcess([], running.returncode, "", str(list(place.glob("twice*")))))
    left = sorted(path.name for path in place.iterdir())
    expect(f"nothing but results is left behind: {left}", not [name for name in left if "tmp" in name or "part" in name],
           subprocess.CompletedProcess([], 0, "", ""))

print("all as documented" if not failures else f"{failures} failed")
sys.exit(1 if failures else 0)

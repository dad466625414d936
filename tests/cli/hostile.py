"""What full disks, signals, limits and odd input do: nothing is torn, nothing takes for ever, and what is said can be read."""
import fcntl
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["VTRIAL"]
TOPS, CML = SOURCE / "scenarios" / "tops.toml", SOURCE / "scenarios" / "cml_long_term.toml"
failures = 0


def vtrial(*arguments, **options):
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "timeout": 120} | options
    return subprocess.run([PROGRAM, *map(str, arguments)], **options)


def expect(what, condition, said):
    global failures
    if not condition:
        failures += 1
        print(f"FAILED: {what}\n  exit {said.returncode}\n  stdout: {(said.stdout or '')[:600]}\n  stderr: {(said.stderr or '')[:600]}")


def full_output(place):
    for arguments in (["check", "missing.toml", "--json"], ["run", "missing.toml", "--json"], ["info", "missing.h5", "--json"], ["help", "run"]):
        with open("/dev/full", "w") as full:
            said = vtrial(*arguments, stdout=full, cwd=place)
        expect(f"{arguments} into a full disk ends with 74", said.returncode == 74 and "cannot be written" in said.stderr, said)


def links(place):
    (place / "link.h5").symlink_to("there.h5")
    said = vtrial("run", TOPS, "--patients", 50, "-o", "link.h5", "--quiet", cwd=place)
    expect("a dangling link is followed", said.returncode == 0 and (place / "link.h5").is_symlink() and (place / "there.h5").is_file(), said)
    (place / "lost.h5").symlink_to("nowhere/there.h5")
    said = vtrial("run", TOPS, "--patients", 50, "-o", "lost.h5", "--quiet", cwd=place)
    expect("a link into a folder that is not there is named", said.returncode == 74 and "leads to nowhere/there.h5" in said.stderr, said)


def leftovers(place):
    """Temporary files of killed processes are swept, whatever they were to become; nobody else's are."""
    host = socket.gethostname()
    dead = subprocess.Popen(["true"])
    dead.wait()
    left, held, alive = (place / f"{name}.h5.{host}-{pid}-0.part" for name, pid in
                         (("left", dead.pid), ("held", dead.pid), ("alive", os.getpid())))
    others = [place / name for name in ("mine.part", f"a.h5.{host}-x-0.part", f"b.h5.other{host}-{dead.pid}-0.part", f"c.h5.{host}-{dead.pid}-0")]
    for path in (left, held, alive, *others):
        path.write_text("half")
    with open(held, "r+b") as writer:  # a process of another container: its number means nothing here
        fcntl.flock(writer, fcntl.LOCK_EX)
        said = vtrial("run", TOPS, "--patients", 50, "-o", place / "new.h5", "--quiet")
        expect("what a dead process has left is swept", said.returncode == 0 and not left.exists(), said)
        expect("what somebody writes, or has written, is not", held.exists() and alive.exists() and all(p.exists() for p in others), said)


def stopped(*arguments, after, place):
    """A run that gets SIGTERM; and how many seconds it took to end."""
    process = subprocess.Popen([PROGRAM, "run", *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=place)
    after(process)
    process.send_signal(signal.SIGTERM)
    begin = time.monotonic()
    out, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(arguments, process.returncode, out, err), time.monotonic() - begin


def signals(place):
    def when_first_is_done(process):
        while not (place / "output" / "runs" / "tops.h5").exists() and process.poll() is None:
            time.sleep(0.01)
        time.sleep(0.2)

    said, _ = stopped(TOPS, CML, SOURCE / "scenarios" / "gist_tdm.toml", "--patients", 30_000, "--threads", 1, "--json",
                      after=when_first_is_done, place=place)
    words = ("done before: " + str(TOPS) + ": output/runs/tops.h5", f"this was {CML}", "not begun: ")
    expect("a signal in the second scenario says what the first has written", said.returncode == 75 and all(w in said.stderr for w in words), said)
    told = json.loads(said.stdout)
    expect("so does its JSON", told["kind"] == "runs" and len(told["runs"]) == 1 and told["exit"] == 75 and all(w in told["error"] for w in words), said)
    for block in (512, 10**8):
        said, seconds = stopped(CML, "--patients", 3_000_000, "--block", block, "--threads", 1, "-o", "long.h5", "--quiet",
                                after=lambda process: time.sleep(1.5), place=place)
        # A take lasts 0.4 s at most; ten times that for a busy machine. Before, the whole block was done: half a minute and more.
        expect(f"a block of {block} patients stops in {seconds:.2f} s", said.returncode == 75 and seconds < 4, said)


def ids(place):
    said = vtrial("run", TOPS, "--patients", 200, "--first", 2**32 - 199, "-o", place / "f.h5")
    expect("patients beyond a replicate are refused", said.returncode == 2 and f"write {2**32 - 200} at most" in said.stderr, said)
    said = vtrial("run", TOPS, "--patients", 200, "--first", 2**32 - 200, "-o", place / "last.h5", "--json", "--quiet")
    expect("the last ones can be had", said.returncode == 0 and json.loads(said.stdout)["runs"][0]["first_patient"] == 2**32 - 200, said)
    said = vtrial("check", TOPS, "--patients", 2**32 + 1)
    expect("so are more than there are numbers for", said.returncode == 2 and "allowed: 1 to 4294967296" in said.stderr, said)
    # Whoever they are, nobody is in the trial: what is counted is the same, and the contents are not.
    scenario = place / "nobody.toml"
    scenario.write_text(f'base = ["{TOPS}"]\n[[criterion]]\nname = "nobody"\nwhen = "weight_kg < 0"\n')
    hashes = [json.loads(vtrial("run", scenario, "--patients", 20, "--json", "--quiet", "-o", place / "n.h5", "--first", first).stdout)["runs"][0]["content_hash"] for first in (0, 0, 20)]
    expect("the first patient's number is part of the content", hashes[0] == hashes[1] != hashes[2], said)


def limits(place):
    said = vtrial("run", TOPS, "--patients", 2**32 - 1, "--records", "rows", "-o", "r.h5", cwd=place)
    expect("rows that do not fit into memory are refused",
           said.returncode == 2 and "of memory" in said.stderr and "--records" in said.stderr and not (place / "rows").exists(), said)
    for threads in (2**31, 2**32 + 1, 65_537, -1):
        said = vtrial("run", TOPS, "--patients", 50, "--threads", threads, "-o", place / "t.h5")
        expect(f"{threads} threads are refused", said.returncode == 2 and "from 0 to 65536" in said.stderr, said)
    one = min(os.sched_getaffinity(0))
    said = vtrial("devices", "--json", preexec_fn=lambda: os.sched_setaffinity(0, {one}))
    expect("threads follow the affinity", json.loads(said.stdout)["cores"] == 1, said)


def tables(place):
    scenario = place / "t.toml"
    scenario.write_text(f'base = ["{TOPS}"]\n[population]\ntable = "t.csv"\n')

    def refused(what, table, *words, seconds=5):
        (place / "t.csv").write_bytes(table if isinstance(table, bytes) else table.encode())
        begin = time.monotonic()
        said = vtrial("check", scenario)
        took = time.monotonic() - begin
        expect(f"{what} is refused at once, in one short message",
               said.returncode == 2 and "\n1 problem\n" in said.stderr and all(w in said.stderr for w in words) and len(said.stderr) < 1000
               and "\x1b" not in said.stderr and took < seconds, said)

    wide = [f"c{i}" for i in range(100_000)]
    refused("a table of 100,000 columns", "id," + ",".join(wide) + "\n1" + ",1" * len(wide) + "\n", "100001 columns", "columns = […]")
    refused("a long cell", "weight_kg\n" + "x" * 200_000 + "\n", "(200000 letters)", "a number is expected")
    refused("a cell that steers terminals", "weight_kg\n\x1b[2J\n", "\\x1b[2J")
    refused("a table with semicolons", "id;weight_kg\n1;70,5\n2;80\n", "semicolons", "save the file as CSV with commas")
    refused("a table with tabs", "id\tweight_kg\n1\t70\n", "tabs")
    refused("a table of another encoding", "weight_kg\n70\n".encode("utf-16"), "UTF-16")
    refused("a file that is no text", b"weight_kg\n7\x000\n", "bytes that are 0")
    refused("lines of an old Macintosh", "weight_kg\r70\r80\r", "carriage return")
    refused("such a line at the very beginning", "\rweight_kg\r70\r", "carriage return")
    refused("a quote without end", 'weight_kg\n"70\n' + "80\n" * 100_000, "never closed")


def texts(place):
    """Texts of a scenario that nobody would write."""
    for what, line in (("a long name", f"[[tally]]\nname = \"{'n' * 100_000}\"\nscore = \"x\"\n"),
                       ("a long formula", f"[[tally]]\nname = \"n\"\nat = \"pcr\"\nscore = \"{'trough + ' * 100_000}zzz\"\n"),
                       ("a long unit", f"[trial]\nduration = \"12 {'m' * 100_000}\"\n"),
                       ("an unknown key", f"{'k' * 100_000} = 1\n"),
                       ("deep brackets", f"x = {'[' * 100_000}\n"), ("deep tables", f"[{'a.' * 50_000}a]\n")):
        (place / "odd.toml").write_text(f'base = ["{TOPS}"]\n{line}')
        begin = time.monotonic()
        said = vtrial("check", place / "odd.toml")
        expect(f"{what} is refused at once, in words that can be read",
               said.returncode == 2 and said.stderr.strip() and len(said.stderr) < 20_000 and time.monotonic() - begin < 10, said)


for test in (full_output, links, leftovers, signals, ids, limits, tables, texts):
    with tempfile.TemporaryDirectory() as folder:
        test(pathlib.Path(folder))
sys.exit(1 if failures else 0)

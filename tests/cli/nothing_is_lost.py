"""Files that a run could destroy, streams that take no text, threads that do not start: refused beforehand or done all
the same, never lost in silence."""
# needs: xarray h5netcdf
import json
import os
import pathlib
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile

import xarray

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["VTRIAL"]
SMALL = f'title = "small"\nbase = ["{SOURCE}/scenarios/tops.toml"]\n[trial]\npatients = 70\n'
failures = 0


def vtrial(*arguments, **options):
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "errors": "surrogateescape", "timeout": 120} | options
    return subprocess.run([PROGRAM, *map(str, arguments)], **options)


def expect(what, condition, said):
    global failures
    if not condition:
        failures += 1
        print(f"FAILED: {what}\n  exit {said.returncode}\n  stdout: {(said.stdout or '')[:600]}\n  stderr: {(said.stderr or '')[:600]}")


def shell(command, place):
    return subprocess.run(["bash", "-c", command], cwd=place, capture_output=True, text=True, timeout=120,
                          env=os.environ | {"V": PROGRAM})


def is_result(file):
    return vtrial("info", file).returncode == 0


def destroys_nothing(place):
    """Every file that a command reads or somebody else has made is there afterwards, byte by byte."""
    scenario = place / "x.toml"
    (place / "targets").mkdir()
    shutil.copy(SOURCE / "scenarios" / "targets" / "tops.toml", place / "targets" / "x.toml")
    scenario.write_text(SMALL)
    for name in ("everything.toml", "everything_doses.csv"):
        shutil.copy(SOURCE / "scenarios" / name, place)
    (place / "library").symlink_to(SOURCE / "scenarios" / "library")
    (place / "based.toml").write_text('title = "based"\nbase = ["x.toml"]\n')
    (place / "link.toml").symlink_to("x.toml")
    os.link(scenario, place / "hard.toml")
    (place / "folder").symlink_to(".")
    (place / "notes.txt").write_text("mine")
    (place / "page.html").write_text("<html>mine</html>")
    before = {p: p.read_bytes() for p in place.rglob("*") if p.is_file()}

    def refused(what, code, reason, *arguments):
        said = vtrial("run", "--patients", "5e6", *arguments, cwd=place)
        now = {p: p.read_bytes() for p in place.rglob("*") if p.is_file()}
        expect(f"{what}: refused before the simulation", said.returncode == code and reason in said.stderr and now == before, said)

    for name in ("x.toml", "./x.toml", "link.toml", "hard.toml", "folder/x.toml"):
        refused(f"results on the scenario itself, as {name}", 2, "the command reads this file", "x.toml", "-o", name)
    refused("results on the base of the scenario", 2, "the command reads this file", "based.toml", "-o", "x.toml")
    refused("results on the recorded doses", 2, "the command reads this file", "everything.toml", "-o", "everything_doses.csv")
    refused("results on the published numbers", 2, "the command reads this file", "x.toml", "-o", "targets/x.toml")
    refused("raw rows on the scenario", 2, "the command reads this file", "x.toml", "-o", "r.h5", "--records", "x.toml")
    refused("raw rows on the results", 2, "would have the same file", "x.toml", "-o", "r.h5", "--records", "folder/r.h5")
    refused("a page on the results", 2, "would have the same file", "x.toml", "-o", "r.html", "--report")
    refused("results on somebody's text", 74, "it holds something else than results", "x.toml", "-o", "notes.txt")
    refused("raw rows on somebody's text", 74, "something else than raw rows", "x.toml", "-o", "r.h5", "--records", "notes.txt")
    refused("a page on somebody's page", 74, "something else than report", "x.toml", "-o", "page.h5", "--report")
    refused("results in a directory that is not there", 74, "cannot be created (no such file", "x.toml", "-o", "none/r.h5")
    refused("results on a directory", 74, "not a regular file", "x.toml", "-o", "targets/")
    refused("results on a device", 74, "not a regular file", "x.toml", "-o", "/dev/null")
    refused("results to standard output", 2, "write ./-", "x.toml", "-o", "-")
    refused("results nowhere", 2, "--output", "x.toml", "-o", "")
    (place / "other").mkdir()
    before[place / "other" / "x.toml"] = SMALL.encode()
    (place / "other" / "x.toml").write_text(SMALL)
    said = vtrial("run", "x.toml", "other/x.toml", "--patients", "5e6", cwd=place)
    expect("two scenarios of one default name are refused", said.returncode == 2 and "would have the same file" in said.stderr, said)
    (place / "bad.toml").write_text("titel = 3\n")
    said = vtrial("run", "x.toml", "bad.toml", "--patients", "5e6", cwd=place)
    expect("a mistake in the second scenario is found before the first is simulated", said.returncode == 2, said)
    (place / "targets" / "other.toml").write_text("nonsense = 1\n")
    (place / "other.toml").write_text(SMALL)
    said = vtrial("run", "other.toml", "--patients", "5e6", "--report", "-o", "r.h5", cwd=place)
    expect("so is one in the published numbers that the page needs", said.returncode == 2 and "nonsense" in said.stderr, said)
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    said = vtrial("run", "x.toml", "--patients", "1e5", "-o", "r.h5", "--records", "rows", cwd=place, preexec_fn=limit)
    expect("files that will be larger than the disk lets them are refused", said.returncode == 74 and "has no room" in said.stderr
           and not (place / "r.h5").exists(), said)


def says_what_it_replaces(place):
    (place / "a").mkdir(), (place / "b").mkdir()
    for folder, patients in (("a", "70"), ("b", "80")):
        (place / folder / "x.toml").write_text(SMALL.replace("70", patients))
    default = place / "output" / "runs" / "x.h5"
    said = vtrial("run", "a/x.toml", cwd=place)
    expect("the first results of a name", said.returncode == 0 and is_result(default) and "replaced" not in said.stderr, said)
    said = vtrial("run", "a/x.toml", cwd=place)
    expect("the same once more", said.returncode == 0 and "replaced" not in said.stderr, said)
    for what, arguments in (("another scenario's", ["b/x.toml"]), ("another --set's", ["b/x.toml", "--set", "trial.missed_visit=0.3"]),
                            ("other patients'", ["b/x.toml", "--set", "trial.missed_visit=0.3", "--first", "70"])):
        before = json.loads(vtrial("info", default, "--json").stdout)
        said = vtrial("run", *arguments, "--json", "--quiet", cwd=place)
        note = f"(plan {before['plan_hash']}) are replaced; they came from {before['provenance']['command_line']}"
        expect(f"{what} results are not replaced without a word", said.returncode == 0 and note in said.stderr
               and any(note in text for text in json.loads(said.stdout)["runs"][0]["notes"]), said)
    said = vtrial("run", "a/x.toml", "-o", default, cwd=place)
    expect("results that are named may replace results", said.returncode == 0 and "replaced" not in said.stderr, said)
    said = vtrial("run", "a/x.toml", "-o", "rows.h5", "--records", "rows", "--report", cwd=place)
    said = vtrial("run", "a/x.toml", "-o", "rows.h5", "--records", "rows", "--report", "--patients", "80", cwd=place)
    expect("so may rows and pages", said.returncode == 0, said)
    (place / "empty").touch()
    said = vtrial("run", "a/x.toml", "-o", "empty", cwd=place)
    expect("an empty file is nobody's loss", said.returncode == 0 and is_result(place / "empty"), said)
    strange = place / "größe µ\nzwei"
    said = vtrial("run", "a/x.toml", "-o", strange, "--json", cwd=place)
    expect("any name will do", said.returncode == 0 and is_result(strange) and json.loads(said.stdout)["exit"] == 0, said)
    said = vtrial("run", "a/x.toml", "-o", os.fsdecode(bytes(place) + b"/\xff"), "--json", cwd=place)
    expect("even one that is no text", said.returncode == 0 and json.loads(said.stdout)["exit"] == 0, said)
    (place / "dangling").symlink_to("behind.h5")
    said = vtrial("run", "a/x.toml", "-o", "dangling", cwd=place)
    expect("results go where a link leads", said.returncode == 0 and is_result(place / "behind.h5") and (place / "dangling").is_symlink(), said)
    both = [subprocess.Popen([PROGRAM, "run", f"{folder}/x.toml", "--quiet", "--patients", "3e3", "-o", "both.h5"], cwd=place,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for folder in "ab"]
    codes = [run.wait(120) for run in both]
    expect("two runs at once leave one whole file", codes == [0, 0] and is_result(place / "both.h5") and not list(place.glob("*.part")), said)

    whole = (place / "rows.h5").read_bytes()
    for size in (0, 7, 8, 100, len(whole) // 2, len(whole) - 1):
        (place / "cut.h5").write_bytes(whole[:size])
        said = vtrial("info", place / "cut.h5")
        expect(f"{size} bytes of results are no results", said.returncode == 74 and str(place / "cut.h5") in said.stderr, said)
    for arguments, code, reason in ((["-o", "rows.h5"], 2, "the command reads this file"),
                                    (["-o", "a/x.toml"], 74, "something else than report"), (["-o", "none/p.html"], 74, "cannot be created")):
        said = vtrial("report", "rows.h5", *arguments, cwd=place)
        expect(f"report {arguments} destroys nothing", said.returncode == code and reason in said.stderr
               and (place / "rows.h5").read_bytes() == whole and (place / "a" / "x.toml").read_text() == SMALL, said)
    (place / "mine.html").write_text("<html></html>")
    said = vtrial("report", "rows.h5", "-o", "mine.html", cwd=place)
    expect("report destroys nobody's page", said.returncode == 74 and (place / "mine.html").read_text() == "<html></html>", said)


def survives_its_streams(place):
    """A run whose text cannot be delivered has its results; with standard output gone the exit code says so."""
    (place / "x.toml").write_text(SMALL)
    run = '"$V" run x.toml -o r.h5 '
    for command, code in ((run + ">out 2>/dev/full", 0), (run + ">out 2>&-", 0), (run + "2>err >/dev/full", 74),
                          (run + "2>err >&-", 74), (run + "<&- >&- 2>&-", 74), (run + "--json 2>err >/dev/full", 74),
                          ("set -o pipefail; " + run + "2>err | true", 74), ("set -o pipefail; " + run + "2>&1 >out | true", 0),
                          ('"$V" run x.toml x2.toml >/dev/full; r=$?; mv output/runs/x2.h5 r.h5; exit $r', 74)):
        (place / "r.h5").unlink(missing_ok=True)
        (place / "x2.toml").write_text(SMALL)
        said = shell(command, place)
        expect(f"{command} ends with {code}", said.returncode == code and is_result(place / "r.h5"), said)
        if "2>err" in command:
            expect(f"{command} says why", "standard output: cannot be written" in (place / "err").read_text(), said)
    for command in ('"$V" --help', '"$V"', '"$V" devices', '"$V" info r.h5', '"$V" check x.toml', '"$V" explain x.toml'):
        said = shell(command + " >/dev/full", place)
        expect(f"{command} to a full disk is an error", said.returncode == 74, said)
    said = shell('"$V" check none.toml 2>/dev/full', place)
    expect("a mistake has its exit code without standard error", said.returncode == 2, said)


def runs_with_what_there_is(place):
    (place / "x.toml").write_text(SMALL)
    content = lambda file: json.loads(vtrial("info", file, "--json").stdout)["content_hash"]
    vtrial("run", place / "x.toml", "--patients", "600", "-o", place / "all.h5")
    limit = lambda: resource.setrlimit(resource.RLIMIT_STACK, (512 << 10, 512 << 10))
    said = vtrial("run", place / "x.toml", "--patients", "600", "-o", place / "r.h5", preexec_fn=limit)
    expect("a small stack is enough", said.returncode == 0 and content(place / "r.h5") == content(place / "all.h5"), said)
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return print("no C compiler: threads that do not start were not tried")
    (place / "few.c").write_text("""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
int pthread_create(pthread_t *t, const pthread_attr_t *a, void *(*f)(void *), void *x) {
  static int started;
  if (started++ >= atoi(getenv("FEW"))) return EAGAIN;
  return ((int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *))dlsym(RTLD_NEXT, "pthread_create"))(t, a, f, x);
}
""")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", place / "few.so", place / "few.c", "-ldl"], check=True)
    for started, threads in ((0, 1), (1, 1), (3, 3)):
        said = vtrial("run", place / "x.toml", "--patients", "600", "--block", "64", "--threads", "8", "-o", place / "r.h5", "--json", "--quiet",
                      env=os.environ | {"LD_PRELOAD": str(place / "few.so"), "FEW": str(started)})
        run = json.loads(said.stdout)["runs"][0] if said.returncode == 0 else {}
        expect(f"with {started} threads a run goes on and says so", said.returncode == 0 and content(place / "r.h5") == content(place / "all.h5")
               and run["provenance"]["threads"] == threads and f"the run had {threads} of 8 threads" in said.stderr, said)


def keeps_provenance(place):
    (place / "it's x.toml").write_text(SMALL)
    arguments = ["it's x.toml", "--set", "arm.'400 mg QD'.share=2", "--set", "trial.missed_visit=0.25", "--set", "title=a $HOME `b`\nc",
                 "--patients", "150", "-o", "r.h5"]
    said = vtrial("run", *arguments, cwd=place)
    info = json.loads(vtrial("info", place / "r.h5", "--json").stdout)
    line = info["provenance"]["command_line"]
    again = shell(line.replace("vtrial ", '"$V" ', 1), place)
    expect("the command line can be pasted", said.returncode == 0 and again.returncode == 0 and shlex.split("x " + line)[1] == "vtrial"
           and json.loads(vtrial("info", place / "r.h5", "--json").stdout)["content_hash"] == info["content_hash"], again)
    sources = xarray.open_dataset(place / "r.h5", group="/sources", engine="h5netcdf")
    rows = {name: (value, basis, source) for name, value, basis, source in
            zip(*(sources[column].values for column in ("parameter", "value", "basis", "source")))}
    for key, value, option in (("arm.'400 mg QD'.share", "2", "--set arm.'400 mg QD'.share=2"),
                               ("trial.missed_visit", "0.25", "--set trial.missed_visit=0.25"), ("trial.patients", "150", "--patients 150")):
        expect(f"/sources has {key}", rows.get(key) == (value, "assumed", "command line: " + option), said)
    stop = "trial.stop_when={ tally = 'mmr', standard_error = %s }"
    for error, text in (("0.1", "10000 of 10001 patients were simulated: no cell"), ("0.0005", "10001 of 10001 patients were simulated: a cell")):
        said = vtrial("run", arguments[0], "--patients", "10001", "--set", stop % error, "--json", "--quiet", "-o", "s.h5", cwd=place)
        expect("a run that may end early says how it ended", f"note: {text} of 'mmr' has a standard error above {error}" in said.stderr
               and text in json.loads(said.stdout)["runs"][0]["notes"][0], said)
    (place / "f.toml").write_text(SMALL + '[[parameter]]\nname = "p"\nformula = "log(weight_kg - 70)"\nsource = "s"\nbasis = "assumed"\n'
                                  '[[tally]]\nname = "p"\nscore = "p > 1"\nat = "end"\n')
    said = vtrial("run", "f.toml", "--quiet", "-o", "f.h5", cwd=place)
    expect("quiet or not, patients who failed are told of", said.returncode == 3 and "patients could not be computed" in said.stderr, said)


for test in (destroys_nothing, says_what_it_replaces, survives_its_streams, runs_with_what_there_is, keeps_provenance):
    with tempfile.TemporaryDirectory() as place:
        test(pathlib.Path(place))
print("nothing is lost" if not failures else f"{failures} failed")
sys.exit(1 if failures else 0)

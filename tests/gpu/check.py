"""Does a GPU give the CPU's results, byte for byte, and how fast? `./dev gpu-check` calls this.

usage: check.py --probe        exit 0 if there is an NVIDIA GPU with a driver, else 4 with the reason in one line
       check.py DIRECTORY      checks DIRECTORY/bin/vtrial, of a build or of an unpacked package

Prints a table for tests/bench/measurements.md on standard output, everything else on standard error.
Exit code 0: every check passed or was skipped by name; 1: one failed; 4: no GPU can be used.
"""
import csv
import ctypes
import datetime
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
TOPS = "scenarios/tops.toml"
DAILY = "tests/parity/daily_tallies.toml"
SCENARIOS = [TOPS, "scenarios/tops_rifampicin.toml", "tests/gpu/tops_first_order.toml", "tests/parity/population.toml",
             "tests/parity/transit.toml", "tests/parity/metabolite.toml", "tests/parity/gut.toml", DAILY]
COMPARED = 20_000  # patients
SANITIZED = 256
TIMED = 1_000_000
SMALL_CELL = 1_000  # patients

NO_GPU = 4


class Failed(Exception):
    """A check that did not pass; the text is its result."""


class Skipped(Exception):
    """A check that cannot be made here; the text says why."""


def no_gpu():
    """Why no NVIDIA GPU can be used here; "" if one can. Asks the driver, so that nothing needs to be built first."""
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return "there is no NVIDIA driver (libcuda.so.1 was not found)"
    devices = ctypes.c_int(0)
    code = driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(devices))
    if code:
        name = ctypes.c_char_p()
        driver.cuGetErrorName(code, ctypes.byref(name))
        return f"the NVIDIA driver says {(name.value or b'').decode() or code}"
    return "" if devices.value else "the NVIDIA driver sees no GPU"


def say(text):
    print(text, file=sys.stderr, flush=True)


def last_line(said):
    lines = (said.stderr or said.stdout or "").strip().splitlines()
    return f"exit code {said.returncode}" + (f": {lines[-1]}" if lines else "")


def tool(name):
    """A tool of the CUDA toolkit, on PATH or where toolkits are."""
    homes = [os.environ.get("CUDA_HOME"), os.environ.get("CUDA_PATH"), "/usr/local/cuda"]
    found = shutil.which(name) or next(filter(None, (shutil.which(name, path=f"{home}/bin") for home in homes if home)), None)
    if not found:
        raise Skipped(f"{name} was not found")
    return found


class Program:
    def __init__(self, directory, place, gpu=None):
        """gpu: the UUID of the only one that it sees."""
        self.directory, self.path, self.place = directory, directory / "bin" / "vtrial", place
        self.environment = {**os.environ, **({"CUDA_VISIBLE_DEVICES": gpu} if gpu else {})}

    def on(self, gpu):
        return Program(self.directory, self.place, gpu)

    def command(self, scenario, backend, patients, *more):
        return [self.path, "run", SOURCE / scenario, "--backend", backend, "--patients", str(patients), "--quiet", "--json",
                "-o", self.place / f"{backend}.h5", *more]

    def run(self, *arguments):
        """The one run's JSON object."""
        said = subprocess.run(self.command(*arguments), capture_output=True, text=True, env=self.environment)
        if said.returncode:
            raise Failed(last_line(said))
        return json.loads(said.stdout)["runs"][0]

    def run_with_records(self, scenario, backend, patients):
        rows = self.place / f"{backend}.rows"
        result = self.run(scenario, backend, patients, "--records", rows)
        return result, rows.read_bytes()


# Each check returns its result as text, or raises Failed or Skipped.

def tests_of_build(directory):
    if not (directory / "CTestTestfile.cmake").exists() or not shutil.which("ctest"):
        raise Skipped("a program without its tests")
    said = subprocess.run(["ctest", "--test-dir", directory, "-L", "gpu", "--no-tests=error", "--output-on-failure"],
                          capture_output=True, text=True)
    say(said.stdout)
    summary = re.search(r"(\d+)% tests passed, (\d+) tests failed out of (\d+)", said.stdout)
    if said.returncode or not summary:
        raise Failed(last_line(said))
    if "Skipped" in said.stdout:
        raise Failed("skipped, although there is a GPU")
    return f"{summary.group(3)} passed"


def same_as_cpu(program, scenario):
    on_gpu, gpu_rows = program.run_with_records(scenario, "cuda", COMPARED)
    on_cpu, cpu_rows = program.run_with_records(scenario, "cpu", COMPARED)
    if on_gpu["provenance"]["backend"] != "cuda":
        raise Failed(f"ran on {on_gpu['provenance']['backend']}")
    size = len(cpu_rows) // COMPARED
    if not size or len(gpu_rows) != len(cpu_rows):
        raise Failed(f"{len(gpu_rows)} bytes of records, the CPU has {len(cpu_rows)}")
    different = [i for i in range(COMPARED) if gpu_rows[i * size:(i + 1) * size] != cpu_rows[i * size:(i + 1) * size]]
    if different:
        first = different[0] * size
        words = [w for w in range(size // 8) if gpu_rows[first + 8 * w:first + 8 * w + 8] != cpu_rows[first + 8 * w:first + 8 * w + 8]]
        raise Failed(f"{len(different)} of {COMPARED} records differ; the first is patient {different[0]}, words {words}")
    for what in ("plan_hash", "content_hash"):
        if on_gpu[what] != on_cpu[what]:
            raise Failed(f"records are the same, {what} is not: {on_gpu[what]}, on the CPU {on_cpu[what]}")
    return f"{COMPARED} records of {size} bytes and content hash {on_cpu['content_hash'][:16]} are the same"


def same_on_each(program, devices):
    """Of several GPUs each by itself; how they work together is among the tests labelled gpu."""
    usable = [device for device in devices if device["usable"]]
    if len(usable) < 2:
        raise Skipped("one GPU can be used; it was compared above")
    for device in usable:
        try:
            same_as_cpu(program.on(device["uuid"]), TOPS)
        except Failed as why:
            raise Failed(f"GPU {device['index']} ({device['name']}): {why}") from why
    return f"{len(usable)} GPUs, {COMPARED} records on each are the same"


def same_again(program):
    hashes = {program.run(TOPS, "cuda", TIMED // 10)["content_hash"] for _ in range(3)}
    if len(hashes) != 1:
        raise Failed(f"{len(hashes)} content hashes from 3 runs")
    return f"3 runs of {TIMED // 10} patients, one content hash"


def sanitized(program, which, scenario=TOPS):
    # The program leaves without tearing down its context, so only a printed summary counts as a result.
    command = [tool("compute-sanitizer"), "--tool", which, "--error-exitcode", "9"]
    rows = program.place / "sanitized.rows"
    said = subprocess.run(command + program.command(scenario, "cuda", SANITIZED, "--records", rows), capture_output=True, text=True)
    summary = re.findall(r"=+ (?:ERROR|RACECHECK) SUMMARY: (.*)", said.stdout + said.stderr)
    if said.returncode or not summary:
        say(said.stdout[-4000:] + said.stderr[-4000:])
        raise Failed(summary[-1] if summary else f"no summary, {last_line(said)}")
    if not re.match(r"0 (errors|hazards)", summary[-1]):
        raise Failed(summary[-1])
    return f"{SANITIZED} patients, {summary[-1].strip()}"


def kernel_ms(program, command):
    """The kernel's time in ms and the tool that measured it; None where no tool can."""
    trace = program.place / "trace"
    attempts = {
        "nsys": lambda nsys: ([nsys, "profile", "--trace=cuda", "--force-overwrite=true", "-o", trace, *command],
                              [nsys, "stats", "--report", "cuda_gpu_kern_sum", "--format", "csv", f"{trace}.nsys-rep"]),
        "ncu": lambda ncu: ([ncu, "--metrics", "gpu__time_duration.sum", "--clock-control", "none", "--csv", "--print-units", "base",
                             "-k", "regex:simulate_patients", "--log-file", trace, *command], ["cat", trace]),
    }
    for name, commands in attempts.items():
        try:
            measure, read = commands(tool(name))
        except Skipped:
            continue
        subprocess.run(measure, capture_output=True)
        said = subprocess.run(read, capture_output=True, text=True).stdout
        table = said[said.find('"ID"'):] if name == "ncu" else said[said.find("Time (%)"):]
        rows = [row for row in csv.DictReader(io.StringIO(table)) if "simulate_patients" in str(row)]
        times = [row.get("Total Time (ns)") or row.get("Metric Value") for row in rows]
        if times and all(times):
            return sum(float(t.replace(",", "")) for t in times) * 1e-6, name
        say(f"{name} gave no kernel time")
    return None


def timed(program):
    """One million patient-years of TOPS."""
    few = program.run(TOPS, "cuda", 1)
    years_each = (few["last_day"] - few["first_day"]) / 365.25
    patients = round(TIMED / years_each)
    walls, simulated = [], []
    for _ in range(3):
        begin = time.perf_counter()
        simulated.append(program.run(TOPS, "cuda", patients)["provenance"]["simulate_seconds"])
        walls.append(time.perf_counter() - begin)
    kernel = kernel_ms(program, program.command(TOPS, "cuda", patients))
    in_kernel = f"kernel {kernel[0]:.1f} ms ({kernel[1]})" if kernel else "kernel not measured (neither nsys nor ncu gave a time)"
    return f"{in_kernel}, simulation {min(simulated):.3f} s, whole program {min(walls):.2f} s (best of 3), {patients} patients"


def small_cells(program):
    """The same number of patients as many small replicates and as one."""
    def seconds(patients, replicates):
        more = ("--set", f"trial.replicates={replicates}")
        return min(program.run(TOPS, "cuda", patients, *more)["provenance"]["simulate_seconds"] for _ in range(3))
    one, many = seconds(TIMED, 1), seconds(SMALL_CELL, TIMED // SMALL_CELL)
    return f"{TIMED // SMALL_CELL} replicates of {SMALL_CELL} patients {many:.3f} s, one of {TIMED} {one:.3f} s: {many / one:.2f} times (best of 3)"


def checks(directory, program, devices):
    yield "tests labelled gpu", lambda: tests_of_build(directory)
    for scenario in SCENARIOS:
        yield f"GPU = CPU, {pathlib.Path(scenario).stem}", lambda: same_as_cpu(program, scenario)
    yield "each GPU = CPU, tops", lambda: same_on_each(program, devices)
    yield "GPU = GPU, run again", lambda: same_again(program)
    for which in ("memcheck", "racecheck", "initcheck"):
        yield f"compute-sanitizer {which}", lambda: sanitized(program, which)
    yield "compute-sanitizer racecheck, shared memory", lambda: sanitized(program, "racecheck", DAILY)
    yield "time of 1 M patient-years, tops", lambda: timed(program)
    yield "time of small cells, tops", lambda: small_cells(program)


def cell(text):
    return " ".join(str(text).replace("|", "/").split())


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if reason := no_gpu():
        print(f"gpu-check: {reason}", file=sys.stderr)
        return NO_GPU
    if sys.argv[1] == "--probe":
        return 0

    directory = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as place:
        program = Program(directory, pathlib.Path(place))
        if not program.path.exists():
            sys.exit(f"gpu-check: there is no {program.path}")
        cuda = json.loads(subprocess.run([program.path, "devices", "--json"], check=True, capture_output=True).stdout)["cuda"]
        if not cuda["usable"]:
            print(f"gpu-check: this program cannot use the GPU: {cuda['reason']}", file=sys.stderr)
            return NO_GPU
        version = subprocess.run([program.path, "--version"], check=True, capture_output=True, text=True).stdout
        commit = re.sub(r"^([0-9a-f]{12})[0-9a-f]*", r"\1", (re.findall(r"\((.*)\)", version) or ["unknown"])[0])
        begins = f"| {datetime.date.today()} | {cell(commit)} | {cell(cuda['device'])} |"

        rows, failed = [], False
        for name, check in checks(directory, program, cuda["devices"]):
            try:
                result = check()
            except Skipped as why:
                result = f"skipped: {why}"
            except Failed as why:
                failed, result = True, f"**FAILED**: {why}"
            say(f"{name}: {result}")
            rows.append(f"{begins} {cell(name)} | {cell(result)} |")
    print("| date | commit | device | check | result |\n|---|---|---|---|---|\n" + "\n".join(rows))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

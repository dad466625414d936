"""The templates of scenarios/clusters under a real Slurm: array and join, MPI, requeue; the content of a plain run each time.

Starts munged, slurmctld and slurmd of its own in a temporary folder, on ports of its own, and stops them at the end. Needs
root and Slurm (./dev slurm installs it); exit code 77 says what is not there. ./dev slurm NAME... runs some of the tests.
"""
import contextlib
import json
import os
import pathlib
import resource
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).parents[2]
TEMPLATES = ROOT / "scenarios" / "clusters"
SCENARIO = ROOT / "scenarios" / "tops.toml"
VTRIAL = os.environ.get("VTRIAL", "vtrial")
DAEMONS = ("munged", "slurmctld", "slurmd")
CPUS = 4  # as Slurm believes
os.environ["PATH"] += ":/usr/sbin:/sbin"
failures = []


def check(holds, text):
    if not holds:
        failures.append(text)
        print(f"FAILED: {text}", flush=True)


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def call(*command, **more):
    done = subprocess.run([str(one) for one in command], capture_output=True, text=True, **more)
    if done.returncode:
        raise RuntimeError(f"{shlex.join(map(str, command))}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def wait_for(what, condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.2)
    raise RuntimeError(f"waited {seconds} s for {what}")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


CONFIGURATION = """
ClusterName=vtrial
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SwitchType=switch/none
MpiDefault=none
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=2,bf_interval=2
ReturnToService=2
KillWait=10
MinJobAge=3600
NodeName=node NodeHostname={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory=32000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def processes_of(configuration):
    """Whoever was started below this cluster: its configuration is in their environment."""
    mark = f"SLURM_CONF={configuration}".encode()
    for folder in pathlib.Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            with contextlib.suppress(OSError):
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    yield int(folder.name)


@contextlib.contextmanager
def cluster(folder):
    for name in ("state", "spool"):
        (folder / name).mkdir()
    host = socket.gethostname().split(".")[0]
    configuration = folder / "slurm.conf"
    configuration.write_text(CONFIGURATION.format(
        host=host, folder=folder, cpus=CPUS, controller_port=free_port(), node_port=free_port()))
    key = folder / "munge.key"
    key.write_bytes(os.urandom(1024))
    key.chmod(0o400)
    os.environ["SLURM_CONF"] = str(configuration)
    commands = [
        ["munged", "--foreground", "--force", f"--key-file={key}", f"--socket={folder}/munge.socket",
         f"--pid-file={folder}/munged.pid", f"--log-file={folder}/munged.log", f"--seed-file={folder}/munged.seed"],
        ["slurmctld", "-D", "-i", "-f", configuration],
        ["slurmd", "-D", "-f", configuration, "-N", "node"],
    ]
    daemons = []
    try:
        for command in commands:
            output = open(folder / f"{command[0]}.out", "w")
            daemons.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True))
            if command[0] == "munged":
                wait_for("munged", (folder / "munge.socket").exists, 20)
        wait_for("the node", lambda: subprocess.run(["sinfo", "-h", "-o", "%t"], capture_output=True, text=True).stdout.strip() == "idle", 60)
        yield
    except BaseException:
        for name in ("munged.out", "slurmctld.log", "slurmd.log"):
            if (folder / name).exists():
                print(f"--- {name}\n" + "\n".join((folder / name).read_text(errors="replace").splitlines()[-40:]))
        raise
    finally:
        subprocess.run(["scancel", "--user=root"], capture_output=True, timeout=30)
        for daemon in reversed(daemons):
            daemon.terminate()
        for daemon in daemons:
            with contextlib.suppress(subprocess.TimeoutExpired):
                daemon.wait(15)
        for process in processes_of(configuration):
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGKILL)
        for daemon in daemons:
            daemon.kill()
            daemon.wait()


def field(job, name):
    told = subprocess.run(["scontrol", "show", "job", "--oneliner", str(job)], capture_output=True, text=True).stdout
    return [word.split("=", 1)[1] for line in told.splitlines() for word in line.split() if word.startswith(f"{name}=")]


def submit(template, *arguments, options=(), patients=None, launch="srun --mpi=pmix"):
    more = [] if patients is None else ["--patients", patients]
    return call("sbatch", "--parsable", *options, TEMPLATES / template, *arguments, *more, env=os.environ | {"VTRIAL_LAUNCH": launch})


def wait_until_done(job, seconds=300):
    """The states in which its tasks ended."""
    ends = {"COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY"}

    def states():
        now = set(field(job, "JobState"))
        return now if now and now <= ends else None
    return sorted(wait_for(f"job {job}", states, seconds))


def logs(pattern):
    return "\n".join(path.read_text(errors="replace") for path in sorted(pathlib.Path().glob(pattern)))


def content(results):
    return json.loads(call(VTRIAL, "info", results, "--json"))["content_hash"] if os.path.exists(results) else "no results"


def is_as_plain(results, plain, name):
    check(content(results) == plain, f"{name}: content {content(results)}, of a plain run {plain}\n{logs('*.log')[-3000:]}")


def at_work(job):
    """Its program has been running for some seconds."""
    wait_for(f"job {job} to begin", lambda: "start 1" in logs(f"vtrial-{job}.log"), 60)
    time.sleep(5)


def start_at_once(job):
    """Slurm makes a job that is requeued wait for two minutes; the test does not."""
    wait_for(f"job {job} to be requeued", lambda: field(job, "Restarts") == ["1"] and field(job, "JobState") == ["PENDING"], 90)
    time.sleep(3)  # a second later its credential is valid again
    call("scontrol", "update", f"JobId={job}", "StartTime=now")


def array_and_join(short, long):
    """Four tasks and the job that joins them."""
    array = submit("array.sbatch", SCENARIO, "array.h5", options=["--array=1-4", "--cpus-per-task=1"], patients=short[0])
    joined = submit("join.sbatch", "array.h5", options=[f"--dependency=afterok:{array}"])
    check(wait_until_done(array) == ["COMPLETED"], "array: " + logs(f"vtrial-{array}_*.log"))
    check(wait_until_done(joined) == ["COMPLETED"], "join: " + logs(f"vtrial-join-{joined}.log"))
    is_as_plain("array.h5", short[1], "array")
    check(os.path.exists("array.html"), "join.sbatch wrote no report")


def part_that_fails(short, long):
    """The job that joins is cancelled, and all is well when both are submitted once more."""
    again = {"options": ["--array=1-2", "--cpus-per-task=1"], "patients": short[0]}
    array = submit("array.sbatch", "missing.toml", "fails.h5", options=again["options"])
    joined = submit("join.sbatch", "fails.h5", options=[f"--dependency=afterok:{array}"])
    check(wait_until_done(array) == ["FAILED"] and field(f"{array}_1", "ExitCode") == ["2:0"], "a part without scenario")
    check(wait_until_done(joined) == ["CANCELLED"], f"a join without parts: {field(joined, 'JobState')}")
    gap = submit("array.sbatch", SCENARIO, "fails.h5", options=["--array=2-3", "--cpus-per-task=1"])
    check(wait_until_done(gap) == ["FAILED"] and "without gaps" in logs(f"vtrial-{gap}_*.log"), "an array with gaps")
    array = submit("array.sbatch", SCENARIO, "fails.h5", **again)
    joined = submit("join.sbatch", "fails.h5", options=[f"--dependency=afterok:{array}"])
    wait_until_done(joined)
    is_as_plain("fails.h5", short[1], "submitted again")


def array_requeued(short, long):
    """USR1 near the time limit, which Slurm looks at every 30 s: both tasks save, come back and go on; the join waits for them."""
    patients, plain = plain_run(3 * long[0])  # each part lasts longer than that
    array = submit("array.sbatch", SCENARIO, "requeued.h5", options=["--array=1-2", "--cpus-per-task=1", "--time=1", "--signal=B:USR1@50"],
                   patients=patients)
    joined = submit("join.sbatch", "requeued.h5", options=[f"--dependency=afterok:{array}"])
    for task in (1, 2):
        start_at_once(f"{array}_{task}")
        check(list(pathlib.Path().glob(f"requeued.h5.parts/{task}-of-2*")), f"part {task}: nothing was saved")
        call("scontrol", "update", f"JobId={array}_{task}", "TimeLimit=10")
    check(wait_until_done(array) == ["COMPLETED"] and wait_until_done(joined) == ["COMPLETED"], "requeued: " + logs(f"vtrial*{array}*.log"))
    for task in (1, 2):
        check(f"part {task} of 2 on" in logs(f"vtrial-{array}_{task}.log") and "start 2" in logs(f"vtrial-{array}_{task}.log"),
              f"task {task} did not start twice: " + logs(f"vtrial-{array}_{task}.log"))
    is_as_plain("requeued.h5", plain, "requeued")


def mpi(launch, name):
    def test(short, long):
        """Two ranks; stopped once on the way, they go on."""
        job = submit("mpi.sbatch", SCENARIO, f"{name}.h5", options=["--ntasks=2", "--cpus-per-task=1"], patients=long[0],
                     launch=launch)
        at_work(job)
        call("scancel", "--batch", "--signal=USR1", job)
        start_at_once(job)
        check(list(pathlib.Path().glob(f"{name}.h5.*")), f"{launch}: nothing was saved")
        states = wait_until_done(job)
        check(states == ["COMPLETED"], f"{launch}: {states}, {field(job, 'Reason')}, {field(job, 'ExitCode')}\n" + logs(f"vtrial-{job}.log"))
        check("2 ranks on" in logs(f"vtrial-{job}.log") and "start 2" in logs(f"vtrial-{job}.log"), f"{launch}: " + logs(f"vtrial-{job}.log"))
        is_as_plain(f"{name}.h5", long[1], launch)
    return test


def cancelled(short, long):
    """A job that its user cancels stays away, and what it had done is there for the next, with another number of ranks."""
    job = submit("mpi.sbatch", SCENARIO, "cancelled.h5", options=["--ntasks=2", "--cpus-per-task=1"], patients=long[0])
    at_work(job)
    call("scancel", job)
    check(wait_until_done(job) == ["CANCELLED"], f"cancelled: {field(job, 'JobState')}")
    time.sleep(5)
    check(field(job, "JobState") == ["CANCELLED"], "a cancelled job came back")
    check(not os.path.exists("cancelled.h5"), "a cancelled job has results")
    job = submit("mpi.sbatch", SCENARIO, "cancelled.h5", options=["--ntasks=1", "--cpus-per-task=1"], patients=long[0])
    wait_until_done(job)
    is_as_plain("cancelled.h5", long[1], "cancelled, then again")


TESTS = {
    "array_and_join": array_and_join,
    "part_that_fails": part_that_fails,
    "array_requeued": array_requeued,
    "mpi_by_srun": mpi("srun --mpi=pmix", "srun"),
    "mpi_by_mpirun": mpi("mpirun --oversubscribe", "mpirun"),
    "cancelled": cancelled,
}


def plain_run(patients):
    call(VTRIAL, "run", SCENARIO, "--patients", patients, "-o", "plain.h5", "--quiet", "--backend", "cpu")
    return patients, content("plain.h5")


def main(names):
    global VTRIAL
    if os.geteuid() != 0:
        skip("Slurm's daemons are started by root")
    absent = [name for name in (*DAEMONS, "sbatch", "mpirun") if not shutil.which(name)]
    if absent:
        skip(f"{', '.join(absent)} not found; ./dev slurm installs them")
    VTRIAL = os.environ["VTRIAL"] = str(pathlib.Path(shutil.which(VTRIAL) or VTRIAL).resolve())
    os.environ.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", CUDA_VISIBLE_DEVICES="-1")
    with tempfile.TemporaryDirectory(prefix="vtrial-slurm-", ignore_cleanup_errors=True) as name:
        folder = pathlib.Path(name)
        os.chdir(folder)
        short = plain_run(20_000)
        used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        long = plain_run(int(20_000 * 30 / used))  # half a minute of one core: time for a signal
        with cluster(folder):
            print(call("sinfo", "--version"), "on one node; srun --mpi=list:", " ".join(call("srun", "--mpi=list").split()[4:]))
            for name in names or TESTS:
                begin = time.monotonic()
                try:
                    TESTS[name](short, long)
                except RuntimeError as error:
                    check(False, f"{name}: {error}\n{logs('*.log')[-3000:]}")
                print(f"{name}: {time.monotonic() - begin:.0f} s", flush=True)


def stop(number, frame):
    raise KeyboardInterrupt(f"signal {number}")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)  # so that daemons are stopped then, too
    main(sys.argv[1:])
    print("failed" if failures else "ok")
    sys.exit(bool(failures))

"""What went wrong when others ran simulations on clusters, in public reports, tried here; each with the right outcome."""
# needs: h5py numpy
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from reports import FOLDER, VTRIAL, run_all  # noqa: E402

TOPS = pathlib.Path(__file__).parents[2] / "scenarios" / "tops.toml"
TESTED = """base = ["%s"]
[trial]
patients = 80
replicates = 9
[[column]]
name = "mmr_12"
value = "bcr_abl_is @ 'month 12' <= 0.1"
[[analysis]]
name = "odds"
kind = "logistic"
response = "mmr_12"
""" % TOPS


def program(*words, before=(), **variables):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SLURM_", "OMPI_", "PMI"))}
    return subprocess.run([*before, VTRIAL, *map(str, words)], capture_output=True, text=True, timeout=300,
                          env=environment | {name: str(value) for name, value in variables.items()})


def answer(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["runs"][0]


def run(*words, **more):
    return answer(program("run", *words, "--json", "--quiet", "-o", FOLDER / "cluster.h5", **more))


def processes_that_do_not_know_of_each_other():
    """Open MPI #13523, sirepo #3676, eckit #14: srun starts n processes, each of which is rank 0 of 1, and nothing says so (refused)"""
    done = program("run", TOPS, "--patients", 64, "-o", FOLDER / "four.h5", SLURM_STEP_NUM_TASKS=4, SLURM_PROCID=2)
    assert done.returncode == 4 and "srun has started 4 processes, and each would do all of the work" in done.stderr, done.stderr
    assert not (FOLDER / "four.h5").exists()


def an_allocation_is_no_launcher():
    """Kokkos #159: in an allocation for 32 tasks a program that was started once thinks it has 31 others (one process, all of the work)"""
    assert run(TOPS, "--patients", 64, SLURM_NTASKS=32, SLURM_NPROCS=32, SLURM_TASKS_PER_NODE=32)["patients"] == 64


def threads_that_it_may_not_use():
    """SpikeInterface #4723, KaryoScope #18, OpenBLAS #1155: a thread for every core of the machine on the one that is allowed (as many as allowed)"""
    core = str(min(os.sched_getaffinity(0)))
    assert run(TOPS, "--patients", 5000, before=["taskset", "-c", core])["provenance"]["threads"] == 1
    assert run(TOPS, "--patients", 5000, SLURM_CPUS_PER_TASK=1)["provenance"]["threads"] == 1  # a site that does not bind
    assert run(TOPS, "--patients", 5000, "--threads", 2, SLURM_CPUS_PER_TASK=1)["provenance"]["threads"] == 2


def a_checkpoint_that_is_cut_off():
    """TOSCA #33: the job timed out while it wrote a checkpoint, and the next ones hang on it (what it had is done again, with a note)"""
    whole = run(TOPS, "--patients", 3000)["content_hash"]
    part = ["run", TOPS, "--patients", 3000, "-o", FOLDER / "tosca.h5", "--part", "1/1", "--quiet"]
    assert program(*part).returncode == 0
    bytes_of_part = (FOLDER / "tosca.h5.parts" / "1-of-1").read_bytes()
    for length in (0, 5, 30, len(bytes_of_part) // 2, len(bytes_of_part) - 1):
        (FOLDER / "cluster.h5.checkpoint").write_bytes(bytes_of_part[:length])
        done = program("run", TOPS, "--patients", 3000, "--json", "--quiet", "-o", FOLDER / "cluster.h5", "--resume")
        if length < 20:  # not even its first line: it could be anybody's
            assert done.returncode == 74 and "it is no checkpoint of vtrial" in done.stderr, (length, done.stderr)
            (FOLDER / "cluster.h5.checkpoint").unlink()
        else:
            assert "is damaged; what it had is done again" in done.stderr, (length, done.stderr)
            assert answer(done)["content_hash"] == whole


def another_run_than_the_one_that_was_stopped():
    """PIConGPU #2780: restarted with another setting, it begins at the beginning without a word (refused, with what differs)"""
    part = ["-o", FOLDER / "pic.h5", "--part", "1/2", "--quiet"]
    assert program("run", TOPS, "--patients", 640, *part).returncode == 0
    done = program("run", TOPS, "--patients", 1280, *part, "--resume")
    assert done.returncode == 74 and "patients 640 there, 1280 here" in done.stderr, done.stderr


def parts_of_an_array():
    """SimDesign #33: replications as array jobs, collapsed later (every replicate is another one, and together they are the one run)"""
    (FOLDER / "tested.toml").write_text(TESTED)
    whole = run(FOLDER / "tested.toml")
    for part in (3, 1, 2):
        assert program("run", FOLDER / "tested.toml", "-o", FOLDER / "array.h5", "--part", f"{part}/3", "--quiet").returncode == 0
    joined = answer(program("join", FOLDER / "array.h5.parts", "--json", "--quiet"))
    assert joined["content_hash"] == whole["content_hash"]
    import h5py
    estimates = [h5py.File(FOLDER / name)["tests/odds/estimate"][:].ravel() for name in ("cluster.h5", "array.h5")]
    assert (estimates[0] == estimates[1]).all() and len(set(estimates[0])) == len(estimates[0])  # RevBayes #428


def an_array_whose_numbers_have_gaps():
    """Lancaster HEC's page on arrays: tasks 4-10:2 have the numbers 4, 6, 8, 10, and there are 4 (6 of 4 is refused)"""
    done = program("run", TOPS, "--part", "6/4", "-o", FOLDER / "gaps.h5")
    assert done.returncode == 2 and "from 1/16 to 16/16" in done.stderr, done.stderr


def a_file_system_without_locks():
    """h5py #1082, E3SM diags #164, GEOS #1482: HDF5 cannot lock a file on NFS or Lustre (results are written and read without)"""
    shim = FOLDER / "nolock.so"
    source = FOLDER / "nolock.c"
    source.write_text("#include <errno.h>\n#include <fcntl.h>\n#include <sys/file.h>\nint flock(int fd, int how) {\n  (void)fd, (void)how;\n"
                      "  errno = ENOLCK;\n  return -1;\n}\n")
    if shutil.which("cc") is None:
        return
    subprocess.run(["cc", "-shared", "-fPIC", "-o", shim, source], check=True)
    run(TOPS, "--patients", 64, LD_PRELOAD=shim)
    for words in (("info", FOLDER / "cluster.h5"), ("report", FOLDER / "cluster.h5")):
        done = program(*words, LD_PRELOAD=shim)
        assert done.returncode == 0, done.stderr


def results_that_cannot_be_written_after_hours():
    """Quokka #554: what is saved behind the last step is wrong (a run whose results had no room goes on to the same ones, at once)"""
    shim = FOLDER / "full.so"
    if shutil.which("cc") is None:
        return
    subprocess.run(["cc", "-shared", "-fPIC", "-o", shim, pathlib.Path(__file__).parents[1] / "cli" / "faults.c", "-ldl"], check=True)
    long = ["run", TOPS, "--patients", 600_000, "--threads", 2, "--json", "--quiet", "-o", FOLDER / "cluster.h5"]
    (FOLDER / "cluster.h5").unlink(missing_ok=True)
    done = program(*long, LD_PRELOAD=shim, VTRIAL_TEST_ROOM=0, VTRIAL_TEST_PLACE=f"/cluster.h5.{socket.gethostname()}-")
    assert done.returncode == 74 and not (FOLDER / "cluster.h5").exists(), done.stderr
    if not (FOLDER / "cluster.h5.checkpoint").exists():
        return  # on a machine that is done in five seconds
    again = answer(program(*long, "--resume"))
    assert any("600000 of 600000 patients were done" in note for note in again["notes"]), again["notes"]
    assert again["content_hash"] == answer(program(*long))["content_hash"]


CASES = [processes_that_do_not_know_of_each_other, an_allocation_is_no_launcher, threads_that_it_may_not_use, a_checkpoint_that_is_cut_off,
         another_run_than_the_one_that_was_stopped, parts_of_an_array, an_array_whose_numbers_have_gaps, a_file_system_without_locks,
         results_that_cannot_be_written_after_hours]
if __name__ == "__main__":
    run_all(CASES)

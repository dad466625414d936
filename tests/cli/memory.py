"""Memory does not grow with the number of patients: 1 million of them in less than 1 GiB."""
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]


def peak_mib(patients):
    """Largest resident set of any child so far, after running this many patients."""
    with tempfile.TemporaryDirectory() as place:
        subprocess.run([os.environ["VTRIAL"], "run", SOURCE / "scenarios" / "tops.toml", "--patients", str(patients), "--backend", "cpu",
                        "--quiet", "-o", pathlib.Path(place) / "r.h5"], check=True, stdout=subprocess.DEVNULL)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


few, many = peak_mib(10_000), peak_mib(1_000_000)
print(f"peak memory: {few:.0f} MiB with 10,000 patients, {many:.0f} MiB with 1,000,000")
sys.exit(0 if many < 1024 and many < 1.2 * few + 16 else 1)

"""What others have met with data that is not as it should be, and with programs that do not stop (the product is held to what is right)."""
# needs: h5py numpy
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from reports import FOLDER, SAYS, VTRIAL, refused, run_all, scenario, vtrial  # noqa: E402

PK = 'model = "one_compartment"\nabsorption = "first_order"\nclearance = "10 L/h"\nvolume = "250 L"\nabsorption_rate = "1 1/h"\n'
ONCE = '{ dose = "100 mg", every = "24 h" }'


def told(text, *words):
    """`check` exits with 2 and says all of the words, of which the first is a place."""
    path = FOLDER / "told.toml"
    path.write_text(text)
    said = vtrial("check", path)
    assert said.returncode == 2 and all(word in said.stderr for word in words), said.stderr


def with_table(csv, more=""):
    (FOLDER / "people.csv").write_text(csv)
    return scenario(PK, ONCE, 3, 2, f'[population]\ntable = "people.csv"\n{more}')


def doses_without_a_time():
    """mrgsolve #399: a dose without TIME ended in "index out of bounds"; #1030: a missing amount became 0 (both are refused in their row)"""
    for row, column in (("1,,8,400", "day"), ("1,1,8,", "dose"), ("1,NA,8,400", "day"), ("1,1,8,.", "dose")):
        (FOLDER / "doses.csv").write_text(f"id,day,hour,dose [mg]\n1,0,8,400\n{row}\n")
        told(scenario(PK, ONCE, 3, 1, '[population]\ndose_records = "doses.csv"\n'), "doses.csv:3:", column)


def texts_among_numbers():
    """mapbayr #86, mrgsolve #1193, #383: columns of text were dropped, or found missing later (refused, with how to leave them out)"""
    told(with_table("id,weight_kg,usubjid\n1,70,S-001\n2,80,S-002\n"), "people.csv:2:6", "'usubjid' is 'S-001'", "columns = […]")
    told(with_table("id,weight_kg\n1,70\n2,NA\n"), "people.csv:3:3", "'NA'")
    told(with_table("id,weight_kg\n1,70\n2,\n"), "people.csv:3:3", "every patient needs a value here")


def european_tables():
    """SheetJS #2239, readr #713: semicolons between columns and commas in numbers were taken the other way round"""
    told(with_table("id;weight_kg\n1;70,5\n2;80,1\n"), "semicolons", "points in numbers")
    told(with_table('id,weight_kg\n1,"70,5"\n2,"80,1"\n'), "people.csv:2:3", "'70,5'", "with a point")


def matrices_that_cannot_be():
    """RxODE #418, #482: 'omega' must be symmetric; rxode2 #387, bbr #640: not positive definite, nor was what it was rounded to"""
    effects = "".join(f'[[covariate]]\nname = "{n}"\ndistribution = "normal"\nmean = 0\nsd = 1\n{SAYS}' for n in "abc")
    table = effects + '[population.correlation]\nnames = ["a", "b", "c"]\nmatrix = {}\n' + SAYS
    refused(scenario(PK, ONCE, 3, 2, table.format("[[1, 0.5, 0], [0.4, 1, 0], [0, 0, 1]]")), "is not symmetric", "a with b is")
    path = FOLDER / "matrix.toml"
    path.write_text(scenario(PK, ONCE, 3, 2, table.format("[[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]]")))
    said = vtrial("check", path)
    assert said.returncode == 2 and "not positive definite" in said.stderr, said
    found = {frozenset(pair): float(value) for *pair, value in re.findall(r"(\w) with (\w) (-?[\d.]+) instead of", said.stderr)}
    matrix = np.eye(3)
    for pair, value in found.items():
        i, j = sorted("abc".index(name) for name in pair)
        matrix[i, j] = matrix[j, i] = value
    assert len(found) == 3 and np.linalg.eigvalsh(matrix)[0] > 0, found
    path.write_text(scenario(PK, ONCE, 3, 2, table.format(matrix.tolist())))
    assert vtrial("check", path).returncode == 0


def names_with_points_and_blanks():
    """RxODE #479: a point in a name broke the model somewhere; rxode2 #345: what is not defined was an error of R's (both name the name)"""
    told(with_table("id,C.A\n1,1\n2,1\n"), "column 'C.A'", "rename it")
    told(with_table("id,body weight\n1,1\n2,1\n"), "column 'body weight'", "is no name for formulas")
    tally = '[[visit]]\nname = "v"\nat = ["day 2"]\nmeasure = []\n[[tally]]\nname = "t"\nscore = "bar > 1"\nat = "v"\n'
    refused(scenario(PK, ONCE, 3, 2, tally), "unknown name 'bar'")


def runs_that_do_not_stop():
    """mrgsolve #18, Cantera #93, HallThruster.jl #108: Ctrl-C stopped nothing until the end (it does, and what is done is kept)"""
    path = FOLDER / "long.toml"
    path.write_text(scenario(PK, ONCE, 700, 20_000_000, '[[visit]]\nname = "v"\nat = ["day 600"]\nmeasure = []\n[[tally]]\nname = "t"\nscore = "trough_true > 1"\nat = "v"\n'))
    process = subprocess.Popen([VTRIAL, "run", path, "-o", FOLDER / "long.h5", "--quiet"], stderr=subprocess.PIPE, text=True)
    try:
        while not (FOLDER / "long.h5.checkpoint").exists() and process.poll() is None:  # it is at work, and has saved some
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        begin = time.monotonic()
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 75 and time.monotonic() - begin < 5 and "--resume" in said, said
    assert not (FOLDER / "long.h5").exists() and (FOLDER / "long.h5.checkpoint").exists()


def threads_beyond_what_is_there():
    """oneTBB #190, OpenBLAS #6059, ollama #17916: as many threads as the machine has cores, whatever a container may use of them"""
    one = min(os.sched_getaffinity(0))
    said = subprocess.run([VTRIAL, "devices", "--json"], capture_output=True, text=True, preexec_fn=lambda: os.sched_setaffinity(0, {one}))
    assert json.loads(said.stdout)["cores"] == 1, said


def files_that_are_not_whole():
    """HDF5 #5193, #572: readers crashed on malformed files (they are refused, whatever is cut off or put in)"""
    path = FOLDER / "short.toml"
    path.write_text(scenario(PK, ONCE, 3, 2, '[[visit]]\nname = "v"\nat = ["day 2"]\nmeasure = []\n[[tally]]\nname = "t"\nscore = "trough_true > 1"\nat = "v"\n'))
    assert vtrial("run", path, "-o", FOLDER / "whole.h5", "--quiet").returncode == 0
    whole = (FOLDER / "whole.h5").read_bytes()
    for command in (["info"], ["report"], ["export", "--csv", FOLDER / "whole"]):
        assert vtrial(command[0], FOLDER / "whole.h5", *command[1:]).returncode == 0, command
    for bytes_ in (whole[:100], whole[:-1], whole[:-80], whole[:2000] + b"\x00" * 64 + whole[2064:], whole + b"x", b"\x89HDF\r\n\x1a\n" * 50):
        (FOLDER / "broken.h5").write_bytes(bytes_)
        for command in (["info"], ["report"], ["export", "--csv", FOLDER / "tables"]):
            said = vtrial(command[0], FOLDER / "broken.h5", *command[1:])
            assert said.returncode == 74 and "broken.h5" in said.stderr, said


if __name__ == "__main__":
    run_all([doses_without_a_time, texts_among_numbers, european_tables, matrices_that_cannot_be, names_with_points_and_blanks,
             runs_that_do_not_stop, threads_beyond_what_is_there, files_that_are_not_whole])

"""Tests of the Python package: what others' packages got wrong, or were asked, in public reports."""
# needs: numpy xarray h5netcdf h5py pandas
from __future__ import annotations

import copy
import multiprocessing
import os
import pathlib
import pickle
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pandas as pd

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).resolve().parents[1] / "support")]
import vtrial as package
from raising import raises
from reports import FOLDER, TRIAL_PK, VTRIAL, run_all, scenario

os.environ.setdefault("VTRIAL", VTRIAL)
ONCE = '{ dose = "100 mg", every = "24 h" }'
LEVEL = ('[[visit]]\nname = "level"\nat = ["day 2", "day 9", "day 10"]\nmeasure = ["trough"]\n'
         '[[tally]]\nname = "level"\nscore = "trough_true"\nrange = ["1 ng/mL", "100000 ng/mL"]\nat = "level"\nby = ["arm", "visit"]\n')
SMALL = scenario(TRIAL_PK, "".join(f'[[arm]]\nname = "{name}"\nregimen = {ONCE}\n' for name in ("placebo", "active")), 12, 20, LEVEL)
# y = 1 + (a - 0.3)^2 + (b - 2)^2 for every patient
BOWL = {"base": "tops", "trial": {"patients": 4, "source": "made up"},
        "parameter": [{"name": name, "value": 0.5, "source": "made up", "basis": "assumed"} for name in ("a", "b")],
        "tally": [{"name": "y", "score": "1 + (a - 0.3)*(a - 0.3) + (b - 2)*(b - 2)", "range": [0.5, 64], "at": "pcr", "by": ["arm"]}]}


def small():
    return package.Scenario.from_toml(SMALL)


def numbers_of_other_kinds():
    """optuna #3957, Ax #96, uiri/toml #447, pastas #1152: numbers of numpy, and 1e4, where a whole number is asked (the same numbers)"""
    s = small()
    same = s.run(patients=30, seed=5, threads=1, progress=False).content_hash
    for kind in (np.int64, np.uint8, np.int32, np.float64, np.float32, float, np.array):
        assert s.run(patients=kind(30), seed=kind(5), threads=kind(1), progress=False).content_hash == same, kind
    f = package.objective(package.Scenario(BOWL), ["parameter.a.value", "parameter.b.value"], package.Endpoint("y", "mean"))
    assert f(np.array([0.5, 1], dtype=np.float32)) == f([0.5, 1]) == f((np.int64(1) / 2, np.int8(1))) and type(f([0.5, 1])) is float
    for value, text in ((np.bool_(True), "true"), (np.int16(3), "3"), (np.str_("400 mg"), '"400 mg"'), (pd.Series([1, 2]), "[1, 2]"),
                        (np.float32(0.5), "0.5"), (range(2), "[0, 1]"), (pathlib.PurePosixPath("a b"), '"a b"')):
        assert s.set("x", value).changes == [f"x={text}"], value


def fractions_of_patients():
    """grf #1444, neuVid #4: 1.99 became 1 without a word (refused)"""
    s = small()
    for wrong in (20.7, np.float32(1.5), True, np.bool_(True), "20", float("nan"), float("inf"), -1, 1j, [20]):
        for name in ("patients", "seed", "replicates", "threads"):
            raises((TypeError, ValueError), lambda: s.run(progress=False, **{name: wrong}), name)
        raises((TypeError, ValueError), lambda: s.trace(wrong), "patient")


def values_that_are_none():
    """rtoml #54, toml-rs #150: bytes written as a list of numbers; missing values of pandas (refused, each by its name)"""
    for wrong in (b"400 mg", bytearray(b"a"), np.bytes_(b"a"), pd.NA, pd.NaT, None, pd.Timedelta("1 day"), np.timedelta64(1, "D"), {1, 2}, 1j):
        raises(TypeError, lambda: small().set("x", wrong), "no value of an entry")
    for wrong in (np.nan, [1, np.inf], pd.Series([1, None])):
        raises(ValueError, lambda: small().set("x", wrong), "not finite")


def points_with_names_in_another_order():
    """xgboost #8357, bbotk #139, scikit-learn #7242: columns taken by their place although they have names (by their names)"""
    f = package.objective(package.Scenario(BOWL), {"a": package.factor("parameter.a.value", (0.0, 1.0)), "b": package.factor("parameter.b.value", (0.0, 4.0))},
                          package.Endpoint("y", "mean"))
    right = 1 + 0.2**2 + 1  # a = 0.5, b = 3; the mean of a tally is exact to 5e-10 of each value
    table = pd.DataFrame({"b": [3.0, 2.0], "a": [0.5, 0.3]})
    np.testing.assert_allclose(f.many(table), [right, 1], rtol=1e-9)
    np.testing.assert_allclose(table.apply(f, axis=1), [right, 1], rtol=1e-9)
    np.testing.assert_allclose([f(table.iloc[0]), f(pd.Series([0.5, 3.0])), f(table[["a", "b"]].iloc[0].to_numpy())], right, rtol=1e-9)
    np.testing.assert_allclose(f.many(f.history[f.names]), f.history.value, rtol=0)
    raises(ValueError, lambda: f(pd.Series({"a": 1.0, "c": 2.0})), "a point has a, b")
    raises(ValueError, lambda: f.many(table.rename(columns={"b": "c"})), "a point has a, b")


def _in_another_process(seed):
    return small().run(seed=seed, progress=False)


def _of_a_scenario(scenario):
    return scenario.run(progress=False).content_hash


def results_from_other_processes():
    """rachis #296, dill #493: results that were pickled lose their temporary file (they bring it along)"""
    s = small()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        found = list(pool.map(_in_another_process, [1, 2]))
        assert pool.submit(_of_a_scenario, package.Scenario.from_toml(SMALL)).result() == s.run(progress=False).content_hash
    for seed, one in zip([1, 2], found):
        assert one.seed == seed and one["level"]["mean"].notnull().all()
    kept = pickle.dumps(s.run(progress=False))
    assert pickle.loads(kept)["level"].sizes["arm"] == 2  # the first one is gone
    twin = copy.deepcopy(s.run(progress=False))
    assert twin["level"].sizes["arm"] == 2
    folder = pathlib.Path(twin.path).parent
    del twin
    assert not folder.exists(), "a temporary folder stays"
    named = s.run(output=FOLDER / "named.h5", progress=False)
    assert pickle.loads(pickle.dumps(named)).path == named.path and len(pickle.dumps(named)) < 5000
    study = package.sweep(package.Scenario(BOWL), {"parameter.a.value": [0.1, 0.3]}, package.Endpoint("y", "mean"), progress=False)
    assert copy.deepcopy(study)["y"].sizes == pickle.loads(pickle.dumps(study))["y"].sizes


def a_child_that_ends():
    """rachis #296: a forked process that ends takes the parent's temporary files along (they stay)"""
    found = small().run(progress=False)
    child = os.fork()
    if child == 0:
        del found
        os._exit(0)
    os.waitpid(child, 0)
    assert found["level"].sizes["arm"] == 2


def runs_in_threads():
    """h5py #1082, xarray #4822 and others: files opened by threads at once (the same numbers as one by one)"""
    one_by_one = [small().run(seed=seed, progress=False)["level"]["mean"].values for seed in range(4)]
    with ThreadPoolExecutor(4) as pool:
        at_once = list(pool.map(lambda seed: small().run(seed=seed, threads=1, progress=False)["level"]["mean"].values, range(4)))
    np.testing.assert_array_equal(at_once, one_by_one)


def relative_paths():
    """imod-python #656, OpenMC #302, #2393: results that another folder has not, after chdir (what a path meant when it was given)"""
    here, other = os.getcwd(), FOLDER / "other"
    other.mkdir()
    (FOLDER / "moved.toml").write_text(SMALL)
    try:
        os.chdir(FOLDER)
        s = package.Scenario("moved.toml")
        results = s.run(output="moved.h5", progress=False)
        opened = package.open(pathlib.Path("moved.h5"))
        os.chdir(other)
        assert results["level"].sizes == opened["level"].sizes
        assert s.set("trial.seed", 3).run(progress=False).seed == 3 and s.check()
    finally:
        os.chdir(here)


def folders_called_as_a_scenario():
    """gaia #3890, FoBiS #58: what exists is taken for a file although it is a folder (the shipped scenario of that name)"""
    here, place = os.getcwd(), FOLDER / "results of"
    (place / "tops").mkdir(parents=True)
    try:
        os.chdir(place)
        assert package.Scenario("tops").check()
        assert package.Scenario({"base": "tops"}).check()
        results = package.Scenario("tops").run(patients=200, progress=False)
        assert len(results.compare("tops"))
    finally:
        os.chdir(here)


def paths_with_spaces_and_letters():
    """rulebender #63, honeybee-energy #855, PySimulator #17: blanks and umlauts in paths (the same results)"""
    place = FOLDER / "Ärzte & Pläne, 'µ' \"2\" $HOME"
    place.mkdir()
    (place / "fall 1.toml").write_text(SMALL, encoding="utf-8")
    code = ("import pathlib, sys, vtrial\nplace = pathlib.Path(sys.argv[1])\n"
            "r = vtrial.Scenario(place / 'fall 1.toml').run(output=place / 'ergebnis ü.h5', progress=False)\n"
            "vtrial.Scenario.from_toml('base = ' + vtrial.toml.value_of([place / 'fall 1.toml'])).run(progress=False)\n"
            "r.report(place / 'bericht ü.html')\nprint(r.content_hash)")
    for locale in ("C.UTF-8", "C", "POSIX"):
        env = {key: value for key, value in os.environ.items() if key not in ("HOME", "LANG", "LC_ALL", "PYTHONUTF8")}
        done = subprocess.run([sys.executable, "-c", code, place], env={**env, "LC_ALL": locale, "TMPDIR": str(place)}, capture_output=True, text=True)
        assert done.returncode == 0, (locale, done.stderr)
        assert done.stdout.strip() == small().run(progress=False).content_hash
    assert sorted(one.name for one in place.iterdir()) == ["bericht ü.html", "ergebnis ü.h5", "fall 1.toml"], list(place.iterdir())


def streams_that_are_none():
    """stanza #1367, tornado #920, keras #8395: sys.stderr that is None, or has no isatty (no progress is shown)"""
    class Stream:
        def write(self, text):
            raise AssertionError("progress without a terminal")

    before = sys.stderr
    try:
        for stream in (None, Stream()):
            sys.stderr = stream
            assert small().run()["level"].sizes["arm"] == 2
    finally:
        sys.stderr = before


def ctrl_c():
    """amoffat/sh #428, pynisher #12: the simulation goes on after Ctrl-C (it has ended, and nothing of it stays)"""
    code = ("import vtrial, sys, pathlib, subprocess\n"
            "real = subprocess.Popen\n"
            "def start(*a, **k):\n    p = real(*a, **k)\n    print(p.pid, flush=True)\n    return p\n"
            "subprocess.Popen = start\n"
            "try:\n    vtrial.Scenario(sys.argv[1]).set('trial.patients', 50_000_000).run(progress=False)\n"
            "except KeyboardInterrupt:\n    print('stopped', flush=True)\n")
    place = FOLDER / "interrupted"
    place.mkdir()
    (FOLDER / "long.toml").write_text(SMALL)
    process = subprocess.Popen([sys.executable, "-c", code, FOLDER / "long.toml"], stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(place)})
    child = int(process.stdout.readline())
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert said.strip() == "stopped", said
    raises(ProcessLookupError, lambda: os.kill(child, 0))
    assert not list(place.iterdir()), list(place.iterdir())


if __name__ == "__main__":
    run_all([numbers_of_other_kinds, fractions_of_patients, values_that_are_none, points_with_names_in_another_order,
             results_from_other_processes, a_child_that_ends, runs_in_threads, relative_paths, folders_called_as_a_scenario,
             paths_with_spaces_and_letters, streams_that_are_none, ctrl_c])

"""An endpoint as a function: the values of a sweep, each point simulated once, optima that are known, what SALib and
Optuna ask for."""

# needs: numpy scipy xarray h5netcdf h5py pandas
import importlib.util
import pathlib
import sys
import warnings

import numpy as np
import scipy.optimize

import vtrial

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from raising import raises  # noqa: E402

WHERE = {"arm": "400 mg QD", "visit": "month 12"}
MMR = vtrial.Endpoint("mmr", "itt", WHERE)

# y = 1 + (a − 0.3)² + (b − 2)² of two parameters, the same for every patient: its least value is 1, at (0.3, 2).
BOWL = {
    "base": "tops",
    "trial": {"patients": 20, "source": "made up"},
    "parameter": [{"name": name, "value": 0.5, "source": "made up", "basis": "assumed"} for name in ("a", "b")],
    "tally": [
        {
            "name": "y",
            "score": "1 + (a - 0.3)*(a - 0.3) + (b - 2)*(b - 2)",
            "range": [0.5, 64],
            "at": "pcr",
            "by": ["arm"],
        }
    ],
}
Y = vtrial.Endpoint("y", "mean")


def count_runs(f):
    """Counts the studies that f runs from now on."""
    runs = []
    inner = f._simulate
    f._simulate = lambda rows: (runs.append(len(rows)), inner(rows))[1]
    return runs


def test_values_are_those_of_a_sweep():
    s = vtrial.Scenario("tops").scale("pk.clearance", 1.1)
    values = [0.5, 0.7, 0.9]
    sweep = vtrial.sweep(s, {"adherence.taken.once_daily": values}, MMR, patients=400, progress=False)
    f = vtrial.objective(s, ["adherence.taken.once_daily"], MMR, patients=400)
    runs = count_runs(f)
    np.testing.assert_array_equal(f.many([[one] for one in values]), sweep["mmr"].value)
    assert f([0.7]) == f({"adherence.taken.once_daily": 0.7}) == float(sweep["mmr"].value[1]) and runs == [3]
    np.testing.assert_array_equal(f.history.value, sweep["mmr"].value)
    np.testing.assert_array_equal(f.history.low, sweep["mmr"].low)
    f.sign = -1
    assert f([0.7]) == -float(sweep["mmr"].value[1]) and runs == [3], "a known point is simulated again"
    other = vtrial.objective(s, ["adherence.taken.once_daily"], MMR, patients=400, seed=3)
    assert other([0.7]) != f([0.7]) * f.sign, "the seed changes nothing"
    best = values[int(sweep["mmr"].value.argmax())]
    found = scipy.optimize.brute(f, [slice(0.5, 0.91, 0.2)], finish=None)
    np.testing.assert_allclose(found, best, rtol=1e-12)


def test_scipy_finds_the_bottom_of_a_bowl():
    f = vtrial.objective(
        vtrial.Scenario(BOWL), {"parameter.a.value": (0.0, 1.0), "b": vtrial.factor("parameter.b.value", (0.0, 4.0))}, Y
    )
    assert f.names == ["parameter.a.value", "b"] and f.bounds == [(0, 1), (0, 4)]
    found = scipy.optimize.minimize(
        f, [0.8, 1.0], method="Nelder-Mead", bounds=f.bounds, options={"xatol": 1e-2, "fatol": 1e-4, "maxfev": 80}
    )
    # A simplex of 1e-2 around the bottom, and values within 1e-4: y - 1 is the squared distance from it.
    np.testing.assert_allclose(found.x, [0.3, 2.0], atol=2e-2)
    np.testing.assert_allclose(found.fun, 1.0, atol=4e-4)
    assert len(f.history) == len({tuple(row) for row in f.history[f.names].to_numpy()})


def test_rows_of_salib_are_one_study():
    f = vtrial.objective(vtrial.Scenario(BOWL), {"parameter.a.value": (0.0, 1.0), "parameter.b.value": (0.0, 4.0)}, Y)
    assert f.problem == {"num_vars": 2, "names": f.names, "bounds": [[0, 1], [0, 4]]}
    runs = count_runs(f)
    rows = np.random.default_rng(1).uniform([0, 0], [1, 4], (50, 2))
    values = f.many(np.vstack([rows, rows[:3]]))
    assert runs == [50] and values.shape == (53,)
    exact = 1 + (rows[:, 0] - 0.3) ** 2 + (rows[:, 1] - 2) ** 2
    # The mean of a tally is exact to 5e-10 of each value (output/README.md, Accuracy).
    np.testing.assert_allclose(values[:50], exact, rtol=1e-9)
    if importlib.util.find_spec("SALib") is not None:
        from SALib.analyze import sobol as analyze
        from SALib.sample import sobol as sample

        indices = analyze.analyze(
            f.problem, f.many(sample.sample(f.problem, 32, calc_second_order=False)), calc_second_order=False, seed=1
        )
        assert indices["ST"][1] > indices["ST"][0]


def test_optuna_suggests():
    class Trial:
        asked = []

        def suggest_float(self, name, low, high):
            self.asked.append((name, low, high))
            return (low + high) / 2

    f = vtrial.objective(vtrial.Scenario(BOWL), {"parameter.a.value": (0.0, 1.0), "parameter.b.value": (0.0, 4.0)}, Y)
    np.testing.assert_allclose(f.suggest(Trial()), 1 + 0.2**2, rtol=1e-9)
    assert Trial.asked == [("parameter.a.value", 0, 1), ("parameter.b.value", 0, 4)]
    if importlib.util.find_spec("optuna") is not None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
        study.optimize(f.suggest, n_trials=5)
        assert study.best_value == f.history.value.iloc[1:].min()
    raises(
        ValueError, lambda: vtrial.objective(vtrial.Scenario(BOWL), ["parameter.a.value"], Y).suggest(Trial()), "bounds"
    )


def test_units_come_from_the_bounds():
    dose = ("arm", "400 mg QD", "regimen", "dose")
    trough = vtrial.Endpoint("trough_by_arm", "median", {"arm": "400 mg QD", "visit": "day 29"})
    f = vtrial.objective(
        vtrial.Scenario("tops"), {"dose": vtrial.factor(dose, ("300 mg", "800 mg"))}, trough, patients=300
    )
    assert f.bounds == [(300, 800)] and f.history.attrs["units"] == {"dose": "mg"} and 1.5 < f([600]) / f([300]) < 3
    raises(
        ValueError,
        lambda: vtrial.objective(vtrial.Scenario("tops"), {"d": vtrial.factor(dose, ("300 mg", "1 g"))}, trough),
        "one unit",
    )
    scaled = vtrial.objective(vtrial.Scenario("tops"), [vtrial.scale("pk.clearance", (0.5, 2.0))], trough, patients=300)
    assert scaled.names == ["pk.clearance"] and scaled([0.8]) > scaled([1.25])


def test_points_that_are_none_are_refused():
    f = vtrial.objective(vtrial.Scenario(BOWL), ["parameter.a.value"], Y)
    raises(ValueError, lambda: f([1, 2]), "has 1 numbers")
    raises(ValueError, lambda: f([float("nan")]), "not finite")
    raises(ValueError, lambda: f({"b": 1}), "a point has parameter.a.value")
    raises(TypeError, lambda: vtrial.objective(vtrial.Scenario(BOWL), "parameter.a.value", Y), "a list")


def test_no_value_is_told():
    nobody = dict(BOWL, tally=[dict(BOWL["tally"][0], among="a > 0.5")])
    f = vtrial.objective(vtrial.Scenario(nobody), ["parameter.a.value"], Y)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert np.isnan(f([0.1])) and f.history.reason.iloc[0]
    assert any(f.history.reason.iloc[0] in str(one.message) for one in seen)


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print(f"{name}: ok", flush=True)

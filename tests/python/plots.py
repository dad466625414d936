"""Figures draw without a warning, show what the results say, and no label covers another."""

# needs: numpy xarray h5netcdf h5py pandas matplotlib
import itertools
import pathlib
import warnings

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402

import vtrial  # noqa: E402

warnings.simplefilter("error")
HERE = pathlib.Path(__file__).resolve().parent
WHERE = {"arm": "400 mg QD", "visit": "month 12"}
MMR = vtrial.Endpoint("mmr", "itt", WHERE)
TROUGH = vtrial.Endpoint("trough_by_arm", "median", {"arm": "400 mg QD"}, name="trough")


def texts_of(figure):
    """All texts that are seen, drawn."""
    figure.canvas.draw()
    found = []
    for ax in figure.axes:
        shown = [*ax.texts, ax.title, ax._left_title, ax.xaxis.label, ax.yaxis.label]
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            shown += [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
        if ax.get_legend() is not None:
            shown += [*ax.get_legend().get_texts(), ax.get_legend().get_title()]
        found += [text for text in shown if text.get_text().strip() and text.get_visible()]
    return found


def check_labels(figure):
    """No two texts overlap, and none is cut off."""
    renderer = figure.canvas.get_renderer()
    texts = texts_of(figure)
    boxes = [text.get_window_extent(renderer).padded(-1.0) for text in texts]
    for (a, one), (b, other) in itertools.combinations(zip(texts, boxes), 2):
        if a.get_rotation() or b.get_rotation():
            continue  # boxes of leaning texts are larger than they
        assert not one.overlaps(other), f"'{a.get_text()}' covers '{b.get_text()}'"
    width, height = figure.canvas.get_width_height()
    for text, box in zip(texts, boxes):
        assert (
            box.x0 >= -1 and box.y0 >= -1 and box.x1 <= width + 1 and box.y1 <= height + 1
        ), f"cut: '{text.get_text()}'"


def first(axes):
    return np.ravel(axes)[0]


def drawn(axes):
    check_labels(first(axes).figure)
    plt.close("all")
    return axes


def test_figures_of_a_trial():
    r = vtrial.Scenario("tops").run(patients=800, progress=False)
    ax = drawn(r.plot("mmr"))
    line = ax.containers[1].lines[0]
    np.testing.assert_array_equal(line.get_ydata(), r["mmr"].itt.sel(arm="400 mg BID"))
    assert ax.get_ylabel() == "Share of the randomised" and ax._left_title.get_text() == "Major molecular response"
    for tally in (
        "mmr_by_day29_quartile",
        "neutropenia",
        "trough_by_arm",
        "trough_by_dose",
        "bcr_abl",
        "trough_pooled",
    ):
        drawn(r.plot(tally))
    ax = first(drawn(r.plot("trough_by_arm")))
    assert ax.get_ylabel() == "trough (ng/mL)" and ax._left_title.get_text() == "arm: 400 mg QD"
    for where in ({"visit": "month 13"}, {"week": 3}):
        try:
            r.plot("mmr", where=where)
        except KeyError as error:
            assert "there is no" in str(error) and ("month 12" in str(error) or "visit" in str(error)), error
        else:
            raise AssertionError(f"drawn with {where}")
    drawn(r.plot("trough_by_dose", where={"visit": "month 12"}))
    drawn(r.plot.proportion("mmr", statistic="proportion", where={"arm": "400 mg QD"}))
    _, ax = plt.subplots()
    assert r.plot("mmr", ax=ax) is ax
    plt.close("all")
    for wrong in (lambda: r.plot.survival("mmr"), lambda: r.plot.number("trough_by_arm", ax=ax)):
        try:
            wrong()
        except ValueError:
            continue
        raise AssertionError("drawn all the same")


def test_figures_of_times_and_doses():
    r = vtrial.Scenario("everything").run(patients=300, progress=False)
    ax = drawn(r.plot("time_to_progression"))
    found = r["time_to_progression"]
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), found.survival[0])
    at_risk = [text.get_text() for text in ax.texts]
    assert at_risk[0] == str(int(found.at_risk[0][0])) and "at risk" in at_risk and ax.get_xlabel().endswith("(month)")
    assert drawn(r.plot.incidence("time_to_progression")).get_ylim()[0] <= 0
    drawn(r.plot("profile"))
    ax = drawn(r.plot.doses())
    assert "20 recorded patients" in ax._left_title.get_text()
    patient = int(r.decisions().patient.iloc[0])
    assert drawn(r.plot.doses(patient=patient)).get_ylabel() == "Daily dose (mg)"


def test_figure_of_pairs():
    text = f'''base = ["{HERE.parent / "cli" / "patients.toml"}"]
[trial]
allocation = "counterfactual"
source = "made up"
[[tally]]
name = "pairs"
score = "bcr_abl_is @ 'month 12' <= 0.1"
at = "end"
by = ["bins(weight_kg, 80)"]
pair = ["400 mg QD", "400 mg BID"]
'''
    r = vtrial.Scenario.from_toml(text).run(progress=False)
    ax = drawn(r.plot("pairs"))
    assert "400 mg BID minus 400 mg QD" in ax._left_title.get_text().replace("\n", " ")


def test_figures_of_a_grid():
    s = vtrial.Scenario("tops")
    grid = vtrial.sweep(
        s,
        {"adherence.taken.once_daily": [0.5, 0.7, 0.9], "clearance": vtrial.scale("pk.clearance", [0.8, 1, 1.25])},
        [MMR, TROUGH],
        patients=200,
        progress=False,
    )
    ax = drawn(grid.plot("mmr"))
    assert len(ax.images) == 1 and len(ax.texts) == 9
    np.testing.assert_array_equal(
        ax.images[0].get_array(), grid["mmr"].value.transpose("clearance", "adherence.taken.once_daily")
    )
    ax = drawn(grid.plot.lines("trough"))
    assert ax.get_ylabel() == "trough (ng/mL)" and len(ax.containers) == 3
    np.testing.assert_array_equal(
        drawn(grid.plot("mmr", where={"clearance": 1.0})).containers[0].lines[0].get_ydata(),
        grid["mmr"].value.sel(clearance=1.0),
    )
    choices = vtrial.sweep(
        s,
        {"start": {"400 mg once a day": {"trial.seed": 1}, "another seed, to see it": {"trial.seed": 2}}},
        MMR,
        patients=100,
        progress=False,
    )
    drawn(choices.plot("mmr"))


def test_figures_of_sensitivity():
    factors = {"adherence.taken.once_daily": (0.6, 1.0), "clearance": vtrial.scale("pk.clearance", (0.8, 1.25))}
    for method, n, index in (
        ("sobol", 8, "ST"),
        ("morris", 4, "mu_star"),
        ("prcc", 20, "prcc"),
        ("pawn", 60, "median"),
    ):
        study = vtrial.sensitivity(
            vtrial.Scenario("tops"), factors, TROUGH, method=method, n=n, patients=60, progress=False
        )
        ax = drawn(study.plot("trough"))
        largest = study.sensitivity.loc["trough"][index].abs().idxmax()
        assert [label.get_text() for label in ax.get_yticklabels()][-1] == largest, method
    drawn(study.plot.dots("trough"))


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print(f"{name}: ok", flush=True)

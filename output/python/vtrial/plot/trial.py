"""Figures of one trial."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, Tuple

import numpy as np
import xarray as xr

from vtrial import files
from vtrial.plot import style
from vtrial.plot.doses import draw_doses
from vtrial.plot.times import draw_curves

if TYPE_CHECKING:
    from vtrial.results import Results

Where = Optional[Mapping[str, Any]]


class TrialPlots:
    """Figures of a trial. `where` chooses cells: {"visit": "month 12"}."""

    def __init__(self, results: "Results") -> None:
        self._results = results

    def __call__(self, tally: str, where: Where = None, ax: Any = None) -> Any:
        """The figure of a tally's kind."""
        draw: Dict[str, Callable[..., Any]] = {
            "proportion": self.proportion,
            "number": self.number,
            "time_to_event": self.survival,
            "paired": self.paired,
        }
        return draw[self._results[tally].attrs["kind"]](tally, where=where, ax=ax)

    def proportion(self, tally: str, statistic: Optional[str] = None, where: Where = None, ax: Any = None) -> Any:
        """A share by visit, or by the first axis, with its interval; a curve for each cell of the other axis.

        statistic: "itt" (of the randomised) or "proportion" (of the evaluable); default "itt", as far as the tally's
        estimand is it. Raises ValueError where more than two axes are left.
        """
        found = self._tally(tally, "proportion", where)
        statistic = statistic or ("itt" if found.attrs.get("estimand") == files.ITT else "proportion")
        x, by = _axes_of(found)
        ax = style.new_axes(ax)
        labels, at = _positions(found, x)
        groups = [None] if by is None else list(range(found.sizes[by]))
        for i, group in enumerate(groups):
            cells = found if group is None else found.isel({by: group})
            value, low, high = (
                np.atleast_1d(cells[s].to_numpy()) for s in (statistic, f"{statistic}_low", f"{statistic}_high")
            )
            colour, marker = style.style_of(i)
            shift = (i - (len(groups) - 1) / 2) * 0.012 * (max(at) - min(at) or 1.0)
            there = np.isfinite(value)
            if not there.any():
                continue  # nobody in it
            ax.errorbar(
                (np.asarray(at) + shift)[there],
                value[there],
                yerr=_errors(value, low, high)[:, there],
                color=colour,
                marker=marker,
                linestyle="-" if x is not None and _is_time(found, x) else "none",
                capsize=3,
                markersize=5,
                label=None if group is None else str(found[by].values[group]),
            )
        _label_x(ax, found, x, at, labels)
        style.percent(ax.yaxis)
        ax.set_ylim(bottom=0)
        what = "Share of the randomised" if statistic == "itt" else "Share of the evaluable"
        style.finish(ax, style.title_of(found, where), style.axis_title(found, x), what)
        if by is not None:
            style.legend(ax, style.axis_title(found, by))
        return ax

    def number(self, tally: str, where: Where = None, ax: Any = None) -> Any:
        """Distribution of a number: by visit or hour the median, quartiles and 5 to 95 %, a panel for each cell of the
        other axis; without such an axis boxes of the same quantiles. Bands and boxes are of patients."""
        found = self._tally(tally, "number", where)
        x, by = _axes_of(found)
        if x is None or not _is_time(found, x):
            return self._boxes(found, x, by, where, ax)
        labels, at = _positions(found, x)
        groups = (
            [None] if by is None else [i for i in range(found.sizes[by]) if int(found.isel({by: i}).evaluable.sum())]
        )
        if not groups:
            raise ValueError(f"{tally} has nobody in it")
        if ax is not None and len(groups) > 1:
            raise ValueError(f"{tally} has {len(groups)} panels; leave ax out, or choose one by where={{'{by}': …}}")
        panels = [ax] if ax is not None else style.new_panels(len(groups))
        for i, (group, panel) in enumerate(zip(groups, panels)):
            q = (found if group is None else found.isel({by: group})).quantiles.transpose("quantile", x).to_numpy()
            colour, marker = style.style_of(i)
            panel.fill_between(at, q[0], q[4], color=colour, alpha=0.15, linewidth=0, label="5 to 95 %")
            panel.fill_between(at, q[1], q[3], color=colour, alpha=0.35, linewidth=0, label="quartiles")
            panel.plot(at, q[2], color=colour, marker=marker, markersize=5, label="median")
            _log_if_wide(panel, q)
            _label_x(panel, found, x, at, labels, min(len(groups), style.MOST_PANELS))
            title = (
                style.title_of(found, where)
                if group is None
                else f"{found[by].attrs.get('long_name') or by}: {found[by].values[group]}"
            )
            style.finish(
                panel, title, style.axis_title(found, x), _value_title(found) if i % style.MOST_PANELS == 0 else "", 40
            )
        style.legend(panels[min(len(panels), style.MOST_PANELS) - 1])
        if by is not None:
            panels[0].figure.suptitle(style.title_of(found, where), x=0.01, ha="left", fontsize="medium")
        return panels[0] if len(panels) == 1 else np.array(panels, dtype=object)

    def survival(self, tally: str, where: Where = None, ax: Any = None) -> Any:
        """Share without the event (Kaplan–Meier) over time with its interval; below, the patients at risk."""
        found = self._tally(tally, "time_to_event", where)
        return draw_curves(found, "survival", "Share without the event", where, ax)

    def incidence(self, tally: str, cause: Optional[str] = None, where: Where = None, ax: Any = None) -> Any:
        """Cumulative incidence (Aalen–Johansen) of the event or of a competing cause; below, the patients at risk."""
        found = self._tally(tally, "time_to_event", where)
        causes = [str(one) for one in found["cause"].values]
        if cause is not None and cause not in causes:
            raise ValueError(f"there is no cause {cause!r}; there are {', '.join(causes)}")
        chosen = found.sel(cause=cause or causes[0])
        return draw_curves(chosen, "incidence", f"Cumulative incidence: {cause or causes[0]}", where, ax)

    def paired(self, tally: str, where: Where = None, ax: Any = None) -> Any:
        """Difference of shares, second life minus first, with its interval."""
        found = self._tally(tally, "paired", where)
        x, by = _axes_of(found)
        if by is not None:
            raise ValueError(f"{tally} has two axes; choose a cell of one by where={{'{by}': …}}")
        ax = style.new_axes(ax)
        labels, at = _positions(found, x)
        value, low, high = (np.atleast_1d(found[f"difference{end}"].to_numpy()) for end in ("", "_low", "_high"))
        ax.axhline(0, color="#8a8a8a", linewidth=1)
        ax.errorbar(
            at,
            value,
            yerr=_errors(value, low, high),
            color=style.COLOURS[0],
            marker="o",
            capsize=3,
            linestyle="-" if x is not None and _is_time(found, x) else "none",
        )
        _label_x(ax, found, x, at, labels)
        style.percent(ax.yaxis)
        pair = f"{found.attrs.get('pair_second')} minus {found.attrs.get('pair_first')}"
        style.finish(ax, f"{style.title_of(found, where)}: {pair}", style.axis_title(found, x), "Difference of shares")
        return ax

    def doses(self, patient: Optional[int] = None, ax: Any = None) -> Any:
        """Doses of recorded patients. patient: one of them, prescribed and, where doses were recorded, taken; without,
        the share of the recorded patients at each prescribed daily dose. Raises KeyError where nothing was recorded."""
        return draw_doses(self._results, patient, ax)

    # ---- parts ---------------------------------------------------------------------------------------------------

    def _tally(self, name: str, kind: str, where: Where) -> xr.Dataset:
        found = self._results[name]
        if found.attrs["kind"] != kind:
            raise ValueError(f"{name} is a tally of kind {found.attrs['kind']}, not {kind}; use plot({name!r})")
        return style.chosen(found, where)

    def _boxes(self, found: xr.Dataset, x: Optional[str], by: Optional[str], where: Where, ax: Any) -> Any:
        if by is not None:
            raise ValueError(f"boxes have one axis; choose a cell of another by where={{'{by}': …}}")
        labels, at = _positions(found, x)
        ax = style.new_axes(ax)
        boxes = []
        for i, label in enumerate(labels):
            cell = found if x is None else found.isel({x: i})
            q = cell.quantiles.to_numpy()
            if int(cell.evaluable) > 0:
                boxes.append(
                    {
                        "whislo": q[0],
                        "q1": q[1],
                        "med": q[2],
                        "q3": q[3],
                        "whishi": q[4],
                        "label": f"{label}\nn = {int(cell.evaluable):,}",
                    }
                )
        drawn = ax.bxp(boxes, showfliers=False, patch_artist=True, widths=0.5, medianprops={"color": "black"})
        for box in drawn["boxes"]:
            box.set(facecolor="#9ecae1", edgecolor=style.COLOURS[0])
        _log_if_wide(ax, np.array([[box["whislo"], box["whishi"]] for box in boxes]))
        style.finish(ax, style.title_of(found, where), style.axis_title(found, x), _value_title(found))
        return ax


def _axes_of(found: xr.Dataset) -> Tuple[Optional[str], Optional[str]]:
    """The axis along x (the visits or hours, else the first one), and the one that makes curves or panels."""
    rest = [axis for axis in found.attrs["axes"].split() if axis in found.dims and found.sizes[axis] > 1]
    if len(rest) > 2:
        raise ValueError(f"there are {', '.join(rest)} to tell apart; choose cells by where={{'{rest[-1]}': …}}")
    x = next((axis for axis in rest if _is_time(found, axis)), rest[0] if rest else None)
    by = next((axis for axis in rest if axis != x), None)
    return x, by


def _is_time(found: xr.Dataset, axis: str) -> bool:
    return found[axis].attrs.get("kind") == "visit" or (axis == "time" and "time_value" in found)


def _positions(found: xr.Dataset, axis: Optional[str]) -> Tuple[List[Any], List[float]]:
    """Labels of an axis and where they stand: at their days or hours, else side by side."""
    if axis is None:
        return ["all"], [0.0]
    labels = list(np.atleast_1d(found[axis].values))
    coordinate = files.first_there(
        [f"{axis}_day"] if found[axis].attrs.get("kind") == "visit" else [f"{axis}_value"], found
    )
    if coordinate is not None and _is_time(found, axis):
        return labels, [float(one) for one in found[coordinate].values]
    return labels, [float(i) for i in range(len(labels))]


def _label_x(
    ax: Any, found: xr.Dataset, axis: Optional[str], at: List[float], labels: List[Any], panels: int = 1
) -> None:
    """Labels where they have room; of many visits months or days instead."""
    if axis is not None and _is_time(found, axis) and (len(at) > 8 or axis == "time"):
        if found[axis].attrs.get("kind") == "visit":
            months = (max(at) - min(at)) / style.DAYS_PER_MONTH
            step = next((k for k in (1, 3, 6, 12, 24, 60) if months / k <= 10), 120) * style.DAYS_PER_MONTH
            ticks = np.arange(np.ceil(min(at) / step - 0.02), np.floor(max(at) / step + 0.15) + 1) * step
            ax.set_xticks(
                ticks,
                [f"month {round(tick / style.DAYS_PER_MONTH)}" for tick in ticks],
                rotation=35,
                ha="right",
                rotation_mode="anchor",
            )
        return
    style.place_labels(ax, at, labels, panels)
    if len(at) > 1:
        room = 0.08 * (max(at) - min(at))
        ax.set_xlim(min(at) - room, max(at) + room)


def _value_title(found: xr.Dataset) -> str:
    return style.with_unit(str(found.attrs.get("score") or found.attrs["name"]), str(found.attrs.get("units", "1")))


def _errors(value: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Lengths of error bars; none where there is no value."""
    return np.nan_to_num(np.clip(np.array([value - low, high - value]), 0, None))


def _log_if_wide(ax: Any, values: np.ndarray) -> None:
    """A logarithmic axis where all is above 0 and spans a factor of 100."""
    there = values[np.isfinite(values)]
    if there.size and there.min() > 0 and there.max() / there.min() > 100:
        ax.set_yscale("log")

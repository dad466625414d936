"""Curves of times to an event, with the patients at risk."""

from __future__ import annotations

from typing import Any, Mapping, Optional

import numpy as np
import xarray as xr

from vtrial.plot import style


def draw_curves(found: xr.Dataset, what: str, words: str, where: Optional[Mapping[str, Any]], ax: Any) -> Any:
    """Curves of `what` ("survival", "incidence") with their intervals, one for each cell of the axis that is left."""
    rest = [axis for axis in found.attrs["axes"].split() if axis in found.dims and found.sizes[axis] > 1]
    if len(rest) > 1:
        raise ValueError(f"there are {' and '.join(rest)} to tell apart; choose cells by where")
    by = rest[0] if rest else None
    found = found.isel({axis: 0 for axis in found.attrs["axes"].split() if axis in found.dims and axis != by})
    groups = list(found[by].values) if by else [None]
    ax = style.new_axes(ax, height=4.2 + 0.22 * len(groups))
    last = float(found["time"].max())
    days, unit = style.time_ticks(ax, last)
    time = found["time"].to_numpy() / days
    for i, group in enumerate(groups):
        cell = found if by is None else found.isel({by: i})
        colour, _ = style.style_of(i)
        ax.fill_between(
            time, cell[f"{what}_low"], cell[f"{what}_high"], step="post", color=colour, alpha=0.2, linewidth=0
        )
        ax.step(
            time,
            cell[what],
            where="post",
            color=colour,
            linestyle=["-", "--", "-.", ":"][i % 4],
            label=None if group is None else str(group),
        )
    style.percent(ax.yaxis)
    ax.set_ylim(0, 1 if what == "survival" else None)
    since = found.attrs.get("from") or "the first dose"
    style.finish(ax, style.title_of(found, where), "", words)
    _at_risk(ax, found, by, days, f"Time since {since} ({unit})")
    if by:
        style.legend(ax, style.axis_title(found, by))
    return ax


def _at_risk(ax: Any, found: xr.Dataset, by: Optional[str], days: float, title: str) -> None:
    """Patients at risk at every tick, in rows under the axis' title. Offsets are in points."""
    ticks = [tick for tick in ax.get_xticks() if tick <= ax.get_xlim()[1]]
    ends = found["time"].to_numpy() / days
    groups = [None] if by is None else list(range(found.sizes[by]))

    def write(words: str, x: float, below: float, colour: str = "black", side: str = "center") -> None:
        ax.annotate(
            words,
            (x, 0),
            (0, -below),
            xycoords=ax.get_xaxis_transform(),
            textcoords="offset points",
            ha=side,
            va="top",
            fontsize="small",
            color=colour,
        )

    for i, group in enumerate(groups):
        cell = found if group is None else found.isel({by: group})
        for tick in ticks:
            k = min(int(np.searchsorted(ends, tick - 1e-9)), len(ends) - 1)  # at risk at the start of this interval
            write(f"{int(cell.at_risk[k]):,}", tick, 56 + 14 * i, style.style_of(i)[0])
    write("at risk", 0, 42, side="left")
    ax.set_xlabel(title)

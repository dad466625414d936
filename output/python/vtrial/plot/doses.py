"""Doses of recorded patients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

import numpy as np
import pandas as pd

from vtrial import files
from vtrial.plot import style

if TYPE_CHECKING:
    from vtrial.results import Results


def draw_doses(results: "Results", patient: Optional[int], ax: Any) -> Any:
    """Doses of recorded patients. patient: one of them, prescribed and, where doses were recorded, taken; without,
    the share of the recorded patients at each prescribed daily dose. Raises KeyError where nothing was recorded."""
    daily = _daily_doses(results)
    ax = style.new_axes(ax)
    if patient is not None:
        return _doses_of_one(daily, patient, ax)
    if not daily.attrs["is_whole"]:
        raise KeyError(
            "the ledger of decisions has only patients whose dose changed; give patient, or record "
            f"daily = ['{files.PRESCRIBED}']"
        )
    table = daily.pivot(index="day", columns="patient", values="prescribed")
    table = table.dropna(how="all")
    levels = sorted(pd.unique(table.to_numpy().ravel()[~np.isnan(table.to_numpy().ravel())]))
    shares = [(table == level).sum(axis=1) / table.notna().sum(axis=1) for level in levels]
    days, unit = style.time_ticks(ax, float(table.index.max()))
    shades = style.pyplot().get_cmap("viridis")(np.linspace(0.15, 0.95, len(levels)))
    ax.stackplot(
        table.index / days,
        shares,
        step="post",
        colors=shades,
        edgecolor="white",
        linewidth=0.3,
        labels=[f"{level:g} mg" for level in levels],
    )
    style.percent(ax.yaxis)
    ax.set_ylim(0, 1)
    style.finish(
        ax,
        f"Prescribed daily dose of {table.shape[1]} recorded patients",
        f"Time ({unit})",
        "Share of the recorded patients",
    )
    style.legend(ax, "daily dose")
    return ax


def _daily_doses(results: "Results") -> pd.DataFrame:
    """Columns patient, day, prescribed and, where doses were recorded, taken. attrs["is_whole"]: all patients."""
    if files.has(results.path, "records/doses"):
        given = results.doses().groupby(["patient", "day"])[["prescribed", "taken"]].sum()
        rates = results.rates()  # of all days; days without a dose have no row in the table of doses
        days = pd.MultiIndex.from_product([rates.patient.values, rates.day.values[:-1]], names=["patient", "day"])
        table = given.reindex(days, fill_value=0.0).reset_index()
        table.attrs = {"is_whole": True}
        return table
    if files.has(results.path, "records/daily") and files.PRESCRIBED in results.daily():
        table = results.daily()[files.PRESCRIBED].to_dataframe(name="prescribed").reset_index()
        table.attrs = {"is_whole": True}
        return table
    ledger = results.decisions()
    first = ledger.groupby("patient", as_index=False).first().assign(day=0)
    first["after"] = first["before"]
    table = pd.concat([first, ledger])[["patient", "day", "after"]].rename(columns={"after": "prescribed"})
    table = table.sort_values(["patient", "day"], kind="stable").drop_duplicates(["patient", "day"], keep="last")
    table.attrs = {"is_whole": False}
    return table


def _doses_of_one(daily: pd.DataFrame, patient: int, ax: Any) -> Any:
    one = daily[daily["patient"] == patient].sort_values("day")
    if not len(one):
        raise KeyError(f"patient {patient} has no recorded doses")
    days, unit = style.time_ticks(ax, float(one["day"].max()))
    ax.step(one["day"] / days, one["prescribed"], where="post", color=style.COLOURS[0], label="prescribed")
    if "taken" in one:
        ax.plot(one["day"] / days, one["taken"], ".", color=style.COLOURS[1], markersize=3, label="taken")
        style.legend(ax)
    ax.set_ylim(bottom=0)
    style.finish(ax, f"Daily dose of patient {patient}", f"Time ({unit})", "Daily dose (mg)")
    return ax

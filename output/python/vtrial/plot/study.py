"""Figures of a study."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Tuple

import numpy as np
import xarray as xr

from vtrial.plot import style

if TYPE_CHECKING:
    from vtrial.studyresults import StudyResults

Where = Optional[Mapping[str, Any]]

#: Bars of each method: index, ends of its interval or half width, words.
_BARS: Dict[str, List[Tuple[str, Any, str]]] = {
    "ST": [("S1", "S1_conf", "by itself (S1)"), ("ST", "ST_conf", "with its interactions (ST)")],
    "mu_star": [("mu_star", "mu_star_conf", "mean size of the effect (mu*)")],
    "prcc": [("prcc", ("prcc_low", "prcc_high"), "partial rank correlation")],
    "median": [("median", ("minimum", "maximum"), "PAWN, median; minimum to maximum")],
}


class StudyPlots:
    """Figures of a study. `where` chooses values of factors: {"adherence": 0.8}."""

    def __init__(self, study: "StudyResults") -> None:
        self._study = study

    def __call__(self, endpoint: str, where: Where = None, ax: Any = None) -> Any:
        """What the study was for: bars of a sensitivity analysis; of a grid curves over a factor of numbers with one
        for each value of another (7 at most), or a heat map; else dots over every factor."""
        if len(self._study.sensitivity):
            return self.sensitivity(endpoint, ax=ax)
        found = self._chosen(endpoint, where)
        if "point" in found.dims:
            return self.dots(endpoint)
        rest = _factors_of(found)
        if len(rest) == 2 and min(found.sizes[one] for one in rest) > 2:
            return self.heat(endpoint, where=where, ax=ax)
        return self.lines(endpoint, where=where, ax=ax)

    def lines(self, endpoint: str, x: Optional[str] = None, where: Where = None, ax: Any = None) -> Any:
        """An endpoint over the factor `x` with its interval, a curve for each value of the other factor."""
        found = self._chosen(endpoint, where)
        rest = _factors_of(found)
        x = x or next((one for one in rest if found[one].dtype.kind == "f"), rest[0] if rest else None)
        if x is None or x not in rest or len(rest) > 2:
            raise ValueError(_choose(rest, 2))
        others = [one for one in rest if one != x]
        by = others[0] if others else None
        ax = style.new_axes(ax)
        is_number = found[x].dtype.kind == "f"
        at = [float(one) for one in found[x].values] if is_number else [float(i) for i in range(found.sizes[x])]
        for i in range(found.sizes[by] if by else 1):
            cells = found.isel({by: i}) if by else found
            colour, marker = style.style_of(i)
            value, low, high = (cells[part].to_numpy() for part in ("value", "low", "high"))
            errors = np.nan_to_num(np.clip(np.array([value - low, high - value]), 0, None))
            ax.errorbar(
                at,
                value,
                yerr=errors,
                color=colour,
                marker=marker,
                capsize=3,
                markersize=5,
                linestyle="-" if is_number else "none",
                label=_label(cells, by) if by else None,
            )
        if not is_number or len(at) <= 8:
            style.place_labels(ax, at, [_plain(one) for one in found[x].values] if is_number else list(found[x].values))
        self._finish(ax, found, x, endpoint, where)
        if by:
            style.legend(ax, style.with_unit(by, str(found[by].attrs.get("units", ""))))
        return ax

    def heat(
        self, endpoint: str, x: Optional[str] = None, y: Optional[str] = None, where: Where = None, ax: Any = None
    ) -> Any:
        """An endpoint over two factors of a grid as a map, with its values written in."""
        found = self._chosen(endpoint, where)
        rest = _factors_of(found)
        x = x or (rest[0] if rest else None)
        y = y or next((one for one in rest if one != x), None)
        if x is None or y is None or len(rest) != 2 or {x, y} != set(rest):
            raise ValueError(_choose(rest, 2))
        ax = style.new_axes(ax, 1.9 + 1.0 * found.sizes[x] + 2.0, 1.6 + 0.7 * found.sizes[y])
        value = found.value.transpose(y, x).to_numpy()
        image = ax.imshow(value, cmap="viridis", aspect="auto", origin="lower")
        is_share = bool(found.attrs.get("is_share"))
        middle = (np.nanmin(value) + np.nanmax(value)) / 2
        for (i, j), one in np.ndenumerate(value):
            text = "–" if np.isnan(one) else f"{100 * one:.1f} %" if is_share else f"{one:.3g}"
            ax.text(j, i, text, ha="center", va="center", fontsize="small", color="white" if one < middle else "black")
        for factor, place in ((x, ax.set_xticks), (y, ax.set_yticks)):
            labels = [_plain(one) for one in found[factor].values]
            place(range(len(labels)), labels)
        bar = ax.figure.colorbar(image, ax=ax)
        units = str(found.value.attrs.get("units", "1"))
        bar.set_label(endpoint if is_share else style.with_unit(endpoint, units))
        if is_share:
            style.percent(bar.ax.yaxis)
        style.finish(ax, _title(found, where), _factor_title(found, x), _factor_title(found, y))
        ax.grid(False)
        return ax

    def sensitivity(self, endpoint: str, most: int = 20, ax: Any = None) -> Any:
        """Indices of an endpoint as bars with their 95 % intervals, the largest first."""
        found = self._study.indices(endpoint)
        kind = next((one for one in _BARS if one in found), None)
        if kind is None:
            raise ValueError(
                f"the indices of {endpoint} are none that are drawn: {', '.join(map(str, found.data_vars))}"
            )
        order = np.argsort(-np.abs(np.nan_to_num(found[kind].to_numpy())))[:most][::-1]
        names = [str(one) for one in found["factor"].values[order]]
        bars = _BARS[kind]
        ax = style.new_axes(ax, 7.5, 1.6 + 0.26 * len(bars) * len(names) + 0.15 * len(names))
        height = 0.8 / len(bars)
        for i, (index, ends, words) in enumerate(bars):
            value = found[index].to_numpy()[order]
            half = found[ends].to_numpy()[order] if isinstance(ends, str) else None
            errors = (
                [half, half]
                if half is not None
                else [value - found[ends[0]].to_numpy()[order], found[ends[1]].to_numpy()[order] - value]
            )
            at = np.arange(len(names)) + (len(bars) - 1 - 2 * i) * height / 2
            ax.barh(
                at,
                value,
                height * 0.92,
                xerr=np.nan_to_num(np.clip(errors, 0, None)),
                color=style.COLOURS[(5, 0)[i] if len(bars) == 2 else 0],
                error_kw={"capsize": 2, "elinewidth": 1},
                label=words,
            )
        ax.set_yticks(range(len(names)), names)
        ax.axvline(0, color="#8a8a8a", linewidth=1)
        unit = str(self._study[endpoint].value.attrs.get("units", "1")) if kind == "mu_star" else "1"
        title = str(self._study[endpoint].attrs.get("long_name") or endpoint)
        style.finish(ax, title, style.with_unit("Share of the variance" if kind == "ST" else bars[0][2], unit), "")
        ax.grid(False)
        ax.grid(axis="x", color="#e3e3e3", linewidth=0.8)
        if len(bars) > 1:
            style.legend(ax)
        return ax

    def dots(self, endpoint: str) -> Any:
        """An endpoint at every point over each factor: a panel for each."""
        found = self._study[endpoint]
        names = [str(one) for one in self._study.factors.index]
        if "point" not in found.dims:
            raise ValueError("dots are of points that were drawn or listed; of a grid use lines or heat")
        panels = style.new_panels(len(names), 3.4, 3.0, same_x=False)
        columns = min(len(names), style.MOST_PANELS)
        for i, (name, panel) in enumerate(zip(names, panels)):
            x = found[name].to_numpy()
            if x.dtype.kind not in "fiu":
                labels = list(dict.fromkeys(map(str, x)))
                style.place_labels(panel, range(len(labels)), labels, columns)
                x = np.array([labels.index(str(one)) for one in x])
            panel.plot(x, found.value.to_numpy(), ".", color=style.COLOURS[0], markersize=4, alpha=0.6)
            style.finish(
                panel, "", _factor_title(found, name), _value_title(found, endpoint) if i % columns == 0 else ""
            )
            if found.attrs.get("is_share"):
                style.percent(panel.yaxis)
        panels[0].figure.suptitle(_title(found, None), x=0.01, ha="left", fontsize="medium")
        return panels[0] if len(panels) == 1 else np.array(panels, dtype=object)

    # ---- parts ---------------------------------------------------------------------------------------------------

    def _chosen(self, endpoint: str, where: Where) -> xr.Dataset:
        return style.chosen(self._study[endpoint], where)

    def _finish(self, ax: Any, found: xr.Dataset, x: str, endpoint: str, where: Where) -> None:
        if found.attrs.get("is_share"):
            style.percent(ax.yaxis)
        style.finish(ax, _title(found, where), _factor_title(found, x), _value_title(found, endpoint))


def _factors_of(found: xr.Dataset) -> List[str]:
    return [str(dim) for dim in found.value.dims if found.sizes[dim] > 1]


def _choose(rest: List[str], most: int) -> str:
    return (
        f"the endpoint varies with {', '.join(rest) or 'nothing'}, and {most} factors can be drawn; choose values of "
        "the others by where={factor: value}"
    )


def _title(found: xr.Dataset, where: Where) -> str:
    chosen = ", ".join(f"{name} = {value}" for name, value in (where or {}).items())
    return str(found.attrs.get("long_name", "")) + (f"; {chosen}" if chosen else "")


def _value_title(found: xr.Dataset, endpoint: str) -> str:
    return (
        endpoint if found.attrs.get("is_share") else style.with_unit(endpoint, str(found.value.attrs.get("units", "1")))
    )


def _factor_title(found: xr.Dataset, factor: str) -> str:
    return style.with_unit(factor, str(found[factor].attrs.get("units", "")))


def _label(cells: xr.Dataset, by: str) -> str:
    return _plain(cells[by].values.item())


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)

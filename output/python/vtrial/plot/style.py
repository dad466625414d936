"""What all figures share: colours that the colour-blind can tell apart (Okabe and Ito 2008), axes, legends."""

from __future__ import annotations

import math
import textwrap
from typing import Any, List, Mapping, Optional, Sequence, Tuple

COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
MARKERS = ["o", "s", "^", "D", "v", "P", "X"]
DAYS_PER_MONTH = 30.4375
MOST_PANELS = 3  #: side by side


def pyplot() -> Any:
    """matplotlib.pyplot. Raises ImportError, which says what to install."""
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise ImportError("figures need matplotlib: pip install 'vtrial[plot]'") from None
    return plt


def new_axes(ax: Optional[Any], width: float = 7.0, height: float = 4.2) -> Any:
    """The axes that are given, or those of a new figure."""
    if ax is None:
        _, ax = pyplot().subplots(figsize=(width, height), layout="constrained")
    return ax


def new_panels(n: int, width: float = 3.6, height: float = 3.8, same_x: bool = True) -> List[Any]:
    """Axes of a new figure, with one scale along y, and along x where it is the same."""
    columns = min(n, MOST_PANELS)
    rows = math.ceil(n / columns)
    _, axes = pyplot().subplots(
        rows,
        columns,
        figsize=(7.0 if n == 1 else width * columns, height * rows),
        sharex=same_x,
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    found = list(axes.flat)
    for unused in found[n:]:
        unused.remove()
    for lowest in found[max(0, n - columns) : n]:  # also above a place that is empty
        lowest.tick_params(labelbottom=True)
    return found[:n]


def finish(ax: Any, title: str, x: str, y: str, columns: int = 62) -> None:
    """Title, axis titles, no box."""
    ax.set_title("\n".join(textwrap.wrap(title, columns)), loc="left", fontsize="medium")
    ax.set_xlabel(x)
    ax.set_ylabel("\n".join(textwrap.wrap(y, 44)))
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="y", color="#e3e3e3", linewidth=0.8)
    ax.set_axisbelow(True)


def legend(ax: Any, title: str = "") -> None:
    """Beside the axes, where it covers nothing."""
    ax.legend(
        title=title or None,
        loc="upper left",
        bbox_to_anchor=(1.01, 1.0),
        frameon=False,
        alignment="left",
        borderaxespad=0,
    )


def percent(axis: Any) -> None:
    """Shares as percent."""
    from matplotlib.ticker import FuncFormatter

    axis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.6g} %"))


def with_unit(words: str, unit: str) -> str:
    return words if unit in ("", "1") else f"{words} ({unit})"


def style_of(i: int) -> Tuple[str, str]:
    """Colour and marker of the i-th curve."""
    return COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)]


def place_labels(ax: Any, at: Sequence[float], labels: Sequence[Any], panels: int = 1) -> None:
    """Ticks with labels along x; leaned where neighbours would run into each other. panels: side by side."""
    texts, places = [str(label) for label in labels], [float(place) for place in at]
    inches = (0.9 * ax.figure.get_size_inches()[0] - 1.8) / panels  # 1.8: a legend and the axis' own labels
    span = (max(places) - min(places)) or 1.0
    order = sorted(range(len(places)), key=places.__getitem__)
    is_tight = any(
        (places[j] - places[i]) / span * inches < 0.045 * (len(texts[i]) + len(texts[j])) + 0.08
        for i, j in zip(order, order[1:])
    )
    ax.set_xticks(places, texts, **({"rotation": 35, "ha": "right", "rotation_mode": "anchor"} if is_tight else {}))


def time_ticks(ax: Any, last_day: float) -> Tuple[float, str]:
    """Ticks of a time axis from 0; gives the days in its unit, and the unit."""
    days, unit = (DAYS_PER_MONTH, "month") if last_day > 4 * DAYS_PER_MONTH else (1.0, "day")
    last = last_day / days
    step = next((s for s in (1, 2, 3, 6, 7, 12, 14, 24, 36, 60, 120) if last / s <= 8), last / 6)
    ax.set_xticks([i * step for i in range(int(last / step + 1.02))])
    ax.set_xlim(0, last * 1.02)
    return days, unit


def axis_title(found: Any, axis: Optional[str]) -> str:
    """Words and unit of an axis of a tally; "" of none. Labels of visits say their unit themselves."""
    if axis is None:
        return ""
    attrs = found[axis].attrs
    words = str(attrs.get("long_name") or axis)
    unit = "" if attrs.get("kind") == "visit" else str(attrs.get("value_units", ""))
    return with_unit(words, unit)


def title_of(found: Any, where: Optional[Mapping[str, Any]]) -> str:
    """The tally's title and the cells that were chosen."""
    words = str(found.attrs.get("long_name") or found.attrs["name"])
    return words + "".join(f", {value}" for value in (where or {}).values())


def chosen(found: Any, where: Optional[Mapping[str, Any]]) -> Any:
    """The cells that `where` names. Raises KeyError, which says what there is."""
    for axis, value in (where or {}).items():
        if axis not in found.dims:
            raise KeyError(f"there is no axis {axis!r}; there are {', '.join(map(str, found.dims))}")
        known = found[axis].values.tolist()
        if any(one not in known for one in (value if isinstance(value, (list, tuple)) else [value])):
            raise KeyError(f"there is no {axis} {value!r}; there are {', '.join(map(str, known))}")
    return found.sel(dict(where)) if where else found

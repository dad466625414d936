"""Figures of results and studies with matplotlib: `r.plot("mmr")`, `study.plot.sensitivity("mmr")`.

Every function draws into new figures of pyplot and gives their Axes (several panels: an array of them); `ax` draws into
one that is there. Bands and bars of errors are 95 % intervals of the simulation, unless a docstring says otherwise.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    """`TrialPlots` and `StudyPlots`, which need matplotlib."""
    if name == "TrialPlots":
        from vtrial.plot.trial import TrialPlots

        return TrialPlots
    if name == "StudyPlots":
        from vtrial.plot.study import StudyPlots

        return StudyPlots
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

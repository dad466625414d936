"""Studies from Python: sweeps, sensitivity analyses, any study. One file is written and the program runs once."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass, fields
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

from vtrial import toml
from vtrial.folder import Folder
from vtrial.scenario import Scenario
from vtrial.studyresults import StudyResults

Values = Union[Sequence[Any], Mapping[str, Any]]

_OF_RUN = ("output", "progress", "threads", "backend", "devices", "resume")


@dataclass(frozen=True)
class Endpoint:
    """A number of a finished trial: a statistic of a tally's cells. What `where` does not name is pooled.

    >>> Endpoint("mmr", "itt", {"arm": "400 mg QD", "visit": "month 12"})

    tally, statistic: as in a [[target]]: "itt", "proportion", "mean", "median", "p25", "above=1000", "survival" …
    minus, over: cells that it is a difference from, or a ratio to; {"threshold": "no TDM"} is the difference from the
    point with that value of a factor. name: default the tally's. goal: "maximise" or "minimise". at_most, at_least:
    limits. precision: the largest standard error that is wanted (with most_patients of the study). at: "month 36", of
    times. cause: a competing cause. analysis, term: of a statistical test instead of a tally. weights: the sum of other
    endpoints. distance_to, rows: from published targets.
    """

    tally: Optional[str] = None
    statistic: Optional[str] = None
    where: Optional[Mapping[str, Any]] = None
    minus: Optional[Mapping[str, Any]] = None
    over: Optional[Mapping[str, Any]] = None
    name: Optional[str] = None
    goal: Optional[str] = None
    at_most: Any = None
    at_least: Any = None
    precision: Any = None
    at: Optional[str] = None
    cause: Optional[str] = None
    spread: Optional[str] = None
    analysis: Optional[str] = None
    term: Optional[str] = None
    weights: Optional[Mapping[str, float]] = None
    distance_to: Optional[str] = None
    rows: Optional[Sequence[str]] = None

    def table(self, name: Optional[str] = None) -> Dict[str, Any]:
        """As an [[endpoint]]. name: instead of its own."""
        found = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) is not None}
        own = name or self.name or self.tally or self.analysis
        if not own:
            raise ValueError("an endpoint that is of no tally needs a name")
        if self.distance_to is not None:
            found["distance_to"] = os.path.abspath(self.distance_to)
        return {"name": own, **{key: value for key, value in found.items() if key != "name"}}


@dataclass(frozen=True)
class Factor:
    """What varies between points: an entry that is set or multiplied. Made by `factor` and `scale`."""

    key: str
    levels: Any
    multiplies: bool = False
    role: Optional[str] = None
    group: Optional[str] = None

    def table(self, name: str) -> Dict[str, Any]:
        """As a [[factor]]."""
        found: Dict[str, Any] = {"name": name}
        if self.key:
            found["scale" if self.multiplies else "key"] = self.key
        found.update(_levels(self.levels))
        found.update({key: value for key, value in (("role", self.role), ("group", self.group)) if value is not None})
        return found


def factor(key: toml.Key, levels: Any, role: Optional[str] = None, group: Optional[str] = None) -> Factor:
    """A factor that sets an entry. levels: a list of values; (low, high), a uniform distribution; a dict with a
    `distribution` and its parameters; a dict of labels and values, or of labels and dicts of entries. role:
    "circumstance" where nobody can choose it."""
    return Factor(toml.path_of(key), levels, False, role, group)


def scale(key: toml.Key, levels: Any, role: Optional[str] = None, group: Optional[str] = None) -> Factor:
    """A factor that multiplies the number or formula at an entry. levels: as of `factor`, numbers above 0."""
    return Factor(toml.path_of(key), levels, True, role, group)


Factors = Mapping[str, Union[Factor, Values]]
Endpoints = Union[Endpoint, Sequence[Endpoint], Mapping[str, Endpoint]]


def study(
    scenario: Scenario,
    factors: Optional[Factors] = None,
    endpoints: Endpoints = (),
    *,
    kind: str = "sweep",
    patients: Optional[int] = None,
    replicates: Optional[int] = None,
    tables: Optional[Mapping[str, Any]] = None,
    **more: Any,
) -> StudyResults:
    """Runs any study of a scenario, and gives its results.

    factors: by entry ("pk.clearance") or by a name of your own; values as of `factor`. endpoints: one, a list, or a
    dict by name. kind: "sweep", "sensitivity", "power" or "optimise". tables: further ones, as {"trial_design": […]}.
    more: output, progress, threads, backend, devices and resume as of `Scenario.run`; all others are keys of [study],
    as design, method, points, seed (of the design), second_order, keep.

    All points have the same patients. Raises as `Scenario.run`.
    """
    run = {key: more.pop(key) for key in _OF_RUN if key in more}
    content = study_table(
        scenario, factors or {}, endpoints, kind=kind, patients=patients, replicates=replicates, **more
    )
    content.update(tables or {})
    made = Scenario(content)
    made._changes = tuple(scenario.changes)
    results = made.run(**run)
    if not isinstance(results, StudyResults):
        raise TypeError("the scenario was run as a trial; a study needs kind")
    return results


def sweep(
    scenario: Scenario, factors: Factors, endpoints: Endpoints, *, patients: Optional[int] = None, **more: Any
) -> StudyResults:
    """The endpoints at every combination of the factors' values, or at points of another `design`.

    >>> sweep(s, {"adherence.taken.once_daily": [0.6, 0.8], "pk": scale("pk.clearance", [0.8, 1, 1.25])},
    ...       [Endpoint("mmr", "itt", {"arm": "400 mg QD", "visit": "month 12"})], patients=10_000)
    """
    return study(scenario, factors, endpoints, kind="sweep", patients=patients, **more)


def sensitivity(
    scenario: Scenario,
    factors: Factors,
    endpoints: Endpoints,
    *,
    n: int = 256,
    method: str = "sobol",
    patients: Optional[int] = None,
    **more: Any,
) -> StudyResults:
    """What the endpoints depend on. Factors have distributions: (low, high), or {"distribution": "lognormal",
    "median": 1, "sd_log": 0.1}. n: base points (a power of 2), trajectories of "morris", points of "prcc" and "pawn".
    """
    return study(scenario, factors, endpoints, kind="sensitivity", method=method, points=n, patients=patients, **more)


def sobol(
    scenario: Scenario,
    factors: Factors,
    endpoints: Endpoints,
    *,
    n: int = 256,
    patients: Optional[int] = None,
    second_order: bool = False,
    **more: Any,
) -> StudyResults:
    """Sobol's indices: n·(k + 2) points of k factors, n·(2k + 2) with `second_order`. `.sensitivity` has S1 and ST
    with the half widths of their 95 % intervals."""
    return sensitivity(
        scenario, factors, endpoints, n=n, method="sobol", patients=patients, second_order=second_order, **more
    )


def study_table(scenario: Scenario, factors: Factors, endpoints: Endpoints, **study_keys: Any) -> Dict[str, Any]:
    """The study as a dict, as `Scenario` takes it."""
    table = {key: value for key, value in study_keys.items() if value is not None}
    content: Dict[str, Any] = {"base": os.path.abspath(scenario.path), "study": table}
    if factors:
        content["factor"] = [
            (one if isinstance(one, Factor) else factor(name, one)).table(name) for name, one in factors.items()
        ]
    found = [one.table(name) for name, one in _named(endpoints)]
    names = [one["name"] for one in found]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"two endpoints are called {', '.join(sorted(twice))}; write Endpoint(…, name=…)")
    if found:
        content["endpoint"] = found
    return content


def write_rows(folder: Folder, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """The CSV file of a list of points; gives its path."""
    path = folder.path("points.csv")
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def _named(endpoints: Endpoints) -> List[Tuple[Optional[str], Endpoint]]:
    if isinstance(endpoints, Endpoint):
        return [(None, endpoints)]
    if isinstance(endpoints, Mapping):
        return list(endpoints.items())
    return [(None, one) for one in endpoints]


def _levels(levels: Any) -> Dict[str, Any]:
    """values, choices or a distribution of a [[factor]]."""
    if isinstance(levels, Mapping) and "distribution" in levels:
        return dict(levels)
    if isinstance(levels, Mapping):
        return {
            "choices": [
                {"label": label, **({"set": value} if isinstance(value, Mapping) else {"value": value})}
                for label, value in levels.items()
            ]
        }
    if isinstance(levels, tuple):
        if len(levels) != 2:
            raise ValueError(f"{levels!r} is no (low, high); write values as a list")
        return {"distribution": "uniform", "low": levels[0], "high": levels[1]}
    return {"values": levels}

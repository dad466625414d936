"""An endpoint as a function of entries, for optimisers and designs of other packages."""

from __future__ import annotations

import math
import warnings
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

import numpy as np
import pandas as pd

from vtrial import toml
from vtrial.design import Endpoint, Factor, study_table, write_rows
from vtrial.errors import VtrialError
from vtrial.folder import Folder
from vtrial.scenario import Scenario
from vtrial.studyresults import StudyResults

Point = Union[Sequence[float], Mapping[str, float]]


class Objective:
    """f(x): the endpoint of the scenario with x in its entries. Made by `objective`.

    names: of the entries, in the order of x. bounds: [(low, high), …], or None. history: every point that was
    simulated, in order: x, value, standard_error, low, high, reason.
    """

    def __init__(
        self,
        scenario: Scenario,
        factors: Mapping[str, Factor],
        endpoint: Endpoint,
        bounds: Optional[List[Tuple[float, float]]],
        units: Mapping[str, str],
        study: Dict[str, Any],
        run: Dict[str, Any],
        sign: float,
    ) -> None:
        self._scenario, self._factors, self._endpoint = scenario, dict(factors), endpoint
        self._units, self._study, self._run, self.sign = dict(units), study, run, sign
        self._known: Dict[Tuple[float, ...], Dict[str, Any]] = {}
        self.names = list(factors)
        self.bounds = bounds

    def __repr__(self) -> str:
        return f"<vtrial.Objective of {', '.join(self.names)}: {len(self._known)} points simulated>"

    def __call__(self, x: Point) -> float:
        """x: numbers in the order of `names`, or by name a dict or row of pandas. NaN, with a warning, where there is no
        value."""
        return float(self.many([x])[0])

    def many(self, points: Sequence[Point]) -> np.ndarray:
        """The values at every row, [n]: rows as of a call, or a DataFrame. Those that are not known yet are one study:
        SALib's `f.many(X)`."""
        if isinstance(points, pd.DataFrame):
            points = [row for _, row in points.iterrows()]
        rows = [self._row(x) for x in points]
        new = list(dict.fromkeys(row for row in rows if row not in self._known))
        if new:
            self._simulate(new)
        values = np.array([self._known[row]["value"] for row in rows])
        if np.isnan(values).any():
            reason = next(self._known[row]["reason"] for row in rows if math.isnan(self._known[row]["value"]))
            warnings.warn(f"the endpoint has no value at some points: {reason}", RuntimeWarning, stacklevel=3)
        return self.sign * values

    def suggest(self, trial: Any) -> float:
        """For Optuna: takes each entry between its bounds by `trial.suggest_float`, and gives the value."""
        if self.bounds is None:
            raise ValueError("suggest needs bounds: objective(s, {\"pk.clearance\": (low, high)}, …)")
        return self([trial.suggest_float(name, low, high) for name, (low, high) in zip(self.names, self.bounds)])

    @property
    def problem(self) -> Dict[str, Any]:
        """For SALib: num_vars, names, bounds."""
        if self.bounds is None:
            raise ValueError("a problem needs bounds: objective(s, {\"pk.clearance\": (low, high)}, …)")
        return {"num_vars": len(self.names), "names": self.names, "bounds": [list(pair) for pair in self.bounds]}

    @property
    def history(self) -> pd.DataFrame:
        """What was simulated, in order; `value` without the sign."""
        rows = [dict(zip(self.names, row), **found) for row, found in self._known.items()]
        columns = [*self.names, "value", "standard_error", "low", "high", "reason"]
        table = pd.DataFrame(rows, columns=columns)
        table.attrs["units"] = dict(self._units)
        return table

    def _row(self, x: Point) -> Tuple[float, ...]:
        if isinstance(x, pd.Series) and not isinstance(x.index, pd.RangeIndex):
            x = x.to_dict()
        if isinstance(x, Mapping):
            if set(x) != set(self.names):
                raise ValueError(f"a point has {', '.join(self.names)}; this one has {', '.join(map(str, x))}")
            x = [x[name] for name in self.names]
        row = tuple(float(value) for value in np.ravel(x))
        if len(row) != len(self.names):
            raise ValueError(
                f"a point has {len(self.names)} numbers ({', '.join(self.names)}), and this one {len(row)}"
            )
        if not all(map(math.isfinite, row)):
            raise ValueError(f"{row} is no point (it is not finite)")
        return row

    def _simulate(self, rows: List[Tuple[float, ...]]) -> None:
        folder = Folder()
        header = [name + (f" [{self._units[name]}]" if self._units.get(name) else "") for name in self.names]
        path = write_rows(folder, header, [[repr(value) for value in row] for row in rows])
        content = study_table(
            self._scenario, {}, {"objective": self._endpoint}, kind="sweep", design="list", file=path, **self._study
        )
        content["factor"] = [
            {"name": name, "scale" if one.multiplies else "key": one.key} for name, one in self._factors.items()
        ]
        made = Scenario(content)
        made._changes = tuple(self._scenario.changes)
        results = made.run(**{"progress": False, **self._run})
        if not isinstance(results, StudyResults) or results.n_points != len(rows):
            raise VtrialError("the study has not the points that were asked for")
        found = results["objective"]
        reasons = found["reason"].to_numpy() if "reason" in found else [""] * len(rows)
        for i, row in enumerate(rows):
            self._known[row] = {part: float(found[part][i]) for part in ("value", "standard_error", "low", "high")}
            self._known[row]["reason"] = str(reasons[i])


def objective(
    scenario: Scenario,
    keys: Union[Sequence[Union[toml.Key, Factor]], Mapping[str, Any]],
    endpoint: Endpoint,
    *,
    patients: Optional[int] = None,
    seed: Optional[int] = None,
    replicates: Optional[int] = None,
    sign: float = 1.0,
    units: Optional[Mapping[str, str]] = None,
    **run: Any,
) -> Objective:
    """An endpoint as a function of entries: all calls have the same patients, and no point is simulated twice.

    keys: entries, in the order of x; `scale("pk.clearance", (0.8, 1.25))` multiplies one; or a dict by entry or name,
    with bounds: {"pk.exposure_scale": (0.5, 2), "dose": factor("rule.low.regimen.dose", ("400 mg", "800 mg"))}.
    sign: -1 where an optimiser that minimises should maximise. units: of numbers in x, by name; those of bounds are
    taken from them. run: further arguments of `Scenario.run`, as threads.

    >>> f = objective(s, {"adherence.taken.once_daily": (0.5, 1)}, Endpoint("mmr", "itt"), patients=2_000, sign=-1)
    >>> scipy.optimize.minimize_scalar(f, bounds=f.bounds[0])
    """
    factors: Dict[str, Factor] = {}
    found_units = dict(units or {})
    bounds: List[Optional[Tuple[float, float]]] = []
    for name, one in (keys.items() if isinstance(keys, Mapping) else _by_path(keys)):
        made = one if isinstance(one, Factor) else Factor(toml.path_of(name), one)
        factors[name] = made
        pair = made.levels
        if pair is None:
            bounds.append(None)
            continue
        if not (isinstance(pair, tuple) and len(pair) == 2):
            raise ValueError(f"{name} has {pair!r}, which is no (low, high)")
        (low, unit), (high, same) = _amount(pair[0]), _amount(pair[1])
        if unit != same:
            raise ValueError(f"the bounds of {name} are in {unit!r} and in {same!r}; write both in one unit")
        if unit:
            found_units.setdefault(name, unit)
        bounds.append((low, high))
    known = [pair for pair in bounds if pair is not None]
    study = {"patients": patients, "replicates": replicates}
    return Objective(
        scenario,
        factors,
        endpoint,
        known if len(known) == len(bounds) else None,
        found_units,
        study,
        {**run, **({"seed": seed} if seed is not None else {})},
        float(sign),
    )


def _by_path(keys: Sequence[Union[toml.Key, Factor]]) -> List[Tuple[str, Factor]]:
    if isinstance(keys, str):
        raise TypeError("keys is a list: [\"pk.clearance\"]")
    made = [one if isinstance(one, Factor) else Factor(toml.path_of(one), None) for one in keys]
    return [(one.key, one) for one in made]


def _amount(value: Any) -> Tuple[float, str]:
    """A number and its unit: 0.8, "400 mg"."""
    if isinstance(value, str):
        number, _, unit = value.strip().partition(" ")
        return float(number), unit.strip()
    return float(value), ""

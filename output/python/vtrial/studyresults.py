"""Results of a study: endpoints over its factors, what they depend on, power, the best points."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, List, Union

import numpy as np
import pandas as pd
import xarray as xr

from vtrial import files, html, parquet, program
from vtrial.results import Results
from vtrial.resultsfile import PathLike, ResultsFile

_PARTS = ["value", "standard_error", "low", "high", "n"]


class StudyResults(ResultsFile):
    """A results file of a study. Nothing is read before it is asked for, and no file is kept open.

    >>> study["mmr"].value.sel(adherence=0.8)       # xarray over the factors
    """

    @property
    def design_kind(self) -> str:
        """grid, one_at_a_time, list, latin_hypercube, sobol, saltelli, morris, power or optimise."""
        return str(self._root["design"])

    @property
    def n_points(self) -> int:
        """How many points were simulated."""
        return int(self._root["points"])

    # ---- factors and points --------------------------------------------------------------------------------------

    @property
    def factors(self) -> pd.DataFrame:
        """By factor, in the study's order: the entry that it sets or multiplies, units, role, its values' labels."""
        rows = []
        for name in files.names_in(self.path, "factors"):
            one = files.attributes_of(self.path, f"factors/{name}")
            rows.append(
                {
                    "factor": name,
                    "key": one.get("sets") or one.get("multiplies") or "",
                    "multiplies": "multiplies" in one,
                    "units": one.get("units", "1"),
                    "role": one.get("role", ""),
                    "values": files.column_in(self.path, f"factors/{name}/level"),
                }
            )
        columns = ["factor", "key", "multiplies", "units", "role", "values"]
        return pd.DataFrame(rows, columns=columns).set_index("factor")

    @property
    def design(self) -> pd.DataFrame:
        """By point, from 0: the value of every factor, a number where it has one, else its label. attrs["units"]."""
        if not files.has(self.path, "design"):
            return pd.DataFrame(index=pd.RangeIndex(self.n_points, name="point"))
        table = files.table_of(self.path, "design")
        table["point"] = table["point"].astype(int)
        order = [name for name in self.factors.index if name in table]
        more = [name for name in table if name not in order and name != "point"]
        return table.set_index("point")[order + more]

    @property
    def points(self) -> pd.DataFrame:
        """By point: patients, how many failed, hashes of its plan and of its trial's content."""
        columns = ["point", "patients", "failed", "plan_hash", "content_hash"]
        table = pd.DataFrame({name: files.column_in(self.path, f"points/{name}") for name in columns})
        table["point"] = table["point"].astype(int)
        table["plan_hash"] = [f"{one:016x}" for one in table["plan_hash"]]
        return table.set_index("point")

    # ---- endpoints -----------------------------------------------------------------------------------------------

    def __iter__(self) -> Any:
        return iter(files.names_in(self.path, "endpoints"))

    def __len__(self) -> int:
        return len(files.names_in(self.path, "endpoints"))

    def __contains__(self, name: object) -> bool:
        return name in files.names_in(self.path, "endpoints")

    def __getitem__(self, name: str) -> xr.Dataset:
        """An endpoint: value, standard_error, low, high (95 %), n, over the factors of a grid, else by point.

        A factor whose levels are all numbers has them as its coordinate, with units, and `FACTOR_label` beside;
        else its labels. By point the factors are coordinates of it. Raises KeyError.
        """
        if name not in self:
            raise KeyError(f"there is no endpoint {name!r}; there are {', '.join(self)}")
        found = files.dataset_of(self.path, f"/endpoints/{name}")
        if "point" in found.dims:
            found = found.assign_coords(point=found["point"].astype(int))
            design = self.design
            for factor in design:
                units = design.attrs["units"].get(factor, "1")
                found = found.assign_coords({factor: ("point", design[factor].to_numpy(), {"units": units})})
        for factor in [dim for dim in found.dims if f"{dim}_value" in found]:
            number = found[f"{factor}_value"]
            if np.isfinite(number).all() and len(np.unique(number)) == number.size:
                labels = found[factor].to_numpy()
                found = found.assign_coords({factor: (factor, number.to_numpy(), dict(number.attrs))})
                found = found.assign_coords({f"{factor}_label": (factor, labels)})
            found = found.drop_vars(f"{factor}_value")
        return found

    @property
    def endpoints(self) -> xr.Dataset:
        """All endpoints in one Dataset, with the further dimension `endpoint`; `units` by endpoint."""
        names = list(self)
        if not names:
            return xr.Dataset()  # of a study of power
        parts = [self[name] for name in names]
        units = [part.value.attrs.get("units", "1") for part in parts]
        shared = [part[_PARTS].drop_vars([c for c in part.coords if c not in part[_PARTS].coords]) for part in parts]
        for part in shared:
            part.attrs = {}
        together = xr.concat(shared, dim=pd.Index(names, name="endpoint"), combine_attrs="drop")
        return together.assign_coords(units=("endpoint", units))

    @property
    def study(self) -> xr.Dataset:
        """What the study found: its endpoints over the factors, the same as `endpoints`."""
        return self.endpoints

    @property
    def failures(self) -> pd.DataFrame:
        """Points with patients who could not be computed, a row each: point, failed, patients."""
        points = self.points
        return points.loc[points["failed"] > 0, ["failed", "patients"]]

    def to_frame(self) -> pd.DataFrame:
        """A row for every point: factors, then each endpoint as NAME, NAME_standard_error, NAME_low, NAME_high."""
        table = self.design.copy()
        units = dict(table.attrs.get("units", {}))
        for name in self:
            found = files.dataset_of(self.path, f"/endpoints/{name}")
            for part in _PARTS[:4]:
                column = name if part == "value" else f"{name}_{part}"
                table[column] = found[part].to_numpy().ravel()
                units[column] = found[part].attrs.get("units", "1")
        table.attrs["units"] = units
        return table

    @property
    def pareto(self) -> pd.DataFrame:
        """Rows of `to_frame` that no other beats in all goals, where circumstances are the same."""
        return self.to_frame().loc[[int(one) for one in files.column_in(self.path, "pareto/point")]]

    # ---- what they depend on -------------------------------------------------------------------------------------

    @property
    def sensitivity(self) -> pd.DataFrame:
        """By endpoint and factor: S1, S1_conf, ST, ST_conf (half widths of 95 % intervals), or the indices of another
        method. attrs["noise"]: by endpoint the share of Monte-Carlo noise in the variance between points."""
        parts, noise = {}, {}
        for name in files.names_in(self.path, "sensitivity"):
            found = self.indices(name)
            parts[name] = found[[v for v in found.data_vars if found[v].dims == ("factor",)]].to_dataframe()
            noise[name] = found.attrs.get("noise", np.nan)
        table = pd.concat(parts, names=["endpoint"]) if parts else pd.DataFrame()
        table.attrs["noise"] = noise
        return table

    def indices(self, endpoint: str) -> xr.Dataset:
        """All indices of an endpoint, by factor; also S2 by two factors. Raises KeyError."""
        self._one_of("sensitivity", endpoint)
        return files.dataset_of(self.path, f"/sensitivity/{endpoint}")

    def convergence(self, endpoint: str) -> xr.Dataset:
        """Indices from the first `n` base points or trajectories alone. Raises KeyError."""
        self._one_of("sensitivity", endpoint)
        return files.dataset_of(self.path, f"/sensitivity/{endpoint}/convergence")

    # ---- power, searches, kept tallies ---------------------------------------------------------------------------

    @property
    def power(self) -> pd.DataFrame:
        """By trial design, point and truth: shares of trials better, worse, futile, means, each with its interval."""
        parts = {}
        for name in files.names_in(self.path, "power"):
            found = self.trials(name)
            two = [v for v in found.data_vars if found[v].dims == ("point", "truth")]
            parts[name] = found[two].to_dataframe()
        return pd.concat(parts, names=["design"]) if parts else pd.DataFrame()

    def trials(self, design: str) -> xr.Dataset:
        """What became of every trial of a design, by point, truth and replicate. Raises KeyError."""
        self._one_of("power", design)
        found = files.dataset_of(self.path, f"/power/{design}")
        return found.assign_coords(point=found["point"].astype(int))

    @property
    def optimum(self) -> pd.DataFrame:
        """Best points of a search: factors, endpoints with fresh random numbers, and what the search saw of them
        (NAME_optimised). attrs: method, feasible, fresh_seed and the rest. Raises KeyError where it was no search."""
        if not files.has(self.path, "optimum"):
            raise KeyError("this study was no search (kind = \"optimise\")")
        table = files.table_of(self.path, "optimum/design")
        names = files.names_in(self.path, "optimum/endpoints")
        for name in names:
            found = files.dataset_of(self.path, f"/optimum/endpoints/{name}")
            for column, part in (
                (name, "value"),
                (f"{name}_standard_error", "standard_error"),
                (f"{name}_low", "low"),
                (f"{name}_high", "high"),
                (f"{name}_optimised", "optimised_value"),
            ):
                table[column] = found[part].to_numpy()
        table.attrs.update(files.attributes_of(self.path, "optimum"))
        return table.set_index("point")

    @property
    def kept_tallies(self) -> List[str]:
        """Names of the tallies that were kept of every point (`keep = "tallies"`)."""
        return files.names_in(self.path, "tallies")

    def tally(self, name: str) -> xr.Dataset:
        """Counts of a kept tally, by factors or point, then by its own axes. Raises KeyError."""
        self._one_of("tallies", name)
        return files.dataset_of(self.path, f"/tallies/{name}")

    # ---- files and pages -----------------------------------------------------------------------------------------

    def report(self, path: PathLike) -> Path:
        """Writes the study's HTML page."""
        program.call(["report", self.path, "-o", os.fspath(path)])
        return Path(path)

    def to_parquet(self, directory: PathLike) -> List[Path]:
        """Writes `points` (as `to_frame`), `sensitivity` and `power` as Parquet files, those that there are."""
        tables = {"points": self.to_frame(), "sensitivity": self.sensitivity, "power": self.power}
        return parquet.write_tables({name: table for name, table in tables.items() if len(table)}, directory)

    @property
    def plot(self) -> Any:
        """Figures: `study.plot("mmr")`, `study.plot.sensitivity("mmr")`; see `vtrial.plot.StudyPlots`."""
        from vtrial.plot.study import StudyPlots

        return StudyPlots(self)

    def __repr__(self) -> str:
        return (
            f"<vtrial.StudyResults {self.title!r}: {self.n_points} points ({self.design_kind}) × "
            f"{self.n_patients} patients\n  factors: {', '.join(self.factors.index)}\n"
            f"  endpoints: {', '.join(self)}\n  file: {self.path}>"
        )

    def _repr_html_(self) -> str:
        return html.of_study(self)

    def _one_of(self, group: str, name: str) -> None:
        known = files.names_in(self.path, group)
        if name not in known:
            there = f"there are {', '.join(known)}" if known else f"the study has no /{group}"
            raise KeyError(f"{name!r} is not in /{group}; {there}")


def open_results(path: PathLike) -> Union[Results, StudyResults]:
    """Opens a results file: `Results` of a trial, `StudyResults` of a study. Raises FileError, VtrialError."""
    kind = files.root_of(os.fspath(path)).get("kind")
    return StudyResults(path) if kind == "study" else Results(path)

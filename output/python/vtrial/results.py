"""Results of a trial: tallies with labelled axes, tables of patients, doses, decisions and tests."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path
from typing import Any, Iterator, List, Optional

import h5py
import pandas as pd
import xarray as xr

import vtrial_program
from vtrial import files, html, parquet, program
from vtrial.errors import FailedPatientsWarning, FileError
from vtrial.patients import read_patients
from vtrial.resultsfile import PathLike, ResultsFile


class Results(ResultsFile):
    """A results file of one trial. Nothing is read before it is asked for, and no file is kept open.

    >>> r["mmr"].itt.sel(arm="400 mg BID")          # xarray, by visit
    """

    # ---- tallies -------------------------------------------------------------------------------------------------

    @property
    def tallies(self) -> pd.DataFrame:
        """By name: title, kind, units, axes, score, and among whom."""
        rows = {name: files.attributes_of(self.path, f"tallies/{name}") for name in self}
        return pd.DataFrame(
            [
                {
                    "title": row.get("long_name", ""),
                    "kind": row["kind"],
                    "units": row["units"],
                    "axes": row["axes"],
                    "score": row["score"],
                    "among": row.get("among", ""),
                }
                for row in rows.values()
            ],
            index=pd.Index(list(rows), name="tally"),
            columns=["title", "kind", "units", "axes", "score", "among"],
        )

    @property
    def withheld(self) -> str:
        """Why no statistic should be read, where more than 1 % of the patients failed; else ""."""
        return str(files.attributes_of(self.path, "tallies").get("withheld", ""))

    def __iter__(self) -> Iterator[str]:
        return iter(files.names_in(self.path, "tallies"))

    def __len__(self) -> int:
        return len(files.names_in(self.path, "tallies"))

    def __contains__(self, name: object) -> bool:
        return name in files.names_in(self.path, "tallies")

    def __getitem__(self, name: str) -> xr.Dataset:
        """A tally: counts and statistics by its axes, intervals of 95 % as `X_low`, `X_high`.

        They are of the simulation, which has a finite number of patients; they say nothing about the model.
        Raises KeyError. Warns where statistics are withheld.
        """
        if name not in self:
            raise KeyError(f"there is no tally {name!r}; there are {', '.join(self)}")
        if self.withheld:
            warnings.warn(f"{name}: {self.withheld}", FailedPatientsWarning, stacklevel=2)
        return files.dataset_of(self.path, f"/tallies/{name}")

    # ---- tables --------------------------------------------------------------------------------------------------

    @property
    def arms(self) -> pd.DataFrame:
        """By arm: regimen, patients."""
        return files.table_of(self.path, "arms", ["arm", "regimen", "patients"]).set_index("arm")[
            ["regimen", "patients"]
        ]

    @property
    def screening(self) -> pd.DataFrame:
        """By criterion: its formula, patients for whom it was the first that did not hold."""
        columns = ["criterion", "when", "rejected"]
        return files.table_of(self.path, "screening", columns)[columns].set_index("criterion")

    @property
    def rules(self) -> pd.DataFrame:
        """By rule and arm: its action, times it fired, patients in whom it did."""
        return files.by_arm(self.path, "rules", "rule", ["fired", "patients"], ["action"]).set_index(["rule", "arm"])

    @property
    def leaving(self) -> pd.DataFrame:
        """By reason and arm: patients who ended the trial so."""
        return files.by_arm(self.path, "leaving", "reason", ["patients"]).set_index(["reason", "arm"])

    @property
    def sources(self) -> pd.DataFrame:
        """By parameter: value, unit, source, basis, calibrated_to."""
        columns = ["parameter", "value", "unit", "source", "basis", "calibrated_to"]
        return files.table_of(self.path, "sources", columns)[columns].set_index("parameter")

    @property
    def failures(self) -> pd.DataFrame:
        """By reason: patients who could not be computed, the first of them, and what failed there."""
        columns = ["reason", "patients", "smallest_id", "replicate", "patient", "example"]
        return files.table_of(self.path, "failures", columns).set_index("reason")

    @property
    def tests(self) -> pd.DataFrame:
        """Statistical tests, by test, term and replicate: estimate, standard_error, p, patients, events."""
        parts = []
        for name in files.names_in(self.path, "tests"):
            found = files.dataset_of(self.path, f"/tests/{name}")
            part = found[["estimate", "standard_error", "p", "patients", "events"]].to_dataframe().reset_index()
            part.insert(0, "test", found.attrs.get("name", name))
            part.insert(1, "kind", found.attrs["kind"])
            parts.append(part)
        index = ["test", "term", "replicate"]
        if not parts:
            columns = [*index, "kind", "estimate", "standard_error", "p", "patients", "events"]
            return pd.DataFrame(columns=columns).set_index(index)
        table = pd.concat(parts, ignore_index=True)
        table["replicate"] = table["replicate"].astype(int)
        return table.set_index(index)

    def patients(self, kind: Optional[str] = None) -> pd.DataFrame:
        """A row for each patient, by replicate and patient, of counterfactual trials also by arm: of [record] the first
        patients or all (covariates, random effects, parameters, how their trial went, events, columns), else the columns
        that are kept of all.

        kind: only columns of that kind ("covariate", "eta", "parameter", "course", "event", "column"). `arm`: the label
        of the arm, missing for who is in none; `status` says why (`status_` beside a column of that name). `left` says
        in words how the trial ended for a patient. attrs["units"], attrs["long_name"] and attrs["kind"]: by column.
        Raises KeyError where there is no table.
        """
        return read_patients(self.path, kind)

    def decisions(self) -> pd.DataFrame:
        """The ledger of realised doses of recorded patients: patient, day, rule, action, before, after (mg a day)."""
        self._needs("records/decisions", "decisions = true")
        columns = ["patient", "day", "rule", "action", "before", "after"]
        return files.table_of(self.path, "records/decisions", columns)[columns]

    def doses(self) -> pd.DataFrame:
        """Doses of recorded patients, one by one: patient, day, hour (after the day's nominal morning dose), prescribed,
        taken and entered (mg; `entered` is what of it reaches the body). Missed ones have 0 mg taken."""
        self._needs("records/doses", "doses = true")
        columns = ["patient", "day", "hour", "prescribed", "taken", "entered"]
        return files.table_of(self.path, "records/doses", columns)[columns]

    def rates(self) -> xr.Dataset:
        """What stood over each day of recorded patients, by patient and day: clearance (L/h), volume (L) and others,
        with trends, comedications and occasions."""
        self._needs("records/rates", "doses = true")
        return files.dataset_of(self.path, "/records/rates")

    def daily(self) -> xr.Dataset:
        """What was recorded of each day, by patient and day."""
        self._needs("records/daily", "daily = […]")
        return files.dataset_of(self.path, "/records/daily")

    def concentrations(self) -> xr.DataArray:
        """Concentrations of recorded patients (ng/mL), by patient, day and hour."""
        self._needs("records/concentrations", "concentrations = { … }")
        return files.dataset_of(self.path, "/records/concentrations").concentration

    def table(self, group: str) -> pd.DataFrame:
        """Any group of columns of one length: r.table("records/decisions"). Raises KeyError."""
        if not files.has(self.path, group):
            raise KeyError(f"the file has no {group}, or nothing in it")
        return files.table_of(self.path, group)

    def dataset(self, group: str) -> xr.Dataset:
        """Any group with its labelled axes: r.dataset("tests/response"). Raises KeyError."""
        if not files.has(self.path, group):
            raise KeyError(f"the file has no {group}, or nothing in it")
        return files.dataset_of(self.path, f"/{group}")

    # ---- files and pages -----------------------------------------------------------------------------------------

    def report(self, path: PathLike, targets: Optional[PathLike] = None) -> Path:
        """Writes one HTML page, with published results beside if `targets` names a file of them."""
        arguments = ["report", self.path, "-o", os.fspath(path)]
        program.call(arguments + (["--targets", _targets(targets)] if targets is not None else []))
        return Path(path)

    def compare(self, targets: PathLike) -> pd.DataFrame:
        """Published against simulated, a row each: published, low, high, simulated, interval, verdict.

        targets: a file, or the name of a shipped one ("tops"). attrs["notes"]; attrs["missed"]: whether a required
        row is outside.
        """
        said = program.call(["compare", self.path, _targets(targets), "--json"], (program.OK, program.MISSED))
        found = json.loads(said.stdout)
        rows = [
            {
                **row,
                "interval_low": row.get("interval", [None, None])[0],
                "interval_high": row.get("interval", [None, None])[1],
            }
            for row in found["rows"]
        ]
        for row in rows:
            row.pop("interval", None)
        table = pd.DataFrame(rows).set_index("name")
        table.attrs.update(notes=found.get("notes", []), missed=said.exit_code == program.MISSED)
        return table

    def to_nonmem(self, path: PathLike) -> Path:
        """Writes doses and concentrations of recorded patients as a table of events for NONMEM, mrgsolve, rxode2.

        ID from 1, TIME in h from 6 h before the nominal morning dose of the first day, EVID, AMT (mg), RATE (-2: over D1
        hours), CMT, DV (ng/mL), MDV; CL (L/h), V (L), Q, VP, KA or D1, KTR, F1, ALAG1; S = V/1000 over the exposure
        scale, so that DV is the central amount over S; PATIENT, ARM from 1, covariates. Where parameters change two
        rows have one TIME. Needs [record] doses = true, and concentrations for observations: `vtrial export` notes where
        there are none, and so does this.
        """
        said = program.call(["export", self.path, "--nonmem", os.fspath(path)])
        if said.stderr.strip():
            warnings.warn(said.stderr.strip(), stacklevel=2)
        return Path(path)

    def to_parquet(self, directory: PathLike) -> List[Path]:
        """Writes every table as a Parquet file: tallies as tally.NAME.parquet, what has further axes as
        tally.NAME.AXES.parquet, what is of some axes alone as tally.NAME.of.AXES.parquet, the others under their own
        names. Needs pyarrow. Gives the files."""
        return parquet.write_tables(parquet.tables_of(self), directory)

    @property
    def plot(self) -> Any:
        """Figures: `r.plot("mmr")`, `r.plot.doses()`; see `vtrial.plot.TrialPlots`. Needs matplotlib."""
        from vtrial.plot.trial import TrialPlots

        return TrialPlots(self)

    def __repr__(self) -> str:
        times = f" × {self.n_replicates} replicates" if self.n_replicates > 1 else ""
        return (
            f"<vtrial.Results {self.title!r}: {self.n_patients} patients{times}, seed {self.seed}\n"
            f"  tallies: {', '.join(self)}\n  file: {self.path}>"
        )

    def _repr_html_(self) -> str:
        return html.of_results(self)

    def _needs(self, group: str, entry: str) -> None:
        with h5py.File(self.path, "r") as file:
            if group not in file:
                raise KeyError(f"the trial did not record this; give the scenario [record] {entry}")


def _targets(name: PathLike) -> str:
    """The file, or the shipped one of that name."""
    path = os.fspath(name)
    if os.path.exists(path) and not os.path.isdir(path):
        return path
    try:
        folder = vtrial_program.scenario_folder() / "targets"
    except FileNotFoundError:
        return path
    found = next((str(one) for one in (folder / path, folder / f"{path}.toml") if one.is_file()), None)
    if found is None:
        known = ", ".join(sorted(one.stem for one in folder.glob("*.toml")))
        raise FileError(f"there is no file {path}, and no published results of this name; there are {known}")
    return found

"""Reads groups of a results file: labelled arrays through xarray, tables and texts through h5py."""

from __future__ import annotations

import os
from typing import Any, Dict, List, Optional, Sequence

import h5py
import numpy as np
import pandas as pd
import xarray as xr

from vtrial.errors import FileError, VtrialError

SCHEMA, MAJOR = "vtrial-result", 3
ITT = "ITT"  #: estimand of a proportion whose missing patients count as no event
PRESCRIBED = "daily_dose_mg"  #: the quantity of /records/daily that is the prescribed daily dose
Z95 = 1.959963984540054  #: standard normal quantile of 0.975


def text_of(value: Any) -> Any:
    """Texts of HDF5 as str, numbers of one element as numbers."""
    if isinstance(value, bytes):
        return value.decode("utf-8").rstrip("\0")
    if isinstance(value, h5py.Empty):
        return ""
    if isinstance(value, np.generic):
        return text_of(value.item())
    return value


def attributes(group: Any) -> Dict[str, Any]:
    """Attributes of a group or dataset, without those of HDF5's dimension scales."""
    inner = ("CLASS", "NAME", "REFERENCE_LIST", "DIMENSION_LIST", "_Netcdf4Dimid", "_Netcdf4Coordinates")
    return {name: text_of(value) for name, value in group.attrs.items() if name not in inner}


def values_of(dataset: h5py.Dataset) -> np.ndarray:
    """All values; texts as str."""
    if h5py.check_string_dtype(dataset.dtype) is not None:
        return np.array(dataset.asstr()[()], dtype=object)
    return dataset[()]


def root_of(path: str) -> Dict[str, Any]:
    """Attributes of the file. Raises FileError, and VtrialError where it is not of a version that is understood."""
    if not os.path.isfile(path):
        raise FileError(f"{path}: there is no such file")
    try:
        with h5py.File(path, "r") as file:
            root = attributes(file)
    except OSError as error:
        raise FileError(f"{path}: cannot be read ({error})") from None
    if root.get("schema_name") != SCHEMA:
        raise VtrialError(f"{path}: is no results file of vtrial (schema_name is {root.get('schema_name')!r})")
    version = str(root.get("schema_version"))
    if version.split(".")[0] != str(MAJOR):
        raise VtrialError(
            f"{path}: has version {version} of the file format, and this package reads {MAJOR}.x; take "
            "the package of the program that wrote it"
        )
    return root


def has(path: str, group: str) -> bool:
    """Whether there is such a group, with something in it."""
    with h5py.File(path, "r") as file:
        return group in file and (not isinstance(file[group], h5py.Group) or len(file[group]) > 0)


def names_in(path: str, group: str) -> List[str]:
    """Names of the groups in a group, in the order in which they were created; none where it is not there."""
    with h5py.File(path, "r") as file:
        return [name for name, one in file[group].items() if isinstance(one, h5py.Group)] if group in file else []


def attributes_of(path: str, group: str) -> Dict[str, Any]:
    with h5py.File(path, "r") as file:
        return attributes(file[group]) if group in file else {}


def text_in(path: str, dataset: str) -> str:
    """A text that stands alone; "" where it is not there."""
    with h5py.File(path, "r") as file:
        return text_of(file[dataset][()]) if dataset in file else ""


def column_in(path: str, dataset: str) -> List[Any]:
    with h5py.File(path, "r") as file:
        return list(values_of(file[dataset])) if dataset in file else []


def dataset_of(path: str, group: str) -> xr.Dataset:
    """A group with its labelled axes, in memory. `X_low` and `X_high` (95 %, normal) are added where an `X` has a
    `X_standard_error` alone."""
    with xr.open_dataset(path, group=group, engine="h5netcdf", decode_times=False) as opened:
        found = opened.load()
    for name in [str(name) for name in found.data_vars if f"{name}_standard_error" in found]:
        if f"{name}_low" not in found:
            half = Z95 * found[f"{name}_standard_error"]
            for end, value in (("low", found[name] - half), ("high", found[name] + half)):
                value.attrs = {
                    "units": found[name].attrs.get("units", "1"),
                    "long_name": f"95 % interval of the simulation, {'lower' if end == 'low' else 'upper'} end",
                }
                found[f"{name}_{end}"] = value
    return found


def table_of(path: str, group: str, columns: Sequence[str] = ()) -> pd.DataFrame:
    """A group of columns of one length. columns: these first, and all that a table without rows has.

    attrs["units"]: of the columns that have one.
    """
    data: Dict[str, np.ndarray] = {}
    units: Dict[str, str] = {}
    with h5py.File(path, "r") as file:
        if group in file:
            for name, one in file[group].items():
                if isinstance(one, h5py.Dataset) and one.ndim == 1:
                    data[name] = values_of(one)
                    if "units" in one.attrs:
                        units[name] = text_of(one.attrs["units"])
    lengths = {len(values) for values in data.values()}
    if len(lengths) > 1:
        raise VtrialError(f"{path}: columns of {group} have different lengths")
    order = [name for name in columns if name in data or not data] + [name for name in data if name not in columns]
    table = pd.DataFrame(data, columns=order)
    table.attrs["units"] = units
    return table


def by_arm(path: str, group: str, row: str, tables: Sequence[str], texts: Sequence[str] = ()) -> pd.DataFrame:
    """Tables [row, arm] of a group as one long table with columns row, texts, arm, tables. `row` and `arm` are categories
    in the order of the file."""
    with h5py.File(path, "r") as file:
        if group not in file or row not in file[group]:
            return pd.DataFrame(columns=[row, *texts, "arm", *tables])
        one = file[group]
        rows, arms = values_of(one[row]), values_of(one["arm"])
        columns: Dict[str, Any] = {row: pd.Categorical(np.repeat(rows, len(arms)), categories=rows)}
        columns.update({text: np.repeat(values_of(one[text]), len(arms)) for text in texts})
        columns["arm"] = pd.Categorical(np.tile(arms, len(rows)), categories=arms)
        columns.update({table: one[table][()].ravel() for table in tables})
        return pd.DataFrame(columns)


def first_there(names: Sequence[str], among: Any) -> Optional[str]:
    """The first of the names that is there."""
    return next((name for name in names if name in among), None)

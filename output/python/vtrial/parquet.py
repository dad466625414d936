"""Tables as Parquet files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Union

import pandas as pd

from vtrial import files

if TYPE_CHECKING:
    from vtrial.results import Results


def tables_of(results: "Results") -> Dict[str, pd.DataFrame]:
    """All tables of a trial by name: "arms", "doses", "tally.mmr", "tally.bcr_abl.quantile"."""
    tables: Dict[str, pd.DataFrame] = {
        name: getattr(results, name)
        for name in ("arms", "screening", "rules", "leaving", "sources", "failures", "tests")
    }
    if files.has(results.path, "patients"):
        tables["patients"] = results.patients()
    for name in ("decisions", "doses"):
        if files.has(results.path, f"records/{name}"):
            tables[name] = getattr(results, name)()
    for name in ("daily", "concentrations", "rates"):
        if files.has(results.path, f"records/{name}"):
            tables[name] = files.dataset_of(results.path, f"/records/{name}").to_dataframe()
    for tally in results:
        found = files.dataset_of(results.path, f"/tallies/{tally}")
        axes = found.attrs["axes"].split()
        by_shape: Dict[Any, List[str]] = {}
        for variable, one in found.data_vars.items():
            by_shape.setdefault(one.dims, []).append(str(variable))
        for dims, names in by_shape.items():
            further = [str(dim) for dim in dims if dim not in axes]
            if not set(axes) <= set(dims):
                further = ["of", *map(str, dims)]
            part = found[names]
            tables[".".join(["tally", tally, *further])] = (
                part.to_dataframe() if dims else pd.DataFrame({key: [part[key].item()] for key in names})
            )
    return tables


def write_tables(tables: Mapping[str, pd.DataFrame], directory: "Union[str, os.PathLike[str]]") -> List[Path]:
    """NAME.parquet of each; gives the files. Raises ImportError, which says what to install."""
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise ImportError("Parquet files need pyarrow: pip install 'vtrial[parquet]'") from None
    written = []
    for name, table in tables.items():
        path = folder / f"{name.replace('/', '_')}.parquet"
        plain = table.copy()
        plain.attrs = {}
        plain.to_parquet(path, engine="pyarrow")
        written.append(path)
    return written

"""The table of patients of a results file."""

from __future__ import annotations

from typing import Any, Dict, Optional

import h5py
import numpy as np
import pandas as pd

from vtrial import files
from vtrial.errors import VtrialError

#: What stands in the place of a patient's arm: number in the file, and the word for it.
NO_ARM = {-1: "not included", -2: "could not be computed", -3: "missing"}


def read_patients(path: str, kind: Optional[str]) -> pd.DataFrame:
    """As `Results.patients`."""
    if not files.has(path, "patients"):
        raise KeyError("the results have no table of patients; give the scenario [record] with patients or table")
    with h5py.File(path, "r") as file:
        group = file["patients"]
        names = list(files.values_of(group["column"]))
        attrs = {name: files.attributes(group[name]) for name in names}
        if kind is not None and not any("kind" in one for one in attrs.values()):
            raise VtrialError("the file does not tell kinds of columns; leave kind out")
        names = [name for name in names if kind is None or attrs[name].get("kind") == kind]
        numbers = group["arm_number"][()]
        lives = list(files.values_of(group["arm"])) if "arm" in group else []
        numbers_of = [group[scale][()].astype(int) for scale in ("replicate", "patient")]
        levels = [*numbers_of, *([lives] if lives else [])]
        index = pd.MultiIndex.from_product(levels, names=["replicate", "patient", "arm"][: len(levels)])
        times = max(1, len(lives))
        data: Dict[str, Any] = {}
        labels = list(files.values_of(file["arms/arm"])) if "arm" in file["arms"] else []
        if not lives:
            arm = np.array([labels[n] if n >= 0 else None for n in numbers.ravel()], dtype=object)
            data["arm"] = pd.Categorical(arm, categories=labels)
        status = np.array([NO_ARM.get(n, "included") for n in numbers.ravel()], dtype=object)
        state = "status"
        while state in names:
            state += "_"
        data[state] = pd.Categorical(np.repeat(status, times), categories=["included", *NO_ARM.values()])
        for name in names:
            values = group[name][()]
            data[name] = values.ravel() if values.size == len(index) else np.repeat(values.ravel(), times)
            words = [word.replace("_", " ") for word in str(attrs[name].get("flag_meanings", "")).split()]
            if words:  # codes from 0
                codes = np.where(np.isfinite(data[name]), data[name], -1).astype(int)
                data[name] = pd.Categorical.from_codes(codes, categories=words)
    table = pd.DataFrame(data, index=index)
    for what in ("units", "long_name", "kind", "flag_meanings"):
        table.attrs[what] = {name: attrs[name][what] for name in names if what in attrs[name]}
    return table

"""Virtual clinical trials from Python: scenarios are changed, checked and run, results open as xarray and pandas.

>>> import vtrial
>>> r = vtrial.Scenario("tops").set("adherence.taken.once_daily", 0.8).run(patients=20_000)
>>> r["mmr"].itt.sel(visit="month 12")

Every call runs the program `vtrial` once; between the two stands its HDF5 file.
"""

from __future__ import annotations

from vtrial.design import Endpoint, Factor, factor, scale, sensitivity, sobol, study, sweep
from vtrial.errors import (
    DeviceError,
    FailedPatientsWarning,
    FileError,
    Interrupted,
    Problem,
    ScenarioError,
    VtrialError,
)
from vtrial.objective import Objective, objective
from vtrial.results import Results
from vtrial.scenario import CheckResult, Scenario, scenarios
from vtrial.studyresults import StudyResults
from vtrial.studyresults import open_results as open  # noqa: A004

# Without `open`, which would hide the one of Python after `from vtrial import *`.
__all__ = [
    "CheckResult",
    "DeviceError",
    "Endpoint",
    "Factor",
    "FailedPatientsWarning",
    "FileError",
    "Interrupted",
    "Objective",
    "Problem",
    "Results",
    "Scenario",
    "ScenarioError",
    "StudyResults",
    "VtrialError",
    "factor",
    "objective",
    "scale",
    "scenarios",
    "sensitivity",
    "sobol",
    "study",
    "sweep",
]

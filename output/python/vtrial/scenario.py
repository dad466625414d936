"""Scenarios: files, changed entry by entry, checked, explained, traced and run."""

from __future__ import annotations

import difflib
import json
import os
import re
import warnings
from pathlib import Path
from typing import Any, List, Mapping, Optional, Sequence, Tuple, Union

import vtrial_program
from vtrial import html, program, toml
from vtrial.errors import FailedPatientsWarning, Problem, ScenarioError, VtrialError
from vtrial.folder import Folder, HasFile
from vtrial.program import Progress
from vtrial.results import Results
from vtrial.studyresults import StudyResults, open_results

try:
    import tomllib
except ImportError:  # before Python 3.11
    try:
        import tomli as tomllib
    except ImportError:
        tomllib = None

PathLike = Union[str, "os.PathLike[str]"]


class CheckResult:
    """What `check` found: true where there is no mistake.

    problems: every mistake, with its place. notes: what is no mistake but should be known.
    """

    def __init__(self, problems: Sequence[Problem], notes: Sequence[str]) -> None:
        self.problems = list(problems)
        self.notes = list(notes)

    def __bool__(self) -> bool:
        return not self.problems

    def __repr__(self) -> str:
        lines = [str(one) for one in self.problems] or ["ok"]
        return "\n".join(lines + [f"note: {note}" for note in self.notes])

    def _repr_html_(self) -> str:
        return html.of_check(self)


class Scenario(HasFile):
    """A trial or a study that can be run. It never changes: `set` and `scale` give another one.

    source: a file; a name of `scenarios()`, where there is no such file; or a dict, which is written as TOML. Files
    in `base` of a dict are looked for as files and then among the shipped ones. Raises ScenarioError.

    >>> s = Scenario("tops").set("adherence.taken.once_daily", 0.8).scale("pk.clearance", 1.2)
    """

    def __init__(self, source: Union[PathLike, Mapping[str, Any]]) -> None:
        self._changes: Tuple[str, ...] = ()
        if isinstance(source, Mapping):
            content = dict(source)
            if "base" in content:
                content["base"] = _bases(content["base"])
            self._keeps = Folder()
            self.path = self._keeps.write("study.toml" if "study" in content else "trial.toml", toml.document(content))
        else:
            self.path = os.path.abspath(_find(os.fspath(source)))

    @classmethod
    def from_toml(cls, text: str) -> "Scenario":
        """A scenario as text. Files of `base` are looked for as of a dict; others need their whole path.

        Raises ScenarioError. Before Python 3.11 a text with `base` needs the package tomli.
        """
        scenario = cls.__new__(cls)
        scenario._changes = ()
        scenario._keeps = Folder()
        scenario.path = scenario._keeps.write("scenario.toml", _with_whole_paths(text))
        return scenario

    @property
    def changes(self) -> List[str]:
        """What `set` and `scale` do, in their order, as `--set` has it."""
        return list(self._changes)

    @property
    def title(self) -> str:
        """The file's own title; "" where it inherits one, or before Python 3.11."""
        try:
            content = tomllib.loads(Path(self.path).read_text(encoding="utf-8")) if tomllib else {}
        except ValueError:
            return ""
        return str(content.get("title", ""))

    def set(self, key: toml.Key, value: Any) -> "Scenario":
        """Another scenario, with one entry changed.

        key: "trial.patients", "arm.'400 mg QD'.share", or its parts: ("arm", "400 mg QD", "share"). value: a number,
        "400 mg", a boolean, a list, a dict. Mistakes are told by `check` and `run`, or at once where it is no value.
        """
        return self._with(toml.path_of(key), "", toml.value_of(value))

    def scale(self, key: toml.Key, factor: float) -> "Scenario":
        """Another scenario, with the number or formula at `key` multiplied by a factor above 0."""
        if not factor > 0:
            raise ValueError(f"{factor!r} is no factor; it multiplies and has to be above 0")
        return self._with(toml.path_of(key), "*", toml.value_of(factor))

    def check(self) -> CheckResult:
        """All mistakes, or none. Simulates nothing."""
        said = program.call(["check", self.path, *self._arguments(), "--json"], (program.OK, program.USAGE))
        problems = program.problems_in(said)
        if said.exit_code == program.USAGE and not problems:
            raise ScenarioError(said.stderr.strip(), [], said.exit_code, said.stderr)
        if problems:
            return CheckResult(problems, [])
        return CheckResult([], json.loads(said.stdout)["scenarios"][0]["notes"])

    def explain(self) -> str:
        """The resolved scenario in words: arms, visits, rules, models with their sources, what a run takes."""
        return program.call(["explain", self.path, *self._arguments()]).stdout

    def trace(self, patient: int, replicate: int = 0) -> str:
        """One patient's trial, day by day: the same numbers as in the run. Patients count from 0."""
        return program.call(
            [
                "trace",
                self.path,
                *self._arguments(),
                "--patient",
                toml.whole(patient, "patient"),
                "--replicate",
                toml.whole(replicate, "replicate"),
            ],
            (program.OK, program.FAILED),
        ).stdout

    def run(
        self,
        patients: Optional[int] = None,
        progress: Progress = True,
        seed: Optional[int] = None,
        replicates: Optional[int] = None,
        output: Optional[PathLike] = None,
        threads: Optional[int] = None,
        backend: Optional[str] = None,
        devices: Optional[str] = None,
        resume: bool = False,
    ) -> Union[Results, StudyResults]:
        """Simulates it, and opens the results: `Results` of a trial, `StudyResults` of a study.

        patients: per replicate, all arms together. output: the HDF5 file, which stays; without, a temporary one that
        goes with the results. progress: a line that changes, none (False), or a function that gets the share done (from 3 s on, and 1 at the end).
        backend: "auto", "cpu" or "cuda". resume: goes on with what an interrupted run has left beside `output`.

        Raises ScenarioError, DeviceError, FileError, Interrupted, VtrialError. Warns (FailedPatientsWarning) where
        patients could not be computed. After Ctrl-C the program stops first.
        """
        if resume and output is None:
            raise ValueError("resume goes on beside a file; give output")
        folder = Folder() if output is None else None
        path = folder.path(Path(self.path).stem + ".h5") if folder is not None else os.fspath(output)  # type: ignore
        arguments = ["run", self.path, "--json", "-o", path, *self._arguments()]
        if replicates is not None:
            arguments += ["--set", f"trial.replicates={toml.whole(replicates, 'replicates')}"]
        for option, value in (("--patients", patients), ("--seed", seed), ("--threads", threads)):
            if value is not None:
                arguments += [option, toml.whole(value, option[2:])]
        for option, name in (("--backend", backend), ("--devices", devices)):
            if name is not None:
                arguments += [option, name]
        arguments += ["--resume"] if resume else []
        said = program.call(arguments, (program.OK, program.FAILED), progress)
        if said.exit_code == program.FAILED:
            failed = [line for line in said.stderr.splitlines() if "could not be computed" in line]
            warnings.warn(
                "; ".join(failed) or "some patients could not be computed", FailedPatientsWarning, stacklevel=2
            )
        results = open_results(path)
        if folder is not None:
            results._keeps = folder
        return results

    def __repr__(self) -> str:
        changes = "".join(f"\n  {change}" for change in self._changes)
        return f"<vtrial.Scenario {self.path}{changes}>"

    def _repr_html_(self) -> str:
        return html.of_scenario(self)

    def _with(self, key: str, operation: str, value: str) -> "Scenario":
        if not key.strip() or "\0" in key:
            raise ValueError(f"{key!r} is no path of an entry; write pk.clearance")
        other = type(self).__new__(type(self))
        other.path, other._keeps = self.path, self._keeps
        other._changes = (*self._changes, f"{key}{operation}={value}")
        return other

    def _arguments(self) -> List[str]:
        return [part for change in self._changes for part in ("--set", change)]


def scenarios() -> List[str]:
    """Names of the shipped scenarios and studies: "tops", "studies/tdm_thresholds"."""
    folder = vtrial_program.scenario_folder()
    files = sorted(folder.glob("*.toml")) + sorted(folder.glob("studies/*.toml"))
    return [path.relative_to(folder).with_suffix("").as_posix() for path in files]


def _shipped(name: str) -> Optional[str]:
    """The shipped file of that name, or None."""
    try:
        folder = vtrial_program.scenario_folder()
    except FileNotFoundError:
        return None
    for path in (folder / name, folder / f"{name}.toml"):
        if path.is_file():
            return str(path)
    return None


def _find(name: str) -> str:
    """The file itself, or the shipped one. Raises ScenarioError."""
    if os.path.exists(name) and not os.path.isdir(name):
        return name
    path = _shipped(name)
    if path is not None:
        return path
    try:
        near = difflib.get_close_matches(name[:-5] if name.endswith(".toml") else name, scenarios(), 1)
    except FileNotFoundError:
        near = []
    advice = f"; did you mean '{near[0]}'?" if near else "; vtrial.scenarios() names those that are shipped"
    problem = Problem(name, 0, 0, "there is no file and no shipped scenario of this name" + advice)
    raise ScenarioError(str(problem), [problem])


def _bases(base: Any) -> List[str]:
    return [
        os.path.abspath(_find(os.fspath(name))) for name in ([base] if isinstance(base, (str, os.PathLike)) else base)
    ]


_BASE = re.compile(r"^[ \t]*base[ \t]*=[ \t]*(?:\[[^\]]*\]|\"[^\"\n]*\"|'[^'\n]*')", re.MULTILINE)


def _with_whole_paths(text: str) -> str:
    """The text with the files of `base` as whole paths, every line where it was."""
    match = _BASE.search(text)
    if match is None:
        return text
    if tomllib is None:
        raise VtrialError("a text with base needs Python 3.11 or the package tomli: pip install tomli")
    try:
        before = tomllib.loads(text)
    except ValueError:
        return text  # the program says what is wrong with it
    if "base" not in before:
        return text
    base = _bases(before["base"])
    lines = "\n" * match.group().count("\n")  # are kept: places in messages are those of the text
    after = f"{text[:match.start()]}base = {toml.value_of(base)[:-1]}{lines}]{text[match.end():]}"
    if tomllib.loads(after) == {**before, "base": base}:
        return after
    raise ScenarioError("base was not understood; write it as the first entry, in one line: base = [\"tops.toml\"]")

"""What results of a trial and of a study share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Dict, List, Union

from vtrial import files, program
from vtrial.folder import HasFile

PathLike = Union[str, "os.PathLike[str]"]


class ResultsFile(HasFile):
    """A results file. Nothing is read before it is asked for, and no file is kept open."""

    def __init__(self, path: PathLike) -> None:
        self.path = os.path.abspath(os.fspath(path))
        self._root = files.root_of(self.path)

    @property
    def title(self) -> str:
        """The title, as the scenario has it."""
        return str(self._root["title"])

    @property
    def content_hash(self) -> str:
        """SHA-256 of what was counted: the same on every machine."""
        return str(self._root["content_hash"])

    @property
    def seed(self) -> int:
        """The seed: the same scenario and seed give the same numbers. Of a study that of every point."""
        return int(self._root["seed"])

    @property
    def n_patients(self) -> int:
        """Of each replicate, all arms together. Of a study at every point, without those added for precision."""
        return int(self._root["patients"])

    @property
    def n_replicates(self) -> int:
        """How often the trial was simulated. Of a study at every point."""
        return int(self._root["replicates"])

    @property
    def provenance(self) -> Dict[str, Any]:
        """Program, machine and times, and `scenario`: scenario or study as it was resolved, as TOML."""
        return {
            **files.attributes_of(self.path, "provenance"),
            "scenario": files.text_in(self.path, "provenance/scenario"),
        }

    @property
    def notes(self) -> List[str]:
        """What has to be said of the scenario and of what it came to, and of what became of the file since."""
        sealed = [line for line in str(self._root.get("resealed", "")).split("\n") if line]
        return files.column_in(self.path, "provenance/note") + [
            f"the file was changed after it was written, and sealed anew by {line}" for line in sealed
        ]

    def to_csv(self, directory: PathLike) -> List[Path]:
        """Writes the tables of `vtrial export --csv`: all that is in the file. Gives the files."""
        said = program.call(["export", self.path, "--csv", os.fspath(directory)])
        return [Path(line) for line in said.stdout.splitlines()]

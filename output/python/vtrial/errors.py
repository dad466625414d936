"""What can go wrong, with the program's exit code and what it said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Sequence


@dataclass(frozen=True)
class Problem:
    """A mistake in a scenario. `line` and `column` count from 1; 0: it has none, as of `.set`."""

    file: str
    line: int
    column: int
    message: str  #: what is wrong (why); what to do

    @property
    def suggestion(self) -> str:
        """What to do, where the message says it; else ''."""
        return self.message.rpartition("; ")[2] if "; " in self.message else ""

    def __str__(self) -> str:
        where = self.file + (f":{self.line}:{self.column}" if self.line else "")
        return f"{where}: {self.message}"


class VtrialError(Exception):
    """Any failure of vtrial.

    exit_code: of the program; None where it was not started. stderr: what it said.
    """

    def __init__(self, message: str, exit_code: Optional[int] = None, stderr: str = "") -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.stderr = stderr


class ScenarioError(VtrialError, ValueError):
    """A scenario, study or call that cannot be used (exit code 2). `problems`: every mistake, with its place."""

    def __init__(
        self, message: str, problems: Sequence[Problem] = (), exit_code: Optional[int] = None, stderr: str = ""
    ) -> None:
        super().__init__(message, exit_code, stderr)
        self.problems = list(problems)


class DeviceError(VtrialError):
    """What should compute is not there, or failed (exit code 4)."""


class FileError(VtrialError, OSError):
    """A file could not be read or written (exit code 74)."""

    def __init__(self, message: str, exit_code: Optional[int] = None, stderr: str = "") -> None:
        VtrialError.__init__(self, message, exit_code, stderr)

    def __str__(self) -> str:
        return str(self.args[0])


class Interrupted(VtrialError):
    """The program was told to stop by somebody else (exit codes 75 and 130): `resume=True` goes on beside `output=`."""


class FailedPatientsWarning(UserWarning):
    """Some patients could not be computed (exit code 3). They are in no tally; `Results.failures` says why."""

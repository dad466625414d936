"""Starts the program, one process for each call, and makes its exit codes exceptions."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from typing import Any, Callable, List, NamedTuple, Optional, Sequence, Union

import vtrial_program
from vtrial.errors import DeviceError, FileError, Interrupted, Problem, ScenarioError, VtrialError

Progress = Union[bool, Callable[[float], None]]

OK, MISSED, USAGE, FAILED, DEVICE, IO, STOPPED, KILLED = 0, 1, 2, 3, 4, 74, 75, 130
_PROGRESS = re.compile(r"(.+): +(\d+) % in (.+?)(?:, (.+) left)?$")


class Said(NamedTuple):
    """What a process ended with and wrote."""

    exit_code: int
    stdout: str
    stderr: str


def find() -> str:
    """Path of the program. Raises VtrialError."""
    try:
        return str(vtrial_program.find())
    except FileNotFoundError as error:
        raise VtrialError(str(error)) from None


def call(arguments: Sequence[str], allowed: Sequence[int] = (OK,), progress: Progress = False) -> Said:
    """Runs `vtrial ARGUMENTS` to its end.

    allowed: exit codes that are no error. progress: True writes a line that changes; a function gets the share done, after 3 s
        in tenths, and 1 at the end.
    KeyboardInterrupt stops the program, which leaves its work to `--resume`, and is raised again.
    """
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(
            [find(), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
        line = _Line(progress)
        try:
            stderr = _read(process, line)
        except BaseException:
            _stop(process)
            raise
        finally:
            line.end()
        out.seek(0)
        said = Said(process.returncode, out.read().decode("utf-8", "replace"), stderr)
    if said.exit_code not in allowed:
        raise _error_of(said)
    if line.tell is not None:
        line.tell(1.0)
    return said


def call_json(arguments: Sequence[str], allowed: Sequence[int] = (OK,)) -> Any:
    """As `call`, with `--json`: what it printed."""
    return json.loads(call([*arguments, "--json"], allowed).stdout)


def problems_in(said: Said) -> List[Problem]:
    """The mistakes that a process started with --json has told."""
    try:
        found = json.loads(said.stdout).get("problems", [])
    except ValueError:
        return []
    return [Problem(one["file"], one["line"], one["column"], one["problem"]) for one in found]


def _read(process: "subprocess.Popen[str]", line: "_Line") -> str:
    """What the process says until it has ended, without its progress."""
    said: List[str] = []
    assert process.stderr is not None
    with process.stderr:
        for text in process.stderr:
            step = _PROGRESS.match(text.rstrip("\n"))
            if step:
                line.show(step[1], int(step[2]) / 100, step[4])
            else:
                said.append(text)
    process.wait()
    return "".join(said)


def _stop(process: "subprocess.Popen[str]") -> None:
    """Asks it to stop and waits: by SIGTERM, as a terminal may have sent SIGINT, and a second one ends it at once."""
    process.terminate()
    try:
        process.wait(timeout=60)
    except BaseException:
        process.kill()
        process.wait()
        raise


def _error_of(said: Said) -> VtrialError:
    lines = [line for line in said.stderr.splitlines() if not line.startswith(("note: ", "running on the CPU: "))]
    message = "\n".join(lines).strip() or f"the program ended with exit code {said.exit_code} and said nothing"
    if said.exit_code < 0:
        message = f"the program was ended by signal {-said.exit_code}. {'; '.join(lines)}".strip()
    if said.exit_code == USAGE:
        return ScenarioError(message, problems_in(said), said.exit_code, said.stderr)
    kind = {DEVICE: DeviceError, IO: FileError, STOPPED: Interrupted, KILLED: Interrupted}.get(
        said.exit_code, VtrialError
    )
    return kind(message, said.exit_code, said.stderr)


class _Line:
    """A line of progress that is written over: on a terminal and in notebooks; elsewhere there is none."""

    def __init__(self, progress: Progress) -> None:
        self.tell: Optional[Callable[[float], None]] = progress if callable(progress) else None
        is_terminal = getattr(sys.stderr, "isatty", lambda: False)  # the stream may be replaced, or be None
        self.is_shown = progress is True and (is_terminal() or (sys.stderr is not None and "ipykernel" in sys.modules))
        self.width = 0

    def show(self, what: str, done: float, left: Optional[str]) -> None:
        if self.tell is not None:
            self.tell(done)
        if self.is_shown:
            text = f"{what} [{'=' * int(30 * done):<30}] {100 * done:.0f} %" + (f", {left} left" if left else "")
            sys.stderr.write("\r" + text.ljust(self.width))
            sys.stderr.flush()
            self.width = len(text)

    def end(self) -> None:
        if self.width:
            sys.stderr.write("\r" + " " * self.width + "\r")
            sys.stderr.flush()

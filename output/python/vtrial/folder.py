"""Temporary folders, and objects whose file may be in one."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from pathlib import Path
from typing import Any, Dict, Mapping, Optional, Tuple


class Folder:
    """A temporary folder, which is removed with the last object that holds it. A copy has a folder of its own, with the
    same files; so has what is sent to another process."""

    def __init__(self, files: Mapping[str, bytes] = {}) -> None:  # noqa: B006, it is not changed
        self._where = tempfile.mkdtemp(prefix="vtrial-")
        weakref.finalize(self, _remove, self._where, os.getpid())
        for name, content in files.items():
            Path(self.path(name)).write_bytes(content)

    def path(self, name: str) -> str:
        return os.path.join(self._where, name)

    def write(self, name: str, text: str) -> str:
        path = self.path(name)
        Path(path).write_text(text, encoding="utf-8")
        return path

    def __reduce__(self) -> Tuple[Any, ...]:
        return Folder, ({one.name: one.read_bytes() for one in Path(self._where).iterdir()},)


class HasFile:
    """Something with a `path`. `_keeps`: the temporary folder that it is in, or None."""

    path: str
    _keeps: Optional[Folder] = None

    def __setstate__(self, state: Dict[str, Any]) -> None:
        self.__dict__.update(state)
        if self._keeps is not None:
            self.path = self._keeps.path(os.path.basename(self.path))


def _remove(folder: str, process: int) -> None:
    if os.getpid() == process:  # a process that was forked leaves it to its parent
        shutil.rmtree(folder, ignore_errors=True)

"""Python values as TOML, and the paths of entries."""

from __future__ import annotations

import math
import numbers
import os
import re
from typing import Any, Mapping, Sequence, Union

Key = Union[str, Sequence[str]]

_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def text(value: str) -> str:
    """A TOML text: "400 mg"."""
    return (
        '"'
        + "".join(_ESCAPES.get(c) or (f"\\u{ord(c):04x}" if ord(c) < 32 or ord(c) == 127 else c) for c in value)
        + '"'
    )


def value_of(value: Any) -> str:
    """A value as TOML in one line: numbers, texts, booleans, paths, lists, dicts, and what numpy makes of them.

    Raises TypeError for anything else, ValueError for numbers that are not finite.
    """
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()  # of numpy
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, numbers.Integral):
        return str(int(value))
    if isinstance(value, numbers.Real):
        if not math.isfinite(value):
            raise ValueError(f"{value} is no value of an entry (it is not finite)")
        return repr(float(value))
    if isinstance(value, str):
        return text(value)
    if isinstance(value, os.PathLike):
        return text(os.fspath(value))
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key_of(k)} = {value_of(v)}" for k, v in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return "[" + ", ".join(map(value_of, value)) + "]"
    raise TypeError(f"{value!r} is no value of an entry; give a number, text, boolean, list or dict")


def whole(value: Any, name: str) -> str:
    """A whole number from 0, of Python or numpy, as text: 1e4 is one, 20.7 and True are none.

    Raises TypeError, ValueError; both begin with the name.
    """
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()  # of numpy
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} is {value!r}; a whole number is expected")
    if not math.isfinite(value) or value != int(value) or value < 0:
        raise ValueError(f"{name} is {value!r}; a whole number from 0 is expected")
    return str(int(value))


def document(content: Mapping[str, Any]) -> str:
    """A TOML file: lists of dicts as [[tables]], dicts as [tables], deeper ones in one line."""
    top, tables = [], []
    for key, value in content.items():
        name = _key_of(key)
        if isinstance(value, Mapping):
            tables.append(f"\n[{name}]\n" + _entries(value))
        elif isinstance(value, Sequence) and value and all(isinstance(one, Mapping) for one in value):
            tables += [f"\n[[{name}]]\n" + _entries(one) for one in value]
        else:
            top.append(f"{name} = {value_of(value)}\n")
    return "".join(top + tables)


def path_of(key: Key) -> str:
    """The path of an entry: "pk.clearance" stays, ("arm", "400 mg QD", "share") gets quotes where it needs them."""
    if isinstance(key, str):
        return key
    return ".".join(map(_segment, key))


def _segment(name: str) -> str:
    if _BARE.match(name):
        return name
    quote = '"' if "'" in name else "'"
    if quote in name or not name:
        raise ValueError(f"{name!r} cannot stand in a path (it is empty, or has both kinds of quotes)")
    return quote + name + quote


def _key_of(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"{key!r} is no key; keys are texts")
    return key if _BARE.match(key) else text(key)


def _entries(table: Mapping[str, Any]) -> str:
    return "".join(f"{_key_of(key)} = {value_of(value)}\n" for key, value in table.items())

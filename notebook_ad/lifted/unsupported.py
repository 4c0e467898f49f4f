"""Values that look like leaves and are none: other kinds of numbers and arrays, and what objects and functions keep."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from notebook_ad.lifted.values import LEAF_TYPES, LIFTED, is_float_array, plain
from notebook_ad.lifted.where import owner_of, owner_of_module

NUMBERS = {"Decimal": "float({0})", "Fraction": "float({0})"}
TABLES = ("pandas", "polars")


def kinds(names: Iterable[str], namespace: dict[str, Any]) -> list[str]:
    """For each kind that is not supported the first name of it, and what to use instead."""
    lines: dict[str, str] = {}
    for name in names:
        if name in namespace and (said := kind_and_cure(name, namespace[name])):
            lines.setdefault(said[0], f"{name} is {said[0]}, which is not supported: use {said[1]}")
    return list(lines.values())


def kind_and_cure(name: str, value: Any) -> tuple[str, str] | None:
    """What a value is, and what would be supported; None for all that is, and for what is no number at all."""
    recorded, value = type(value) in LIFTED and value._link.traced, plain(value)
    kind = type(value)
    if isinstance(value, np.ma.MaskedArray):
        return "a masked array", f"an ordinary one ({name}.filled(0.0))"
    if isinstance(value, np.matrix):
        return "a np.matrix", f"an array (np.asarray({name}))"
    if isinstance(value, np.ndarray | np.generic | complex | float):
        dtype = np.asarray(value).dtype
        if dtype.kind == "c" and not recorded:
            return ("complex", f"real numbers ({name}.real, {name}.imag)")
        if dtype.kind == "f" and dtype not in (np.float64, np.float32):
            return str(dtype), f"float32 or float64 ({name}.astype(np.float64))"
        if kind not in LIFTED and isinstance(value, np.ndarray) and kind is not np.ndarray and dtype.kind == "f":
            return f"a {kind.__name__}", f"a plain array (np.asarray({name}))"
    if kind.__name__ in NUMBERS and kind.__module__ in ("decimal", "_decimal", "fractions"):
        return f"a {kind.__name__}", NUMBERS[kind.__name__].format(name)
    if kind.__module__.split(".")[0] in TABLES and hasattr(value, "to_numpy"):
        return f"a {kind.__name__}", f"an array ({name}.to_numpy())"
    return None


def whole_numbers(names: Iterable[str], namespace: dict[str, Any]) -> list[str]:
    """The names of arrays of integers, which are constants."""
    return [n for n in names if isinstance(v := namespace.get(n), np.ndarray) and v.dtype.kind in "iu" and v.size]


def kept(names: list[str], namespace: dict[str, Any], functions: bool) -> str | None:
    """What to do about numbers that the user's objects (and `functions`) keep; None where there are none."""
    for name in names:
        for path, owner, attribute, value in _attributes(namespace.get(name), name):
            number = repr(plain(value)) if np.ndim(value) == 0 else "…"
            cure = f"({attribute} = {number}; {owner}({attribute}))"
            return f"numbers kept in objects ({path}) or bound inside functions are constants; bind them in the cell {cure}"
    if functions and any(
        isinstance(f := namespace.get(n), types.FunctionType) and owner_of(f.__code__) == "user" for n in names
    ):
        return "numbers bound inside functions are constants; bind them in the cell, outside, and hand them over"
    return None


def _attributes(value: Any, path: str, depth: int = 3) -> Iterator[tuple[str, str, str, Any]]:
    """The numbers that an object of the user's keeps: path, class, attribute, value."""
    if isinstance(value, list | tuple):
        for i, part in enumerate(value[:20] if depth else ()):
            yield from _attributes(part, f"{path}[{i}]", depth - 1)
        return
    for attribute, part in fields(value).items():
        if type(part) in LEAF_TYPES | LIFTED or is_float_array(part):
            yield f"{path}.{attribute}", type(value).__name__, attribute, part
        elif depth:
            yield from _attributes(part, f"{path}.{attribute}", depth - 1)


def fields(value: Any) -> dict[str, Any]:
    """The attributes of an instance of the user's; none for anything else."""
    if isinstance(value, type | types.ModuleType | types.FunctionType) or type(value) in LIFTED:
        return {}
    if owner_of_module(type(value).__module__) != "user" and not isinstance(value, types.SimpleNamespace):
        return {}
    return dict(getattr(value, "__dict__", {}))

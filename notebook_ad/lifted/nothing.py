"""Why there is no graph: what was asked for is not there, or nothing depends on a leaf; each time with a cure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from notebook_ad.lifted.choice import depends, lookup
from notebook_ad.lifted.explain import lost_by_branches, merged
from notebook_ad.lifted.nearest import capped, nearest, some, there_are
from notebook_ad.lifted.program import Program
from notebook_ad.lifted.session import Session
from notebook_ad.lifted.unsupported import fields, kept, kind_and_cure, kinds, whole_numbers
from notebook_ad.lifted.values import LIFTED, plain


def missing(session: Session) -> str | None:
    """What is wrong with the names of `--wrt` and `--const`, now that the cell has run; None if nothing is."""
    found = session.candidates | session.versions.keys()
    for option, names in (("--wrt", session.choice.wrt or ()), ("--const", session.choice.const)):
        for name in sorted(names):
            if any(f == name or f.startswith(f"{name}[") for f in found) or (option == "--const" and "[" not in name):
                continue
            base = name.split("[")[0]
            value = lookup(session.namespace, name)
            if value is None:
                same = sorted(f for f in found if f.startswith(f"{base}["))
                return f"{option}: there is no {name}; {there_are(same) if same else nearest(name, sorted(found))}"
            if said := kind_and_cure(name, value):
                return f"{option}: {name} is {said[0]}, which is not supported: use {said[1]}"
            cure = kept([name], session.namespace, functions=False) or there_are(merged(sorted(found), set()))
            return f"{option}: {name} is {_a(plain(value))}, which is no leaf; {cure}"
    return None


def no_leaves(session: Session) -> list[str]:
    """Notes on the names of `--wrt` that are no leaves, since the cell computes them."""
    return [
        f"--wrt {name}: it is computed, so it is no leaf"
        for name in sorted(session.choice.wrt or ())
        if name in session.versions and not any(link.leaf for link in session.versions[name])
    ]


def nothing(session: Session, program: Program, asked: str | None) -> str:
    """Why there is nothing to differentiate."""
    leaves = merged(
        [n for n, links in session.versions.items() if any(link.leaf and link.name == n for link in links)], set()
    )
    if asked is not None:
        return _asked(session, asked)
    computed = _computed(session, program)
    if (text := _container(session, program)) is not None:
        return f"nothing to differentiate: {text}"
    if computed and any(event.kind == "cut" for event in session.events):
        cut = f"nothing to differentiate: no gradient passes from {computed} to a leaf"
        return "; ".join([cut, *kinds(program.names(), session.namespace)[:1]])
    others = [n for n in leaves if n != computed]
    hints = _hints(session, program, others)
    if computed and leaves:
        listed = f" (leaves: {some(others)})" if others else ""
        if not others and not hints:
            hints = ["compute it from a number that has a name, as in a = 2.0; L = a * 3"]
        return "; ".join([f"nothing to differentiate: {computed} depends on no leaf{listed}", *hints])
    if not hints:
        hints = ["the cell computes nothing from a number or a float array that has a name; bind one, as in w = 0.5"]
    return f"nothing to differentiate: {'; '.join(hints)}"


def _computed(session: Session, program: Program) -> str | None:
    """What would have been differentiated: the last expression if it is a number, else the name bound last."""
    if program.last is not None and (np.ndim(plain(program.value)) or isinstance(plain(program.value), int | float)):
        return program.text
    return max(session.bound, key=session.bound.__getitem__, default=program.text or None)


def _hints(session: Session, program: Program, leaves: list[str]) -> list[str]:
    """What looks like a leaf and is none."""
    namespace = session.namespace
    names = program.names()
    if found := kinds(names, namespace)[:3]:
        return found
    if lost_by_branches(session, set(session.versions)):
        return []  # the notes say it
    if not leaves and (whole := whole_numbers(names, namespace)):
        return [f"{whole[0]} is an array of integers, which is a constant: use floats ({whole[0]}.astype(float))"]
    hint = kept(names, namespace, functions=not leaves)
    return [hint] if hint else []


def _asked(session: Session, asked: str) -> str:
    """Why what was asked for cannot be differentiated."""
    value = lookup(session.namespace, asked)
    base = re.split(r"[.\[]", asked)[0]
    if value is None and base != asked:
        return f"there is no {asked}; {there_are([path for path, _ in _elements(session.namespace.get(base), base)])}"
    if (path := next((path for path, part in _elements(value, asked) if depends(part) is not None), None)) is not None:
        return f"{asked} is {_a(value)}; choose an element: %%backprop {path}"
    if (said := kind_and_cure(asked, value)) is not None:
        return f"{asked} is {said[0]}, which is not supported: use {said[1]}"
    if any(event.kind == "cut" for event in session.events):
        return f"no gradient passes from {asked} to a leaf"
    if type(value) in LIFTED and value._link.leaf:
        return f"{asked} is a leaf itself: choose something that is computed from it"
    return f"{asked} depends on no leaf: nothing was computed from one to get it"


def _container(session: Session, program: Program) -> str | None:
    """What to choose where the result is a list, a tuple, a dict or an object with something computed in it."""
    last = program.last
    if last is not None and not isinstance(last, ast.Name):
        for _, part in _elements(program.value, ""):
            if depends(part) is not None:
                text = capped(program.text)
                return f"{text} is {_a(program.value)}; end the cell with one element, or name it and choose one: %%backprop L[0]"
    names = sorted(session.bound, key=session.bound.__getitem__, reverse=True)
    for name in [last.id, *names] if isinstance(last, ast.Name) else names:
        value = session.namespace.get(name)
        for path, part in _elements(value, name):
            if depends(part) is not None:
                return f"{name} is {_a(value)}; choose an element: %%backprop {path}"
    return None


def _elements(value: Any, path: str, depth: int = 4) -> Iterator[tuple[str, Any]]:
    """What a container or an object of the user's holds, with how a cell would write it."""
    if type(value) in LIFTED or not depth:
        return
    if isinstance(value, dict):
        parts = [(f"{path}[{key!r}]", part) for key, part in value.items() if isinstance(key, str | int)]
    elif isinstance(value, list | tuple):
        parts = [(f"{path}[{i}]", part) for i, part in enumerate(value)]
    else:
        parts = [(f"{path}.{name}", part) for name, part in fields(value).items()]
    for where, part in parts:
        if isinstance(part, list | tuple | dict) or fields(part):
            yield from _elements(part, where, depth - 1)
        else:
            yield where, part


def _a(value: Any) -> str:
    kind = type(value).__name__
    return f"{'an' if kind[0] in 'aeiouAEIOU' else 'a'} {kind}"

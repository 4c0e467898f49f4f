"""The hooks around what is read from and gone through: a number that comes out of what holds values only is a cut."""

from __future__ import annotations

import operator
from typing import Any

from notebook_ad.lifted import guards
from notebook_ad.lifted.arguments import lifted_in
from notebook_ad.lifted.contents import contents, source_in
from notebook_ad.lifted.cuts import hold_all, note
from notebook_ad.lifted.held import HELD, hold, link_of
from notebook_ad.lifted.joins import JOINS
from notebook_ad.lifted.session import active
from notebook_ad.lifted.where import call_at, caller


def taken(holder: Any, result: Any, text: str) -> Any:
    """What was taken out of something that holds values only: a number is noted, another object holds them too."""
    session = active()
    if session is not None:
        found = contents(result)
        if found == "numbers":
            note(session, text, link_of(holder))
        elif found == "object":
            hold_all(result, link_of(holder))
    return result


def kind_name(value: Any) -> str:
    """How a note calls an object."""
    return type(value).__name__


class Reading:
    """Reads attributes and elements of what holds values only."""

    __slots__ = ("_value",)

    def __init__(self, value: Any) -> None:
        self._value = value

    def __getattr__(self, name: str) -> Any:
        value = self._value
        return taken(value, getattr(value, name), f"{kind_name(value)}.{name}")

    def __getitem__(self, key: Any) -> Any:
        value = self._value
        return taken(value, value[key], f"an element of {kind_name(value)}")


def read(value: Any) -> Any:
    """The hook around what an attribute or an element is read from."""
    key = id(value)
    if key in JOINS and active() is not None:
        return JOINS[key]
    return Reading(value) if key in HELD else value


def each(value: Any) -> Any:
    """The hook around what is iterated over."""
    if id(value) in HELD and not isinstance(value, str | bytes) and (session := active()) is not None:
        note(session, f"iterating over {kind_name(value)}", link_of(value))
    return value


def evaluated(source: Any) -> Any:
    """The hook around what `eval` and `exec` are given."""
    if id(source) in HELD and (session := active()) is not None:
        note(session, "eval() of a text", link_of(source))
    return source


def formatted(template: str, values: Any) -> str:
    """The hook of `"…" % values`."""
    result: str = call_at(caller(), operator.mod, (template, values), {})
    session = active()
    if session is not None and not session.decisions.is_shown():
        guards.taken(session, lifted_in(values, []), "a text")
    if session is not None and (source := source_in(values)) is not None:
        hold(result, source[0])
    return result

"""What Python's step functions give, `round(x, 2)` or `int(x)`: where it is used beside what has a gradient, a path was cut.

Printing such a number, or counting by it, is no cut: only its use in an operation on the tape is noted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from notebook_ad.lifted.session import Event, Session
from notebook_ad.lifted.values import LIFTED

if TYPE_CHECKING:
    from notebook_ad.engine.guards import Guard
    from notebook_ad.lifted.link import Link


class Step(NamedTuple):
    """What a note says of one, and the decision that a replay asks again, if it was noted."""

    event: Event
    guard: Guard | None


def gave(result: Any, text: str, link: Link | None, session: Session) -> Any:
    """The lifted number that a step function gave of a traced value, whose decision was noted last."""
    if type(result) in LIFTED:
        noted = session.decisions.noted
        event = Event("cut", session.sources.line(), text, link, 0)
        result._link.step = Step(event, noted[-1][0] if noted else None)
        session.has_steps = True
    return result


def passed_on(result: Any, operands: Iterable[Any]) -> None:
    """A number computed of such a one alone is as good as it."""
    if type(result) in LIFTED:
        result._link.step = next((v._link.step for v in operands if _is_step(v)), None)


def used(operands: Iterable[Any], session: Session) -> None:
    """Some of these operands of an operation on the tape may be such numbers."""
    for value in operands:
        if _is_step(value):
            event, guard = value._link.step
            session.steps.setdefault((event.line, event.text, getattr(event.tensor, "name", None)), event)
            session.decisions.lost.add(id(guard))


def _is_step(value: Any) -> bool:
    return type(value) in LIFTED and value._link.step is not None

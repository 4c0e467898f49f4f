"""The last call of each check, so that it can be made again: which function, with which answer.

A check is a plain function of a module `lessonNN`. It need not say that it was called: `exercise.judge`, which every check
ends in, looks for it among its callers.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

_MODULE = re.compile(r"notebook_ad\.lessons\.lesson\d\d")


@dataclass(frozen=True, slots=True)
class Call:
    """A check and the arguments that it was called with."""

    check: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def again(self) -> Any:
        """Call it again; what the reader's own code prints is dropped."""
        with contextlib.redirect_stdout(io.StringIO()):
            return self.check(*self.args, **self.kwargs)


_last: dict[str, Call] = {}


def remember(key: str) -> None:
    """Keep the call of the check that is judging this exercise now."""
    frame: FrameType | None = sys._getframe(1)
    outermost = None
    while frame is not None and frame.f_globals.get("__name__", "").startswith("notebook_ad.lessons."):
        if _MODULE.fullmatch(frame.f_globals["__name__"]):
            outermost = frame
        frame = frame.f_back
    if outermost is None:
        return
    check = outermost.f_globals.get(outermost.f_code.co_name)
    if check is None or getattr(check, "__code__", None) is not outermost.f_code:
        return
    given = inspect.getargvalues(outermost)
    keywords = given.args[outermost.f_code.co_argcount :]
    args = [given.locals[name] for name in given.args[: outermost.f_code.co_argcount]]
    args += given.locals[given.varargs] if given.varargs else ()
    kwargs = {name: given.locals[name] for name in keywords} | (given.locals[given.keywords] if given.keywords else {})
    _last.pop(key, None)  # the latest call stands last
    _last[key] = Call(check, tuple(args), kwargs)


def last(key: str) -> Call | None:
    """The last call of the check of this exercise; None where there was none in this kernel."""
    return _last.get(key)


def latest_lesson() -> str | None:
    """The number of the lesson whose check was called last."""
    return next(reversed(_last)).partition(".")[0] if _last else None


def forget() -> None:
    """As in a new kernel."""
    _last.clear()

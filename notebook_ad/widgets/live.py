"""`with ad.live():` one graph that follows a running loop, and afterwards a scrubber through its steps."""

from __future__ import annotations

import time
from contextvars import Token
from threading import get_ident
from types import TracebackType
from typing import Any

from notebook_ad.tensor.gradients import watcher
from notebook_ad.tensor.tensor import Tensor
from notebook_ad.widgets import display
from notebook_ad.widgets.loop import Loop
from notebook_ad.widgets.moments import Leaves
from notebook_ad.widgets.stage import Stage

clock = time.perf_counter


def live(what: Any = None) -> Live:
    """Show one graph that follows the loop inside the block: each `backward()` of a scalar is a step of it.

    It costs at most 5 % of the loop's time; outside a notebook nothing is shown, at no cost. Steps of other threads do
    not count, and those of a block within this one are shown there only.

    Args:
        what: a loss whose graph is drawn at once; without it, and for a model, the first backward's is drawn.

    Raises:
        TypeError: it is neither a tensor nor a model nor a function.
    """
    if not (what is None or isinstance(what, Tensor) or callable(what) or hasattr(what, "__dict__")):
        raise TypeError(f"ad.live({what!r}): give a loss, a model, or nothing, as in `with ad.live():`")
    return Live(what if isinstance(what, Tensor) else None)


class Live:
    """A block whose loop is shown.

    Args:
        loss: drawn before the loop begins.
        code: stands beside the graph; quiet: nothing is said where no step ran.
        places_once: only the steps up to the first picture are recorded with their places in the code, which takes time.
    """

    def __init__(
        self, loss: Tensor | None = None, code: str = "", quiet: bool = False, places_once: bool = False
    ) -> None:
        self._loss, self._code, self._quiet, self._places_once = loss, code, quiet, places_once
        self._stage: Stage | None = None
        self._loop: Loop | None = None
        self._thread = 0
        self._token: Token[Any] | None = None
        self.steps = 0

    @property
    def view(self) -> Any:
        """The widget; None until there is a graph, and outside a notebook."""
        return self._stage.view if self._stage is not None else None

    def __enter__(self) -> Live:
        if self._token is not None:
            raise RuntimeError("this live view is running already; a block within it needs its own: `with ad.live():`")
        shell = display._shell()
        if not hasattr(shell, "kernel"):
            return self
        self._stage = Stage(shell)
        self._loop = Loop(self._stage, clock, self._code, self._places_once)
        self._thread = get_ident()
        if self._loss is not None:
            self._loop.draw(self._loss)
        self._token = watcher.set(self._hear)
        return self

    def _hear(self, loss: Tensor, seed: Any, leaves: Leaves) -> None:
        if self._loop is not None and get_ident() == self._thread and loss.size == 1 and loss._segment is not None:
            self._loop.step(loss, seed, leaves)
            self.steps = self._loop.steps

    def __exit__(self, kind: type[BaseException] | None, error: Any, traceback: TracebackType | None) -> None:
        if self._token is None:
            return
        try:
            watcher.reset(self._token)
        except ValueError:  # left in another context than it was entered in
            watcher.set(None)
        loop, self._loop, self._token = self._loop, None, None
        assert self._stage is not None
        assert loop is not None
        try:
            _finish(self._stage, loop, kind, self._quiet)
        except Exception as problem:
            self._stage.publish({"text/plain": f"(no last state: {type(problem).__name__}: {problem})"})


def _finish(stage: Stage, loop: Loop, kind: type[BaseException] | None, quiet: bool) -> None:
    taken, done = loop.end()
    stopped = "" if kind is None else f", stopped by {kind.__name__}"
    header = f"after {loop.steps:,} step{'' if loop.steps == 1 else 's'}{stopped}"
    if taken is not None and 0 < taken.step < loop.steps:
        header += f"; step {taken.step:,} is shown"
    if taken is not None:
        stage.finish(taken, header, loop.notes, done)
    elif loop.steps:
        stage.publish({"text/plain": "\n".join([header, *loop.notes])})
    elif kind is None and not quiet:
        nothing = "ad.live: no backward() of a scalar ran in this block, so there is nothing to show"
        stage.publish({"text/plain": "\n".join([nothing, *loop.notes])})

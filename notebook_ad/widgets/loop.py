"""A training loop as it is watched: every step counted, now and then one of them shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from notebook_ad.engine.errors import ConsumedError
from notebook_ad.graph.graphviz import LayoutUnavailable
from notebook_ad.tensor import ambient
from notebook_ad.tensor.tensor import Tensor
from notebook_ad.widgets.earlier import Earlier, earlier, note
from notebook_ad.widgets.frames import Frames
from notebook_ad.widgets.moments import Leaves, Moment, moment, norm, number, placed
from notebook_ad.widgets.names import names_in_scope, write, write_as
from notebook_ad.widgets.pace import Pace
from notebook_ad.widgets.stage import Stage
from notebook_ad.widgets.thinned import Thinned

POINTS = 2_000  # of the charts
WAITING = "the graph has another form now: it is drawn in half a second, if the loop runs on"
OTHER_FORM = "the graph changed its form while the loop ran; the scrubber holds the steps of the last form only"


class Loop:
    """What is known of a loop. `steps` counts its backward passes; `notes` is what the reader should know."""

    def __init__(self, stage: Stage, clock: Callable[[], float], code: str = "", places_once: bool = False) -> None:
        self.steps = 0
        self.notes: list[str] = []
        self._stage, self._clock, self._code, self._places_once = stage, clock, code, places_once
        self._series: Thinned[tuple[float, float]] = Thinned(POINTS)
        self._frames, self._pace = Frames(), Pace()
        self._last: tuple[Tensor, Any, Leaves] | None = None
        self._before: list[Earlier] = []
        self._shown: Moment | None = None
        self._looking = True

    def step(self, loss: Tensor, seed: Any, leaves: Leaves) -> None:
        """A backward is over. Whatever goes wrong here is said once and costs the loop nothing."""
        self.steps += 1
        self._last = loss, seed, leaves
        try:
            self._before = earlier(leaves)
            if self._series.turn():
                self._series.add(self.steps, (_value(loss), norm(leaves)))
            self._frames.hold(self.steps, loss, seed, self._before)
            if self._looking and self._pace.due(began := self._clock()):
                self._look(began)
        except Exception as problem:
            self._stop(problem)

    def draw(self, loss: Tensor) -> None:
        """Show the graph of a loss before the first step."""
        try:
            self._open(moment(0, loss, None, self._code))
        except Exception as problem:
            self._stop(problem)

    def _look(self, began: float) -> None:
        assert self._last is not None
        if self._stage.closed:
            self._looking = False
            return
        loss, seed, leaves = self._last
        taken, before = moment(self.steps, loss, seed, self._code, self._before), self._shown
        if before is None:
            self._open(taken)
        elif taken.form.shape != before.form.shape:
            if not self._pace.may_draw(began):
                self._stage.say(WAITING)
                self._pace.took(began, self._clock())
                return
            self._redraw(taken, began)
        assert self._shown is not None
        said = taken.texts(self._shown.form)
        self._frames.say(self.steps, said)
        self._stage.tick(self.steps, said, _value(loss), norm(leaves))
        if before is None:
            self._pace.started(self._clock())
        else:
            self._pace.took(began, self._clock())

    def _open(self, taken: Moment) -> None:
        if self._places_once and isinstance(ambient.state.get(), ambient.Trace):
            ambient.state.set(ambient.NOTHING)
        self._shown = taken = _named(taken, None, self._before)
        self._frames.begin(taken.form)
        self._stage.open(taken)
        self._pace.drew(self._clock())

    def _redraw(self, taken: Moment, now: float) -> None:
        self._shown = taken = _named(taken, None, self._before)
        self._frames.begin(taken.form)
        self._note(OTHER_FORM)
        self._stage.redraw(taken, OTHER_FORM)
        self._pace.drew(now)

    def _stop(self, problem: Exception) -> None:
        if self._looking:
            self._looking = False
            self._note(_words(problem, self.steps))
            self._stage.say(self.notes[-1])

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def end(self) -> tuple[Moment | None, dict[str, Any]]:
        """The last step, or the last that could be shown, and the message that the loop is over."""
        taken = self._shown
        if self._last is not None:
            loss, seed, leaves = self._last
            if not self._series.items or self._series.items[-1][0] != self.steps:
                self._series.items.append((self.steps, (_value(loss), norm(leaves))))
            try:
                taken = self._final(moment(self.steps, loss, seed, self._code, self._before))
            except Exception as problem:
                self._stop(problem)
        frames: dict[int, Any] = {}
        if taken is not None:
            frames = self._frames.all(taken, self._clock)
            if self._frames.others:
                self._note(OTHER_FORM)
            if text := note(taken.graph):
                self._note(text)
        points = self._series.items
        done = {
            "what": "done",
            "step": self.steps,
            "at": [step for step, _ in points],
            "loss": [number(loss) for _, (loss, _) in points],
            "norm": [number(size) for _, (_, size) in points],
            "frames": {str(step): said for step, said in frames.items()},
        }
        return taken, done

    def _final(self, taken: Moment) -> Moment:
        if self._shown is None:
            return _named(taken, None, self._before)
        if taken.form.shape == self._shown.form.shape:
            return placed(_named(taken, self._shown, self._before), self._shown)
        if self._shown.step:
            self._note(OTHER_FORM)
        return _named(taken, None, self._before)


def _named(taken: Moment, like: Moment | None, before: list[Earlier]) -> Moment:
    """With the names of the user's variables, or of an earlier moment of the same form."""
    names = write(taken.ids, names_in_scope()) if like is None else write_as(taken.ids, _names_of(taken, like))
    if not names:
        return taken
    return moment(taken.step, taken.loss, taken.graph.seed, taken.graph.code, before)


def _names_of(taken: Moment, like: Moment) -> dict[int, str | None]:
    pairs = zip(taken.form.nodes, like.form.nodes, strict=True)
    return {own: like.graph.nodes[other].name for own, other in pairs}


def _words(problem: Exception, step: int) -> str:
    if isinstance(problem, LayoutUnavailable | ConsumedError):
        return f"not drawn while the loop runs: {problem}"
    return f"the live view stopped at step {step:,}: {type(problem).__name__}: {problem}"


def _value(loss: Tensor) -> float:
    """The loss as a number; unlike `item()` it notes nothing on the tape."""
    return float(loss.value)

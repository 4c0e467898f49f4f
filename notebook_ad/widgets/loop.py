"""A training loop as it is watched: every step counted, now and then one of them shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from notebook_ad.engine.errors import ConsumedError
from notebook_ad.graph.graphviz import LayoutUnavailable
from notebook_ad.tensor import ambient
from notebook_ad.tensor.tensor import Tensor
from notebook_ad.widgets.earlier import Earlier, earlier, note
from notebook_ad.widgets.forms import alike, renamed
from notebook_ad.widgets.frames import Frames
from notebook_ad.widgets.moments import Leaves, Moment, moment, norm, number, placed
from notebook_ad.widgets.names import names_in_scope, write, write_as
from notebook_ad.widgets.pace import Pace
from notebook_ad.widgets.stage import Stage
from notebook_ad.widgets.thinned import Thinned

POINTS = 2_000  # of the charts
WAITING = "the graph of the step just looked at has another form: it is drawn if the next ones have it too"
OTHER_FORM = (
    "the graph has another form since this step; the scrubber will go over the steps of the form that most have"
)
MISSED = 2  # looks in a row that do not find the form that is drawn, until another one is


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
        self._missed = 0
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
            self._missed += 1
            if self._missed < MISSED or not self._pace.may_draw(began):
                self._frames.say(taken)
                self._stage.say(WAITING)
                self._pace.took(began, self._clock())
                return
            self._redraw(taken, began)
        elif self._missed:
            self._stage.say("")
        self._missed = 0
        assert self._shown is not None
        said = renamed(self._frames.say(taken), taken.form, self._shown.form)
        self._stage.tick(self.steps, said, _value(loss), norm(leaves))
        if before is None:
            self._pace.started(self._clock())
        else:
            self._pace.took(began, self._clock())

    def _open(self, taken: Moment) -> None:
        if self._places_once and isinstance(ambient.state.get(), ambient.Trace):
            ambient.state.set(ambient.NOTHING)
        self._shown = taken = _named(taken, None)
        self._stage.open(taken)
        self._pace.drew(self._clock())

    def _redraw(self, taken: Moment, now: float) -> None:
        self._shown = taken = _named(taken, None)
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
                last = moment(self.steps, loss, seed, self._code, self._before)
                taken = self._final(self._frames.end(last, self._clock))
            except Exception as problem:
                self._stop(problem)
        frames: dict[int, Any] = {}
        if taken is not None:
            frames = self._frames.all(taken)
            if self._frames.others:
                self._note(left_out(self._frames.others, self._frames.seen))
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
        if self._shown is not None and alike(taken.form, self._shown.form):
            return placed(_named(taken, self._shown), self._shown)
        return _named(taken, None)


def left_out(others: int, seen: int) -> str:
    """What is said of steps whose graphs have another form, at the end."""
    return (
        f"{others} of the {seen} steps that were looked at had a graph of another shape, as a batch of another size has: "
        f"the picture and the scrubber leave {'it' if others == 1 else 'them'} out"
    )


def _named(taken: Moment, like: Moment | None) -> Moment:
    """With the names of the user's variables, or of an earlier moment of the same form."""
    names = write(taken.ids, names_in_scope()) if like is None else write_as(taken.ids, _names_of(taken, like))
    if not names:
        return taken
    return moment(taken.step, taken.loss, taken.graph.seed, taken.graph.code, taken.before)


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

"""The scrubber's frames: the texts of every n-th step, in bounded memory and at no cost while the loop runs.

A look at the running graph gives texts; it comes at most every tenth of a second. A short loop would be over after a
few of them, so the losses of its steps are held on to, as long as little of the tape hangs on them, and are looked at
when the loop is over.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from notebook_ad.engine.forms import Lean
from notebook_ad.engine.wide import Wide
from notebook_ad.tensor.tensor import Tensor
from notebook_ad.widgets.earlier import Earlier
from notebook_ad.widgets.forms import Form, renamed
from notebook_ad.widgets.frame import Texts
from notebook_ad.widgets.moments import Moment, moment
from notebook_ad.widgets.thinned import Thinned

FRAMES = 100
CHARACTERS = 4_000_000  # of all frames
SEGMENTS = 8  # of the tape that may hang on losses
BYTES = 1 << 25  # of arrays that may
AFTERWARDS = 0.3  # seconds, when the loop is over
FEWEST = 8  # losses worth holding on to
FORMS = 4  # whose frames are kept


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """The loss of a step, its seed, earlier gradients, and what it keeps alive: segments of the tape, bytes of arrays."""

    loss: Tensor
    seed: Any
    before: list[Earlier]
    segments: set[int]
    bytes: int


class OfForm:
    """What is known of the steps of one form: their texts, in the slots of `form`, and the last of them.

    `count` is how many of them were met.
    """

    def __init__(self, form: Form) -> None:
        self.form = form
        self.said: Thinned[Texts] = Thinned(FRAMES)
        self.count = 0
        self.last: Moment | None = None

    def add(self, taken: Moment) -> Texts:
        """Take in a step, and what it says."""
        self.count += 1
        self.last = taken
        said = taken.texts(self.form)
        if not self.said.items:
            self.said.limit = max(4, min(FRAMES, CHARACTERS // len(json.dumps(said))))
        if self.said.turn():
            self.said.add(taken.step, said)
        return said


class Frames:
    """Frames by the form of their graphs: a batch of another size gives another one, and takes nothing from the others.

    `others` counts, of the steps that were looked at, those of another form than the one that is shown at the end.
    """

    def __init__(self) -> None:
        self.others = self.seen = 0
        self._forms: dict[Any, OfForm] = {}
        self._held: Thinned[Held] | None = Thinned(FRAMES)
        self._taken: dict[int, Moment] = {}

    def say(self, taken: Moment) -> Texts:
        """Take in a step that was looked at; what it says, in slots of its own."""
        of = self._of(taken)
        return renamed(of.add(taken), of.form, taken.form)

    def _of(self, taken: Moment) -> OfForm:
        shape = taken.form.shape
        if shape not in self._forms:
            if len(self._forms) >= FORMS:
                del self._forms[min(self._forms, key=lambda known: self._forms[known].count)]
            self._forms[shape] = OfForm(taken.form)
        return self._forms[shape]

    def hold(self, step: int, loss: Tensor, seed: Any, before: Sequence[Earlier] = ()) -> None:
        """Hold on to the loss of a step, if it is its turn and little hangs on it."""
        if self._held is not None and self._held.turn():
            segments, size = _weight(loss)
            size += sum(each.bytes for each in before)
            self._held.add(step, Held(loss, seed, list(before), segments, size))
            while self._held is not None and _heavy([held for _, held in self._held.items]):
                self._held.halve()
                if len(self._held.items) < FEWEST:
                    self._held = None

    def end(self, last: Moment, clock: Callable[[], float]) -> Moment:
        """Look at the losses held, as many as there is time for; the last step of the form that most steps have."""
        known = {step for of in self._forms.values() for step, _ in of.said.items}
        waiting = [entry for entry in (self._held.items if self._held else []) if entry[0] not in known | {last.step}]
        began = clock()
        taken = {last.step: last}
        last.texts(last.form)
        each = max(2 * (clock() - began), 1e-4)
        every = max(1, -(-len(waiting) // max(1, int(AFTERWARDS / each))))
        for step, held in waiting[::every]:
            if clock() - began > AFTERWARDS:
                break
            taken[step] = moment(step, held.loss, held.seed, last.graph.code, held.before)
        steps = {of.form.shape: {step for step, _ in of.said.items} for of in self._forms.values()}
        for step, each_taken in taken.items():
            steps.setdefault(each_taken.form.shape, set()).add(step)
        most = max(steps, key=lambda shape: (len(steps[shape]), shape == last.form.shape))
        self.seen = len(set().union(*steps.values()))
        self.others = self.seen - len(steps[most])
        self._taken = {step: one for step, one in taken.items() if one.form.shape == most}
        looked = self._forms[most].last if most in self._forms else None
        return max(filter(None, (looked, *self._taken.values())), key=lambda one: one.step)

    def all(self, shown: Moment) -> dict[int, Texts]:
        """All frames of its form by step, for a picture of this step."""
        of = self._forms.get(shown.form.shape)
        frames = {step: renamed(said, of.form, shown.form) for step, said in of.said.items} if of is not None else {}
        frames |= {step: taken.texts(shown.form) for step, taken in self._taken.items()}
        frames[shown.step] = shown.texts(shown.form)
        return _bounded(frames, of.said.limit if of is not None else FRAMES)


def _bounded(frames: dict[int, Texts], limit: int) -> dict[int, Texts]:
    steps = sorted(frames)
    every = -(-(len(steps) - 1) // max(1, limit - 1)) or 1
    return {step: frames[step] for step in [*steps[:-1:every], steps[-1]]}


def _heavy(held: list[Held]) -> bool:
    return len({serial for h in held for serial in h.segments}) > SEGMENTS or sum(h.bytes for h in held) > BYTES


def _weight(loss: Tensor) -> tuple[set[int], int]:
    """The segments of the tape and the bytes of arrays that a loss keeps alive."""
    assert loss._segment is not None
    segments, size = {loss._segment.serial}, 0
    kept = loss._meta.kept if loss._meta is not None else None
    if kept is None:  # not swept for good
        return segments, loss._segment.wide_bytes
    if kept.wide is None:  # too large to be drawn
        return segments, BYTES + 1
    for row in kept.wide.values():
        if isinstance(row, Wide | Lean):
            size += row.bytes
        else:
            segments.add(row[0].serial)
    return segments, size

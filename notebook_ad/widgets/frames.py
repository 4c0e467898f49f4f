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


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """The loss of a step, its seed, earlier gradients, and what it keeps alive: segments of the tape, bytes of arrays."""

    loss: Tensor
    seed: Any
    before: list[Earlier]
    segments: set[int]
    bytes: int


class Frames:
    """Frames of graphs of one shape; `form` is that of the picture whose slots they name.

    `others` counts the steps of another form that were met at the end.
    """

    def __init__(self) -> None:
        self.form: Form | None = None
        self.others = 0
        self._said: Thinned[Texts] = Thinned(FRAMES)
        self._held: Thinned[Held] | None = Thinned(FRAMES)

    def begin(self, form: Form) -> None:
        """Frames of another shape come from now on; the others go."""
        self.form = form
        self._said = Thinned(FRAMES)

    def say(self, step: int, said: Texts) -> None:
        """What the slots said at a step."""
        if not self._said.items:
            self._said.limit = max(4, min(FRAMES, CHARACTERS // len(json.dumps(said))))
        if self._said.turn():
            self._said.add(step, said)

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

    def all(self, last: Moment, clock: Callable[[], float]) -> dict[int, Texts]:
        """All frames by step, for a picture of the last one; of the losses held as many as there is time for."""
        if self.form is None or self.form.shape != last.form.shape:
            self.begin(last.form)
        assert self.form is not None
        frames = {step: renamed(said, self.form, last.form) for step, said in self._said.items}
        waiting = [entry for entry in (self._held.items if self._held else []) if entry[0] not in frames]
        began = clock()
        frames[last.step] = last.texts(last.form)
        each = max(2 * (clock() - began), 1e-4)
        every = max(1, -(-len(waiting) // max(1, int(AFTERWARDS / each))))
        for step, held in waiting[::every]:
            if clock() - began > AFTERWARDS:
                break
            taken = moment(step, held.loss, held.seed, "", held.before)
            if taken.form.shape == last.form.shape:
                frames[step] = taken.texts(last.form)
            else:
                self.others += 1
        return _bounded(frames, self._said.limit)


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

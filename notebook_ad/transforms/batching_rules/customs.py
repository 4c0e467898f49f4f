"""vmap of a function with a rule of the user's: function and rule run once, on all examples, as in JAX.

Where one of them asks for the value of an example (`float(x)`, `np.asarray(x)`, `if x > 0`), it runs once per example.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from notebook_ad.engine.host import unpack
from notebook_ad.engine.primitive import Primitive
from notebook_ad.tensor import custom, shaping
from notebook_ad.tensor.elementwise import own as as_tensor
from notebook_ad.tensor.reduce import sum as total
from notebook_ad.tensor.tensor import Tensor
from notebook_ad.transforms.batching_rules.examples import Examples, Rule, Static, Undecided
from notebook_ad.transforms.batching_rules.matrices import repacked
from notebook_ad.transforms.variables import entered, mapping


def _custom(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor | None:
    stacked = Stacked(of, static, [of.is_own(t) for t in operands])
    forms: list[custom.Form] = []
    given = {
        **static, "run": stacked.run, "push": static["push"] and stacked.push, "forms": forms, "dtypes": [], "pull": None
    }  # fmt: skip
    try:
        packed = custom.apply(primitive, list(map(of.own, operands)), given)
    except Undecided:
        return None
    static["forms"][:] = [(shape[1:], of_complex) for shape, of_complex in forms]
    static["dtypes"][:] = given["dtypes"]
    return packed if len(forms) == 1 else repacked(of, unpack(packed, forms))


class Stacked:
    """The user's run, pull and push as functions of all examples, along the first axis of what differs between them."""

    def __init__(self, of: Examples, static: Static, own: Sequence[bool]) -> None:
        self.of, self.static, self.own = of, static, own
        self.level = -1
        self.pulled: custom.Pull | None = None

    @contextmanager
    def examples(self) -> Iterator[Examples]:
        """A vmap of its own level, above all that are under way."""
        with entered() as level, mapping(level, self.of.count):
            yield Examples(level, self.of.count, self.of.wrap)

    def seen(self, inner: Examples, held: Sequence[Tensor]) -> list[Tensor]:
        """The operands as the user's function sees them."""
        return [inner.put(t) if mine else t for t, mine in zip(held, self.own, strict=True)]

    def run(self, held: Sequence[Tensor]) -> tuple[list[Tensor], custom.Pull]:
        """The results of all examples."""
        with self.examples() as inner:
            results, self.pulled = self.static["run"](self.seen(inner, held))
            self.level = inner.level
            return list(map(inner.whole, results)), self.pull

    def pull(self, g: Sequence[Tensor], inputs: Sequence[Tensor], wanted: Sequence[bool]) -> list[Tensor | None]:
        """The operands' cotangents; summed where the examples share an operand."""
        try:
            with self.examples() as inner:
                pulled = self.pulled
                if pulled is None or self.level != inner.level:  # what a run keeps is of its own level
                    _, pulled = self.static["run"](self.seen(inner, [t.detach() for t in inputs]))
                found = pulled([inner.put(t) for t in g], self.seen(inner, inputs), wanted)
                parts = [None if c is None else inner.whole(_tensor(c)) for c in found]
        except Undecided:
            parts = self._pull_each(g, inputs, wanted)
        return [c if c is None or mine else total(c, 0) for c, mine in zip(parts, self.own, strict=True)]

    def push(self, operands: Sequence[Tensor], tangents: Sequence[Tensor | None]) -> list[Tensor]:
        """The results' tangents."""
        try:
            with self.examples() as inner:
                moves = [
                    t if t is None or not mine else inner.put(t) for t, mine in zip(tangents, self.own, strict=True)
                ]
                return list(map(inner.whole, self.static["push"](self.seen(inner, operands), moves)))
        except Undecided:
            parts = [self.static["push"](self._one(operands, i), self._one(tangents, i)) for i in range(self.of.count)]
            return [shaping.stack(column) for column in zip(*parts, strict=True)]

    def _pull_each(self, g: Sequence[Tensor], inputs: Sequence[Tensor], wanted: Sequence[bool]) -> list[Tensor | None]:
        parts = []
        for i in range(self.of.count):
            xs = self._one(inputs, i)
            _, pulled = self.static["run"]([x.detach() for x in xs])
            parts.append(pulled([t[i] for t in g], xs, wanted))
        return [
            None if any(c is None for c in column) else shaping.stack(list(map(_tensor, column)))
            for column in _columns(parts)
        ]

    def _one(self, held: Sequence[Any], i: int) -> list[Any]:
        return [t[i] if mine and t is not None else t for t, mine in zip(held, self.own, strict=True)]


def _columns(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _tensor(c: Any) -> Tensor:
    return c if isinstance(c, Tensor) else as_tensor(c)


RULES: dict[Primitive, Rule] = {custom.primitive: _custom}

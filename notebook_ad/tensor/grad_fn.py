"""`t.grad_fn`: the operation that made a tensor, as PyTorch shows it. To see the graph itself, `ad.graph(t)`."""

from __future__ import annotations

from typing import Any

from notebook_ad.engine.primitive import constant
from notebook_ad.engine.rows import Place, Reader
from notebook_ad.tensor.gradients import kept_of
from notebook_ad.tensor.levels import is_plain
from notebook_ad.tensor.tensor import Meta, Tensor


class Node:
    """An operation of the tape; `next_functions` are those that its operands came from, as pairs (node, 0)."""

    def __init__(self, reader: Reader, place: Place) -> None:
        self._reader, self._place = reader, reader.origin(place)

    def name(self) -> str:
        """As PyTorch names it: "AddBackward0"."""
        words = self._reader.row(self._place).primitive.name.split("_")
        return "".join(word[:1].upper() + word[1:] for word in words) + "Backward0"

    @property
    def next_functions(self) -> tuple[tuple[Any, int], ...]:
        """A node for each operand: of a leaf its AccumulateGrad, of a constant None.

        Raises:
            ConsumedError: a backward has consumed the graph, and it was too large to be kept.
        """
        return tuple((self._node(place), 0) for place in self._reader.row(self._place).operands)

    def _node(self, place: Place) -> Any:
        if (leaf := place[0].leaves.get(place[1])) is not None:
            return AccumulateGrad(leaf)
        return None if self._reader.row(place).primitive is constant else Node(self._reader, place)

    def __repr__(self) -> str:
        return f"<{self.name()}>"


class AccumulateGrad:
    """Where a sweep ends: the `.grad` of a leaf."""

    def __init__(self, leaf: Meta) -> None:
        self.leaf_name = leaf.name

    def name(self) -> str:
        """Its kind."""
        return "AccumulateGrad"

    next_functions = ()

    def __repr__(self) -> str:
        return f"<AccumulateGrad of {self.leaf_name!r}>" if self.leaf_name else "<AccumulateGrad>"


def grad_fn(t: Tensor) -> Node | None:
    """The operation that made a tensor; None for a leaf, and for what needs no gradient. As PyTorch's."""
    if not is_plain([t]) or t._segment is None or t.is_leaf:
        return None
    return Node(Reader(kept_of(t)), (t._segment, t._id))

"""What ties a lifted value to the run that records it; after the run it keeps only the gradient and the name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from notebook_ad.lifted.session import Session


class Link:
    """The recorded side of one lifted value.

    Attributes:
        session: the run that records it; None afterwards, and then the value behaves as a plain one.
        tensor: its node on the tape; None before a leaf's first use, and for a constant.
        leaf: whether it is a leaf (of the name), on the tape or not yet.
        first: the leaf's own tensor, where the value was changed in place since.
        name: the name it was bound to first.
        grad: derivative of the run's output with respect to it, once known.
        used: whether something differentiable used it (asked for integers).
        kind: the plain type of the value.
        ancestors: integer leaves that an integer was computed from.
        instead: what is known of a constant that a branch gave (see `instead`).
        fact: the discrete tensor of a value that no gradient passes (see `discrete`); changes: how often the memory of an
            array had been written to when it got it.
        step: of a number that a step function gave, what is noted where it is used (see `steps`).
    """

    __slots__ = (
        "__weakref__", "ancestors", "changes", "fact", "first", "grad", "instead", "kind", "leaf", "name", "session",
        "step", "tensor", "used",
    )  # fmt: skip

    def __init__(
        self,
        session: Session | None,
        tensor: Any = None,
        leaf: bool = False,
        name: str | None = None,
        grad: Any = None,
    ) -> None:
        self.session = session
        self.tensor = tensor
        self.leaf = leaf
        self.first: Any = None
        self.name = name
        self.grad = grad
        self.kind: type = float
        self.used = False
        self.ancestors: tuple[Link, ...] = ()
        self.instead: Any = None
        self.fact: Any = None
        self.changes = 0
        self.step: Any = None

    @property
    def traced(self) -> bool:
        """Whether a gradient could reach it: a leaf, or computed from one."""
        return self.session is not None and (self.leaf or self.tensor is not None)

    @property
    def given(self) -> bool:
        """Whether it is the constant of a branch, which no name was bound to yet."""
        return self.instead is not None and not self.leaf


CONSTANT = Link(None)
"""The link of an array that was neither lifted nor computed from anything that was."""

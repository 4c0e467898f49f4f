"""Constants that a branch gives in the place of what its other arms compute: where they are used is found on the tape.

Such a number is lifted without being a leaf: it computes as a plain one, and what is computed from it alone is plain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from notebook_ad.graph.model import Cut
from notebook_ad.lifted import taping
from notebook_ad.lifted.naming import place_of
from notebook_ad.lifted.values import lifted_scalar
from notebook_ad.tensor.tensor import meta_of

if TYPE_CHECKING:
    from notebook_ad.engine.rows import Place
    from notebook_ad.engine.segment import Segment
    from notebook_ad.lifted.session import Session

KINDS = (int, float, np.float64)
EXACT = 2**53
LIMIT = 10_000  # of a run


class Instead:
    """One such constant; of a tensor that stands for it the `entered`, which learns the rows that it gets.

    Attributes:
        line: of the cell; text: what a picture says; rows: where it went into an operation.
    """

    __slots__ = ("line", "rows", "tensor", "text")

    def __init__(self, value: Any, line: int | None) -> None:
        self.line, self.text = line, f"the branch's {value!r}"
        self.rows: list[Place] = []
        self.tensor = taping.constant(float(value))
        meta_of(self.tensor).entered = self

    def __call__(self, segment: Segment, row: int) -> None:
        """It went into an operation."""
        self.rows.append((segment, row))

    def taken(self) -> None:
        """It decided something, or was taken as a number: it has no gradient to lose."""


def marked(value: Any, session: Session, of: Instead | None = None) -> Any:
    """The constant that a branch gives, or what was computed `of` it alone, so that it is known where it is used."""
    if type(value) not in KINDS or not abs(value) <= EXACT or len(session.instead) >= LIMIT:
        return value
    link = session.link()
    link.instead = Instead(value, session.sources.line())
    if of is not None:
        link.instead.line, link.instead.text = of.line, of.text
    session.instead.append(link.instead)
    return lifted_scalar(value, link)


def severed(session: Session, ids: Mapping[Place, int]) -> Iterator[Cut]:
    """The nodes of a graph that are such constants; where a name was bound to one, it is a leaf of that name."""
    found = [(instead, place) for instead in session.instead for place in instead.rows]
    leaves = (link for links in session.leaf_links.values() for link in links)
    found += [(link.instead, place_of(link)) for link in leaves if link.instead is not None]
    for node, instead in {ids[place]: instead for instead, place in found if place in ids}.items():
        yield Cut(node, instead.text, instead.line, constant=True)

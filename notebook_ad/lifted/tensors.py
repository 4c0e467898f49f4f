"""Names of tensors: what notebook_ad's own functions give in a cell (`h = ad.relu(z)`) is a Tensor, not a lifted value."""

from __future__ import annotations

from typing import Any

from notebook_ad.lifted.session import Session
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.tensor import Tensor

Place = tuple[Any, int]  # on the tape: segment and row


def bound(session: Session, value: Tensor, name: str) -> None:
    """Note that a name was bound to a tensor: its row gets the name; the tensor's own `.name` stays as it is.

    Nothing here keeps a row alive: a training loop in a cell binds names in every step. Where the cell's loop is
    followed by a live view, that one names what it shows.
    """
    if isinstance(value, Level) or value.name or session.choice.wrt == frozenset():
        return
    if value._meta is not None and value._meta.leaf:  # it gets onto the tape on its first use
        session.tensor_leaves[name] = value._meta
    elif value._segment is not None and value._id not in value._segment.names:
        value._segment.names[value._id] = name
        session.tensor_names.add(name)


def places(session: Session, seen: set[Place]) -> dict[str, list[Place]]:
    """Where the tensors are that the cell named, by name, of the rows that were seen; leaves get their names here."""
    leaves = {id(meta): name for name, meta in reversed(session.tensor_leaves.items())}  # the first name counts
    found: dict[str, list[Place]] = {}
    for segment, row in sorted(seen, key=lambda place: (place[0].serial, place[1])):
        meta = segment.leaves.get(row)
        if id(meta) in leaves and not meta.name:
            segment.names.setdefault(row, leaves[id(meta)])
        elif (name := segment.names.get(row)) in session.tensor_names:
            found.setdefault(name, []).append((segment, row))
    return found

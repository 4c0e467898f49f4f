"""Names of nodes: the last version of a name that the picture shows bears it, the versions before read x′, x″."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from notebook_ad.lifted import tensors
from notebook_ad.lifted.link import Link
from notebook_ad.lifted.session import Session

PRIMES = ("", "′", "″", "‴")  # later versions are counted: x⁽⁴⁾
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def versioned(name: str, version: int) -> str:
    """The name of an earlier version, counted from 1."""
    return name + (PRIMES[version] if version < len(PRIMES) else f"⁽{str(version).translate(RAISED)}⁾")


def name_nodes(session: Session, places: set[Any]) -> set[str]:
    """Name the nodes that the output depends on; the names that it has then (without strokes).

    `places` is where on the tape they are. A leaf keeps its own name where another was given to the same number.
    """
    found = set()
    given = tensors.places(session, places)
    own = {place_of(link): link.name for links in session.versions.values() for link in links if link.leaf}
    for name in dict.fromkeys((*session.versions, *given)):
        links = session.versions.get(name, [])
        shown = [link for link in dict.fromkeys(links) if link.name == name and place_of(link) in places]
        bearers: list[tuple[Any, Link | None]] = [(place_of(link), link) for link in shown]
        if name in given:
            linked = {place for place, _ in bearers}
            bearers += [(place, None) for place in given[name] if place not in linked]
            bearers.sort(key=lambda bearer: (bearer[0][0].serial, bearer[0][1]))
        for version, (place, link) in enumerate(bearers, 1):
            if own.get(place, name) != name:
                continue
            text = name if version == len(bearers) else versioned(name, version)
            if link is None:
                place[0].names[place[1]] = text
            else:
                tensor(link).name = text
        if bearers or any(place_of(link) in places for link in links):
            found.add(name)
    return found


def aliases(session: Session, ids: Mapping[Any, int], names: set[str | None]) -> tuple[tuple[str, int], ...]:
    """The names, besides those that nodes have, whose last value is that of a node: `b` after `b = np.float64(a)`."""
    last = {name: place_of(links[-1]) for name, links in session.versions.items() if name not in names}
    return tuple((name, ids[place]) for name, place in last.items() if place in ids)


def tensor(link: Link) -> Any:
    """The node that a link's name belongs to: a leaf's own, where it was changed in place since."""
    return link.first if link.first is not None else link.tensor


def place_of(link: Link) -> Any:
    """Where on the tape a link's node is."""
    t = tensor(link)
    return None if t is None else (t._segment, t._id) if t._segment is not None else None

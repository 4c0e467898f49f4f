"""Notes beside the picture: leaves that were not used and why, where a gradient was cut, what is not supported."""

from __future__ import annotations

import re
from typing import Any

from notebook_ad.engine.errors import NoDerivative
from notebook_ad.engine.rows import reached
from notebook_ad.lifted import taping
from notebook_ad.lifted.choice import Output
from notebook_ad.lifted.link import Link
from notebook_ad.lifted.naming import tensor
from notebook_ad.lifted.nearest import SHOWN, capped, some
from notebook_ad.lifted.program import Program
from notebook_ad.lifted.session import Event, Session
from notebook_ad.lifted.unsupported import kinds
from notebook_ad.tensor.gradients import start_row


def unused(session: Session, found: set[str]) -> list[str]:
    """The leaves that the output does not depend on; integers that nothing differentiable used are no leaves."""
    names = []
    for name, links in session.versions.items():
        leaves = [link for link in links if link.leaf and link.name == name]
        if name not in found and any(link.kind is not int or link.used for link in leaves):
            names.append(name)
    return merged(names, found)


def merged(names: list[str], found: set[str]) -> list[str]:
    """One name for a container of which no element is used."""
    merged = []
    for name in names:
        base = name.split("[")[0]
        whole = base != name and not any(n.split("[")[0] == base for n in found)
        if (base if whole else name) not in merged:
            merged.append(base if whole else name)
    return merged


def notes(session: Session, names: list[str], listed: bool = True) -> list[str]:
    """What the reader should know: unused leaves (not `listed` where nothing was used at all), why, and cuts."""
    cuts = dict.fromkeys(_cut(e) for e in session.events if e.kind == "cut")
    named = {e.tensor.name for e in session.events if e.kind == "cut" and isinstance(e.tensor, Link)}
    unused = [name for name in names if name not in named]
    lines = [f"not used: {some(unused)}"] if unused and listed else []
    branches = lost_by_branches(session, set(names))
    cuts |= {_cut(e): None for e in session.steps.values() if f"line {e.line}: {e.text}" not in branches}
    return [*lines, *branches, *list(cuts)[:SHOWN]]


def _cut(event: Event) -> str:
    where = f"cut at line {event.line}" if event.line is not None else "cut"
    name = event.tensor.name if isinstance(event.tensor, Link) else None
    return f"{where}: {event.text}" + (f" (of {name})" if name and not event.text.startswith(f"{name} ") else "")


def unsupported(session: Session, program: Program) -> list[str]:
    """The names of kinds that are not supported, unless a cut was noted: that one made them, or says it already."""
    cut = any(event.kind == "cut" for event in session.events)
    return [] if cut else kinds(program.names(), session.namespace)[:SHOWN]


def lost_by_branches(session: Session, names: set[str]) -> list[str]:
    """Branches that returned a constant after a comparison of something computed from one of the names."""
    lines: dict[str, None] = {}
    for i, event in enumerate(session.events):
        if event.kind == "step" and names & set(leaf_names(event.tensor)):
            lines[f"line {event.line}: {event.text}"] = None
        if event.kind != "constant":
            continue
        compared = [
            e.tensor for e in session.events[max(0, i - 8) : i] if e.kind == "compare" and e.frame == event.frame
        ]
        if event.tensor is not None:
            compared.append(event.tensor)
        if any(names & set(leaf_names(link)) for link in compared):
            lines[f"line {event.line}: {event.text}"] = None
    return list(lines)[:SHOWN]


def leaf_names(link: Any) -> list[str]:
    """The names of the leaves that a value was computed from."""
    if not isinstance(link, Link):
        return []
    if link.tensor is None:
        return [link.name] if link.name else []
    return [t.name for t in taping.leaves_of(tensor(link)) if t.name]


def blocked(output: Output, session: Session, error: NoDerivative) -> NoDerivative:
    """The error for an operation without a rule, with a cure for plain values, which have no detach()."""
    rows = [r for r in reached(start_row(output.tensor), {}) if r.primitive.name == "opaque"]
    if not rows:
        return error
    segment, row = rows[-1].place
    source = segment.sources.get(row)
    where = f" (line {source.line}: {source.text})" if source else ""
    what = f"{rows[-1].static['label']} has no derivative rule here, but {capped(output.name)} depends on it"
    if found := kinds(re.findall(r"[^\W\d]\w*", source.text if source else ""), session.namespace):
        return NoDerivative(f"{what}{where}: {found[0]}.")
    behind = [place[0].leaves.get(place[1]) for place in (r.place for r in reached((segment, row), {}))]
    names = merged([leaf.name for leaf in behind if leaf is not None and leaf.name], set())
    const = f"give --const {','.join(names)}, or " if 0 < len(names) <= SHOWN else ""
    return NoDerivative(
        f"{what}{where}. Use a supported function; if no gradient should pass, {const}compute it in an earlier cell."
    )

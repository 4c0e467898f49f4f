"""Why a leaf gets no gradient: where it was cut, the branch that lost it, or that nothing used it."""

from __future__ import annotations

from notebook_ad.lifted.explain import leaf_names, lost_by_branches
from notebook_ad.lifted.session import Session


def reasons(session: Session, names: list[str]) -> tuple[tuple[str, str], ...]:
    """For each leaf that the output does not depend on its name and the reason."""
    return tuple((name, _reason(session, name)) for name in names)


def _reason(session: Session, name: str) -> str:
    cuts = [e for e in session.events if e.kind == "cut" and name in _bases(leaf_names(e.tensor))]
    said = [f"cut at line {e.line}: {e.text}" if e.line is not None else f"cut: {e.text}" for e in cuts]
    said += lost_by_branches(session, {name})
    return "; ".join(dict.fromkeys(said[:3])) or "the output does not depend on it"


def _bases(names: list[str]) -> set[str]:
    """The names, and those of the containers that they are elements of."""
    return {*names, *(name.split("[")[0] for name in names)}

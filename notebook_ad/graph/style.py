"""Colours and style of the picture: one sheet, for the static form (colours written out) and the live (variables)."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

LIGHT = {
    "ink": "#1f2328", "soft": "#6b7280", "line": "#d5d9df", "bg": "#ffffff", "panel": "#f6f7f9", "fwd": "#1d4ed8",
    "grad": "#c2410c", "hi": "#fde68a", "hi2": "#fff7d6", "ok": "#15803d",
}  # fmt: skip
DARK = {
    "ink": "#e6e8eb", "soft": "#9aa3af", "line": "#3b4048", "bg": "#111418", "panel": "#1a1e24", "fwd": "#7db0ff",
    "grad": "#ff9d5c", "hi": "#5c4a12", "hi2": "#2b2610", "ok": "#6fcf97",
}  # fmt: skip
THEMES = ("auto", "light", "dark")


@cache
def sheet(theme: str) -> str:
    """The picture's style with colours in place of variables, which not every viewer of SVG knows.

    Args:
        theme: "light", "dark", or "auto": light, and dark where the reader's system asks for it.

    Raises:
        ValueError: no such theme.
    """
    if theme not in THEMES:
        raise ValueError(f"no theme {theme!r}; there are {', '.join(THEMES)}")
    source = resources.files("notebook_ad.graph").joinpath("graph.css").read_text("utf-8")
    if theme != "auto":
        return _coloured(source, DARK if theme == "dark" else LIGHT)
    coloured = "\n".join(line for line in _coloured_only(source))
    return _coloured(source, LIGHT) + f"@media (prefers-color-scheme: dark) {{\n{_coloured(coloured, DARK)}\n}}\n"


def _coloured(source: str, palette: dict[str, str]) -> str:
    return re.sub(r"var\(--nad-(\w+)\)", lambda found: palette[found[1]], source)


def _coloured_only(source: str) -> list[str]:
    """The sheet's rules cut down to the declarations that name a colour, to repeat for the second theme."""
    rules = []
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", source):
        kept = [d.strip() for d in body.split(";") if "var(--nad-" in d]
        if kept:
            rules.append(f"{selector.strip()} {{{'; '.join(kept)}}}")
    return rules

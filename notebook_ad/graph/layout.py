"""Where things stand: boxes of given sizes in, positions and curves in pixels out. Graphviz sees no user's text."""

from __future__ import annotations

import json
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from notebook_ad.graph import graphviz
from notebook_ad.graph.arcs import SPAN, Point, arc, arcs, spans

UNLABELLED = 300  # nodes from which edge labels no longer take part in the layout (they cost most of it),
LIMIT = 2_000  # nodes from which there is no layout
MARGIN = 10.0
_DPI = 72.0
_CHARACTER, _FONT = 8.4, 14  # Courier's width at 14 points, known to every build of Graphviz


@dataclass(frozen=True, slots=True)
class Size:
    """What a node needs, in pixels. `round` nodes are drawn as a circle of that diameter in the middle."""

    width: float
    height: float
    round: float = 0.0


@dataclass(frozen=True, slots=True)
class Link:
    """An edge between two nodes (by index) with a label so many pixels wide; 0 for none."""

    tail: int
    head: int
    label: float


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes (by index) that stand in one column in a frame, with a label so many pixels wide."""

    nodes: tuple[int, ...]
    label: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Positions in pixels, y downwards: centres of nodes; of edges the Bézier points and the label's centre; frames.

    A frame is left, top, width and height.
    """

    width: float
    height: float
    centres: tuple[Point, ...]
    curves: tuple[tuple[Point, ...], ...]
    labels: tuple[Point | None, ...]
    frames: tuple[tuple[float, float, float, float], ...] = ()


def place(sizes: Sequence[Size], links: Sequence[Link], groups: Sequence[Group] = ()) -> Layout:
    """Lay out nodes and edges from left to right.

    Raises:
        LayoutUnavailable: too many nodes, or no Graphviz.
    """
    check(len(sizes))
    return _place(tuple(sizes), tuple(links), tuple(groups))


def check(nodes: int) -> None:
    """Whether so many nodes can be laid out, asked before anything is written on them.

    Raises:
        LayoutUnavailable: they are too many.
    """
    if nodes > LIMIT:
        raise graphviz.LayoutUnavailable(f"a graph of {nodes:,} nodes is too large to draw (limit {LIMIT:,})")


@lru_cache(maxsize=16)  # the static and the live form of one picture stand on the same positions
def _place(sizes: tuple[Size, ...], links: tuple[Link, ...], groups: tuple[Group, ...] = ()) -> Layout:
    ends = [(link.tail, link.head) for link in links]
    crossed = spans(len(sizes), ends)
    over = arcs(ends, crossed)
    labelled = len(sizes) <= UNLABELLED and sum(n for i, n in enumerate(crossed) if i not in over) <= SPAN
    found = json.loads(graphviz.run(_source(sizes, links, labelled, groups, over)))
    height = float(found["bb"].split(",")[3])

    def point(text: str) -> Point:
        x, y = text.split(",")[-2:]
        return round(float(x) + MARGIN, 1), round(height - float(y) + MARGIN, 1)

    centres: list[Point] = [(0.0, 0.0)] * len(sizes)
    curves: list[tuple[Point, ...]] = [()] * len(links)
    labels: list[Point | None] = [None] * len(links)
    frames = [(0.0, 0.0, 0.0, 0.0)] * len(groups)
    for thing in found.get("objects", ()):
        if thing["name"].startswith("cluster"):
            low, bottom, right, top = map(float, thing["bb"].split(","))
            x, y = point(f"{low},{top}")
            frames[int(thing["name"][7:])] = x, y, right - low, top - bottom
            continue
        if "pos" not in thing:
            continue
        centres[int(thing["name"][1:])] = point(thing["pos"])
    routes = {i: arc(centres[links[i].tail], centres[links[i].head]) for i in over}
    for thing in found.get("edges", ()):
        at = int(thing["id"][1:])
        routes[at] = [point(p) for p in thing["pos"].split() if p[0] not in "es"]
        labels[at] = point(thing["lp"]) if "lp" in thing else None
    for at, curve in routes.items():
        link = links[at]
        curve = _clip(curve, centres[link.head], sizes[link.head])
        curves[at] = tuple(_clip(curve[::-1], centres[link.tail], sizes[link.tail])[::-1])
        labels[at] = (labels[at] or _beside(curves[at])) if link.label else None
    width = float(found["bb"].split(",")[2])
    drawn = Layout(round(width), round(height), tuple(centres), tuple(curves), tuple(labels), tuple(frames))
    return _with_room(drawn, [_split(curves[i], 0.5)[3][1] for i in over])


def _with_room(drawn: Layout, levels: Sequence[float]) -> Layout:
    """The drawing with a margin, and moved down by what its arcs need above."""
    above = max(0.0, round(MARGIN - min(levels, default=MARGIN)))
    below = max(0.0, round(max(levels, default=0.0) - drawn.height - MARGIN))

    def move(point: Point) -> Point:
        return point[0], round(point[1] + above, 1)

    return Layout(
        round(drawn.width + 2 * MARGIN),
        round(drawn.height + 2 * MARGIN + above + below),
        tuple(map(move, drawn.centres)),
        tuple(tuple(map(move, curve)) for curve in drawn.curves),
        tuple(label and move(label) for label in drawn.labels),
        tuple((x, y + above, w, h) for x, y, w, h in drawn.frames),
    )


def _source(
    sizes: Sequence[Size],
    links: Sequence[Link],
    labelled: bool,
    groups: Sequence[Group] = (),
    without: Container[int] = (),
) -> str:
    gap = 0.5 if labelled else 0.3 + max((link.label for link in links), default=0.0) / _DPI
    lines = [
        "digraph G {",
        f"graph [rankdir=LR nodesep=0.3 ranksep={gap:.2f} nslimit=1 nslimit1=1 mclimit=0.5]",
        'node [shape=box fixedsize=true label="" fontname="Courier"]',
        f'edge [dir=none headclip=false tailclip=false fontname="Courier" fontsize={_FONT}]',
    ]
    lines += [f"n{i} [width={s.width / _DPI:.3f} height={s.height / _DPI:.3f}]" for i, s in enumerate(sizes)]
    for i, link in enumerate(links):
        if i in without:
            continue
        row = "x" * max(1, round(link.label / _CHARACTER))
        label = rf' label="{row}\n{row}"' if labelled and link.label else ""
        lines.append(f"n{link.tail} -> n{link.head} [id=e{i}{label}]")
    for i, group in enumerate(groups):
        row = "x" * max(1, round(group.label / _CHARACTER))
        members = "; ".join(f"n{n}" for n in group.nodes)
        style = f'margin=10 labeljust=l fontname="Courier" fontsize={_FONT} label="{row}"'
        lines.append(f"subgraph cluster{i} {{graph [{style}]; {{rank=same; {members}}}}}")
    return "\n".join([*lines, "}"])


def _beside(curve: Sequence[Point]) -> Point:
    """Where a label goes that took no part in the layout: on the last stretch of the curve, just above it."""
    x, y = _split(curve[-4:], 0.5)[3]
    return round(x, 1), round(y - 14, 1)


def _clip(curve: list[Point], centre: Point, size: Size) -> list[Point]:
    """The curve, which ends in a node's centre, cut off where it enters the node's outline."""
    while len(curve) > 4 and _inside(curve[-4], centre, size):
        curve = curve[:-3]
    low, high = 0.0, 1.0
    for _ in range(24):
        middle = (low + high) / 2
        if _inside(_split(curve[-4:], middle)[3], centre, size):
            high = middle
        else:
            low = middle
    return curve[:-4] + [(round(x, 1), round(y, 1)) for x, y in _split(curve[-4:], low)]


def _inside(point: Point, centre: Point, size: Size) -> bool:
    x, y = point[0] - centre[0], point[1] - centre[1]
    if size.round:
        return x * x + y * y < (size.round / 2) ** 2
    return abs(x) < size.width / 2 and abs(y) < size.height / 2


def _split(bezier: Sequence[Point], t: float) -> list[Point]:
    """The part of a cubic Bézier curve from 0 to t (de Casteljau)."""
    rows: list[list[Point]] = [list(bezier)]
    while len(rows[-1]) > 1:
        row = rows[-1]
        rows.append([(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in pairwise(row)])
    return [row[0] for row in rows]

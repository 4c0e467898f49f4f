"""Central differences through a replay: an independent check of each gradient, which knows a kink when it meets one."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from notebook_ad.engine.guards import Guard
from notebook_ad.graph import numbers
from notebook_ad.graph.cut import where_cut
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.replay import Replay

Verdict = Literal["agrees", "differs", "kink", "branch", "unknown"]


@dataclass(frozen=True, slots=True)
class Difference:
    """The slope of the output at a leaf, measured: from the left, from the right, and central.

    Attributes:
        cuts: where a number was taken off the tape that depends on the leaf. What was recorded is measured, without it.
    """

    verdict: Verdict
    central: float
    left: float
    right: float
    cuts: tuple[Guard, ...] = ()

    @property
    def text(self) -> str:
        """`✓ −2.000`, `✗ 3.000`, `✂ 13.00 as recorded, cut at line 2`, or `kink: one-sided −2 / 0`; empty where unknown."""
        if self.verdict == "unknown":
            return ""
        if self.verdict == "branch":
            return "near a branch"
        if self.verdict == "kink":
            return f"kink: one-sided {numbers.short(self.left)} / {numbers.short(self.right)}"
        text = _fixed(self.central)
        return agreement(text, self.cuts) if self.verdict == "agrees" else f"✗ {text}"


def agreement(text: str, cuts: Collection[Guard]) -> str:
    """What agrees is confirmed; past a cut only what was recorded is: the code itself may have another slope."""
    return f"✂ {text} as recorded, {where_cut(cuts)}" if cuts else f"✓ {text}"


def difference(
    replay: Replay, values: Mapping[int, Any], leaf: int, gradient: float, at: int | None = None
) -> Difference:
    """The central difference of the output (times the seed) with respect to a leaf, or to one element of it.

    Args:
        values: of the leaves, by node id; those that are missing have their recorded values.
        leaf: node id; at: flat index of an element, None for a scalar.
        gradient: what the sweep found, to compare with.
    """
    recorded = {r.node: r.value for r in replay.program if r.node is not None}
    whole = values.get(leaf, recorded[leaf])
    x = float(whole if at is None else np.asarray(whole).reshape(-1)[at])
    single = any(np.asarray(v).dtype == np.float32 for v in (whole, replay.graph.nodes[replay.graph.output].value))
    precision = float(np.finfo(np.float32 if single else np.float64).eps)
    # Truncation falls with h², rounding grows with 1/h: they meet near the cube root of the precision.
    h = max(1.0, abs(x)) * precision ** (1 / 3)

    def to(moved: float) -> dict[int, Any]:
        changed: Any = moved
        if at is not None:
            changed = np.array(whole)
            changed.reshape(-1)[at] = moved
        return {**values, leaf: changed}

    def f(moved: float) -> tuple[float, bool]:
        value, same = replay.value(to(moved))
        if type(value) is float and type(replay.graph.seed) is float:
            return value * replay.graph.seed, same
        with np.errstate(all="ignore"):
            return float(np.sum(np.asarray(value, np.float64) * replay.graph.seed)), same

    (middle, _), (up, above), (down, below) = f(x), f(x + h), f(x - h)
    (near_up, near_above), (near_down, near_below) = f(x + h / 2), f(x - h / 2)
    right, left, central = (up - middle) / h, (middle - down) / h, (up - down) / (2 * h)
    if not all(map(math.isfinite, (middle, up, down, gradient))):
        return Difference("unknown", central, left, right)
    noise = 16 * precision * max(abs(middle), abs(up), abs(down), precision) / h + precision * _felt(replay.graph) / h
    jump, near_jump = abs(right - left), 2 * abs(near_up - 2 * middle + near_down) / h
    if not (above and below and near_above and near_below):
        return Difference("branch", central, left, right)
    # A smooth function's slopes draw together as the step is halved; across a kink they do not.
    scale = max(abs(left), abs(right))
    if jump > 0.01 * scale + 8 * noise and near_jump > 0.75 * jump:
        return Difference("kink", central, 2 * (near_down - down) / h, 2 * (up - near_up) / h)
    allowed = 8 * noise + 2 * abs(central - (near_up - near_down) / h) + 1e-6 * max(abs(gradient), scale)
    verdict: Verdict = "agrees" if abs(central - gradient) <= allowed else "differs"
    # No slope can be told from 0 that is below the rounding of the values, or that is left where two others cancel.
    slight = precision * max(abs(middle), abs(up), abs(down)) / h
    if left * right < 0:
        slight = max(slight, precision**0.5 * min(abs(left), abs(right)))
    found = 0.0 if abs(central) <= slight else central
    return Difference(verdict, found, left, right, replay.lost(values, to(x + h)) if verdict == "agrees" else ())


def _felt(graph: Graph) -> float:
    """How far the output moves at most where one value is off by its whole self, to first order.

    Times the precision that is what rounding does inside, as in log(x² + 1) at 0, where the output itself is tiny.
    """
    most = 0.0
    with np.errstate(all="ignore"):
        for node in graph.nodes:
            if node.grad is not None:
                size = np.abs(np.asarray(node.grad) * np.asarray(node.value))
                most = max(most, float(np.sum(size, where=np.isfinite(size))))
    return most


def _fixed(x: float) -> str:
    size = abs(x)
    if size == 0:
        return "0"
    if not 1e-3 <= size < 1e5:
        return numbers.short(x)
    return f"{x:.{max(0, 3 - max(0, math.floor(math.log10(size))))}f}".replace("-", "−")

"""A step length by the strong Wolfe conditions: bracket, then zoom with cubic interpolation (Nocedal and Wright 2006, 3.5, 3.6)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Evaluate = Callable[[float], tuple[float, np.ndarray]]
DECREASE, CURVATURE, SMALLEST = 1e-4, 0.9, 1e-9  # PyTorch's: c1, c2, tolerance_change


@dataclass(slots=True)
class Point:
    """A step length, the loss, gradient and slope along the direction there."""

    t: float
    f: float
    g: np.ndarray
    slope: float


def strong_wolfe(
    evaluate: Evaluate, t: float, d: np.ndarray, f: float, g: np.ndarray, slope: float, most: int = 25
) -> tuple[float, np.ndarray, float, int]:
    """Find t with enough decrease and a flat enough slope along d.

    Args:
        evaluate: loss and flat gradient at a step length.
        t: the first one to try.
        f, g, slope: loss, gradient and slope at 0.
        most: evaluations after the first.

    Returns:
        Loss, gradient, step length, and how often `evaluate` was called.
    """
    origin = Point(0.0, f, g, slope)

    def at(t: float) -> Point:
        loss, gradient = evaluate(t)
        return Point(t, loss, gradient, float(gradient @ d))

    def too_high(p: Point) -> bool:
        return p.f > f + DECREASE * p.t * slope

    def flat(p: Point) -> bool:
        return abs(p.slope) <= -CURVATURE * slope

    before, now, tried, done = origin, at(t), 0, False
    bracket: list[Point] = []
    while tried < most:
        if too_high(now) or (tried > 1 and now.f >= before.f):
            bracket = [before, now]
            break
        if flat(now):
            bracket, done = [now, now], True
            break
        if now.slope >= 0:
            bracket = [before, now]
            break
        further = interpolated(before, now, (now.t + 0.01 * (now.t - before.t), now.t * 10))
        before, now = now, at(further)
        tried += 1
    if tried == most:
        bracket = [origin, now]
    low, high = (0, 1) if bracket[0].f <= bracket[1].f else (1, 0)
    stuck, size = False, float(np.abs(d).max())
    while not done and tried < most and abs(bracket[1].t - bracket[0].t) * size >= SMALLEST:
        ends = sorted((bracket[0].t, bracket[1].t))
        t = interpolated(bracket[0], bracket[1], (ends[0], ends[1]))
        margin = 0.1 * (ends[1] - ends[0])
        if min(ends[1] - t, t - ends[0]) < margin:  # too near an end to make progress: the second time, move inwards
            if stuck or t >= ends[1] or t <= ends[0]:
                t = ends[1] - margin if abs(t - ends[1]) < abs(t - ends[0]) else ends[0] + margin
                stuck = False
            else:
                stuck = True
        else:
            stuck = False
        now = at(t)
        tried += 1
        if too_high(now) or now.f >= bracket[low].f:
            bracket[high] = now
            low, high = (0, 1) if bracket[0].f <= bracket[1].f else (1, 0)
            continue
        if flat(now):
            done = True
        elif now.slope * (bracket[high].t - bracket[low].t) >= 0:
            bracket[high] = bracket[low]
        bracket[low] = now
    best = bracket[low]
    return best.f, best.g, best.t, tried + 1


def interpolated(a: Point, b: Point, bounds: tuple[float, float]) -> float:
    """Where the cubic through two points with their slopes is least, kept within bounds; else the middle of these."""
    try:
        d1 = a.slope + b.slope - 3 * (a.f - b.f) / (a.t - b.t)
        square = d1**2 - a.slope * b.slope
        if square >= 0:
            d2 = math.sqrt(square)
            if a.t <= b.t:
                least = b.t - (b.t - a.t) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2))
            else:
                least = a.t - (a.t - b.t) * ((a.slope + d2 - d1) / (a.slope - b.slope + 2 * d2))
            return min(max(least, bounds[0]), bounds[1])
    except (ZeroDivisionError, OverflowError):
        pass
    return (bounds[0] + bounds[1]) / 2

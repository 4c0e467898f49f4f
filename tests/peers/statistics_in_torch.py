"""The calls of `calls_statistics.py` in PyTorch: in other words where it has no function of that name."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import torch
from calls import MASK, Call

LA = torch.linalg
FIRST, SECOND = torch.tensor(MASK), torch.tensor(MASK.T & ~MASK)
QUARTERS = torch.arange(5) / 4.0


def of_sets(f: Call) -> Call:
    """Of two vectors `x` and `y`, to which `x[0]` is appended: nothing else is in both."""
    return lambda x, y: f(x, y).sort().values


def longer(p: Any, n: int) -> Any:
    return torch.nn.functional.pad(p, (n - len(p), 0))


def product(p: Any, q: Any) -> Any:
    return torch.nn.functional.conv1d(p[None, None], q.flip(0)[None, None], padding=len(q) - 1)[0, 0]


def divided(u: Any, v: Any) -> Any:
    """Quotient of two coefficients by a triangular system, and what is left."""
    system = torch.stack([torch.stack([v[0], v[0] * 0]), v[:2].flip(0)])
    quotient = LA.solve(system, u[:2])
    return quotient, (u - product(quotient, v))[2:]


def monic(zeros: Any) -> Any:
    """Vieta's formulas: sums of products of k zeros."""
    sums = [sum(torch.prod(zeros[list(i)]) for i in combinations(range(len(zeros)), k)) for k in range(1, 5)]
    return torch.stack([torch.ones_like(zeros[0]), *(s * (-1) ** (k + 1) for k, s in enumerate(sums))])


def fitted(x: Any, y: Any) -> Any:
    """The normal equations."""
    powers = torch.stack([x * x, x, torch.ones_like(x)], 1)
    return LA.solve(powers.T @ powers, powers.T @ y)


def roots(p: Any) -> Any:
    """Eigenvalues of the companion matrix."""
    below = torch.eye(3, 4, dtype=p.dtype)
    return LA.eigvals(torch.cat([-p[None, 1:] / p[0], below])).real.sort().values


def unwrapped(x: Any) -> Any:
    turns = torch.round(x.detach().diff(dim=1) / (2 * torch.pi)).cumsum(1) * 2 * torch.pi
    return torch.cat([x[:, :1], x[:, 1:] - turns], 1)


TORCH: dict[str, Call] = {
    "cov": lambda x, y: torch.cov(torch.cat([x, y]), aweights=torch.tensor([1.0, 2.0, 0.5], dtype=torch.float64)),
    "corrcoef": lambda x: torch.corrcoef(x.T),
    "logspace": lambda x, y: torch.stack([3.0 ** (x + (y - x) * k / 3) for k in range(4)]),
    "geomspace": lambda x, y: torch.stack([x ** (1 - t) * y**t for t in QUARTERS.tolist()]),
    "nanmedian": lambda x: x.nanquantile(0.5, 0),
    "nanquantile": lambda x: x.nanquantile(torch.tensor([0.2, 0.7], dtype=x.dtype), 1),
    "nanpercentile": lambda x: x.nanquantile(0.35, 0),
    "unwrap": unwrapped,
    "frexp": lambda x: x / 2.0 ** torch.frexp(x.detach()).exponent,
    "i0": torch.special.i0,
    "trim_zeros": lambda x: x[2:6],
    "sliding_window_view": lambda x: x.unfold(0, 2, 1).unfold(1, 2, 1),
    "piecewise": lambda x: torch.where(FIRST, x.sin(), torch.where(SECOND, x * x, 1 / x)),
    "apply_along_axis": lambda x: x[:2] * x.prod(0),
    "apply_over_axes": lambda x: x.prod().reshape(1, 1),
    "poly": monic,
    "polyadd": lambda p, q: p + longer(q, 4),
    "polysub": lambda p, q: p - longer(q, 4),
    "polymul": product,
    "polydiv": divided,
    "polyder": lambda p: p[:2] * torch.tensor([6, 2]),
    "polyint": lambda p, k: torch.cat([p / torch.tensor([20, 12, 6, 2]), k]),
    "polyfit": fitted,
    "roots": roots,
    "union1d": of_sets(lambda x, y: torch.cat([x, y])),
    "intersect1d": of_sets(lambda x, y: x[:1]),
    "setdiff1d": of_sets(lambda x, y: x[1:]),
    "setxor1d": of_sets(lambda x, y: torch.cat([x[1:], y])),
    "unique_values": lambda x: x.ravel().sort().values,
}

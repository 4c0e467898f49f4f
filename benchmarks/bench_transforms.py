"""`ad.grad` beside HIPS autograd's, on the functions of its own benchmarks and on small networks: ratios in one run."""

from __future__ import annotations

import timeit
from collections.abc import Callable
from typing import Any

import autograd
import autograd.numpy as hips_numpy
import numpy as np

import notebook_ad as ad

RNG = np.random.default_rng(0)
Maker = Callable[[Any], Callable[..., Any]]


def power(numpy: Any) -> Callable[..., Any]:
    """x²."""
    return lambda x: x**2


def sines(numpy: Any) -> Callable[..., Any]:
    """sin of sin of …, 50 times."""

    def f(x: Any) -> Any:
        for _ in range(50):
            x = numpy.sin(x)
        return numpy.sum(x)

    return f


def fan(numpy: Any) -> Callable[..., Any]:
    """10,000 times x + x, halved: many paths."""

    def f(x: Any) -> Any:
        for _ in range(10_000):
            x = (x + x) / 2.0
        return numpy.sum(x)

    return f


def recurrent(numpy: Any) -> Callable[..., Any]:
    """20 steps of a recurrent layer of 32."""

    def f(w: Any, x: Any) -> Any:
        h = numpy.zeros((8, 32))
        for _ in range(20):
            h = numpy.tanh(numpy.dot(h, w) + x)
        return numpy.sum(h**2)

    return f


def wide_recurrent(numpy: Any) -> Callable[..., Any]:
    """50 steps of a recurrent layer of 1,024 on 16 examples of float32, and a logistic loss."""

    def f(p: Any, x: Any, label: Any) -> Any:
        w, b, w_out, b_out = p
        for _ in range(50):
            x = numpy.tanh(numpy.dot(x, w) + b)
        logit = numpy.dot(x, w_out) + b_out
        return -numpy.sum(label * logit - (logit + numpy.log(1 + numpy.exp(-logit))))

    return f


def needless(numpy: Any) -> Callable[..., Any]:
    """100 times + 1 on a million numbers: nothing of it is needed for the gradient."""

    def f(x: Any) -> Any:
        for _ in range(100):
            x = x + 1
        return numpy.sum(x)

    return f


def layers(numpy: Any) -> Callable[..., Any]:
    """Two layers on a batch of 64 × 128."""

    def f(p: Any) -> Any:
        w1, b1, w2, b2, x = p
        return numpy.mean((numpy.dot(numpy.tanh(numpy.dot(x, w1) + b1), w2) + b2) ** 2)

    return f


def small(*shape: int) -> Any:
    """Random numbers of float32."""
    return (0.01 * RNG.normal(size=shape)).astype(np.float32)


CASES: list[tuple[str, Maker, tuple[Any, ...]]] = [
    ("x², a number", power, (2.0,)),
    ("50 sines, a number", sines, (2.0,)),
    ("50 sines, 8 numbers", sines, (np.ones(8),)),
    ("20,000 additions and divisions, a number", fan, (2.0,)),
    ("20,000 additions and divisions, 8 numbers", fan, (np.ones(8),)),
    (
        "its recurrent net, 1,024 wide, 50 steps",
        wide_recurrent,
        ([small(1024, 1024), small(1024), small(1024, 1), small(1)], small(16, 1024), small(16, 1) > 0),
    ),
    ("its needless nodes, 1,000 × 1,000", needless, (np.zeros((1000, 1000)),)),
    ("recurrent layer, 20 steps", recurrent, (RNG.normal(size=(32, 32)), RNG.normal(size=(8, 32)))),
    (
        "two layers, 64 × 128",
        layers,
        ([RNG.normal(size=s) for s in ((128, 64), (64,), (64, 10), (10,), (64, 128))],),
    ),
]


def best(f: Callable[..., Any], args: tuple[Any, ...]) -> float:
    """Seconds of the fastest of seven rounds, after one to warm up."""
    f(*args)
    number = max(1, int(0.02 / max(1e-6, timeit.timeit(lambda: f(*args), number=1))))
    return min(timeit.repeat(lambda: f(*args), number=number, repeat=7)) / number


def one_pull(make_vjp: Callable[..., Any]) -> Callable[[], Any]:
    """`np.dot` of arrays with four axes, recorded and pulled back once."""
    a, b, g = RNG.normal(size=(2, 3, 4, 5)), RNG.normal(size=(2, 3, 5, 4)), RNG.normal(size=(2, 3, 4, 2, 3, 4))
    return lambda: make_vjp(a, b)(g)


def results() -> list[tuple[str, str, str]]:
    """Rows of (claim, figure, budget)."""
    rows = []
    for name, make, args in CASES:
        theirs = best(autograd.grad(make(hips_numpy)), args)
        ours = best(ad.grad(make(np)), args)
        figure = f"{ours * 1e6:,.0f} µs, {theirs / ours:.1f} ×"
        rows.append((f"grad, against HIPS autograd: {name}", figure, "≥ 5 ×"))
    theirs = best(one_pull(lambda a, b: autograd.make_vjp(lambda x: hips_numpy.dot(x, b))(a)[0]), ())
    ours = best(one_pull(lambda a, b: ad.vjp(lambda x: np.dot(x, b), a)[1]), ())
    figure = f"{ours * 1e6:,.0f} µs, {theirs / ours:.1f} ×"
    rows.append(("vjp, against HIPS autograd: its np.dot of four axes", figure, "≥ 5 ×"))
    return rows


if __name__ == "__main__":
    for row in results():
        print(*row, sep=" | ")

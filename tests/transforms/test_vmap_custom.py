"""vmap of functions with a rule of the user's: they run once on all examples, or on each where they ask for values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from vmapped import choices, derivatives_are_the_loops, hessians_are_the_loops, values_are_the_loops

import notebook_ad as ad

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(4, 2)), RNG.normal(size=(4, 2))
Runs = list[str]


def value(x: Any, y: Any) -> Any:
    return {"u": np.sin(x) * y, "s": np.sum(x * y)}


def pulled(kept: Any, g: Any) -> Any:
    x, y = kept
    return g["u"] * np.cos(x) * y + g["s"] * y, g["u"] * np.sin(x) + g["s"] * x


def number(t: Any) -> float:
    return float(ad.stop_gradient(t).item()) if isinstance(t, ad.Tensor) else float(t)


def checkpointed(runs: Runs) -> Callable[..., Any]:
    return ad.checkpoint(lambda x, y: runs.append("run") or value(x, y))


def with_vjp(runs: Runs, asking: bool = False) -> Callable[..., Any]:
    f = ad.custom_vjp(value)

    def backward(kept: Any, g: Any) -> Any:
        runs.append("back")
        if asking:
            number(g["s"])
        return pulled(kept, g)

    f.defvjp(lambda x, y: (runs.append("run") or value(x, y), (x, y)), backward)
    return f


def with_jvp(runs: Runs, asking: bool = False) -> Callable[..., Any]:
    f = ad.custom_jvp(lambda x, y: runs.append("run") or value(x, y))

    @f.defjvp
    def rule(primals: Any, tangents: Any) -> Any:
        runs.append("push")
        (x, y), (a, b) = primals, tangents
        if asking:
            number(np.sum(a))
        return f(x, y), {"u": np.cos(x) * y * a + np.sin(x) * b, "s": np.sum(x * b + y * a)}

    return f


def opaque(runs: Runs) -> Callable[..., Any]:
    def plain(x: Any, y: Any) -> Any:
        runs.append("run")
        return value(*(t.detach().numpy() if isinstance(t, ad.Tensor) else t for t in (x, y)))

    f = ad.custom_vjp(plain)
    f.defvjp(lambda x, y: (plain(x, y), (x.detach().numpy(), y.detach().numpy())), pulled)
    return f


MADE: dict[str, Callable[[Runs], Callable[..., Any]]] = {
    "checkpoint": checkpointed, "custom_vjp": with_vjp, "custom_jvp": with_jvp, "opaque": opaque,
    "custom_vjp that asks": lambda runs: with_vjp(runs, True), "custom_jvp that asks": lambda runs: with_jvp(runs, True),
}  # fmt: skip


@pytest.mark.parametrize("name", MADE)
def test_the_rule_gives_what_it_gives_for_each_example(name: str) -> None:
    f = MADE[name]([])
    flat = lambda x, y: (lambda r: (r["u"], r["s"]))(f(x, y))
    for axes in choices(2):
        arrays = [a if axis == 0 else a[0] for a, axis in zip((X, Y), axes, strict=True)]
        values_are_the_loops(flat, arrays, axes)
        derivatives_are_the_loops(flat, arrays, axes)
    if name != "opaque":
        hessians_are_the_loops(flat, [X[:2], Y[:2]])


@pytest.mark.parametrize(("name", "forwards"), [("checkpoint", 2), ("custom_vjp", 2), ("custom_jvp", 2)])
def test_function_and_rule_run_on_all_examples_at_once(name: str, forwards: int) -> None:
    runs: Runs = []
    f = MADE[name](runs)
    loss = lambda x, y: (lambda r: np.sum(r["u"]) * r["s"])(f(x, y))
    ad.vmap(ad.grad(loss))(X, Y)
    assert runs.count("run") <= forwards
    assert runs.count("back") <= 1
    assert runs.count("push") <= 1


def test_what_needs_plain_arrays_runs_once_per_example() -> None:
    runs: Runs = []
    found = ad.vmap(opaque(runs))(X, Y)
    assert len(runs) == 1 + len(X)  # it was asked for all at once first
    np.testing.assert_allclose(found["s"], np.sum(X * Y, 1))


@pytest.mark.parametrize("name", ["checkpoint", "custom_vjp", "custom_jvp"])
def test_a_jacobian_goes_through_a_rule_in_one_batch(name: str) -> None:
    f = MADE[name]([])
    joined = lambda x: (lambda r: np.concatenate([r["u"], np.atleast_1d(r["s"])]))(f(x, Y[0]))
    expected = np.concatenate([np.diag(np.cos(X[0]) * Y[0]), Y[:1]])
    np.testing.assert_allclose(ad.jacrev(joined)(X[0]), expected)
    np.testing.assert_allclose(ad.jacfwd(joined)(X[0]), expected)


def test_closing_over_what_vmap_follows_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="closes over a value that jvp or vmap follows"):
        ad.vmap(lambda w: ad.checkpoint(lambda x: x * w)(2.0 * w))(X)

"""custom_vjp and custom_jvp: functions with a rule of the user's."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad


def sine_by_vjp(factor: float = 1.0) -> Any:
    @ad.custom_vjp
    def sine(x: Any) -> Any:
        return np.sin(x)

    sine.defvjp(lambda x: (np.sin(x), x), lambda x, g: (factor * g * np.cos(x),))
    return sine


def sine_by_jvp(factor: float = 1.0) -> Any:
    @ad.custom_jvp
    def sine(x: Any) -> Any:
        return np.sin(x)

    sine.defjvp(lambda p, t: (np.sin(p[0]), factor * t[0] * np.cos(p[0])))
    return sine


BOTH = pytest.mark.parametrize("make", [sine_by_vjp, sine_by_jvp])


@BOTH
def test_the_rule_is_used_in_both_modes_to_any_order(make: Any) -> None:
    f = make()
    x = 0.7
    assert ad.grad(f)(x) == pytest.approx(np.cos(x))
    assert ad.jvp(f, (x,), (1.0,))[1] == pytest.approx(np.cos(x))
    assert ad.grad(ad.grad(f))(x) == pytest.approx(-np.sin(x))
    assert ad.grad(ad.grad(ad.grad(f)))(x) == pytest.approx(-np.cos(x))
    assert ad.jvp(ad.grad(f), (x,), (1.0,))[1] == pytest.approx(-np.sin(x))
    assert ad.grad(lambda x: ad.jvp(f, (x,), (1.0,))[1])(x) == pytest.approx(-np.sin(x))
    assert ad.jvp(lambda x: ad.jvp(f, (x,), (1.0,))[1], (x,), (1.0,))[1] == pytest.approx(-np.sin(x))
    ad.check_grads(f, (np.array([0.3, 1.2]),), order=3)


@BOTH
def test_the_rule_overrides_the_true_derivative(make: Any) -> None:
    assert ad.grad(make(10.0))(0.7) == pytest.approx(10 * np.cos(0.7))
    assert ad.jvp(make(10.0), (0.7,), (1.0,))[1] == pytest.approx(10 * np.cos(0.7))


@BOTH
def test_the_rule_works_under_vmap(make: Any) -> None:
    f, x = make(2.0), np.array([0.1, 0.2, 0.3])
    np.testing.assert_allclose(ad.vmap(f)(x), np.sin(x))
    np.testing.assert_allclose(ad.vmap(ad.grad(f))(x), 2 * np.cos(x))
    np.testing.assert_allclose(ad.vmap(lambda x: ad.jvp(f, (x,), (1.0,))[1])(x), 2 * np.cos(x))
    np.testing.assert_allclose(ad.jvp(ad.vmap(f), (x,), (x,))[1], 2 * np.cos(x) * x)
    np.testing.assert_allclose(ad.vmap(ad.hessian(make()))(x), -np.sin(x))


@BOTH
def test_plain_arguments_give_plain_results_and_tensors_tensors(make: Any) -> None:
    f = make()
    assert type(f(0.7)) is float
    assert type(f(np.ones(2))) is np.ndarray
    assert isinstance(f(ad.tensor(0.7)), ad.Tensor)
    assert isinstance(f(ad.tensor(0.7, requires_grad=False)), ad.Tensor)
    assert f(x=0.7) == pytest.approx(np.sin(0.7))
    assert ad.grad(f)(np.float32(0.7)).dtype == np.float32


@BOTH
def test_backward_reaches_leaves_through_the_rule(make: Any) -> None:
    x = ad.tensor([0.1, 0.2])
    (make(3.0)(x) * np.array([1.0, 2.0])).sum().backward()
    assert x.grad is not None
    np.testing.assert_allclose(x.grad.tolist(), 3 * np.cos([0.1, 0.2]) * [1.0, 2.0])


def test_static_arguments_are_given_to_the_rule_first() -> None:
    @functools.partial(ad.custom_vjp, nondiff_argnums=(0,))
    def applied(h: Any, x: Any) -> Any:
        return h(x)

    applied.defvjp(lambda h, x: (h(x), x), lambda h, x, g: (g * 7 * h(x),))
    assert ad.grad(lambda x: applied(np.sin, x))(1.0) == pytest.approx(7 * np.sin(1.0))

    @functools.partial(ad.custom_jvp, nondiff_argnums=(1,))
    def power(x: Any, n: int) -> Any:
        return x**n

    power.defjvp(lambda n, p, t: (p[0] ** n, n * p[0] ** (n - 1) * t[0]))
    assert ad.grad(ad.grad(power))(2.0, 3) == 12.0
    assert ad.jvp(lambda x: power(x, n=3), (2.0,), (1.0,)) == (8.0, 12.0)


def test_arguments_results_and_residuals_may_be_nested() -> None:
    @ad.custom_vjp
    def f(p: Any, q: Any) -> Any:
        return {"s": p["a"] * q, "t": (p["b"] + q,)}

    f.defvjp(
        lambda p, q: ({"s": p["a"] * q, "t": (p["b"] + q,)}, {"p": p, "q": q, "name": "text"}),
        lambda r, g: ({"a": g["s"] * r["q"], "b": g["t"][0]}, g["s"] * r["p"]["a"] + g["t"][0]),
    )
    found = ad.grad(lambda p, q: f(p, q)["s"] * f(p, q)["t"][0], (0, 1))({"a": 2.0, "b": 3.0}, 5.0)
    assert found == ({"a": 40.0, "b": 10.0}, 26.0)
    ad.check_grads(lambda a, b, q: f({"a": a, "b": b}, q), (2.0, 3.0, 5.0), order=2)


def test_none_is_a_cotangent_of_zero() -> None:
    @ad.custom_vjp
    def f(x: Any, y: Any) -> Any:
        return x * y

    f.defvjp(lambda x, y: (x * y, (x, y)), lambda r, g: (g * r[1], None))
    assert ad.grad(f, (0, 1))(2.0, 3.0) == (3.0, 0.0)
    assert ad.grad(f)(2.0, 3) == 3.0


@pytest.mark.parametrize(
    ("bwd", "message"),
    [(lambda r, g: (g,), "gave 1 cotangents for 2 arguments"), (lambda r, g: g, "gave no tuple of cotangents for 2"),
     (lambda r, g: (g, [g]), "cotangent of 1 arrays for argument 1, which has 2"),
     (lambda r, g: (np.ones(3), None), r"gradient of shape \(3,\) for an operand of \(\)")],
)  # fmt: skip
def test_a_rule_that_does_not_fit_is_refused(bwd: Any, message: str) -> None:
    @ad.custom_vjp
    def f(x: Any, p: Any) -> Any:
        return x * p[0] * p[1]

    f.defvjp(lambda x, p: (x * p[0] * p[1], None), bwd)
    with pytest.raises((TypeError, ValueError), match=message):
        ad.grad(f)(2.0, [1.0, 2.0])


def test_a_missing_or_misshapen_rule_says_what_to_do() -> None:
    with pytest.raises(AttributeError, match=r"f has no rule yet.*f.defvjp\(fwd, bwd\)"):
        ad.custom_vjp(named_f)(1.0)
    with pytest.raises(AttributeError, match=r"f has no rule yet.*f.defjvp\(rule\)"):
        ad.custom_jvp(named_f)(1.0)
    f = ad.custom_vjp(named_f)
    f.defvjp(lambda x: x, lambda r, g: (g,))
    with pytest.raises(TypeError, match=r"forward rule of named_f gives \(value, residuals\), not Tensor"):
        f(1.0)
    with pytest.raises(TypeError, match="nondiff_argnums"):
        f("text")


def named_f(x: Any) -> Any:
    return x


@pytest.mark.parametrize("kind", ["vjp", "jvp"])
def test_closing_over_what_is_differentiated_is_an_error_not_a_wrong_gradient(kind: str) -> None:
    def scaled(w: Any) -> Any:
        if kind == "vjp":
            f = ad.custom_vjp(lambda x: x * w)
            f.defvjp(lambda x: (x * w, None), lambda r, g: (g * w,))
            return f(2.0)
        h = ad.custom_jvp(lambda x: x * w)
        h.defjvp(lambda p, t: (p[0] * w, t[0] * w))
        return h(2.0)

    for transform in (
        ad.grad(scaled),
        lambda w: ad.jvp(scaled, (w,), (1.0,)),
        lambda w: ad.vmap(scaled)(w * np.ones(2)),
    ):
        with pytest.raises(RuntimeError, match="closes over"):
            transform(3.0)


def test_integer_results_stay_integers() -> None:
    @ad.custom_vjp
    def top(x: Any) -> Any:
        return np.max(x), np.argmax(x)

    top.defvjp(lambda x: (top.fun(x), x), lambda x, g: (g[0] * (np.arange(3) == np.argmax(x)),))
    _, where = top(ad.tensor([1.0, 5.0, 2.0]))
    assert (where.dtype, where.requires_grad, int(where)) == (np.int64, False, 1)
    np.testing.assert_array_equal(ad.grad(lambda x: top(x)[0])(np.array([1.0, 5.0, 2.0])), [0.0, 1.0, 0.0])

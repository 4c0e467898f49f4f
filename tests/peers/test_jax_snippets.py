"""Programs as in the tutorials of JAX: the same text with another import gives the same numbers."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from snippets import Snippet, same

import notebook_ad as ad

JAX: list[Snippet] = []


@pytest.fixture(autouse=True)
def _in_float64() -> None:
    jax.config.update("jax_enable_x64", True)


def in_jax(snippet: Snippet) -> Snippet:
    JAX.append(snippet)
    return snippet


@in_jax
def derivatives_of_tanh(jax: Any) -> Any:
    f = jax.np.tanh
    return jax.grad(f)(2.0), jax.grad(jax.grad(f))(2.0), jax.grad(jax.grad(jax.grad(f)))(2.0)


X = np.array([[0.52, 1.12, 0.77], [0.88, -1.08, 0.15], [0.52, 0.06, -1.30], [0.74, -2.49, 1.39]])
TARGETS = np.array([1.0, 1.0, 0.0, 1.0])


def logistic(m: Any, params: Any) -> Any:
    p = 0.5 * (m.tanh((m.dot(X, params["W"]) + params["b"]) / 2) + 1)
    return -m.sum(m.log(p * TARGETS + (1 - p) * (1 - TARGETS)))


W = {"W": np.array([0.1, -0.2, 0.3]), "b": 0.4}


@in_jax
def logistic_regression_over_a_dict(jax: Any) -> Any:
    return jax.value_and_grad(lambda p: logistic(jax.np, p))(W)


@in_jax
def gradients_by_argnums(jax: Any) -> Any:
    def f(w: Any, b: Any) -> Any:
        return logistic(jax.np, {"W": w, "b": b})

    w, b = W["W"], W["b"]
    return jax.grad(f)(w, b), jax.grad(f, argnums=1)(w, b), jax.grad(f, (0, 1))(w, b)


@in_jax
def matrices_of_derivatives(jax: Any) -> Any:
    def f(w: Any) -> Any:
        return 1 / (1 + jax.np.exp(-jax.np.dot(X, w)))

    def loss(w: Any) -> Any:
        return jax.np.sum(f(w) ** 2)

    w = W["W"]
    return jax.jacfwd(f)(w), jax.jacrev(f)(w), jax.hessian(loss)(w), jax.jacfwd(jax.grad(loss))(w)


@in_jax
def products_without_matrices(jax: Any) -> Any:
    def f(x: Any) -> Any:
        return jax.np.sum(jax.np.sin(x) * x[0])

    x, v = np.array([0.3, 1.0, -0.4]), np.array([1.0, 0.0, 2.0])
    value, pullback = jax.vjp(f, x)
    shown, pushed = jax.linearize(f, x)
    return (
        jax.jvp(f, (x,), (v,)), value, pullback(1.0), shown, pushed(v), jax.jvp(jax.grad(f), (x,), (v,))[1],
        jax.grad(lambda x: jax.np.vdot(jax.grad(f)(x), v))(x),
    )  # fmt: skip


@in_jax
def gradients_of_each_example(jax: Any) -> Any:
    def loss(w: Any, x: Any, y: Any) -> Any:
        return (jax.np.tanh(jax.np.dot(w, x)) - y) ** 2

    return jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(W["W"], X, TARGETS)


@in_jax
def something_beside_the_value(jax: Any) -> Any:
    def loss(x: Any, y: Any) -> Any:
        return jax.np.sum((x - y) ** 2), x - y

    x, y = np.arange(1.0, 4.0), np.array([0.9, 2.2, 2.7])
    return jax.grad(loss, has_aux=True)(x, y), jax.value_and_grad(loss, has_aux=True)(x, y)


@in_jax
def clipping_the_gradient(jax: Any) -> Any:
    @jax.custom_vjp
    def clip_gradient(lo: Any, hi: Any, x: Any) -> Any:
        return x

    clip_gradient.defvjp(
        lambda lo, hi, x: (x, (lo, hi)), lambda res, g: (None, None, jax.np.clip(g, res[0], res[1]))
    )  # fmt: skip

    def slope(x: Any) -> Any:
        return jax.grad(lambda x: clip_gradient(-0.75, 0.75, jax.np.sin(x)))(x)

    return slope(0.3), slope(2.8), jax.vmap(jax.grad(lambda x: clip_gradient(-0.5, 0.5, x**2)))(np.array([0.1, 3.0]))


@in_jax
def a_rule_for_forward_mode(jax: Any) -> Any:
    @jax.custom_jvp
    def log1pexp(x: Any) -> Any:
        return jax.np.log(1.0 + jax.np.exp(x))

    @log1pexp.defjvp
    def log1pexp_jvp(primals: Any, tangents: Any) -> Any:
        (x,), (x_dot,) = primals, tangents
        return log1pexp(x), (1 - 1 / (1 + jax.np.exp(x))) * x_dot

    return (
        jax.grad(log1pexp)(3.0),
        jax.grad(log1pexp)(100.0),
        jax.grad(jax.grad(log1pexp))(0.5),
        jax.jvp(log1pexp, (1.0,), (2.0,)),
    )


@in_jax
def temporal_difference(jax: Any) -> Any:
    theta = np.array([0.1, -0.1, 0.0])
    s_before, reward, s_after = np.array([1.0, 2.0, -1.0]), 1.0, np.array([2.0, 1.0, 0.0])

    def loss(theta: Any) -> Any:
        target = reward + jax.np.dot(theta, s_after)
        return -0.5 * (jax.stop_gradient(target) - jax.np.dot(theta, s_before)) ** 2

    return jax.grad(loss)(theta)


@in_jax
def straight_through_estimator(jax: Any) -> Any:
    def f(x: Any) -> Any:
        zero = x - jax.stop_gradient(x)
        return zero + jax.stop_gradient(jax.np.round(x))

    return f(3.2), jax.grad(f)(3.2)


@in_jax
def layers_in_lists_of_tuples(jax: Any) -> Any:
    sizes = (3, 5, 2)
    params = [(np.sin(np.arange(m * n).reshape(m, n)), np.cos(np.arange(n))) for m, n in itertools.pairwise(sizes)]

    def loss(params: Any) -> Any:
        h = X
        for w, b in params:
            h = jax.np.tanh(jax.np.matmul(h, w) + b)
        return jax.np.mean((h - 0.5) ** 2)

    for _ in range(5):
        grads = jax.grad(loss)(params)
        params = [(w - 0.1 * dw, b - 0.1 * db) for (w, b), (dw, db) in zip(params, grads, strict=True)]
    return params, loss(params)


@in_jax
def checkpointed_layers(jax: Any) -> Any:
    g = jax.checkpoint(lambda w, x: jax.np.sin(jax.np.matmul(x, w)))
    w = np.sin(np.arange(9.0).reshape(3, 3))
    return jax.grad(lambda w: jax.np.sum(g(w, g(w, X))))(w)


@in_jax
def holomorphic_and_complex(jax: Any) -> Any:
    z = 1.0 - 0.5j
    return jax.grad(jax.np.sin, holomorphic=True)(z), jax.grad(lambda z: jax.np.real(z) ** 3 + jax.np.imag(z) * 2)(z)


@in_jax
def branches_and_loops_of_python(jax: Any) -> Any:
    def f(x: Any) -> Any:
        return 3.0 * x**2 if x < 3 else -4 * x

    def power(x: Any, n: int) -> Any:
        y = 1.0
        for _ in range(n):
            y = y * x
        return y

    return jax.grad(f)(2.0), jax.grad(f)(4.0), jax.grad(power)(1.5, 4)


@in_jax
def perturbations_are_not_confused(jax: Any) -> Any:
    return jax.grad(lambda x: x * jax.grad(lambda y: x * y**2)(2.0))(3.0), jax.jvp(
        lambda x: x * jax.jvp(lambda y: x + y, (1.0,), (1.0,))[1], (3.0,), (1.0,)
    )


@in_jax
def a_guarded_where(jax: Any) -> Any:
    def f(x: Any) -> Any:
        safe = jax.np.where(x > 0, x, 1.0)
        return jax.np.sum(jax.np.where(x > 0, jax.np.sqrt(safe), 0.0))

    return jax.grad(f)(np.array([-1.0, 0.0, 4.0]))


@in_jax
def soft_values_over_batches(jax: Any) -> Any:
    def attention(q: Any, k: Any) -> Any:
        s = jax.np.einsum("id,jd->ij", q, k)
        e = jax.np.exp(s - jax.np.max(s, axis=-1, keepdims=True))
        return jax.np.sum((e / jax.np.sum(e, axis=-1, keepdims=True)) @ k, axis=0)[0]

    return jax.grad(attention, (0, 1))(X[:2], X[1:])


NAMES = ("grad", "value_and_grad", "jvp", "vjp", "linearize", "jacfwd", "jacrev", "hessian", "vmap", "custom_vjp",
         "custom_jvp", "checkpoint")  # fmt: skip


@pytest.mark.parametrize("snippet", JAX, ids=lambda f: f.__name__)
def test_a_program_for_jax_runs_with_another_import(snippet: Snippet) -> None:
    theirs = SimpleNamespace(np=jnp, stop_gradient=jax.lax.stop_gradient, **{n: getattr(jax, n) for n in NAMES})
    ours = SimpleNamespace(np=np, stop_gradient=ad.stop_gradient, **{n: getattr(ad, n) for n in NAMES})
    same(snippet(ours), snippet(theirs))

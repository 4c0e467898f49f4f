"""Programs as in the tutorials of PyTorch, JAX and TensorFlow: the same text with another import gives the same numbers.

TensorFlow is not installed: what its programs print is stored with them.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import notebook_ad as ad

Snippet = Callable[[Any], Any]
TORCH: list[Snippet] = []
JAX: list[Snippet] = []


@pytest.fixture(autouse=True)
def _in_float64() -> Any:
    torch.set_default_dtype(torch.float64)
    jax.config.update("jax_enable_x64", True)
    yield
    torch.set_default_dtype(torch.float32)


def numbers(result: Any) -> list[np.ndarray]:
    if isinstance(result, dict):
        return [x for key in sorted(result) for x in numbers(result[key])]
    if isinstance(result, list | tuple):
        return [x for item in result for x in numbers(item)]
    return [np.asarray(result.detach() if hasattr(result, "detach") else result)]


def shown(result: Any, *expected: Any) -> None:
    """The numbers that TensorFlow prints."""
    same(result, [np.array(x, float) for x in expected])


def same(ours: Any, theirs: Any) -> None:
    for got, want in zip(numbers(ours), numbers(theirs), strict=True):
        assert got.shape == want.shape
        np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-12)


def in_torch(snippet: Snippet) -> Snippet:
    TORCH.append(snippet)
    return snippet


def in_jax(snippet: Snippet) -> Snippet:
    JAX.append(snippet)
    return snippet


# PyTorch


@in_torch
def logits_and_parameters(torch: Any) -> Any:
    x, y = torch.ones(5), torch.zeros(3)
    w = torch.linspace(-1, 1, 15).reshape(5, 3).requires_grad_()
    b = torch.tensor([0.1, -0.2, 0.3], requires_grad=True)
    z = torch.matmul(x, w) + b
    loss = (torch.log1p(torch.exp(z)) - y * z).mean()
    loss.backward()
    with torch.no_grad():
        z2 = torch.matmul(x, w) + b
    return (
        loss.item(),
        w.grad,
        b.grad,
        z.requires_grad,
        z2.requires_grad,
        z.detach().requires_grad,
        w.is_leaf,
        z.is_leaf,
    )


@in_torch
def gradients_accumulate(torch: Any) -> Any:
    inp = torch.eye(4, 5, requires_grad=True)
    out = (inp + 1).pow(2).t()
    seen = []
    for _ in range(2):
        out.backward(torch.ones_like(out), retain_graph=True)
        seen.append(inp.grad.clone())
    inp.grad.zero_()
    out.backward(torch.ones_like(out), retain_graph=True)
    return [*seen, inp.grad]


@in_torch
def regression_by_hand(torch: Any) -> Any:
    x = torch.linspace(-1, 1, 20).unsqueeze(1)
    y = 3 * x - 0.5
    w = torch.zeros(1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(60):
        loss = ((x * w + b - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            w -= 0.3 * w.grad
            b -= 0.3 * b.grad
        w.grad.zero_()
        b.grad = None
        losses.append(loss.item())
    return w, b, losses


@in_torch
def polynomial_with_a_function(torch: Any) -> Any:
    class LegendrePolynomial3(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return 0.5 * (5 * x**3 - 3 * x)

        @staticmethod
        def backward(ctx: Any, grad_output: Any) -> Any:
            (x,) = ctx.saved_tensors
            return grad_output * 1.5 * (5 * x**2 - 1)

    x = torch.linspace(-math.pi, math.pi, 200)
    y = torch.sin(x)
    a, b, c, d = (torch.full((), v, requires_grad=True) for v in (0.0, -1.0, 0.0, 0.3))
    for _ in range(40):
        y_pred = a + b * LegendrePolynomial3.apply(c + d * x)
        loss = (y_pred - y).pow(2).sum()
        loss.backward()
        with torch.no_grad():
            for p in (a, b, c, d):
                p -= 5e-5 * p.grad
                p.grad = None
    return a, b, c, d, loss


@in_torch
def gradient_of_a_gradient(torch: Any) -> Any:
    x = torch.tensor([0.5, 1.5], requires_grad=True)
    (first,) = torch.autograd.grad((x**3).sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), x, create_graph=True)
    (third,) = torch.autograd.grad(second[0], x)
    return first, second, third


@in_torch
def products_and_matrices(torch: Any) -> Any:
    functional = torch.autograd.functional
    x, v = torch.tensor([0.3, -1.2]), torch.tensor([1.0, 2.0])

    def energy(x: Any) -> Any:
        return (x.exp() * x[0]).sum()

    return (
        functional.jacobian(lambda x: x.exp() * x[0], x), functional.hessian(energy, x), functional.vjp(energy, x),
        functional.jvp(lambda x: x.exp(), x, v), functional.hvp(energy, x, v), functional.vhp(energy, x, v),
    )  # fmt: skip


@in_torch
def two_layers_by_hand_and_by_autograd(torch: Any) -> Any:
    x = torch.sin(torch.arange(40).reshape(8, 5) * 0.7)
    y = torch.cos(torch.arange(16).reshape(8, 2) * 1.1)
    w1 = (torch.sin(torch.arange(30).reshape(5, 6) * 1.3)).requires_grad_()
    w2 = (torch.sin(torch.arange(12).reshape(6, 2) * 0.9)).requires_grad_()
    h = x.mm(w1)
    y_pred = h.clamp(min=0).mm(w2)
    loss = (y_pred - y).pow(2).sum()
    loss.backward()
    with torch.no_grad():
        up = 2.0 * (y_pred - y)
        by_hand = h.clamp(min=0).t().mm(up)
        grad_h = up.mm(w2.t())
        grad_h = torch.where(h < 0, 0.0, grad_h)
    return w1.grad, w2.grad, by_hand, x.t().mm(grad_h)


@in_torch
def hooks_see_and_change_gradients(torch: Any) -> Any:
    seen = []
    v = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    h = v * v
    h.retain_grad()
    handle = h.register_hook(lambda g: g * 2)
    h.register_hook(lambda g: seen.append(g.clone()))
    (h.sum() * 3).backward(retain_graph=True)
    handle.remove()
    first = (h.grad.clone(), v.grad.clone())
    v.grad = None
    (h * 5).sum().backward()
    return first, v.grad, seen


@in_torch
def a_penalty_on_the_gradient(torch: Any) -> Any:
    w = torch.tensor([[0.4, -0.3], [0.2, 0.9]], requires_grad=True)
    x = torch.tensor([[1.0, 2.0], [-0.5, 0.3]], requires_grad=True)
    out = torch.tanh(x @ w).sum(dim=1)
    (g,) = torch.autograd.grad(out.sum(), x, create_graph=True)
    penalty = ((g.norm(dim=1) - 1) ** 2).mean()
    penalty.backward()
    return penalty, w.grad


@in_torch
def truncated_through_time(torch: Any) -> Any:
    w = torch.tensor(0.8, requires_grad=True)
    h = torch.tensor(1.0)
    found = []
    for step in range(9):
        h = torch.tanh(w * h + 0.1)
        if step % 3 == 2:
            h.backward()
            found.append(w.grad.item())
            h = h.detach()
    return found


@in_torch
def cross_entropy_by_indexing(torch: Any) -> Any:
    logits = torch.tensor([[2.0, 0.5, -1.0], [0.1, 0.2, 0.3]], requires_grad=True)
    target = torch.tensor([2, 0], dtype=torch.long)
    loss = -torch.log_softmax(logits, dim=1)[torch.arange(2), target].mean()
    loss.backward()
    return loss, logits.grad, torch.softmax(logits, dim=-1), logits.argmax(dim=1), logits.max(dim=1).values


@in_torch
def a_recurrent_cell(torch: Any) -> Any:
    w = torch.tensor([[0.5, -0.4], [0.3, 0.8]], requires_grad=True)
    u = torch.tensor([0.7, -0.2], requires_grad=True)
    h, states = torch.zeros(2), []
    for t in range(5):
        gate = torch.sigmoid(h @ w)
        h = gate * torch.tanh(u * t) + (1 - gate) * h
        states.append(h)
    joined = torch.cat([torch.stack(states).flatten(), h.unsqueeze(0).squeeze(0)])
    joined.pow(2).mean().backward()
    return joined, w.grad, u.grad


@in_torch
def newtons_method(torch: Any) -> Any:
    x = torch.tensor([-1.0, 1.5])

    def rosenbrock(x: Any) -> Any:
        return (1 - x[0]) ** 2 + 10 * (x[1] - x[0] ** 2) ** 2

    for _ in range(6):
        g = torch.autograd.functional.jacobian(rosenbrock, x)
        h = torch.autograd.functional.hessian(rosenbrock, x)
        x = x - torch.linalg.solve(h, g)
    return x


@in_torch
def a_differential_equation_in_the_loss(torch: Any) -> Any:
    t = torch.linspace(0, 1, 10).reshape(-1, 1).requires_grad_()
    w = torch.tensor([[0.3, -0.6, 0.9]], requires_grad=True)
    u = torch.tanh(t @ w).sum(1, keepdim=True)
    (du,) = torch.autograd.grad(u, t, grad_outputs=torch.ones_like(u), create_graph=True)
    loss = ((du + u) ** 2).mean() + (u[0] - 1).pow(2).sum()
    loss.backward()
    return loss, w.grad


@in_torch
def straight_through(torch: Any) -> Any:
    x = torch.tensor([0.2, 0.7, -1.4], requires_grad=True)
    hard = x.round()
    (x + (hard - x).detach()).pow(2).sum().backward()
    return x.grad


@in_torch
def a_ball_that_clips(torch: Any) -> Any:
    class Clip(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any, bound: float) -> Any:
            ctx.bound = bound
            return x.clone()

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g.clamp(-ctx.bound, ctx.bound), None

    x = torch.tensor([1.0, -3.0, 0.1], requires_grad=True)
    (Clip.apply(x, 0.5) ** 2).sum().backward()
    return x.grad


@in_torch
def switching_gradients_off(torch: Any) -> Any:
    x = torch.tensor([1.0], requires_grad=True)
    with torch.no_grad():
        y = x * 2
        with torch.enable_grad():
            z = x * 3
    with torch.inference_mode():
        i = x * 4
    return y.requires_grad, z.requires_grad, i.requires_grad


@in_torch
def views_and_reductions(torch: Any) -> Any:
    x = torch.arange(24.0).view(2, 3, 4).requires_grad_()
    y = x.permute(2, 0, 1).mean(dim=(0, 2), keepdim=True) * x.std(dim=-1, unbiased=True).sum() + x.transpose(0, 2)[
        1:3
    ].var(unbiased=True)
    y.sum().backward()
    return y, x.grad


# JAX


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


@pytest.mark.parametrize("snippet", TORCH, ids=lambda f: f.__name__)
def test_a_program_for_pytorch_runs_with_another_import(snippet: Snippet) -> None:
    same(snippet(ad), snippet(torch))


@pytest.mark.parametrize("written", [True, False], ids=["by index", "by .at"])
def test_writing_into_a_part_gives_pytorchs_gradient(written: bool) -> None:
    a = ad.tensor([[1.0, 2.0], [3.0, 4.0]])
    b = ad.zeros(3, 3)
    if written:
        b[:2, :2] = a * 2
        b[2] += b[0].clone() ** 2
    else:
        b = b.at[:2, :2].set(a * 2)
        b = b.at[2].add(b[0] ** 2)
    (b * b).sum().backward()
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    y = torch.zeros(3, 3)
    y[:2, :2] = x * 2
    y[2] += y[0].clone() ** 2
    (y * y).sum().backward()
    same([b, a.grad], [y, x.grad])


NAMES = ("grad", "value_and_grad", "jvp", "vjp", "linearize", "jacfwd", "jacrev", "hessian", "vmap", "custom_vjp",
         "custom_jvp", "checkpoint")  # fmt: skip


@pytest.mark.parametrize("snippet", JAX, ids=lambda f: f.__name__)
def test_a_program_for_jax_runs_with_another_import(snippet: Snippet) -> None:
    theirs = SimpleNamespace(np=jnp, stop_gradient=jax.lax.stop_gradient, **{n: getattr(jax, n) for n in NAMES})
    ours = SimpleNamespace(np=np, stop_gradient=ad.stop_gradient, **{n: getattr(ad, n) for n in NAMES})
    same(snippet(ours), snippet(theirs))


# TensorFlow: what these programs print there


def test_a_tape_of_one_variable() -> None:
    x = ad.tensor(3.0)
    with ad.GradientTape() as tape:
        y = x**2
    assert float(tape.gradient(y, x)) == 6.0


def test_a_tape_gives_gradients_in_the_structure_of_its_sources() -> None:
    w, b = ad.tensor(np.ones((3, 2)) * 0.5), ad.tensor(np.zeros(2))
    x = np.array([[1.0, 2.0, 3.0]])
    with ad.GradientTape(persistent=True) as tape:
        y = x @ w + b
        loss = np.mean(y**2)
    dw, db = tape.gradient(loss, [w, b])
    grads = tape.gradient(loss, {"w": w, "b": b})
    shown([dw, db], [[3.0, 3.0], [6.0, 6.0], [9.0, 9.0]], [3.0, 3.0])
    same(grads, {"w": dw, "b": db})


def test_a_tape_watches_what_it_is_told() -> None:
    x = ad.tensor(3.0, requires_grad=False)
    with ad.GradientTape() as tape:
        tape.watch(x)
        y = x**2
    assert float(tape.gradient(y, x)) == 6.0
    x0, x1 = ad.tensor(0.0), ad.tensor(10.0)
    with ad.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x1)
        ys = np.sum(np.log1p(np.exp(x1)) + np.sin(x0))
    found = tape.gradient(ys, {"x0": x0, "x1": x1})
    assert found["x0"] is None
    np.testing.assert_allclose(float(found["x1"]), 0.9999546021312976, rtol=1e-12)


def test_a_persistent_tape_gives_intermediates() -> None:
    x = ad.tensor([1.0, 3.0], requires_grad=False)
    with ad.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        z = y * y
    shown([tape.gradient(z, x), tape.gradient(y, x), tape.gradient(z, y)], [4.0, 108.0], [2.0, 6.0], [2.0, 18.0])


def test_several_targets_are_summed_and_a_disconnected_source_has_none() -> None:
    x, other = ad.tensor(2.0), ad.tensor(1.0)
    with ad.GradientTape() as tape:
        y0, y1 = x**2, 1 / x
    assert float(tape.gradient({"y0": y0, "y1": y1}, x)) == 3.75
    with ad.GradientTape() as tape:
        y = x * 3
    assert tape.gradient(y, other) is None
    with ad.GradientTape() as tape:
        y = x * 3
    assert float(tape.gradient(y, other, unconnected_gradients="zero")) == 0.0


def test_nested_tapes() -> None:
    x = ad.tensor(1.0)
    with ad.GradientTape() as outer:
        with ad.GradientTape() as inner:
            y = x**3
        dy = inner.gradient(y, x)
    assert (dy.item(), outer.gradient(dy, x).item()) == (3.0, 6.0)


def test_jacobians_of_a_tape() -> None:
    x = ad.tensor([-1.0, 0.0, 2.0])
    with ad.GradientTape() as tape:
        y = x**2 + x[0]
    shown(tape.jacobian(y, x), [[-1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 0.0, 4.0]])

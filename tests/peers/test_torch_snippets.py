"""Programs as in the tutorials of PyTorch: the same text with another import gives the same numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from snippets import Snippet, same

import notebook_ad as ad

TORCH: list[Snippet] = []


@pytest.fixture(autouse=True)
def _in_float64() -> Iterator[None]:
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def in_torch(snippet: Snippet) -> Snippet:
    TORCH.append(snippet)
    return snippet


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

"""Compiled sweeps of layers agree with the rules that they stand for, which run on tensors where a graph is wanted."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad import nn
from notebook_ad.engine.library.losses import mse
from notebook_ad.engine.library.normalization import normalize

F = nn.functional
Case = tuple[Callable[..., Any], tuple[tuple[int, ...], ...]]


def normalisations() -> dict[str, Case]:
    found: dict[str, Case] = {}
    for shape in [(3, 4), (2, 3, 4), (1, 4), (5, 1), (0, 4), (3, 0)]:
        for last in (shape[1:], shape[-1:]):
            found |= {
                f"layer_norm {shape} {last}": (lambda x, w, b, s=last: F.layer_norm(x, s, w, b), (shape, last, last)),
                f"layer_norm {shape} {last} alone": (lambda x, s=last: F.layer_norm(x, s), (shape,)),
                f"rms_norm {shape} {last}": (lambda x, w, s=last: F.rms_norm(x, s, w), (shape, last)),
            }
    for shape in [(3, 4), (3, 4, 5), (2, 4, 3, 2), (2, 4, 1), (1, 4, 3)]:
        each = (shape, (4,), (4,))
        found |= {
            f"batch_norm {shape}": (lambda x, w, b: F.batch_norm(x, None, None, w, b, True), each),
            f"batch_norm {shape} alone": (lambda x: F.batch_norm(x, None, None, training=True), (shape,)),
            f"group_norm {shape}": (lambda x, w, b: F.group_norm(x, 2, w, b), each),
            f"group_norm {shape} of one": (lambda x, w, b: F.group_norm(x, 1, w, b), each),
            f"group_norm {shape} alone": (lambda x: F.group_norm(x, 2), (shape,)),
        }
        if np.prod(shape[2:]) > 1:
            found[f"instance_norm {shape}"] = (lambda x, w, b: F.instance_norm(x, None, None, w, b), each)
    return found


def others() -> dict[str, Case]:
    found: dict[str, Case] = {}
    for shape in [(3, 4), (2, 3, 4), (0, 3), (3, 0), (4,), ()]:
        for axes in itertools.chain.from_iterable(
            itertools.combinations(range(len(shape)), n) for n in range(len(shape) + 1)
        ):
            found[f"softmax {shape} {axes}"] = (lambda x, a=axes: ad.scipy.special.softmax(x, axis=a), (shape,))
    for shape, reduction in itertools.product([(3, 4), (), (0, 3)], ["mean", "sum", "none"]):
        found[f"mse_loss {shape} {reduction}"] = (
            lambda x, y, r=reduction: F.mse_loss(x, y, reduction=r),
            (shape, shape),
        )
    return found


CASES = normalisations() | others()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", CASES)
def test_the_kernel_agrees_with_the_rule(name: str, dtype: Any) -> None:
    function, shapes = CASES[name]
    rng = np.random.default_rng(3)
    operands = [ad.tensor(rng.normal(size=shape).astype(dtype), requires_grad=True) for shape in shapes]
    weights = ad.as_tensor(rng.normal(size=function(*operands).shape).astype(dtype))
    expected = ad.autograd.grad((function(*operands) * weights).sum(), operands, create_graph=True)
    everything, tolerance = range(len(operands)), 1e-4 if dtype is np.float32 else 1e-10
    for wanted in ({*everything}, {0}, {*everything} - {0}):  # what is not wanted has no place to be written to
        for t in operands:
            t.grad = None
        given = [t if i in wanted else t.detach() for i, t in enumerate(operands)]
        if wanted:
            (function(*given) * weights).sum().backward()
        for i in wanted:
            assert operands[i].grad.dtype == dtype
            got, want = operands[i].grad.numpy(), expected[i].detach().numpy()
            np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance / 10)


@pytest.mark.parametrize("primitive", [mse, normalize])
def test_kernels_serve_floats_only_in_first_order_sweeps(primitive: Any) -> None:
    assert not primitive.hosted
    assert primitive.block is not None
    assert primitive.vjp is not None


def test_gradients_add_up_over_uses() -> None:
    x = ad.tensor(np.random.default_rng(0).normal(size=(3, 4)), requires_grad=True)
    loss = F.softmax(x, -1).square().sum() + F.layer_norm(x, 4).square().mean() + F.mse_loss(x, x * 2, reduction="sum")
    (want,) = ad.autograd.grad(loss, [x], create_graph=True)
    loss.backward()
    np.testing.assert_allclose(x.grad.numpy(), want.detach().numpy(), rtol=1e-12)


def test_mse_loss_broadcasts_with_a_warning_and_sums_the_gradient() -> None:
    x, y = ad.tensor(np.ones((3, 4)), requires_grad=True), ad.tensor(np.zeros(4), requires_grad=True)
    with pytest.warns(UserWarning, match="differ in shape and are broadcast"):
        F.mse_loss(x, y, reduction="sum").backward()
    np.testing.assert_array_equal(x.grad.numpy(), np.full((3, 4), 2.0))
    np.testing.assert_array_equal(y.grad.numpy(), np.full(4, -6.0))


def test_pools_of_images_of_the_same_size_share_their_windows() -> None:
    rng = np.random.default_rng(0)
    for shape in ((2, 3, 6, 6), (1, 1, 6, 6), (2, 3, 5, 6)):
        x = ad.tensor(rng.normal(size=shape), requires_grad=True)
        z = F.max_pool2d(x, 2)
        z.sum().backward()
        blocks = x.detach().numpy()[:, :, : shape[2] // 2 * 2].reshape(*shape[:2], shape[2] // 2, 2, 3, 2)
        np.testing.assert_array_equal(z.detach().numpy(), blocks.max((3, 5)))
        assert x.grad.numpy().sum() == z.size
        np.testing.assert_array_equal(
            np.sort(x.detach().numpy()[x.grad.numpy() == 1]), np.sort(z.detach().numpy().ravel())
        )

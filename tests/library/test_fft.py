"""Fourier transforms of tensors: NumPy's values, derivatives in both modes to order 2, all lengths, axes and norms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agreement import agrees, keeps_float32, same_values
from numpy_two import served

import notebook_ad as ad

NORMS = [None, "backward", "ortho", "forward"]
REAL_INPUT = {"rfft", "ihfft", "rfft2", "rfftn"}
TO_REAL = {"irfft", "hfft", "irfft2", "irfftn"}


def signal(name: str, *shape: int, complex_input: bool = True) -> np.ndarray:
    rng = np.random.default_rng(3)
    x = rng.normal(size=shape)
    return x if name in REAL_INPUT or not complex_input else x + 1j * rng.normal(size=shape)


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("n", [None, 1, 3, 6, 7])
@pytest.mark.parametrize("name", ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"])
def test_one_axis(name: str, n: int | None, norm: str | None) -> None:
    f = getattr(np.fft, name)
    for size in (4, 5):
        agrees(lambda x: f(x, n, norm=norm), [signal(name, 2, size)])
    agrees(lambda x: f(x, n=n, axis=0, norm=norm), [signal(name, 4, 2, complex_input=False)])


@pytest.mark.parametrize("options", [
    {}, {"axes": (0, 1)}, {"axes": [2, 0]}, {"axes": (-1, -3)}, {"s": (2, 6), "axes": (1, 2)}, {"norm": "ortho"},
    {"s": [4, 3], "axes": [-3, 1], "norm": "forward"}, {"axes": (1,)}, {"s": (5,), "axes": (0,)},
], ids=str)  # fmt: skip
@pytest.mark.parametrize("name", ["fft2", "ifft2", "fftn", "ifftn", "rfft2", "irfft2", "rfftn", "irfftn"])
def test_several_axes(name: str, options: dict[str, Any]) -> None:
    f = getattr(np.fft, name)
    agrees(lambda x: f(x, **options), [signal(name, 3, 4, 5)])
    agrees(lambda x: f(x, **options), [signal(name, 2, 3, 4, complex_input=False)], order=1)


@pytest.mark.parametrize("name", ["fftshift", "ifftshift"])
@pytest.mark.parametrize("axes", [None, 0, -1, (0, 1)])
def test_shifts(name: str, axes: Any) -> None:
    f = getattr(np.fft, name)
    for x in (signal(name, 4, 3), signal(name, 5, 2, complex_input=False), signal(name, 0, 2)):
        agrees(lambda x: f(x, axes), [x])


@pytest.mark.parametrize("name", ["fft", "ifft", "rfft", "irfft", "fft2", "irfftn"])
def test_single_precision_is_kept(name: str) -> None:
    keeps_float32(getattr(np.fft, name), [signal(name, 4, 6)], narrow=True)


def test_strides_do_not_matter() -> None:
    x = signal("fft", 6, 8)[::-2, ::3]
    agrees(np.fft.fft, [x])
    agrees(lambda x: np.fft.rfft(x.T), [x.real])


def test_inverse_undoes_the_transform_in_values_and_gradients() -> None:
    x = signal("rfft", 7)
    f = lambda x: np.sum(np.sin(np.fft.irfft(np.fft.rfft(x), 7)))
    np.testing.assert_allclose(ad.grad(f)(x), np.cos(x))


def test_energy_is_the_same_in_both_domains() -> None:
    x = ad.tensor(signal("rfft", 8))
    np.sum(np.abs(np.fft.fft(x, norm="ortho")) ** 2).backward()
    assert x.grad is not None
    np.testing.assert_allclose(x.grad.numpy(), 2 * signal("rfft", 8))


def test_each_transform_is_one_row_of_the_picture() -> None:
    graph = ad.graph(np.sum(np.abs(np.fft.rfft2(ad.tensor(signal("rfft2", 3, 4), name="x")))))
    assert [node.op for node in graph.nodes if node.op].count("rfft") == 1


@pytest.mark.parametrize(("call", "kind", "message"), [
    (lambda x: np.fft.fft(x, norm="no"), ValueError, "np.fft.fft: norm is 'backward', 'ortho' or 'forward', not 'no'"),
    (lambda x: np.fft.hfft(x, norm="no"), ValueError, "np.fft.hfft: norm is"),
    (lambda x: np.fft.fft(x, axis=2), ValueError, r"np.fft.fft: axes \(2,\) of x \(2, 3\).*it has 2 axes"),
    (lambda x: np.fft.ifft(x, n=0), ValueError, r"np.fft.ifft of x .*lengths \(0,\); each must be at least 1"),
    (lambda x: np.fft.fftn(x, s=(1, 2), axes=(0,)), ValueError, "s has 2 lengths for 1 axes"),
    (lambda x: np.fft.rfft(x * 1j), TypeError, "np.fft.rfft takes a real input, not complex128"),
    (lambda x: served(np.fft.fft)(x, out=np.zeros(3)), TypeError, "np.fft.fft of a tensor takes no out="),
])  # fmt: skip
def test_errors_name_the_function_and_the_argument(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call(ad.tensor(np.ones((2, 3)), name="x"))


def test_vmap_of_a_transform() -> None:
    x = signal("fft", 3, 4)
    same_values(lambda x: x, [x])
    np.testing.assert_allclose(ad.vmap(np.fft.fft)(x), np.fft.fft(x))
    np.testing.assert_allclose(ad.vmap(ad.grad(lambda x: np.sum(np.abs(np.fft.fft(x)) ** 2)))(x), 8 * np.conj(x))

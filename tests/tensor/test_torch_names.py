"""PyTorch's names on a tensor: its keywords select its meaning and return type. Numbers by hand, or NumPy's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad

A = np.array([[0.3, -1.2, 2.5, 0.7], [1.1, 0.4, -0.6, 3.2], [-2.1, 1.9, 0.8, -0.4]])
P = np.abs(A) + 0.1
TIES = np.array([[1.0, 2.0, 2.0], [3.0, 3.0, 1.0]])
S = A[:, :3]
ROWS = np.array([2, 0, 2])
PLACES = np.array([[0, 1, 2, 0], [2, 1, 0, 1]])


def grad_of(x: ad.Tensor) -> Any:
    assert x.grad is not None
    return x.grad.numpy()


def softmax(a: np.ndarray, axis: int) -> np.ndarray:
    e = np.exp(a - a.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


# How PyTorch writes it, and the same in NumPy.
SAME: dict[str, tuple[Callable[[Any], Any], Callable[[np.ndarray], Any]]] = {
    "sum(dim)": (lambda x: x.sum(dim=0), lambda a: a.sum(0)),
    "sum(0, True)": (lambda x: x.sum(0, True), lambda a: a.sum(0, keepdims=True)),
    "sum(axis, keepdim)": (lambda x: x.sum(axis=0, keepdim=True), lambda a: a.sum(0, keepdims=True)),
    "sum(dims)": (lambda x: x.sum(dim=(0, 1)), lambda a: a.sum()),
    "sum(no dims)": (lambda x: x.sum(dim=()), lambda a: a.sum()),
    "mean(dim)": (lambda x: x.mean(dim=-1, keepdim=True), lambda a: a.mean(-1, keepdims=True)),
    "prod(dim)": (lambda x: x.prod(dim=1), lambda a: a.prod(1)),
    "var(dim)": (lambda x: x.var(dim=1), lambda a: a.var(1, ddof=1)),
    "var(unbiased)": (lambda x: x.var(unbiased=False), lambda a: a.var()),
    "var(False)": (lambda x: x.var(False), lambda a: a.var()),
    "var(correction)": (lambda x: x.var(dim=0, correction=2), lambda a: a.var(0, ddof=2)),
    "std(dim, keepdim)": (lambda x: x.std(dim=0, keepdim=True), lambda a: a.std(0, ddof=1, keepdims=True)),
    "amax": (lambda x: x.amax(dim=1), lambda a: a.max(1)),
    "amin": (lambda x: x.amin((0, 1), True), lambda a: a.min(keepdims=True)),
    "aminmax": (lambda x: x.aminmax(dim=0).max, lambda a: a.max(0)),
    "median": (lambda x: x.median(), lambda a: np.sort(a.ravel())[5]),
    "max(dim)": (lambda x: x.max(dim=0).values, lambda a: a.max(0)),
    "max(dim, keepdim)": (lambda x: x.max(0, keepdim=True)[0], lambda a: a.max(0, keepdims=True)),
    "max(other)": (lambda x: x.max(-x), np.abs),
    "min(other=)": (lambda x: x.min(other=-x), lambda a: -np.abs(a)),
    "cumsum(dim)": (lambda x: x.cumsum(dim=1), lambda a: a.cumsum(1)),
    "cumprod(dim)": (lambda x: x.cumprod(dim=0), lambda a: a.cumprod(0)),
    "cummax": (lambda x: x.cummax(1).values, lambda a: np.maximum.accumulate(a, 1)),
    "cummin": (lambda x: x.cummin(0)[0], lambda a: np.minimum.accumulate(a, 0)),
    "diff": (lambda x: x.diff(dim=0), lambda a: np.diff(a, axis=0)),
    "norm": (lambda x: x.norm(), lambda a: np.linalg.norm(a)),
    "norm(p=1)": (lambda x: x.norm(p=1), lambda a: np.abs(a).sum()),
    "norm(dim)": (lambda x: x.norm(dim=1), lambda a: np.linalg.norm(a, axis=1)),
    "norm(p, dims, keepdim)": (
        lambda x: x.norm(3, (0, 1), True),
        lambda a: (np.abs(a) ** 3).sum(keepdims=True) ** (1 / 3),
    ),
    "norm(inf)": (lambda x: x.norm(float("inf"), dim=0), lambda a: np.abs(a).max(0)),
    "softmax": (lambda x: x.softmax(dim=1), lambda a: softmax(a, 1)),
    "log_softmax": (lambda x: x.log_softmax(0), lambda a: np.log(softmax(a, 0))),
    "logsumexp": (lambda x: x.logsumexp(dim=(0, 1)), lambda a: np.log(np.exp(a).sum())),
    "sort(dim)": (lambda x: x.sort(dim=0).values, lambda a: np.sort(a, 0)),
    "sort(descending)": (lambda x: x.sort(descending=True).values, lambda a: np.sort(a)[:, ::-1]),
    "topk": (lambda x: x.topk(2).values, lambda a: np.sort(a)[:, :-3:-1]),
    "topk(smallest)": (lambda x: x.topk(2, dim=0, largest=False)[0], lambda a: np.sort(a, 0)[:2]),
    "kthvalue": (lambda x: x.kthvalue(2).values, lambda a: np.sort(a)[:, 1]),
    "quantile": (lambda x: x.quantile(0.3, dim=1), lambda a: np.quantile(a, 0.3, axis=1)),
    "view": (lambda x: x.view(4, 3), lambda a: a.reshape(4, 3)),
    "view(tuple)": (lambda x: x.view((2, -1)), lambda a: a.reshape(2, 6)),
    "view_as": (lambda x: x.view_as(ad.zeros(2, 6)), lambda a: a.reshape(2, 6)),
    "permute": (lambda x: x.permute(1, 0), lambda a: a.T),
    "transpose(0, 1)": (lambda x: x.transpose(0, 1), lambda a: a.T),
    "transpose(-1, 0)": (lambda x: x[None].transpose(-1, 0), lambda a: np.swapaxes(a[None], -1, 0)),
    "t": (lambda x: x.t(), lambda a: a.T),
    "unsqueeze": (lambda x: x.unsqueeze(-1), lambda a: a[..., None]),
    "squeeze(dim of 1)": (lambda x: x[:1].squeeze(dim=0), lambda a: a[0]),
    "squeeze(dim of 3)": (lambda x: x.squeeze(dim=0), lambda a: a),
    "expand": (lambda x: x[:1].expand(5, -1), lambda a: np.broadcast_to(a[:1], (5, 4))),
    "expand_as": (lambda x: x[:1].expand_as(ad.zeros(2, 4)), lambda a: np.broadcast_to(a[:1], (2, 4))),
    "flatten(0, 1)": (lambda x: x[None].flatten(0, 1), lambda a: a),
    "flatten(start_dim)": (lambda x: x[None].flatten(start_dim=1), lambda a: a.reshape(1, 12)),
    "unflatten": (lambda x: x.unflatten(1, (2, -1)), lambda a: a.reshape(3, 2, 2)),
    "unbind": (lambda x: x.unbind(1)[2], lambda a: a[:, 2]),
    "chunk": (lambda x: x.chunk(3, dim=1)[1], lambda a: a[:, 2:]),
    "split": (lambda x: x.split(2)[1], lambda a: a[2:]),
    "split(sizes)": (lambda x: x.split([1, 3], dim=1)[1], lambda a: a[:, 1:]),
    "narrow": (lambda x: x.narrow(1, 1, 2), lambda a: a[:, 1:3]),
    "select": (lambda x: x.select(1, -1), lambda a: a[:, -1]),
    "tile": (lambda x: x.tile(2, 3), lambda a: np.tile(a, (2, 3))),
    "repeat_interleave": (lambda x: x.repeat_interleave(2, dim=0), lambda a: a.repeat(2, 0)),
    "flip": (lambda x: x.flip(0, 1), lambda a: a[::-1, ::-1]),
    "roll": (lambda x: x.roll(1, 0), lambda a: np.roll(a, 1, 0)),
    "movedim": (lambda x: x[None].movedim(0, 2), lambda a: a[..., None]),
    "unfold": (lambda x: x.unfold(1, 2, 2), lambda a: a.reshape(3, 2, 2)),
    "diagonal(dim1, dim2)": (lambda x: x.diagonal(offset=1, dim1=1, dim2=0), lambda a: a.diagonal(1, 1, 0)),
    "index_select": (lambda x: x.index_select(0, ROWS), lambda a: a[ROWS]),
    "gather": (lambda x: x.gather(0, PLACES), lambda a: np.take_along_axis(a, PLACES, 0)),
    "masked_fill": (lambda x: x.masked_fill(A > 0, -1.0), lambda a: np.where(A > 0, -1.0, a)),
    "masked_select": (lambda x: x.masked_select(A > 0), lambda a: a[A > 0]),
    "where": (lambda x: x.where(A > 0, 2 * x), lambda a: np.where(A > 0, a, 2 * a)),
    "clamp": (lambda x: x.clamp(-0.5, 1.0), lambda a: a.clip(-0.5, 1.0)),
    "clamp_min": (lambda x: x.clamp_min(0.1), lambda a: np.maximum(a, 0.1)),
    "clamp(max=)": (lambda x: x.clamp(max=0.1), lambda a: np.minimum(a, 0.1)),
    "pow": (lambda x: x.pow(3), lambda a: a**3),
    "sigmoid": (lambda x: x.sigmoid(), lambda a: 1 / (1 + np.exp(-a))),
    "relu": (lambda x: x.relu(), lambda a: np.maximum(a, 0)),
    "frac": (lambda x: x.frac(), lambda a: a - np.trunc(a)),
    "add(alpha)": (lambda x: x.add(x, alpha=3), lambda a: 4 * a),
    "sub(alpha)": (lambda x: x.sub(x, alpha=0.5), lambda a: a / 2),
    "div": (lambda x: x.div(4), lambda a: a / 4),
    "lerp": (lambda x: x.lerp(2 * x, 0.3), lambda a: 1.3 * a),
    "addcmul": (lambda x: x.addcmul(x, x, value=0.5), lambda a: a + 0.5 * a * a),
    "atan2": (lambda x: x.atan2(x + 9), lambda a: np.arctan2(a, a + 9)),
    "hypot": (lambda x: x.hypot(2 * x), lambda a: np.hypot(a, 2 * a)),
    "mm": (lambda x: x.mm(x.t()), lambda a: a @ a.T),
    "mv": (lambda x: x.mv(x[0]), lambda a: a @ a[0]),
    "bmm": (lambda x: x[None].bmm(x.t()[None]), lambda a: (a @ a.T)[None]),
    "outer": (lambda x: x[0].ger(x[1]), lambda a: np.outer(a[0], a[1])),
    "addmm": (lambda x: x.mm(x.t()).addmm(x, x.t(), beta=0.5, alpha=2), lambda a: 2.5 * a @ a.T),
    "cross": (lambda x: x[:, :3].cross(x[:, 1:], dim=1), lambda a: np.cross(a[:, :3], a[:, 1:])),
    "clone": (lambda x: x.clone(), lambda a: a),
}


@pytest.mark.parametrize(("torch", "numpy"), SAME.values(), ids=SAME)
def test_a_name_of_pytorch_has_its_value_and_derivatives_to_order_two(
    torch: Callable[[Any], Any], numpy: Callable[[np.ndarray], Any]
) -> None:
    found, expected = torch(ad.tensor(A)), numpy(A)
    assert found.shape == np.shape(expected)
    np.testing.assert_allclose(found.numpy(force=True), expected, rtol=1e-12)
    ad.check_grads(lambda x: torch(ad.as_tensor(x)), (A,), order=2)


POSITIVE = [
    ("log", np.log), ("log1p", np.log1p), ("expm1", np.expm1), ("sqrt", np.sqrt), ("rsqrt", lambda a: a**-0.5),
    ("log2", np.log2), ("log10", np.log10), ("exp", np.exp), ("square", np.square), ("reciprocal", np.reciprocal),
    ("abs", np.abs), ("neg", np.negative), ("sin", np.sin), ("cos", np.cos), ("tan", np.tan), ("atan", np.arctan),
    ("sinh", np.sinh), ("cosh", np.cosh), ("tanh", np.tanh), ("asinh", np.arcsinh), ("exp2", np.exp2),
]  # fmt: skip


@pytest.mark.parametrize(("name", "numpy"), POSITIVE)
def test_an_elementwise_name_is_numpys_function(name: str, numpy: Any) -> None:
    np.testing.assert_allclose(getattr(ad.tensor(P), name)().numpy(force=True), numpy(P), rtol=1e-14)
    np.testing.assert_allclose(getattr(ad, name)(P).numpy(), numpy(P), rtol=1e-14)
    ad.check_grads(getattr(ad, name), (P,), order=2)


@pytest.mark.parametrize(
    ("name", "value", "slope"),
    [
        ("erf", 0.5204998778130465, 0.8787825789354449),
        ("erfc", 0.4795001221869535, -0.8787825789354449),
        ("lgamma", 0.5723649429247001, -1.9635100260214235),
        ("digamma", -1.9635100260214235, 4.934802200544679),
        ("logit", 0.0, 4.0),
    ],
)
def test_special_functions_are_found(name: str, value: float, slope: float) -> None:
    x = ad.tensor(0.5)
    y = getattr(x, name)()
    y.backward()
    assert y.item() == pytest.approx(value, rel=1e-13)
    assert x.grad.item() == pytest.approx(slope, rel=1e-12)  # type: ignore[union-attr]


def test_max_along_a_dimension_gives_values_and_indices_and_routes_to_the_selected_one() -> None:
    for call, value, place in (
        (lambda x: x.max(dim=1), [2, 3], [[0, 1, 0], [1, 0, 0]]),
        (lambda x: x.max(1, keepdim=True), [[2], [3]], [[0, 1, 0], [1, 0, 0]]),
        (lambda x: x.min(dim=1), [1, 1], [[1, 0, 0], [0, 0, 1]]),
    ):
        x = ad.tensor(TIES)
        values, indices = found = call(x)
        assert (found.values, found.indices) == (values, indices)
        assert values.tolist() == value
        assert indices.dtype == np.int64
        assert not indices.requires_grad
        values.sum().backward()
        assert grad_of(x).tolist() == place


def test_max_without_dim_and_amax_share_the_gradient_of_a_tie() -> None:
    for call, place in (
        (lambda x: x.max(1), [[0, 0.5, 0.5], [0.5, 0.5, 0]]),
        (lambda x: x.amax(dim=1), [[0, 0.5, 0.5], [0.5, 0.5, 0]]),
        (lambda x: x.max(), [[0, 0, 0], [0.5, 0.5, 0]]),
    ):
        x = ad.tensor(TIES)
        call(x).sum().backward()
        assert grad_of(x).tolist() == place


def test_sort_and_topk_give_each_of_equal_elements_the_gradient_of_its_own_place() -> None:
    x = ad.tensor(TIES)
    values, indices = x.sort(dim=1, descending=True)
    assert indices.tolist() == [[1, 2, 0], [0, 1, 2]]
    (values * np.array([1.0, 10.0, 100.0])).sum().backward()
    assert grad_of(x).tolist() == [[100, 1, 10], [1, 10, 100]]
    y = ad.tensor(TIES)
    y.topk(1, dim=1).values.sum().backward()
    assert grad_of(y).tolist() == [[0, 1, 0], [1, 0, 0]]


def test_nan_counts_as_the_largest_as_in_pytorch() -> None:
    x = ad.tensor([2.0, np.nan, 5.0, 1.0])
    assert x.max(dim=0).indices.item() == 1
    assert x.sort(descending=True).indices.tolist() == [1, 2, 0, 3]
    assert x.median(dim=0).indices.item() == 1
    assert x.cummax(0).indices.tolist() == [0, 1, 1, 1]


def test_scatter_makes_a_new_tensor() -> None:
    x, src = ad.tensor(np.zeros((3, 4))), ad.tensor(A[:2])
    y = x.scatter(0, PLACES, src)
    assert y[2, 0].item() == A[1, 0]
    assert y[2, 2].item() == A[0, 2]
    (y * y).sum().backward()
    lost = np.array([[0, 1, 0, 0], [0, 0, 0, 0]], bool)  # row 0 and row 1 name place (1, 1) both: the last stays
    np.testing.assert_allclose(grad_of(src), np.where(lost, 0.0, 2 * A[:2]))
    z = x.scatter_add(0, PLACES, src)
    assert z[1, 1].item() == pytest.approx(A[0, 1] + A[1, 1])
    ad.check_grads(lambda a, b: ad.scatter_add(a, 0, PLACES, b), (A, A[:2]), order=2)
    assert x.scatter(1, PLACES[:, :2], 7.0).numpy(force=True).sum() == 28.0
    assert x.index_add(0, ROWS[:2], src, alpha=2)[2].tolist() == (2 * A[0]).tolist()


def test_dtype_methods_convert_and_keep_the_gradient() -> None:
    x = ad.tensor([1.7, -2.3])
    assert (x.float().dtype, x.double().dtype) == (np.float32, np.float64)
    assert (x.long().tolist(), x.int().dtype, x.bool().tolist()) == ([1, -2], np.int64, [True, True])
    assert x.to(ad.float32).dtype == x.to("float32").dtype == x.type(ad.float32).dtype == np.float32
    assert x.to("cpu") is x.to(ad.device("cpu")) is x.to(dtype=ad.float64) is x.cpu() is x
    assert x.type() == "float64"
    assert x.to(ad.zeros(1, dtype="float32")).dtype == np.float32
    x.float().sum().backward()
    assert grad_of(x).tolist() == [1.0, 1.0]
    assert x.grad is not None
    assert x.grad.dtype == np.float64
    with pytest.raises(RuntimeError, match=r"device 'cuda'.*'cpu'"):
        x.to("cuda")
    with pytest.raises(TypeError, match="16-bit"):
        x.half()


def test_facts_about_a_tensor_have_pytorchs_names() -> None:
    x = ad.tensor(A)
    facts: Any = x
    assert (facts.numel(), facts.dim(), facts.ndimension(), facts.element_size()) == (12, 2, 2, 8)
    assert facts.is_floating_point()
    assert facts.is_contiguous()
    assert not facts.is_complex()
    assert (facts.device, facts.device.type, facts.device == "cpu") == (ad.device("cpu"), "cpu", True)
    assert facts.contiguous() is x
    assert facts.equal(x)
    assert not facts.equal(x + 1)


def test_a_number_may_be_reduced_over_dimension_0() -> None:
    x = ad.tensor(3.0)
    assert (x.sum(dim=0).item(), x.max(dim=-1).values.item(), x.cumsum(dim=0).item()) == (3.0, 3.0, 3.0)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda x: x.sum(dim=2), r"sum: axis 2 is out of bounds for 2"),
        (lambda x: x.sum(dim=0, axis=1), r"sum: axis and dim are one argument"),
        (lambda x: x.var(dim=0, unbiased=True, correction=1), r"var: unbiased and correction are one"),
        (lambda x: x.topk(9), r"topk: k=9 of 4 elements"),
        (lambda x: x.kthvalue(0), r"kthvalue: k=0 of 4"),
        (lambda x: x.split([1, 1]), r"split: sizes \[1, 1\] do not sum to 3"),
        (lambda x: x.narrow(0, 2, 2), r"narrow: 2 slices from 2 on, but dimension 0 has 3"),
        (lambda x: x.expand(-1, 3, 4), r"expand: −1 for the new dimension 0"),
        (lambda x: x.masked_fill(A, 0.0), r"masked_fill: the mask must be boolean, not float64"),
        (lambda x: x.gather(0, np.zeros((1, 9), int)), r"gather: index of shape \(1, 9\) does not fit .*\(3, 4\)"),
        (lambda x: x.gather(0, A), r"gather: index must hold integers, not float64"),
        (lambda x: x[None].t(), r"t\(\) is for two dimensions or fewer, not shape \(1, 3, 4\)"),
        (lambda x: x.norm("max"), r"norm: p must be a number, 'fro' or 'nuc', not 'max'"),
        (lambda x: x.clamp(), r"clamp: give min, max or both"),
        (lambda x: x.view(np.float32), r"view\(\) to another dtype.*astype"),
        (lambda x: ad.zeros(0).max(dim=0), r"max: dimension 0 of shape \(0,\) is empty"),
        (lambda x: x.scatter(0, PLACES, x, reduce="mean"), r"reduce must be 'add' or 'multiply', not 'mean'"),
        (lambda x: x.div(2, rounding_mode="up"), r"rounding_mode must be None, 'trunc' or 'floor', not 'up'"),
    ],
)
def test_a_wrong_argument_names_the_method_what_was_given_and_what_is_accepted(
    call: Callable[[Any], Any], text: str
) -> None:
    with pytest.raises((ValueError, IndexError, TypeError, RuntimeError), match=text):
        call(ad.tensor(A))


MADE: list[tuple[Callable[[], Any], Any, str]] = [
    (lambda: ad.zeros(2, 3), np.zeros((2, 3)), "float64"),
    (lambda: ad.zeros((2, 3), dtype=ad.float32), np.zeros((2, 3)), "float32"),
    (lambda: ad.zeros(size=(1,)), [0.0], "float64"),
    (lambda: ad.ones(3, dtype="int64"), [1, 1, 1], "int64"),
    (lambda: ad.ones(3, dtype=ad.int32), [1, 1, 1], "int64"),
    (lambda: ad.full((2,), 7), [7, 7], "int64"),
    (lambda: ad.full((2,), 7.0), [7, 7], "float64"),
    (lambda: ad.arange(3), [0, 1, 2], "int64"),
    (lambda: ad.arange(1.0, 2.0, 0.5), [1.0, 1.5], "float64"),
    (lambda: ad.linspace(0, 1, 3), [0, 0.5, 1], "float64"),
    (lambda: ad.eye(2), np.eye(2), "float64"),
    (lambda: ad.zeros_like(ad.tensor(A)), np.zeros((3, 4)), "float64"),
    (lambda: ad.ones_like(np.ones(2, np.float32)), [1, 1], "float32"),
    (lambda: ad.full_like(ad.tensor(A[0]), 2), [2, 2, 2, 2], "float64"),
    (lambda: ad.tensor(A).new_zeros(2), [0, 0], "float64"),
    (lambda: ad.as_tensor([1, 2]), [1, 2], "int64"),
    (lambda: ad.randint(0, 1, (3,)), [0, 0, 0], "int64"),
    (lambda: ad.randperm(4).sort(dim=0).values, [0, 1, 2, 3], "int64"),
    (lambda: ad.rand(3) * 0, [0, 0, 0], "float64"),
]


@pytest.mark.parametrize(("make", "values", "dtype"), MADE)
def test_new_tensors_have_pytorchs_arguments_and_no_gradient(make: Callable[[], Any], values: Any, dtype: str) -> None:
    t = make()
    assert t.tolist() == np.asarray(values).tolist()
    assert (t.dtype, t.requires_grad) == (dtype, False)


def test_new_tensors_require_a_gradient_when_asked() -> None:
    w = ad.randn(3, 2, requires_grad=True)
    (w * w).sum().backward()
    np.testing.assert_allclose(grad_of(w), 2 * w.detach().numpy())
    with pytest.raises(TypeError, match=r"zeros: int64 cannot require a gradient"):
        ad.zeros(2, dtype="int64", requires_grad=True)


def test_a_seed_makes_random_numbers_repeat() -> None:
    ad.manual_seed(3)
    first = ad.randn(4).tolist(), ad.rand(2).tolist(), ad.randint(5, (3,)).tolist()
    ad.manual_seed(3)
    assert first == (ad.randn(4).tolist(), ad.rand(2).tolist(), ad.randint(5, (3,)).tolist())
    own = ad.Generator().manual_seed(3)
    assert ad.randn(4, generator=own).tolist() == first[0]
    assert own.initial_seed() == 3


def test_joining_takes_dim_and_axis() -> None:
    x = ad.tensor(A)
    assert ad.cat([x, x], dim=1).shape == ad.cat([x, x], 1).shape == ad.concatenate([x, x], axis=1).shape == (3, 8)
    assert ad.stack([x, x], dim=2).shape == ad.stack([x, x], axis=-1).shape == (3, 4, 2)
    assert ad.vstack([x, x]).shape == (6, 4)


def test_every_method_is_a_function_of_the_module_too() -> None:
    x = ad.tensor(A)
    assert ad.sum(x, dim=1).shape == (3,)
    assert ad.max(x, dim=1).values.shape == (3,)
    assert ad.max(A, axis=1).shape == (3,)
    assert ad.softmax(x, dim=0).sum().item() == pytest.approx(4.0)
    assert ad.transpose(x, 0, 1).shape == ad.transpose(x).shape == ad.transpose(x, (1, 0)).shape == (4, 3)
    assert ad.clamp(input=x, min=0.0).min().item() == 0.0
    assert ad.sum([x[0, 0], x[0, 1]]).requires_grad
    assert (ad.numel(x), ad.is_tensor(x), ad.is_tensor(A)) == (12, True, False)
    assert ad.cuda.is_available() is False
    with pytest.raises(AttributeError, match="no attribute 'softmaxx'"):
        _ = ad.softmaxx
    with pytest.raises(TypeError, match=r"topk\(\) takes a tensor first"):
        ad.topk()

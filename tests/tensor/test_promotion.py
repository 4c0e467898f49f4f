"""Dtypes of results: NumPy 2's promotion, whatever the NumPy. The expected dtypes are written by hand."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.tensor import protocols

F32, F64, I64, C64, C128 = "float32", "float64", "int64", "complex64", "complex128"
MAKE: dict[str, Callable[[], Any]] = {  # an operand by the name of its dtype
    "t32": lambda: ad.tensor(np.array([1.5, 2.0], np.float32)),
    "t64": lambda: ad.tensor(np.array([1.5, 2.0])),
    "t32()": lambda: ad.tensor(np.float32(1.5)),
    "t64()": lambda: ad.tensor(1.5),
    "ti": lambda: ad.tensor([1, 2], requires_grad=False),
    "ti()": lambda: ad.tensor(2, requires_grad=False),
    "tb": lambda: ad.tensor([True, False], requires_grad=False),
    "tc64": lambda: ad.tensor(np.array([1.5, 2.0j], np.complex64)),
}
OTHER: dict[str, Any] = {
    "float": 2.5, "int": 2, "bool": True, "complex": 2j,
    "f64": np.float64(2.5), "f32": np.float32(2.5), "i64": np.int64(2), "b": np.bool_(True),
    "a64()": np.array(2.5), "a32()": np.array(2.5, np.float32), "ai()": np.array(2),
    "a64": np.array([2.5, 1.0]), "a32": np.array([2.5, 1.0], np.float32), "ai": np.array([2, 1]), "ab": np.array([True, False]),
}  # fmt: skip
#           float int  bool complex f64  f32  i64  b    a64() a32() ai() a64  a32  ai   ab
EXPECTED = {
    "t32":   (F32, F32, F32, C64, F64, F32, F64, F32, F64, F32, F64, F64, F32, F64, F32),
    "t32()": (F32, F32, F32, C64, F64, F32, F64, F32, F64, F32, F64, F64, F32, F64, F32),
    "t64":   (F64, F64, F64, C128, F64, F64, F64, F64, F64, F64, F64, F64, F64, F64, F64),
    "t64()": (F64, F64, F64, C128, F64, F64, F64, F64, F64, F64, F64, F64, F64, F64, F64),
    "ti":    (F64, I64, I64, C128, F64, F64, I64, I64, F64, F64, I64, F64, F64, I64, I64),
    "ti()":  (F64, I64, I64, C128, F64, F64, I64, I64, F64, F64, I64, F64, F64, I64, I64),
    "tb":    (F64, I64, "bool", C128, F64, F32, I64, "bool", F64, F32, I64, F64, F32, I64, "bool"),
    "tc64":  (C64, C64, C64, C64, C128, C64, C128, C64, C128, C64, C128, C128, C64, C128, C64),
}  # fmt: skip
CASES = [
    pytest.param(mine, other, expected, id=f"{mine} {other}")
    for mine, row in EXPECTED.items()
    for other, expected in zip(OTHER, row, strict=True)
]


@pytest.mark.parametrize(("mine", "other", "expected"), CASES)
def test_a_tensor_and_another_operand_have_numpy_2s_dtype_in_both_orders(mine: str, other: str, expected: str) -> None:
    t, value = MAKE[mine](), OTHER[other]
    for result in (t * value, value * t, np.multiply(t, value), np.multiply(value, t), t + value):
        assert isinstance(result, ad.Tensor)
        assert result.dtype == expected
    if t.requires_grad and expected in (F32, F64):
        (t * value).sum().backward()
        assert t.grad.dtype == t.dtype


PAIRS = {
    ("t32", "t64"): F64, ("t32", "t64()"): F64, ("t32()", "t64"): F64, ("t32()", "t64()"): F64, ("t32", "t32()"): F32,
    ("t32", "ti"): F64, ("t32", "ti()"): F64, ("t32()", "ti()"): F64, ("t32", "tb"): F32, ("t64()", "ti"): F64,
    ("ti", "tb"): I64, ("tc64", "t32"): C64, ("tc64", "t64()"): C128, ("tc64", "ti()"): C128,
}  # fmt: skip


@pytest.mark.parametrize(("pair", "expected"), PAIRS.items())
def test_two_tensors_have_numpy_2s_dtype_in_both_orders(pair: tuple[str, str], expected: str) -> None:
    x, y = MAKE[pair[0]](), MAKE[pair[1]]()
    for result in (x * y, y * x, x - y if "tb" not in pair else x * y, np.add(x, y)):
        assert result.dtype == expected
    whole = x * y
    if expected in (F32, F64):
        whole.sum().backward()
        for t in (x, y):
            assert t.grad is None or (t.grad.dtype, t.grad.shape) == (t.dtype, t.shape)


FUNCTIONS: list[tuple[Callable[[], Any], str]] = [
    (lambda: np.where([True, False], MAKE["t32"](), 1.0), F32),
    (lambda: np.where([True, False], 1, MAKE["t32"]()), F32),
    (lambda: np.where([True, False], MAKE["t32"](), np.float64(1)), F64),
    (lambda: np.where(MAKE["t32"]() > 1, 1, 0), I64),
    (lambda: np.where(MAKE["t32"]() > 1, 1.0, 0.0), F64),
    (lambda: np.maximum(MAKE["t32"](), 0), F32),
    (lambda: np.maximum(0.0, MAKE["t32"]()), F32),
    (lambda: np.maximum(MAKE["t32"](), MAKE["t64()"]()), F64),
    (lambda: MAKE["t32"]().clip(0.0, 1), F32),
    (lambda: MAKE["t32"]() ** 2, F32),
    (lambda: MAKE["t32"]() ** 0.5, F32),
    (lambda: 2 ** MAKE["t32"](), F32),
    (lambda: MAKE["ti"]() / 2, F64),
    (lambda: MAKE["ti"]() // 2, I64),
    (lambda: MAKE["ti"]() ** 2, I64),
    (lambda: np.arctan2(MAKE["t32"](), 1.0), F32),
    (lambda: np.hypot(MAKE["t32"](), MAKE["t64()"]()), F64),
    (lambda: MAKE["t32"]().sum(), F32),
    (lambda: MAKE["t32"]().mean(), F32),
    (lambda: MAKE["ti"]().mean(), F64),
    (lambda: MAKE["tb"]().sum(), I64),
    (lambda: MAKE["t32"]().var(), F32),
    (lambda: np.exp(MAKE["ti"]()), F64),
    (lambda: np.sqrt(MAKE["t32()"]()), F32),
    (lambda: MAKE["t32"]() @ np.ones(2), F64),
    (lambda: MAKE["t32"]() @ np.ones(2, np.float32), F32),
    (lambda: MAKE["t32"]().size * MAKE["t32"](), F32),
    (lambda: np.concatenate([MAKE["t32"](), MAKE["t64"]()]), F64),
    (lambda: np.stack([MAKE["t32()"](), MAKE["t32()"]()]), F32),
]


@pytest.mark.parametrize(("call", "expected"), FUNCTIONS)
def test_functions_and_methods_have_numpy_2s_dtype(call: Callable[[], Any], expected: str) -> None:
    assert call().dtype == expected


HALF = np.float32(0.5)
UFUNCS = [u for u in protocols.FUNCTIONS if isinstance(u, np.ufunc) and "f" * u.nin + "->" + "f" * u.nout in u.types]
SINGLE: list[Callable[[Any], Any]] = [
    np.sum, np.mean, np.var, np.std, np.prod, np.cumsum, np.cumprod, np.max, np.ptp, np.median, np.average, np.nanmean,
    np.nanvar, np.angle, np.sinc, np.nan_to_num, np.linalg.norm, ad.scipy.special.expit, ad.scipy.special.gammaln,
    ad.scipy.special.logsumexp, ad.sigmoid, ad.softplus, lambda x: ad.scipy.special.beta(x, 2.0),
    lambda x: ad.scipy.stats.norm.logpdf(x, 1.0), lambda x: np.linspace(x, 2, 4),
    lambda x: np.clip(x, 0, 1), lambda x: np.where(x > 0, x, 0.0), lambda x: np.kron(x, x), lambda x: np.quantile(x, 0.3),
    lambda x: np.outer(x, x), lambda x: np.select([x > 0], [x], 0.0), lambda x: np.append(x, 1.0), lambda x: np.ldexp(x, 2),
    lambda x: np.pad(x, 1, constant_values=2.5), lambda x: np.round(x, 1), lambda x: x**2.5, lambda x: 2.5**x,
    lambda x: x % 2.5, lambda x: np.gradient(np.stack([x, x, x]), 0.1), lambda x: np.real(np.fft.fft(np.stack([x, x]))),
]  # fmt: skip
CALLS: list[Callable[[Any], Any]] = [
    *(u for u in UFUNCS if u.nin == 1),
    *(
        lambda x, u=u, other=other: u(x, other)
        for u in UFUNCS
        if u.nin == 2 and not u.signature
        for other in (HALF, 2, 0.5)
    ),
    *(
        lambda x, u=u, other=other: u(other, x)
        for u in UFUNCS
        if u.nin == 2 and not u.signature
        for other in (HALF, 2, 0.5)
    ),
    *SINGLE,
]


@pytest.mark.parametrize("call", CALLS)
def test_a_float32_without_axes_stays_float32_to_second_order(call: Callable[[Any], Any]) -> None:
    x = ad.tensor(HALF)
    results = call(x)
    for y in results if isinstance(results, tuple) else [results]:
        assert y.dtype == np.float32
        if y.requires_grad:
            (slope,) = ad.autograd.grad(np.sum(y), [x], create_graph=True)
            assert slope.dtype == np.float32
            (curve,) = ad.autograd.grad(slope, [x], materialize_grads=True) if slope.requires_grad else [slope]
            assert curve.dtype == np.float32


@pytest.mark.parametrize("compare", [operator.lt, operator.eq, operator.ge])
def test_comparisons_see_a_python_number_in_the_tensors_dtype_and_a_float64_in_its_own(compare: Any) -> None:
    t = ad.tensor(np.float32(0.1))  # 0.1 rounded to float32 is above 0.1
    many = ad.tensor(np.full(2, 0.1, np.float32))
    rounded = compare(0.1, 0.1)
    exact = compare(float(np.float32(0.1)), 0.1)
    for x in (t, many):
        for python in (compare(x, 0.1), compare(x, np.float32(0.1))):
            assert np.all(np.asarray(python) == rounded)
        for strong in (compare(x, np.float64(0.1)), compare(x, np.array(0.1)), compare(x, ad.tensor(0.1))):
            assert np.all(np.asarray(strong) == exact)


@pytest.fixture
def default_float32() -> Iterator[None]:
    ad.set_default_dtype(ad.float32)
    yield
    ad.set_default_dtype("float64")


def test_the_default_dtype_is_float64() -> None:
    assert ad.get_default_dtype() == ad.float64 == np.float64
    assert {ad.tensor(1.0).dtype, ad.tensor([1, 2.5]).dtype, ad.zeros(2).dtype, ad.randn(2).dtype} == {
        np.dtype("float64")
    }


@pytest.mark.usefixtures("default_float32")
def test_another_default_is_for_python_floats_and_new_tensors() -> None:
    made: list[Callable[[], Any]] = [
        lambda: ad.tensor(1.0), lambda: ad.tensor([[1.0], [2.0]]), lambda: ad.tensor(3), lambda: ad.tensor([1, 2]),
        lambda: ad.zeros(2), lambda: ad.rand(2), lambda: ad.linspace(0, 1, 3), lambda: ad.arange(0.0, 1.0),
        lambda: ad.tensor(1.0) * 2.0, lambda: ad.eye(2) @ ad.ones(2),
    ]  # fmt: skip
    for make in made:
        assert make().dtype == np.float32
    assert ad.tensor(1j).dtype == np.complex64
    for value in (np.ones(2), np.float64(1), [np.float64(1)], ad.zeros(1, dtype="float64")):
        assert ad.tensor(value).dtype == np.float64
    assert ad.tensor([1, 2], requires_grad=False).dtype == np.int64
    assert ad.tensor(1.0, dtype="float64").dtype == np.float64
    assert np.asarray(ad.grad(lambda x: x * x)(3)).dtype == np.float32
    w = ad.tensor(2.0)
    (w * w).backward()
    assert w.grad is not None
    assert w.grad.dtype == np.float32


def test_names_of_dtypes_are_numpys_dtypes() -> None:
    assert (ad.float32, ad.float64, ad.int64, ad.bool) == tuple(map(np.dtype, ("float32", "float64", "int64", "bool")))
    assert (ad.float, ad.double, ad.long, ad.cfloat) == (ad.float32, ad.float64, ad.int64, ad.complex64)
    for name in ("float32", np.float32, ad.float32, "f4"):
        assert ad.tensor(1.0, dtype=name).dtype == np.float32


def test_a_dtype_that_tensors_do_not_hold_is_named() -> None:
    for call in (
        lambda: ad.tensor(1.0, dtype="float16"),
        lambda: ad.zeros(2, dtype=np.longdouble),
        lambda: ad.tensor(1.0).astype("float16"),
    ):
        with pytest.raises(TypeError, match=r"float(16|128)|longdouble.*they hold float64, float32"):
            call()
    with pytest.raises(TypeError, match=r"set_default_dtype: int64 cannot be the default"):
        ad.set_default_dtype("int64")


def test_integers_given_to_a_transform_are_cast_and_booleans_are_an_error() -> None:
    assert ad.grad(lambda x: x**3)(2) == 12.0
    assert ad.grad(lambda x: (x * x).sum())(np.array([1, 2])).tolist() == [2.0, 4.0]
    with pytest.raises(TypeError, match="boolean"):
        ad.grad(lambda x: x)(True)

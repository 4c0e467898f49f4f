"""Every entry of the registry against PyTorch and JAX: value, gradient and second order; what differs, with the reason."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import calls
import calls_statistics
import elements
import facts
import in_torch as others
import jax
import jax.numpy as jnp
import jax.scipy.special as jsp
import numpy as np
import pytest
import statistics_in_torch
import test_against_jax
import test_against_torch
import torch
from calls import EDGES, OURS, Arrays, Call, Module, directions, ours, weigh
from in_torch import weigh as weigh_in_torch
from registry import entries

import notebook_ad as ad

CALLS, TORCH = calls.CALLS | calls_statistics.CALLS, others.TORCH | statistics_in_torch.TORCH
EVERY = CALLS | EDGES
JAX = Module(jnp, jsp)
EAGER = {"compress", "extract"}  # jit takes the condition for something to be known later
NOT_IN_JAX = {
    **dict.fromkeys(("linalg.eig", "linalg.eigvals", "roots"), "JAX has no second derivative of these"),
}
DTYPES = ("float64", "float32")
INFINITE = "an infinite upstream goes to the extremum alone; PyTorch gives nan to the others, as ∞ · 0"
INT64 = "NumPy's result is of float64: it promotes with int64"
FLOAT64 = "NumPy computes it in float64"
DIFFERS: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {
    "jax": {
        "std, ties": ("0 where all are equal, as PyTorch; JAX gives nan", DTYPES),
        "linalg.norm, zeros": ("0 at 0, as PyTorch; JAX gives nan", DTYPES),
        "linalg.vector_norm, zeros": ("0 at 0, as PyTorch; JAX gives nan", ("float64",)),
        "linalg.norm, sums": ("|x|' is 0 at 0, as PyTorch; JAX takes the slope on the right", ("float64",)),
        "interp": (FLOAT64, ("float32",)), "interp, ties": (FLOAT64, ("float32",)),
        "clip, ties": ("a bound passes the whole gradient, as PyTorch's clamp; JAX shares it with the bound", ("float64",)),
    },
    "torch": {
        "max, infinities": (INFINITE, DTYPES), "min, infinities": (INFINITE, DTYPES),
        "linalg.norm, zeros": ("0 in the second order too; PyTorch gives nan", DTYPES),
        "linalg.vector_norm, zeros": ("0 in the second order too; PyTorch gives nan", DTYPES),
        **dict.fromkeys(("vander", "bincount", "polyder", "polyint", "polyfit"), (INT64, ("float32",))),
        **dict.fromkeys(("corrcoef", "geomspace"), (FLOAT64, ("float32",))),
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def _in_double_precision() -> None:
    jax.config.update("jax_enable_x64", True)


def listed(found: Any) -> list[Any]:
    return list(found) if isinstance(found, list | tuple) else [found]


def in_jax(f: Call, x: Arrays, eager: bool) -> SimpleNamespace:
    def orders(*x: Any) -> Any:
        gradients, second = jax.jvp(jax.grad(weigh(JAX, f), tuple(range(len(x)))), x, directions(x))
        return listed(f(JAX, *x)), gradients, second

    values, gradients, second = (orders if eager else jax.jit(orders))(*x)
    return SimpleNamespace(value=values, gradient=gradients, second=second)


def in_torch(f: Call, x: Arrays) -> SimpleNamespace:
    ts = [torch.tensor(a, requires_grad=True) for a in x]
    arrays = lambda found: [t.numpy(force=True) for t in found]
    gradients = torch.autograd.grad(weigh_in_torch(f)(*ts), ts, create_graph=True, materialize_grads=True)
    along = sum((g * torch.tensor(v)).sum() for g, v in zip(gradients, directions(x), strict=True))
    second = (
        torch.autograd.grad(along, ts, materialize_grads=True) if along.requires_grad else map(torch.zeros_like, ts)
    )
    return SimpleNamespace(value=arrays(listed(f(*ts))), gradient=arrays(gradients), second=arrays(second))


def disagreement(found: SimpleNamespace, wanted: SimpleNamespace, dtype: str) -> str:
    """The first order in which the two differ, "" where none does."""
    for order in ("value", "gradient", "second"):
        mine, theirs = getattr(found, order), getattr(wanted, order)
        assert len(mine) == len(theirs)
        for a, b in zip(mine, map(np.asarray, theirs), strict=True):
            assert np.shape(a) == b.shape
            if a.dtype != b.dtype:
                return f"{order} of {a.dtype}, the peer's of {b.dtype}"
            scale = np.max(np.abs(b), initial=1.0, where=np.isfinite(b))
            tolerance = {"float64": 1e-9, "float32": 1e-4}[dtype] * (10 if order == "second" else 1)
            if not np.allclose(a, b, rtol=tolerance, atol=tolerance * scale, equal_nan=True):
                return f"{order}\n{a}\nthe peer\n{b}"
    return ""


def check(name: str, peer: str, dtype: str) -> None:
    f, given = EVERY[name]
    x = tuple(a.astype(dtype) for a in given)
    wanted = in_jax(f, x, name in EAGER) if peer == "jax" else in_torch(TORCH[name], x)
    found = disagreement(ours(f, x), wanted, dtype)
    reason, dtypes = DIFFERS[peer].get(name, ("", ()))
    if dtype in dtypes:
        assert found, f"{name}: a difference that the table lists is none: {reason}"
    else:
        assert not found, f"{name}: {found}"


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", TORCH)
def test_pytorch_gives_the_same_to_second_order(name: str, dtype: str) -> None:
    check(name, "torch", dtype)


# A call takes JAX a second to compile: float32 where PyTorch has no such call.
@pytest.mark.parametrize(
    ("name", "dtype"),
    [(n, d) for n in EVERY if n not in NOT_IN_JAX for d in DTYPES if d == "float64" or n not in TORCH],
)
def test_jax_gives_the_same_to_second_order(name: str, dtype: str) -> None:
    check(name, "jax", dtype)


BOTH = "neither has it with a derivative: tests/properties and tests/scipy hold it against differences and hand values"
ABSENT: dict[str, str] = {  # entries that neither has, and why nothing else is compared in their place
    **dict.fromkeys(map("special.{}".format, ("erfcinv", "exprel", "iv", "ive", "jn", "jv", "kn", "kv", "yn", "yv")), BOTH),
    **dict.fromkeys(("special.rgamma", "special.stdtr"), BOTH),
    **{f"special.{name}": "PyTorch has its value only, compared below" for name in ["j0", "j1", "y0", "y1", "k0", "k1"]},
    "real_if_close": "only NumPy has it: the number itself, or real",
    "row_stack": "NumPy's older name of vstack",
}  # fmt: skip
OF_NUMPY = {"absolute": "abs"}  # how the tables of tests/peers name a function, where NumPy has a second name
NO_DERIVATIVE = facts.FACTS  # constants, whose values are NumPy's own: tests/properties


def test_every_entry_of_the_registry_is_compared_or_listed_with_the_reason() -> None:
    elementwise = {*elements.UNARY, *elements.SPECIAL, *elements.BINARY, *elements.SPECIAL_PAIRS}
    in_a_peer = {n for n in elementwise if test_against_torch.counterpart(n) or test_against_jax.counterpart(n)}
    in_a_peer |= {name for name in CALLS if name in TORCH or name not in NOT_IN_JAX}
    uncompared = {n for n in entries() if OF_NUMPY.get(n, n) not in in_a_peer and n not in NO_DERIVATIVE}
    assert uncompared == ABSENT.keys() & entries().keys()
    assert all(name in TORCH for name in NOT_IN_JAX)
    assert TORCH.keys() <= EVERY.keys()


@pytest.mark.parametrize("name", ["j0", "j1", "y0", "y1", "k0", "k1"])
def test_values_of_bessel_functions_that_pytorch_does_not_differentiate(name: str) -> None:
    theirs = getattr(torch.special, ("modified_bessel_" if name[0] == "k" else "bessel_") + name)
    x = np.array([0.3, 1.0, 2.5, 700.0])
    got = getattr(OURS.special, name)(ad.tensor(x)).detach().numpy()
    np.testing.assert_allclose(got, theirs(torch.tensor(x)).numpy(), rtol=1e-9, atol=1e-15)

"""Activations as functions of tensors of any shape, under PyTorch's names. `inplace` is accepted: the result is new."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.engine.host import host
from notebook_ad.engine.library import activations as ops
from notebook_ad.engine.primitive import Primitive
from notebook_ad.tensor import functions as f
from notebook_ad.tensor.elementwise import apply, operand
from notebook_ad.tensor.library.given import axis_index, tensor_of
from notebook_ad.tensor.messages import label, place
from notebook_ad.tensor.pytorch.reductions import log_softmax as _log_softmax
from notebook_ad.tensor.pytorch.reductions import softmax as _softmax
from notebook_ad.tensor.pytorch.reductions import special
from notebook_ad.tensor.random import draw
from notebook_ad.tensor.tensor import Tensor, constant


def _one(name: str, function: Callable[[Any], Tensor] | Primitive, doc: str) -> Callable[..., Tensor]:
    if isinstance(function, Primitive):
        primitive = function

        def activation(input: Any, inplace: bool = False) -> Tensor:  # noqa: A002 - PyTorch's name
            return apply(primitive, tensor_of(input))
    else:
        known = function

        def activation(input: Any, inplace: bool = False) -> Tensor:  # noqa: A002 - PyTorch's name
            return known(input)

    activation.__name__ = activation.__qualname__ = name
    activation.__doc__ = doc
    return activation


def _with(primitive: Primitive, x: Any, *constants: float) -> Tensor:
    t = tensor_of(x)
    return apply(primitive, t, *(operand(c, t) for c in constants))


relu = _one("relu", f.relu, "x where x > 0, else 0; the derivative at 0 is 0.")
sigmoid = _one("sigmoid", f.sigmoid, "1 / (1 + e^−x), without overflow.")
tanh = _one("tanh", f.tanh, "Hyperbolic tangent.")
selu = _one("selu", ops.selu, "ELU scaled so that activations keep mean 0 and variance 1 (Klambauer et al. 2017).")
silu = _one("silu", ops.silu, "x σ(x), also called swish.")
mish = _one("mish", ops.mish, "x tanh(softplus(x)) (Misra 2019).")
logsigmoid = _one("logsigmoid", ops.log_sigmoid, "log σ(x), without underflow.")
softsign = _one("softsign", ops.softsign, "x / (1 + |x|).")
tanhshrink = _one("tanhshrink", ops.tanhshrink, "x − tanh(x).")
hardsigmoid = _one("hardsigmoid", ops.hardsigmoid, "x/6 + 1/2, cut to [0, 1].")
hardswish = _one("hardswish", ops.hardswish, "x · hardsigmoid(x).")


def leaky_relu(input: Any, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:  # noqa: A002 - PyTorch's name
    """x where x > 0, else negative_slope · x."""
    return _with(ops.prelu, input, negative_slope)


def prelu(input: Any, weight: Any) -> Tensor:  # noqa: A002 - PyTorch's name
    """As `leaky_relu`, with a learned slope, or one for each channel: the axis 1 of (N, C, …).

    Raises:
        ShapeError: so many slopes as there are no channels.
    """
    x, w = tensor_of(input), tensor_of(weight)
    channels = x.shape[1] if x.ndim > 1 else 1
    if w.size != 1 and w.shape != (channels,):
        raise ShapeError(f"prelu expects one slope, or one for each of {channels} channels, got {label(w)}{place()}")
    slopes = f.reshape(w, () if w.size == 1 else (channels,) + (1,) * (x.ndim - 2))
    return apply(ops.prelu, x, slopes)


def rrelu(
    input: Any,  # noqa: A002 - PyTorch's name
    lower: float = 1 / 8,
    upper: float = 1 / 3,
    training: bool = False,
    inplace: bool = False,
    generator: Any = None,
) -> Tensor:
    """As `leaky_relu`, with slopes drawn evenly between two bounds; outside training their middle."""
    if not training:
        return leaky_relu(input, (lower + upper) / 2)
    x = tensor_of(input)
    slopes = draw(lambda numbers: numbers.uniform(lower, upper, x.shape), generator)
    return apply(ops.prelu, x, constant(slopes.astype(x.dtype)))


def elu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Tensor:  # noqa: A002 - PyTorch's name
    """x where x > 0, else alpha (e^x − 1)."""
    return _with(ops.elu, input, alpha)


def celu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Tensor:  # noqa: A002 - PyTorch's name
    """x where x > 0, else alpha (e^(x / alpha) − 1), whose slope is continuous."""
    return _with(ops.celu, input, alpha)


def _gelu_value(x: Any) -> Any:
    return x * special("ndtr")(x)


def _gelu_slope(g: Any, z: Any, x: Any) -> Any:
    return g * (special("ndtr")(x) + x * np.exp(-(x * x) / 2) / math.sqrt(2 * math.pi))


_gelu = host("gelu", "gelu", _gelu_value, (_gelu_slope,), rule="upstream × (Φ(x) + x φ(x))")


def gelu(input: Any, approximate: str = "none") -> Tensor:  # noqa: A002 - PyTorch's name
    """x Φ(x), with the normal distribution's Φ, or its approximation by "tanh" (Hendrycks and Gimpel 2016).

    Raises:
        ValueError: another approximation.
    """
    if approximate not in ("none", "tanh"):
        raise ValueError(f"gelu: approximate must be 'none' or 'tanh', not {approximate!r}{place()}")
    x = tensor_of(input)
    if approximate == "tanh":
        return apply(ops.gelu_tanh, x)
    result: Tensor = _gelu(x)
    return result


def softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> Tensor:  # noqa: A002 - PyTorch's name
    """log(1 + e^(beta x)) / beta; x itself where beta x is above the threshold."""
    return _with(ops.softplus_beta, input, beta, threshold)


def hardtanh(input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:  # noqa: A002 - PyTorch's name
    """x, cut to [min_val, max_val]; the derivative at the bounds is 0."""
    return _with(ops.hardtanh, input, min_val, max_val)


def relu6(input: Any, inplace: bool = False) -> Tensor:  # noqa: A002 - PyTorch's name
    """x, cut to [0, 6]."""
    return _with(ops.hardtanh, input, 0.0, 6.0)


def threshold(input: Any, threshold: float, value: float, inplace: bool = False) -> Tensor:  # noqa: A002 - PyTorch's name
    """x where x is above the threshold, else a value."""
    return _with(ops.threshold, input, threshold, value)


def hardshrink(input: Any, lambd: float = 0.5) -> Tensor:  # noqa: A002 - PyTorch's name
    """x, but 0 where |x| ≤ lambd."""
    return _with(ops.hardshrink, input, lambd)


def softshrink(input: Any, lambd: float = 0.5) -> Tensor:  # noqa: A002 - PyTorch's name
    """x moved towards 0 by lambd, at most to 0."""
    return _with(ops.softshrink, input, lambd)


def glu(input: Any, dim: int = -1) -> Tensor:  # noqa: A002 - PyTorch's name
    """a σ(b), with a and b the halves of a dimension.

    Raises:
        ShapeError: the dimension is odd.
    """
    x = tensor_of(input)
    axis = axis_index(dim, x.shape, "glu")
    if x.shape[axis] % 2:
        raise ShapeError(f"glu expects an even size in dimension {dim}, got {label(x)}{place()}")
    lead, half = (slice(None),) * axis, x.shape[axis] // 2
    return f.multiply(x[(*lead, slice(half))], f.sigmoid(x[(*lead, slice(half, None))]))


def softmax(input: Any, dim: int | None = None, dtype: Any = None) -> Tensor:  # noqa: A002 - PyTorch's name
    """exp(x) / Σ exp(x) along a dimension, without overflow."""
    x = tensor_of(input)
    return _softmax(x, _dim(dim, x), dtype)  # type: ignore[no-any-return]


def log_softmax(input: Any, dim: int | None = None, dtype: Any = None) -> Tensor:  # noqa: A002 - PyTorch's name
    """log(softmax(x)) along a dimension, without underflow."""
    x = tensor_of(input)
    return _log_softmax(x, _dim(dim, x), dtype)  # type: ignore[no-any-return]


def softmin(input: Any, dim: int | None = None, dtype: Any = None) -> Tensor:  # noqa: A002 - PyTorch's name
    """softmax(−x) along a dimension."""
    return softmax(-tensor_of(input), dim, dtype)


def gumbel_softmax(
    logits: Any, tau: float = 1.0, hard: bool = False, eps: float = 1e-10, dim: int = -1, generator: Any = None
) -> Tensor:
    """A sample of the Gumbel-softmax distribution (Jang et al. 2017); `hard`: one-hot, with the gradient of the soft one."""
    x = tensor_of(logits)
    noise = draw(lambda numbers: numbers.gumbel(size=x.shape), generator).astype(x.dtype)
    soft = softmax((x + noise) / tau, dim)
    if not hard:
        return soft
    values = np.asarray(soft.detach()._value)
    axis = axis_index(dim, x.shape, "gumbel_softmax")
    chosen = np.expand_dims(values.argmax(axis), axis) == np.arange(x.shape[axis]).reshape(
        [-1 if i == axis else 1 for i in range(x.ndim)]
    )
    return f.add(soft, chosen.astype(values.dtype) - values)


def _dim(dim: int | None, x: Tensor) -> int:
    """PyTorch's implicit choice where no dimension is given."""
    return (0 if x.ndim in (0, 1, 3) else 1) if dim is None else dim

"""First values of parameters, as `torch.nn.init`: each function fills a tensor in place, recording nothing, and gives it.

`generator` is an `ad.Generator` or a NumPy one; the shared one, which `ad.manual_seed` begins anew, by default.
"""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from notebook_ad.tensor.inplace import rebind
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.random import draw
from notebook_ad.tensor.tensor import Tensor


def _fill(tensor: Tensor, values: Any) -> Tensor:
    rebind(tensor, np.asarray(values, dtype=tensor.dtype))
    return tensor


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Any = None) -> Tensor:
    """Numbers drawn evenly from [a, b)."""
    return _fill(tensor, draw(lambda numbers: numbers.uniform(a, b, tensor.shape), generator))


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Any = None) -> Tensor:
    """Numbers drawn from the normal distribution."""
    return _fill(tensor, draw(lambda numbers: numbers.normal(mean, std, tensor.shape), generator))


def trunc_normal_(
    tensor: Tensor, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0, generator: Any = None
) -> Tensor:
    """Normal numbers that lie in [a, b]: those outside are drawn again.

    Raises:
        ValueError: a is not below b, or so far from the mean that next to no number falls between.
    """
    share = (math.erf((b - mean) / std / math.sqrt(2)) - math.erf((a - mean) / std / math.sqrt(2))) / 2
    if share < 1e-4:
        raise ValueError(f"trunc_normal_: a={a} and b={b} leave no room around mean={mean}, std={std}{place()}")

    def fill(numbers: np.random.Generator) -> np.ndarray:
        values = np.asarray(numbers.normal(mean, std, tensor.shape))
        while (outside := (values < a) | (values > b)).any():
            values[outside] = numbers.normal(mean, std, int(outside.sum()))
        return values

    return _fill(tensor, draw(fill, generator))


def constant_(tensor: Tensor, val: float) -> Tensor:
    """A number everywhere."""
    return _fill(tensor, np.full(tensor.shape, val))


def ones_(tensor: Tensor) -> Tensor:
    """Ones."""
    return constant_(tensor, 1.0)


def zeros_(tensor: Tensor) -> Tensor:
    """Zeros."""
    return constant_(tensor, 0.0)


def eye_(tensor: Tensor) -> Tensor:
    """A matrix with ones on its diagonal.

    Raises:
        ValueError: the tensor is no matrix.
    """
    if tensor.ndim != 2:
        raise ValueError(f"Only tensors with 2 dimensions are supported, got shape {tensor.shape}{place()}")
    return _fill(tensor, np.eye(tensor.shape[0], tensor.shape[1]))


def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """Kernels (O, I, …) of a convolution that keeps its channels: 1 in the middle of kernel i for channel i.

    Raises:
        ValueError: the tensor has not 3 to 5 axes, or groups do not divide its first.
    """
    if tensor.ndim not in (3, 4, 5):
        raise ValueError(f"Only tensors with 3, 4, or 5 dimensions are supported, got shape {tensor.shape}{place()}")
    if tensor.shape[0] % groups:
        raise ValueError(f"dim 0 must be divisible by groups: {tensor.shape[0]} and {groups}{place()}")
    values, each = np.zeros(tensor.shape), tensor.shape[0] // groups
    middle = tuple(n // 2 for n in tensor.shape[2:])
    for group in range(groups):
        for channel in range(min(each, tensor.shape[1])):
            values[(group * each + channel, channel, *middle)] = 1
    return _fill(tensor, values)


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Any = None) -> Tensor:
    """Even in ±gain √(6 / (fan_in + fan_out)) (Glorot and Bengio 2010)."""
    bound = gain * math.sqrt(6.0 / sum(fans(tensor)))
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Any = None) -> Tensor:
    """Normal, of standard deviation gain √(2 / (fan_in + fan_out)) (Glorot and Bengio 2010)."""
    return normal_(tensor, 0.0, gain * math.sqrt(2.0 / sum(fans(tensor))), generator)


def kaiming_uniform_(
    tensor: Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", generator: Any = None
) -> Tensor:
    """Even in ±gain √(3 / fan) (He et al. 2015).

    Args:
        a: the slope of the leaky relu that follows.
        mode: "fan_in" keeps the size of values on the way forward, "fan_out" that of gradients on the way back.
        nonlinearity: see `calculate_gain`.
    """
    if 0 in tensor.shape:
        return _nothing_to_fill(tensor)
    bound = math.sqrt(3.0) * calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode))
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", generator: Any = None
) -> Tensor:
    """Normal, of standard deviation gain / √fan (He et al. 2015). See `kaiming_uniform_`."""
    if 0 in tensor.shape:
        return _nothing_to_fill(tensor)
    return normal_(tensor, 0.0, calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode)), generator)


def orthogonal_(tensor: Tensor, gain: float = 1, generator: Any = None) -> Tensor:
    """A (semi-)orthogonal matrix; axes after the first count as one (Saxe et al. 2013).

    Raises:
        ValueError: the tensor has fewer than 2 axes.
    """
    if tensor.ndim < 2:
        raise ValueError(f"Only tensors with 2 or more dimensions are supported, got shape {tensor.shape}{place()}")
    if tensor.size == 0:
        return tensor
    rows = tensor.shape[0]
    flat = draw(lambda numbers: numbers.standard_normal((rows, tensor.size // rows)), generator)
    tall = flat.T if flat.shape[0] < flat.shape[1] else flat
    q, r = np.linalg.qr(tall)
    q = q * np.sign(np.diagonal(r))
    q = q.T if tall is not flat else q
    return _fill(tensor, (gain * q).reshape(tensor.shape))


def sparse_(tensor: Tensor, sparsity: float, std: float = 0.01, generator: Any = None) -> Tensor:
    """A normal matrix with this share of each column 0 (Martens 2010).

    Raises:
        ValueError: the tensor is no matrix.
    """
    if tensor.ndim != 2:
        raise ValueError(f"Only tensors with 2 dimensions are supported, got shape {tensor.shape}{place()}")
    rows, columns = tensor.shape
    zeros = math.ceil(sparsity * rows)

    def fill(numbers: np.random.Generator) -> np.ndarray:
        values = numbers.normal(0, std, (rows, columns))
        for column in range(columns):
            values[numbers.permutation(rows)[:zeros], column] = 0
        return values

    return _fill(tensor, draw(fill, generator))


GAINS = {"tanh": 5.0 / 3, "relu": math.sqrt(2.0), "selu": 3.0 / 4, "sigmoid": 1.0, "linear": 1.0}
CONVOLUTIONS = {f"conv{kind}{n}d" for kind in ("", "_transpose") for n in (1, 2, 3)}


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """By how much to scale weights before a non-linearity; `param` is the slope of "leaky_relu" (0.01).

    Raises:
        ValueError: an unknown non-linearity, or a slope that is no number.
    """
    if nonlinearity in CONVOLUTIONS:
        return 1.0
    if nonlinearity == "leaky_relu":
        if param is not None and (isinstance(param, bool) or not isinstance(param, int | float)):
            raise ValueError(f"negative_slope {param} not a valid number")
        return math.sqrt(2.0 / (1 + (0.01 if param is None else param) ** 2))
    if nonlinearity not in GAINS:
        known = ", ".join(sorted({*GAINS, "leaky_relu"}))
        raise ValueError(
            f"Unsupported nonlinearity {nonlinearity}{place()}; it can be {known}, or a convolution's name"
        )
    return GAINS[nonlinearity]


def fans(tensor: Tensor) -> tuple[int, int]:
    """How many inputs an output has and how many outputs an input: (fan_in, fan_out) of a weight (out, in, …).

    Raises:
        ValueError: the tensor has fewer than 2 axes.
    """
    if tensor.ndim < 2:
        raise ValueError(
            "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions, "
            f"got shape {tensor.shape}{place()}"
        )
    field = math.prod(tensor.shape[2:])
    return tensor.shape[1] * field, tensor.shape[0] * field


def _fan(tensor: Tensor, mode: str) -> int:
    if mode.lower() not in ("fan_in", "fan_out"):
        raise ValueError(f"Mode {mode} not supported, please use one of ['fan_in', 'fan_out']")
    return fans(tensor)[mode.lower() == "fan_out"]


def _nothing_to_fill(tensor: Tensor) -> Tensor:
    warnings.warn("Initializing zero-element tensors is a no-op", UserWarning, stacklevel=3)
    return tensor

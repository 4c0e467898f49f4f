"""New tensors under PyTorch's names: zeros, arange, randn and the like. They need no gradient unless asked to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from notebook_ad.tensor import functions as f
from notebook_ad.tensor.devices import device as device_named
from notebook_ad.tensor.dtypes import accepted, get_default_dtype, int64
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.making import tensor as tensor
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.random import (
    Generator,
    draw,
    get_rng_state,
    initial_seed,
    manual_seed,
    seed,
    set_rng_state,
)
from notebook_ad.tensor.tensor import SMOOTH, Tensor, meta_of, plain
from notebook_ad.tensor.tensor import make as around

__all__ = [
    "BoolTensor", "DoubleTensor", "FloatTensor", "Generator", "IntTensor", "LongTensor", "arange", "as_tensor", "cat",
    "concat", "empty", "empty_like", "eye", "full", "full_like", "get_rng_state", "hstack", "initial_seed", "is_tensor",
    "linspace", "logspace", "manual_seed", "normal", "numel", "ones", "ones_like", "rand", "rand_like", "randint",
    "randn", "randn_like", "randperm", "seed", "set_rng_state", "stack", "tensor", "vstack", "zeros", "zeros_like",
]  # fmt: skip


def _made(values: Any, function: str, dtype: Any, requires_grad: bool, device: Any) -> Tensor:
    """A tensor of new values; floats in the default dtype unless another is asked for.

    Raises:
        TypeError: the dtype cannot require a gradient.
    """
    if device is not None:
        device_named(device)
    array = np.asarray(values)
    to = (
        accepted(dtype, function)
        if dtype is not None
        else get_default_dtype()
        if array.dtype.kind == "f"
        else array.dtype
    )
    if requires_grad and to not in SMOOTH:
        raise TypeError(f"{function}: {to} cannot require a gradient{place()}; give a float dtype")
    result = around(plain(array.astype(to, copy=False)))
    if requires_grad:
        meta_of(result).leaf = True
    return result


def _shape(sizes: Sequence[Any], function: str) -> tuple[int, ...]:
    given = sizes[0] if len(sizes) == 1 and isinstance(sizes[0], tuple | list) else sizes
    try:
        lengths = tuple(int(n.__index__()) for n in given)
    except (AttributeError, TypeError):
        raise TypeError(f"{function}: lengths must be integers, not {tuple(given)}{place()}") from None
    if any(n < 0 for n in lengths):
        raise ValueError(f"{function}: lengths must not be negative in {lengths}{place()}")
    return lengths


def _of_shape(name: str, fill: Callable[[tuple[int, ...]], Any], doc: str) -> Callable[..., Tensor]:
    def function(
        *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False, **given: Any
    ) -> Tensor:
        size = (given.pop("size"),) if "size" in given else size
        if given:
            raise TypeError(f"{name}() takes size, dtype, device and requires_grad, not {', '.join(given)}{place()}")
        return _made(fill(_shape(size, name)), name, dtype, requires_grad, device)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc
    return function


zeros = _of_shape("zeros", np.zeros, "Zeros of a shape, given as lengths or as one tuple.")
ones = _of_shape("ones", np.ones, "Ones of a shape.")
empty = _of_shape("empty", np.zeros, "As `zeros`: memory is not left as it was.")


def full(size: Any, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A shape filled with a number."""
    return _made(np.full(_shape((size,), "full"), fill_value), "full", dtype, requires_grad, device)


def _random(name: str, fill: Callable[..., Any], doc: str) -> Callable[..., Tensor]:
    def function(
        *size: Any,
        generator: Generator | None = None,
        dtype: Any = None,
        device: Any = None,
        requires_grad: bool = False,
        **given: Any,
    ) -> Tensor:
        shape = _shape((given.pop("size"),) if "size" in given else size, name)
        if given:
            raise TypeError(f"{name}() has no argument {', '.join(given)}{place()}")
        values = draw(lambda numbers: fill(numbers, shape), generator)
        return _made(values, name, dtype, requires_grad, device)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc
    return function


rand = _random("rand", lambda numbers, shape: numbers.random(shape), "Numbers drawn evenly from [0, 1).")
randn = _random(
    "randn", lambda numbers, shape: numbers.standard_normal(shape), "Numbers of the standard normal distribution."
)


def normal(
    mean: Any = 0.0, std: Any = 1.0, size: Any = None, *, generator: Generator | None = None, **given: Any
) -> Tensor:
    """Normal numbers of a mean and standard deviation; without a size of the shape that these have together."""
    shape = np.broadcast_shapes(np.shape(mean), np.shape(std)) if size is None else size
    centre, width = (v.detach() if isinstance(v, Tensor) else v for v in (mean, std))
    values = np.asarray(centre) + np.asarray(width) * np.asarray(randn(shape, generator=generator, dtype="float64"))
    return _made(
        values, "normal", given.pop("dtype", None), given.pop("requires_grad", False), given.pop("device", None)
    )


def randint(
    low: int,
    high: Any = None,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: Any = int64,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Integers drawn evenly from [low, high), or from [0, low) where only one bound is given."""
    if size is None:
        low, high, size = 0, low, high
    if size is None:
        raise TypeError(f"randint: give the size{place()}: randint(low, high, size)")
    low, high = (0, low) if high is None else (low, high)
    values = draw(lambda numbers: numbers.integers(low, high, _shape((size,), "randint")), generator)
    return _made(values, "randint", dtype, requires_grad, device)


def randperm(n: int, *, generator: Generator | None = None, dtype: Any = int64, device: Any = None) -> Tensor:
    """The integers below n in random order."""
    return _made(draw(lambda numbers: numbers.permutation(n), generator), "randperm", dtype, False, device)


def arange(
    start: Any, end: Any = None, step: Any = 1, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Numbers from start up to (not including) end; integers give int64, also where a gradient is asked for a float dtype."""
    values = np.arange(start) if end is None else np.arange(start, end, step)
    if requires_grad and dtype is None and values.dtype.kind in "iu":
        dtype = get_default_dtype()
    return _made(values, "arange", dtype, requires_grad, device)


def linspace(
    start: Any, end: Any, steps: int = 100, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """`steps` numbers from start to end, both included."""
    return _made(np.linspace(start, end, steps), "linspace", dtype, requires_grad, device)


def logspace(
    start: Any, end: Any, steps: int = 100, base: float = 10.0, *, dtype: Any = None, device: Any = None,
    requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """Powers of a base, their exponents spread evenly from start to end."""
    return _made(np.logspace(start, end, steps, base=base), "logspace", dtype, requires_grad, device)


def eye(n: int, m: int | None = None, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """The n × m matrix with ones on its diagonal."""
    return _made(np.eye(n, m), "eye", dtype, requires_grad, device)


def _like(make: Callable[..., Tensor]) -> Callable[..., Tensor]:
    def function(input: Any, *args: Any, dtype: Any = None, **given: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        model = tensor_of(input)
        return make(model.shape, *args, dtype=model.dtype if dtype is None else dtype, **given)

    function.__name__ = function.__qualname__ = f"{make.__name__}_like"
    function.__doc__ = f"As `{make.__name__}`, of the shape and dtype of a tensor."
    return function


zeros_like, ones_like, empty_like, full_like = _like(zeros), _like(ones), _like(empty), _like(full)
rand_like, randn_like = _like(rand), _like(randn)


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Tensor:
    """A tensor as it is (or in another dtype, the gradient passing); anything else as a tensor without a gradient."""
    if isinstance(data, Tensor):
        return data if dtype is None else data.astype(dtype)
    return tensor(data, requires_grad=False, dtype=dtype, device=device)


def _of_dtype(name: str, dtype: Any) -> Callable[..., Tensor]:
    def function(data: Any) -> Tensor:
        if isinstance(data, int) or (isinstance(data, tuple) and not data):
            raise TypeError(
                f"{name}() takes data here, not a size{place()}; zeros(size, dtype={str(dtype)!r}) makes one"
            )
        return tensor(data, requires_grad=False, dtype=dtype)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"Data as a tensor of {dtype} without a gradient."
    return function


BoolTensor, IntTensor, LongTensor = (
    _of_dtype("BoolTensor", np.dtype(np.bool_)),
    _of_dtype("IntTensor", int64),
    _of_dtype("LongTensor", int64),
)
FloatTensor, DoubleTensor = (
    _of_dtype("FloatTensor", np.dtype(np.float32)),
    _of_dtype("DoubleTensor", np.dtype(np.float64)),
)


def is_tensor(obj: Any) -> bool:
    """Whether an object is a tensor."""
    return isinstance(obj, Tensor)


def numel(input: Any) -> int:  # noqa: A002 - PyTorch's name
    """Number of elements."""
    return int(np.size(input))


def cat(tensors: Sequence[Any], dim: Any = 0, *, axis: Any = None) -> Tensor:
    """Join along an existing dimension. As `torch.cat` and `numpy.concatenate`."""
    return f.concatenate(tensors, dim if axis is None else axis)


def stack(tensors: Sequence[Any], dim: int = 0, *, axis: int | None = None) -> Tensor:
    """Join along a new dimension. As `torch.stack` and `numpy.stack`."""
    return f.stack(tensors, dim if axis is None else axis)


concat = cat


def vstack(tensors: Sequence[Any]) -> Tensor:
    """Join rows. As `torch.vstack` and `numpy.vstack`."""
    parts: Any = [tensor_of(x) for x in tensors]
    result: Any = np.vstack(parts)
    return result  # type: ignore[no-any-return]


def hstack(tensors: Sequence[Any]) -> Tensor:
    """Join side by side. As `torch.hstack` and `numpy.hstack`."""
    parts: Any = [tensor_of(x) for x in tensors]
    result: Any = np.hstack(parts)
    return result  # type: ignore[no-any-return]

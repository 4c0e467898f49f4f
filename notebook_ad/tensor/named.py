"""`ad.f(x, …)`: any method of a tensor as a function, as `torch.f(x, …)` and `numpy.f(x, …)` are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from notebook_ad.tensor import ambient, creation, devices, dtypes, functions, interchange
from notebook_ad.tensor.library import complex as complex_parts
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.library.reduced import collected
from notebook_ad.tensor.pytorch import several
from notebook_ad.tensor.tensor import Tensor

MODULE = {name: getattr(creation, name) for name in creation.__all__} | {
    "softplus": functions.softplus, "where": functions.where, "concatenate": creation.cat,
    "from_numpy": interchange.from_numpy, "from_dlpack": interchange.from_dlpack,
    "set_default_dtype": dtypes.set_default_dtype, "get_default_dtype": dtypes.get_default_dtype,
    "real": complex_parts.real, "imag": complex_parts.imag,
    "device": devices.device, "cuda": devices.cuda,
    "set_grad_enabled": ambient.set_grad_enabled, "is_grad_enabled": ambient.is_grad_enabled,
    **several.FUNCTIONS,
    **{
        name: getattr(dtypes, name)
        for name in (
            "float32", "float64", "complex64", "complex128", "int32", "int64", "float", "double", "cfloat", "cdouble", "int",
            "long", "bool",
        )
    },
}  # fmt: skip
NOT_FUNCTIONS = frozenset({"backward", "register_hook", "retain_grad", "item", "tolist", "numpy", "bool", "to", "type"})


def named(name: str) -> Any:
    """What the module offers under a name; None where there is nothing.

    A method of tensors becomes a function whose first argument, a tensor or an array, is `input` (or NumPy's `a`).
    """
    if name in MODULE:
        return MODULE[name]
    method = getattr(Tensor, name, None)
    if name.startswith("_") or name.endswith("_") or name in NOT_FUNCTIONS or not callable(method):
        return None
    return _function(name, method)


def _function(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    def function(*args: Any, **kwargs: Any) -> Any:
        if not args:
            args = tuple(kwargs.pop(key) for key in ("input", "a", "x") if key in kwargs)[:1]
            if not args:
                raise TypeError(f"{name}() takes a tensor first: {name}(input, ...)")
        first = args[0]
        t = collected(first, None, name) if isinstance(first, list | tuple) else tensor_of(first)
        return method(t, *args[1:], **kwargs)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = method.__doc__
    return function


def _extreme(name: str) -> Callable[..., Any]:
    """`max` and `min`, whose second argument, a number, means PyTorch's pair here: `np.max(x, 1)` means NumPy's."""
    plain = _function(name, getattr(Tensor, name))

    def function(*args: Any, **kwargs: Any) -> Any:
        if len(args) > 1 and isinstance(args[1], int) and "axis" not in kwargs:
            first, dim, *more = args
            return plain(first, dim=dim, **dict(zip(("keepdim",), more, strict=False)), **kwargs)
        return plain(*args, **kwargs)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = plain.__doc__
    return function


MODULE |= {name: _extreme(name) for name in ("max", "min")}
max, mean, min, reshape, sum, transpose = map(named, ("max", "mean", "min", "reshape", "sum", "transpose"))  # noqa: A001

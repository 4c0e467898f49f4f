"""PyTorch's methods of a tensor: bound under their names; where NumPy has the name too, the way of writing decides."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from notebook_ad.tensor import creation, functions, numpy_methods
from notebook_ad.tensor.numpy_methods import through
from notebook_ad.tensor.pytorch import choosing, drawn, elements, reductions, running, shapes
from notebook_ad.tensor.tensor import SMOOTH, Tensor
from notebook_ad.tensor.traditions import any_is_bool, either, second_is_bool, torch_only

Method = Callable[..., Any]


def _is_tensor(*args: Any) -> bool:
    return isinstance(args[0], Tensor) and args[0].dtype in SMOOTH


def _are_ints(*args: Any) -> bool:
    return all(isinstance(a, int | np.integer) for a in args)


# Both traditions have these names; the test says of positional arguments whether they are PyTorch's.
BOTH: dict[str, tuple[Method, Callable[..., bool] | None]] = {
    "sum": (reductions.sum, second_is_bool),
    "mean": (reductions.mean, second_is_bool),
    "prod": (reductions.prod, second_is_bool),
    "all": (reductions.all, second_is_bool),
    "any": (reductions.any, second_is_bool),
    "var": (reductions.var, any_is_bool),
    "std": (reductions.std, any_is_bool),
    "max": (reductions.max, lambda *a: second_is_bool(*a) or _is_tensor(*a)),
    "min": (reductions.min, lambda *a: second_is_bool(*a) or _is_tensor(*a)),
    "argmax": (reductions.argmax, second_is_bool),
    "argmin": (reductions.argmin, second_is_bool),
    "argsort": (choosing.argsort, second_is_bool),
    "sort": (choosing.sort, second_is_bool),
    "cumsum": (running.cumsum, None),
    "cumprod": (running.cumprod, None),
    "nonzero": (choosing.nonzero, None),
    "squeeze": (shapes.squeeze, None),
    "flatten": (shapes.flatten, _are_ints),
    "transpose": (shapes.transpose, lambda *a: len(a) == 2 and _are_ints(*a)),
    "diagonal": (shapes.diagonal, None),
    "dot": (elements.SAME["inner"], None),
}
OWN: dict[str, Method] = {
    name: getattr(module, name)
    for module, names in {
        reductions: "amax amin aminmax median nansum nanmean count_nonzero quantile nanquantile logsumexp softmax log_softmax norm",
        running: "cummax cummin diff logcumsumexp",
        choosing: "topk kthvalue gather take_along_dim scatter scatter_add index_select index_add index_copy index_fill "
        "masked_fill masked_select where argwhere unique scatter_reduce index_put bincount",
        shapes: "view view_as reshape_as permute swapdims t unsqueeze expand expand_as unflatten unbind select narrow split "
        "chunk movedim tile repeat_interleave flip roll rot90 unfold diag_embed tensor_split sum_to_size",
        elements: "sigmoid relu rsqrt frac clamp clamp_min clamp_max add sub mul div lerp addcmul addcdiv addmm cross logdet "
        "equal dist cov type_as is_same_size",
    }.items()
    for name in names.split()
}
OWN |= {
    "subtract": elements.sub, "divide": elements.div, "true_divide": elements.div, "addmv": elements.addmm,
    "baddbmm": elements.addmm, "moveaxis": shapes.movedim, "split_with_sizes": shapes.split,
    "narrow_copy": shapes.narrow,
}  # fmt: skip
DIRECT = ("exp", "log", "sqrt", "sin", "cos", "tan", "tanh", "sigmoid", "relu")  # the fast path for numbers


def bind() -> None:
    """Give Tensor PyTorch's names."""
    cls: Any = Tensor
    for name, (torch, written) in BOTH.items():
        ours = numpy_methods.METHODS.get(name) or getattr(cls, name)
        method = either(ours, torch, written)
        method.__name__ = method.__qualname__ = name
        setattr(cls, name, method)
    for name, function in elements.SAME.items():
        setattr(cls, name, through(function))
    for name, method in (OWN | elements.SPECIALS).items():
        setattr(cls, name, torch_only(method))
    for method in drawn.METHODS:
        setattr(cls, method.__name__, method)
    for name in DIRECT:
        setattr(cls, name, getattr(functions, name))
    cls.__neg__, cls.__abs__ = functions.negative, functions.abs
    cls.clone = clone
    cls.contiguous = lambda self, memory_format=None: self
    cls.numel = lambda self: int(self.size)
    cls.nelement = cls.numel
    cls.dim = cls.ndimension = lambda self: self.ndim
    cls.element_size = lambda self: self.dtype.itemsize
    cls.is_floating_point = lambda self: self.dtype.kind == "f"
    cls.is_complex = lambda self: self.dtype.kind == "c"
    cls.is_contiguous = lambda self: True
    cls.new_zeros, cls.new_ones, cls.new_full, cls.new_tensor = (
        _new("zeros"),
        _new("ones"),
        _new("full"),
        _new("tensor"),
    )


def clone(self: Tensor, *, memory_format: Any = None) -> Tensor:
    """The same value as a tensor of its own; the gradient passes."""
    return through(np.copy)(self)  # type: ignore[no-any-return]


def _new(name: str) -> Method:
    def new(self: Tensor, *args: Any, dtype: Any = None, **kwargs: Any) -> Tensor:
        make: Callable[..., Tensor] = getattr(creation, name)
        return make(*args, dtype=self.dtype if dtype is None else dtype, **{"requires_grad": False, **kwargs})

    new.__name__ = new.__qualname__ = f"new_{name}"
    new.__doc__ = f"As `{name}`, in the dtype of this tensor."
    return new


MODULES: tuple[ModuleType, ...] = (reductions, running, choosing, shapes, elements)

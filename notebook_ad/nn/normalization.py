"""Normalisation of each example by itself: over its last axes, or over groups of channels."""

from __future__ import annotations

from typing import Any

from notebook_ad.engine.errors import ShapeError
from notebook_ad.nn import init
from notebook_ad.nn.functions import normalization as f
from notebook_ad.nn.module import Module
from notebook_ad.nn.naming import expects
from notebook_ad.nn.parameter import Parameter
from notebook_ad.tensor.creation import empty
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor


class _Affine(Module):
    """A weight of ones and a bias of zeros at first, or None."""

    weight: Parameter | None
    bias: Parameter | None

    def _make(self, shape: tuple[int, ...], weight: bool, bias: bool | None, device: Any, dtype: Any) -> None:
        names = [("weight", weight)] if bias is None else [("weight", weight), ("bias", bias)]
        for name, used in names:
            self.register_parameter(name, Parameter(empty(*shape, device=device, dtype=dtype)) if used else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Ones for the weight, zeros for the bias."""
        if self.weight is not None:
            init.ones_(self.weight)
        if self._parameters.get("bias") is not None:
            init.zeros_(self._parameters["bias"])  # type: ignore[arg-type]


class LayerNorm(_Affine):
    """(x − mean) / √(var + eps) over the last axes (Ba, Kiros and Hinton 2016). As `torch.nn.LayerNorm`.

    Attributes:
        normalized_shape: of the last axes; weight, bias: of that shape, or None.
    """

    def __init__(
        self,
        normalized_shape: Any,
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = _shape(normalized_shape)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        self._make(self.normalized_shape, elementwise_affine, elementwise_affine and bias, device, dtype)

    def forward(self, input: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply the layer."""
        parameters = self._parameters
        try:
            return f.layer_norm(input, self.normalized_shape, parameters["weight"], parameters["bias"], self.eps)
        except ShapeError:
            raise _last_axes(self.normalized_shape, input) from None

    def extra_repr(self) -> str:
        """Sizes and options."""
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}, "
            f"bias={self.bias is not None}"
        )


class RMSNorm(_Affine):
    """x / √(mean(x²) + eps) over the last axes (Zhang and Sennrich 2019). As `torch.nn.RMSNorm`.

    Attributes:
        weight: of the shape of the last axes, or None; eps: None for that of the dtype.
    """

    def __init__(
        self,
        normalized_shape: Any,
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = _shape(normalized_shape)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        self._make(self.normalized_shape, elementwise_affine, None, device, dtype)

    def forward(self, input: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply the layer."""
        try:
            return f.rms_norm(input, self.normalized_shape, self._parameters["weight"], self.eps)
        except ShapeError:
            raise _last_axes(self.normalized_shape, input) from None

    def extra_repr(self) -> str:
        """Sizes and options."""
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class GroupNorm(_Affine):
    """(N, num_channels, *) normalised over each group of channels (Wu and He 2018). As `torch.nn.GroupNorm`.

    Attributes:
        weight, bias: (num_channels,), or None.
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        if num_groups < 1 or num_channels % num_groups:
            raise ValueError(f"num_channels={num_channels} must be divisible by num_groups={num_groups}{place()}")
        self.num_groups, self.num_channels, self.eps, self.affine = num_groups, num_channels, eps, affine
        self._make((num_channels,), affine, affine and bias, device, dtype)

    def forward(self, input: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply the layer."""
        x, parameters = tensor_of(input), self._parameters
        if x.ndim < 2 or x.shape[1] != self.num_channels:
            raise expects(f"(N, {self.num_channels}, …)", x.shape)
        return f.group_norm(x, self.num_groups, parameters["weight"], parameters["bias"], self.eps)

    def extra_repr(self) -> str:
        """Sizes and options."""
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, "
            f"bias={self.bias is not None}"
        )


def _shape(given: Any) -> tuple[int, ...]:
    return tuple(int(n) for n in given) if isinstance(given, tuple | list) else (int(given),)


def _last_axes(shape: tuple[int, ...], given: Any) -> ShapeError:
    return expects(f"(…, {', '.join(map(str, shape))})", tensor_of(given).shape)

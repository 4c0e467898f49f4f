"""Dense layers."""

from __future__ import annotations

import math
from typing import Any

from notebook_ad.engine.errors import ShapeError
from notebook_ad.nn import init
from notebook_ad.nn.functions import linear as f
from notebook_ad.nn.module import Module
from notebook_ad.nn.naming import expects
from notebook_ad.nn.parameter import Parameter
from notebook_ad.tensor.creation import empty
from notebook_ad.tensor.tensor import Tensor


class Identity(Module):
    """Gives its input, whatever it is made with. As `torch.nn.Identity`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - PyTorch's name
        """The input."""
        return input


class Linear(Module):
    """x Wᵀ + b: (…, in_features) gives (…, out_features). As `torch.nn.Linear`.

    Attributes:
        weight: (out_features, in_features), drawn evenly from ±1/√in_features.
        bias: (out_features,), drawn likewise; None without.

    >>> from notebook_ad import nn, ones
    >>> nn.Linear(3, 2)(ones(5, 3)).shape
    (5, 2)
    """

    in_features: int
    out_features: int
    weight: Parameter
    bias: Parameter | None

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        self.weight = Parameter(empty(out_features, in_features, device=device, dtype=dtype))
        if bias:
            self.bias = Parameter(empty(out_features, device=device, dtype=dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weight and the bias anew."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            bound = 1 / math.sqrt(self.in_features) if self.in_features > 0 else 0
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply the layer."""
        parameters = self._parameters
        try:
            return f.linear(input, parameters["weight"], parameters["bias"])
        except ShapeError:
            raise expects(f"(…, {self.in_features})", getattr(input, "shape", input)) from None

    def extra_repr(self) -> str:
        """Sizes."""
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Bilinear(Module):
    """x₁ᵀ W x₂ + b: (…, in1_features) and (…, in2_features) give (…, out_features). As `torch.nn.Bilinear`.

    Attributes:
        weight: (out_features, in1_features, in2_features), drawn evenly from ±1/√in1_features.
        bias: (out_features,), drawn likewise; None without.
    """

    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if in1_features <= 0:
            raise ValueError(f"in1_features must be > 0, but got {in1_features}")
        self.in1_features, self.in2_features, self.out_features = in1_features, in2_features, out_features
        self.weight = Parameter(empty(out_features, in1_features, in2_features, device=device, dtype=dtype))
        if bias:
            self.bias = Parameter(empty(out_features, device=device, dtype=dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weight and the bias anew."""
        bound = 1 / math.sqrt(self.in1_features)
        for parameter in self.parameters(recurse=False):
            init.uniform_(parameter, -bound, bound)

    def forward(self, input1: Tensor, input2: Tensor) -> Tensor:
        """Apply the layer."""
        try:
            return f.bilinear(input1, input2, self.weight, self.bias)
        except ShapeError:
            wanted = f"(…, {self.in1_features}) and (…, {self.in2_features})"
            raise expects(wanted, f"{input1.shape} and {input2.shape}") from None

    def extra_repr(self) -> str:
        """Sizes."""
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, "
            f"out_features={self.out_features}, bias={self.bias is not None}"
        )

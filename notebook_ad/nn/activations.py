"""Activations as layers: each calls its function with the options that it was made with."""

from __future__ import annotations

from typing import Any

from notebook_ad.nn.functions import activation as f
from notebook_ad.nn.module import Module
from notebook_ad.nn.parameter import Parameter
from notebook_ad.tensor.creation import full
from notebook_ad.tensor.tensor import Tensor


class _InPlace(Module):
    """An activation without options; `inplace` is accepted, and the result is new."""

    name: str

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply it."""
        result: Tensor = getattr(f, self.name)(input)
        return result

    def extra_repr(self) -> str:
        """Whether in place."""
        return "inplace=True" if self.inplace else ""


class _Plain(Module):
    """An activation that has no options at all."""

    name: str

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply it."""
        result: Tensor = getattr(f, self.name)(input)
        return result


class ReLU(_InPlace):
    """x where x > 0, else 0; the derivative at 0 is 0. As `torch.nn.ReLU`."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply it."""
        return f.relu(input)


class SELU(_InPlace):
    """Scaled ELU. As `torch.nn.SELU`."""

    name = "selu"


class SiLU(_InPlace):
    """x σ(x). As `torch.nn.SiLU`."""

    name = "silu"


class Mish(_InPlace):
    """x tanh(softplus(x)). As `torch.nn.Mish`."""

    name = "mish"


class Hardsigmoid(_InPlace):
    """x/6 + 1/2, cut to [0, 1]. As `torch.nn.Hardsigmoid`."""

    name = "hardsigmoid"

    def extra_repr(self) -> str:
        """Nothing, as PyTorch's."""
        return ""


class Hardswish(_InPlace):
    """x · hardsigmoid(x). As `torch.nn.Hardswish`."""

    name = "hardswish"

    def extra_repr(self) -> str:
        """Nothing, as PyTorch's."""
        return ""


class Sigmoid(_Plain):
    """1 / (1 + e^−x). As `torch.nn.Sigmoid`."""

    name = "sigmoid"


class Tanh(_Plain):
    """Hyperbolic tangent. As `torch.nn.Tanh`."""

    name = "tanh"


class LogSigmoid(_Plain):
    """log σ(x), without underflow. As `torch.nn.LogSigmoid`."""

    name = "logsigmoid"


class Softsign(_Plain):
    """x / (1 + |x|). As `torch.nn.Softsign`."""

    name = "softsign"


class Tanhshrink(_Plain):
    """x − tanh(x). As `torch.nn.Tanhshrink`."""

    name = "tanhshrink"


class LeakyReLU(Module):
    """x where x > 0, else negative_slope · x. As `torch.nn.LeakyReLU`."""

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        super().__init__()
        self.negative_slope, self.inplace = negative_slope, inplace

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply it."""
        return f.leaky_relu(input, self.negative_slope)

    def extra_repr(self) -> str:
        """The slope."""
        return f"negative_slope={self.negative_slope}" + (", inplace=True" if self.inplace else "")


class RReLU(Module):
    """LeakyReLU with slopes drawn between two bounds in training, else their middle. As `torch.nn.RReLU`."""

    def __init__(self, lower: float = 1 / 8, upper: float = 1 / 3, inplace: bool = False) -> None:
        super().__init__()
        self.lower, self.upper, self.inplace = lower, upper, inplace

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply it."""
        return f.rrelu(input, self.lower, self.upper, self.training)

    def extra_repr(self) -> str:
        """The bounds."""
        return f"lower={self.lower}, upper={self.upper}" + (", inplace=True" if self.inplace else "")


class PReLU(Module):
    """LeakyReLU with a learned slope, or one for each channel. As `torch.nn.PReLU`.

    Attributes:
        weight: (num_parameters,), all `init` at first.
    """

    weight: Parameter

    def __init__(self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: Any = None) -> None:
        super().__init__()
        self.num_parameters, self.init = num_parameters, init
        self.weight = Parameter(full(num_parameters, float(init), device=device, dtype=dtype))

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply it."""
        return f.prelu(input, self.weight)

    def extra_repr(self) -> str:
        """Number of slopes."""
        return f"num_parameters={self.num_parameters}"


class _Alpha(Module):
    name: str

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha, self.inplace = alpha, inplace

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply it."""
        result: Tensor = getattr(f, self.name)(input, self.alpha)
        return result

    def extra_repr(self) -> str:
        """alpha."""
        return f"alpha={self.alpha}" + (", inplace=True" if self.inplace else "")


class ELU(_Alpha):
    """x where x > 0, else alpha (e^x − 1). As `torch.nn.ELU`."""

    name = "elu"


class CELU(_Alpha):
    """x where x > 0, else alpha (e^(x / alpha) − 1). As `torch.nn.CELU`."""

    name = "celu"


class GELU(Module):
    """x Φ(x), or its approximation by "tanh". As `torch.nn.GELU`."""

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = approximate

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply it."""
        return f.gelu(input, self.approximate)

    def extra_repr(self) -> str:
        """The approximation."""
        return f"approximate={self.approximate!r}"


class Softplus(Module):
    """log(1 + e^(beta x)) / beta; x itself above the threshold. As `torch.nn.Softplus`."""

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta, self.threshold = beta, threshold

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply it."""
        return f.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        """Options."""
        return f"beta={self.beta}, threshold={self.threshold}"


class Hardtanh(Module):
    """x, cut to [min_val, max_val]. As `torch.nn.Hardtanh`.

    Raises:
        ValueError: the bounds are not in order.
    """

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        if max_val <= min_val:
            raise ValueError(f"max_val must be larger than min_val, got {max_val} and {min_val}")
        self.min_val, self.max_val, self.inplace = min_val, max_val, inplace

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply it."""
        return f.hardtanh(input, self.min_val, self.max_val)

    def extra_repr(self) -> str:
        """The bounds."""
        return f"min_val={self.min_val}, max_val={self.max_val}" + (", inplace=True" if self.inplace else "")


class ReLU6(Hardtanh):
    """x, cut to [0, 6]. As `torch.nn.ReLU6`."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(0.0, 6.0, inplace)

    def extra_repr(self) -> str:
        """Whether in place."""
        return "inplace=True" if self.inplace else ""


class Threshold(Module):
    """x where x is above the threshold, else a value. As `torch.nn.Threshold`."""

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__()
        self.threshold, self.value, self.inplace = threshold, value, inplace

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply it."""
        return f.threshold(input, self.threshold, self.value)

    def extra_repr(self) -> str:
        """Options."""
        return f"threshold={self.threshold}, value={self.value}" + (", inplace=True" if self.inplace else "")


class _Shrink(Module):
    name: str

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply it."""
        result: Tensor = getattr(f, self.name)(input, self.lambd)
        return result

    def extra_repr(self) -> str:
        """lambd."""
        return str(self.lambd)


class Hardshrink(_Shrink):
    """x, but 0 where |x| ≤ lambd. As `torch.nn.Hardshrink`."""

    name = "hardshrink"


class Softshrink(_Shrink):
    """x moved towards 0 by lambd, at most to 0. As `torch.nn.Softshrink`."""

    name = "softshrink"


class _Along(Module):
    name: str

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply it."""
        result: Tensor = getattr(f, self.name)(input, self.dim)
        return result

    def extra_repr(self) -> str:
        """The dimension."""
        return f"dim={self.dim}"


class Softmax(_Along):
    """exp(x) / Σ exp(x) along a dimension. As `torch.nn.Softmax`."""

    name = "softmax"


class LogSoftmax(_Along):
    """log(softmax(x)) along a dimension. As `torch.nn.LogSoftmax`."""

    name = "log_softmax"


class Softmin(_Along):
    """softmax(−x) along a dimension. As `torch.nn.Softmin`."""

    name = "softmin"


class Softmax2d(Module):
    """Softmax over the channels of (N, C, H, W) or (C, H, W). As `torch.nn.Softmax2d`."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply it."""
        return f.softmax(input, -3)


class GLU(Module):
    """a σ(b), with a and b the halves of a dimension. As `torch.nn.GLU`."""

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply it."""
        return f.glu(input, self.dim)

    def extra_repr(self) -> str:
        """The dimension."""
        return f"dim={self.dim}"

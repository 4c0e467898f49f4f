"""Normalisation over the batch, and of each image and channel by itself, with running statistics."""

from __future__ import annotations

from typing import Any

from notebook_ad.nn import init
from notebook_ad.nn.functions.normalization import batch_norm, instance_norm
from notebook_ad.nn.module import Module
from notebook_ad.nn.naming import expects
from notebook_ad.nn.parameter import Parameter
from notebook_ad.tensor.creation import empty, ones, tensor, zeros
from notebook_ad.tensor.inplace import rebind
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.tensor import Tensor


class _Norm(Module):
    """Channels with a weight, a bias and running statistics.

    Attributes:
        weight, bias: (num_features,), ones and zeros at first; None where not affine (or without bias).
        running_mean, running_var: buffers (num_features,), zeros and ones at first; None where not tracked.
        num_batches_tracked: a buffer, how many batches the statistics have seen.
    """

    weight: Parameter | None
    bias: Parameter | None
    running_mean: Tensor | None
    running_var: Tensor | None
    num_batches_tracked: Tensor | None
    forms: tuple[str, ...]

    def __init__(
        self,
        num_features: int,
        eps: float,
        momentum: float | None,
        affine: bool,
        track_running_stats: bool,
        device: Any,
        dtype: Any,
        bias: bool,
    ) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        made: dict[str, Any] = {"device": device, "dtype": dtype}
        for name, used in (("weight", affine), ("bias", affine and bias)):
            self.register_parameter(name, Parameter(empty(num_features, **made)) if used else None)
        if track_running_stats:
            self.register_buffer("running_mean", zeros(num_features, **made))
            self.register_buffer("running_var", ones(num_features, **made))
            self.register_buffer("num_batches_tracked", tensor(0, requires_grad=False))
        else:
            for name in ("running_mean", "running_var", "num_batches_tracked"):
                self.register_buffer(name, None)
        self.reset_parameters()

    def reset_running_stats(self) -> None:
        """Begin the running statistics anew."""
        if self.running_mean is not None and self.running_var is not None and self.num_batches_tracked is not None:
            init.zeros_(self.running_mean)
            init.ones_(self.running_var)
            rebind(self.num_batches_tracked, 0)

    def reset_parameters(self) -> None:
        """Ones for the weight, zeros for the bias, statistics anew."""
        self.reset_running_stats()
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def _checked(self, given: Any) -> Tensor:
        """The input, of a number of axes and channels that the layer takes."""
        x = tensor_of(given)
        ndims = [form.count(",") + 1 for form in self.forms]
        channels = {form.count(",") + 1: form.split(", ").index("C") for form in self.forms}
        if x.ndim not in ndims or (self._sized() and x.shape[channels[x.ndim]] != self.num_features):
            raise expects(" or ".join(f"({form})" for form in self.forms).replace("C", str(self.num_features)), x.shape)
        return x

    def _sized(self) -> bool:
        return True

    def extra_repr(self) -> str:
        """Sizes and options."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class _BatchNorm(_Norm):
    """The signature and the forward of batch normalisation."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias)

    def forward(self, input: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply the layer; in training mode the running statistics move."""
        x = self._checked(input)
        factor = 0.0 if self.momentum is None else self.momentum
        if self.training and self.track_running_stats and self.num_batches_tracked is not None:
            seen = int(self.num_batches_tracked._value) + 1  # no guard of a replay: it counts calls
            rebind(self.num_batches_tracked, seen)
            factor = 1 / seen if self.momentum is None else factor
        by_batch = self.training or self.running_mean is None
        tracked = not self.training or self.track_running_stats
        mean, var = (self.running_mean, self.running_var) if tracked else (None, None)
        return batch_norm(x, mean, var, self.weight, self.bias, by_batch, factor, self.eps)


class BatchNorm1d(_BatchNorm):
    """(N, C) or (N, C, L) normalised channel by channel (Ioffe and Szegedy 2015). As `torch.nn.BatchNorm1d`.

    In training by the batch's mean and variance, towards which the running ones move by `momentum` (None: they are the
    means over all batches); in evaluation by the running ones.
    """

    forms = ("N, C", "N, C, L")


class BatchNorm2d(_BatchNorm):
    """(N, C, H, W) normalised channel by channel. See BatchNorm1d."""

    forms = ("N, C, H, W",)


class BatchNorm3d(_BatchNorm):
    """(N, C, D, H, W) normalised channel by channel. See BatchNorm1d."""

    forms = ("N, C, D, H, W",)


class _InstanceNorm(_Norm):
    """The signature and the forward of instance normalisation."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias)

    def _sized(self) -> bool:
        return self.affine or self.track_running_stats

    def forward(self, input: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply the layer; in training mode running statistics, where tracked, move."""
        x = self._checked(input)
        single = x.ndim == min(form.count(",") + 1 for form in self.forms)
        if single:
            x = x[None]
        moving = self.training or not self.track_running_stats
        factor = 0.0 if self.momentum is None else self.momentum
        result = instance_norm(x, self.running_mean, self.running_var, self.weight, self.bias, moving, factor, self.eps)
        return result[0] if single else result


class InstanceNorm1d(_InstanceNorm):
    """(N, C, L) or (C, L): each channel of each example normalised over L (Ulyanov et al. 2016). As PyTorch's."""

    forms = ("C, L", "N, C, L")


class InstanceNorm2d(_InstanceNorm):
    """(N, C, H, W) or (C, H, W): each channel of each image normalised over H and W."""

    forms = ("C, H, W", "N, C, H, W")

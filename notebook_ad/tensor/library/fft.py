"""NumPy's Fourier transforms of tensors: arguments in NumPy's form, one primitive for each kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.engine.library import fft as ops
from notebook_ad.engine.primitive import Primitive
from notebook_ad.tensor import messages
from notebook_ad.tensor.elementwise import own
from notebook_ad.tensor.library.complex import conj
from notebook_ad.tensor.tensor import Tensor

Lengths = Sequence[int | None] | None
Axes = Sequence[int] | int | None
NORMS = (None, "backward", "ortho", "forward")
OPPOSITE = {None: "forward", "backward": "forward", "ortho": "ortho", "forward": "backward"}


def fft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None, out: Any = None) -> Tensor:
    """The discrete Fourier transform along one axis. As `numpy.fft.fft`."""
    return _transformed(ops.fft, "fft", a, None if n is None else (n,), (axis,), norm, out)


def ifft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None, out: Any = None) -> Tensor:
    """The inverse of `fft`. As `numpy.fft.ifft`."""
    return _transformed(ops.ifft, "ifft", a, None if n is None else (n,), (axis,), norm, out)


def fft2(a: Any, s: Lengths = None, axes: Axes = (-2, -1), norm: str | None = None, out: Any = None) -> Tensor:
    """The transform over two axes. As `numpy.fft.fft2`."""
    return _transformed(ops.fft, "fft2", a, s, axes, norm, out)


def ifft2(a: Any, s: Lengths = None, axes: Axes = (-2, -1), norm: str | None = None, out: Any = None) -> Tensor:
    """The inverse of `fft2`. As `numpy.fft.ifft2`."""
    return _transformed(ops.ifft, "ifft2", a, s, axes, norm, out)


def fftn(a: Any, s: Lengths = None, axes: Axes = None, norm: str | None = None, out: Any = None) -> Tensor:
    """The transform over several axes, all by default. As `numpy.fft.fftn`."""
    return _transformed(ops.fft, "fftn", a, s, axes, norm, out)


def ifftn(a: Any, s: Lengths = None, axes: Axes = None, norm: str | None = None, out: Any = None) -> Tensor:
    """The inverse of `fftn`. As `numpy.fft.ifftn`."""
    return _transformed(ops.ifft, "ifftn", a, s, axes, norm, out)


def rfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None, out: Any = None) -> Tensor:
    """The half spectrum of a real input. As `numpy.fft.rfft`."""
    return _transformed(ops.rfft, "rfft", a, None if n is None else (n,), (axis,), norm, out)


def irfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None, out: Any = None) -> Tensor:
    """The real signal of a half spectrum. As `numpy.fft.irfft`."""
    return _transformed(ops.irfft, "irfft", a, None if n is None else (n,), (axis,), norm, out)


def rfft2(a: Any, s: Lengths = None, axes: Axes = (-2, -1), norm: str | None = None, out: Any = None) -> Tensor:
    """The half spectrum of a real input over two axes. As `numpy.fft.rfft2`."""
    return _transformed(ops.rfft, "rfft2", a, s, axes, norm, out)


def irfft2(a: Any, s: Lengths = None, axes: Axes = (-2, -1), norm: str | None = None, out: Any = None) -> Tensor:
    """The inverse of `rfft2`. As `numpy.fft.irfft2`."""
    return _transformed(ops.irfft, "irfft2", a, s, axes, norm, out)


def rfftn(a: Any, s: Lengths = None, axes: Axes = None, norm: str | None = None, out: Any = None) -> Tensor:
    """The half spectrum of a real input over several axes. As `numpy.fft.rfftn`."""
    return _transformed(ops.rfft, "rfftn", a, s, axes, norm, out)


def irfftn(a: Any, s: Lengths = None, axes: Axes = None, norm: str | None = None, out: Any = None) -> Tensor:
    """The inverse of `rfftn`. As `numpy.fft.irfftn`."""
    return _transformed(ops.irfft, "irfftn", a, s, axes, norm, out)


def hfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None, out: Any = None) -> Tensor:
    """The real spectrum of a Hermitian signal. As `numpy.fft.hfft`."""
    _norm("hfft", norm)
    return _transformed(ops.irfft, "hfft", conj(a), None if n is None else (n,), (axis,), OPPOSITE[norm], out)


def ihfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None, out: Any = None) -> Tensor:
    """The inverse of `hfft`. As `numpy.fft.ihfft`."""
    _norm("ihfft", norm)
    half = _transformed(ops.rfft, "ihfft", a, None if n is None else (n,), (axis,), OPPOSITE[norm], out)
    return conj(half)


def fftshift(x: Any, axes: Axes = None) -> Tensor:
    """Frequency zero moved to the middle. As `numpy.fft.fftshift`."""
    t = _tensor(x)
    return ops.fftshift(t, axes=_axes(axes, t.ndim))  # type: ignore[no-any-return]


def ifftshift(x: Any, axes: Axes = None) -> Tensor:
    """The inverse of `fftshift`. As `numpy.fft.ifftshift`."""
    t = _tensor(x)
    return ops.ifftshift(t, axes=_axes(axes, t.ndim))  # type: ignore[no-any-return]


def _axes(axes: Axes, ndim: int) -> tuple[int, ...]:
    return tuple(range(ndim)) if axes is None else (axes,) if isinstance(axes, int) else tuple(axes)


def _transformed(primitive: Primitive, name: str, a: Any, s: Lengths, axes: Axes, norm: str | None, out: Any) -> Tensor:
    """Apply a transform, with lengths and axes written out.

    Raises:
        TypeError: `out` is given; a complex input of a transform of real ones.
        ShapeError: an axis that there is not, a length below 1.
        ValueError: an unknown norm.
    """
    t = _tensor(a)
    if out is not None:
        raise TypeError(f"np.fft.{name} of a tensor takes no out={messages.place()}; use what it returns")
    _norm(name, norm)
    if axes is None:
        axes = range(t.ndim) if s is None else range(-len(s), 0)
    over = _axes(axes, t.ndim)
    if any(not -t.ndim <= i < t.ndim for i in over):
        raise ShapeError(f"np.fft.{name}: axes {over} of {messages.label(t)}{messages.place()}; it has {t.ndim} axes")
    if s is not None and len(s) != len(over):
        raise ShapeError(f"np.fft.{name}: s has {len(s)} lengths for {len(over)} axes{messages.place()}")
    if primitive in (ops.rfft,) and t.dtype.kind == "c":
        raise TypeError(f"np.fft.{name} takes a real input, not {t.dtype}{messages.place()}; use the complex transform")
    lengths: list[Any] = [t.shape[i] for i in over] if s is None else list(s)
    if primitive is ops.irfft and s is None and over:
        lengths[-1] = 2 * (lengths[-1] - 1)
    whole = tuple(t.shape[i] if n is None or n == -1 else int(n) for n, i in zip(lengths, over, strict=True))
    if any(n < 1 for n in whole):
        raise ShapeError(
            f"np.fft.{name} of {messages.label(t)}{messages.place()}: lengths {whole}; each must be at least 1"
        )
    if not over and primitive in (ops.rfft, ops.irfft):
        raise ShapeError(f"np.fft.{name} of {messages.label(t)}{messages.place()}: it needs at least 1 axis")
    return primitive(t, s=whole, axes=over, norm=norm)  # type: ignore[no-any-return]


def _norm(name: str, norm: str | None) -> None:
    if norm not in NORMS:
        raise ValueError(f"np.fft.{name}: norm is 'backward', 'ortho' or 'forward', not {norm!r}{messages.place()}")


def _tensor(value: Any) -> Tensor:
    return value if isinstance(value, Tensor) else own(value)


FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    np.fft.fft: fft,
    np.fft.ifft: ifft,
    np.fft.fft2: fft2,
    np.fft.ifft2: ifft2,
    np.fft.fftn: fftn,
    np.fft.ifftn: ifftn,
    np.fft.rfft: rfft,
    np.fft.irfft: irfft,
    np.fft.rfft2: rfft2,
    np.fft.irfft2: irfft2,
    np.fft.rfftn: rfftn,
    np.fft.irfftn: irfftn,
    np.fft.hfft: hfft,
    np.fft.ihfft: ihfft,
    np.fft.fftshift: fftshift,
    np.fft.ifftshift: ifftshift,
}

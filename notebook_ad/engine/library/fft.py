"""Discrete Fourier transforms over any axes: each is linear, so its rule is its transpose.

With F the matrix of a transform, P the cut or zero padding of the input to the lengths `s`, and the pairing Re Σ g·y (no
conjugate), y = F P x has the rule Pᵀ Fᵀ g, and F is symmetric. The real transforms keep, or assume, the Hermitian half:
rfft is S F P with S the first n//2 + 1 frequencies; irfft is Re F⁻¹ Sᵀ W P, where W counts each frequency as often as the
whole spectrum holds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from notebook_ad.engine.host import host
from notebook_ad.engine.library.complex import as_complex
from notebook_ad.engine.primitive import Primitive
from notebook_ad.engine.rules import scatter

Axes = Sequence[int]
Norm = Literal["backward", "ortho", "forward"] | None


def _fft(x: Any, s: Axes, axes: Axes, norm: Norm) -> Any:
    return np.fft.fftn(x, s, axes, norm)


def _ifft(x: Any, s: Axes, axes: Axes, norm: Norm) -> Any:
    return np.fft.ifftn(x, s, axes, norm)


def _rfft(x: Any, s: Axes, axes: Axes, norm: Norm) -> Any:
    return np.fft.rfftn(x, s, axes, norm)


def _irfft(x: Any, s: Axes, axes: Axes, norm: Norm) -> Any:
    return np.fft.irfftn(x, s, axes, norm)


def _resized(g: Any, shape: tuple[int, ...]) -> Any:
    """The transpose of cutting or zero padding an array of this shape: zero padding, or cutting."""
    common = tuple(slice(0, min(a, b)) for a, b in zip(np.shape(g), shape, strict=True))
    g = g[common]
    return g if np.shape(g) == shape else scatter(g, key=common, shape=shape)


def _fft_rule(g: Any, y: Any, x: Any, s: Axes, axes: Axes, norm: Norm) -> Any:
    return _resized(fft(as_complex(g), s=s, axes=axes, norm=norm), np.shape(x))


def _ifft_rule(g: Any, y: Any, x: Any, s: Axes, axes: Axes, norm: Norm) -> Any:
    return _resized(ifft(as_complex(g), s=s, axes=axes, norm=norm), np.shape(x))


def _rfft_rule(g: Any, y: Any, x: Any, s: Axes, axes: Axes, norm: Norm) -> Any:
    return _resized(np.real(fft(as_complex(g), s=s, axes=axes, norm=norm)), np.shape(x))  # fft pads with zeros: Sᵀ


def _irfft_rule(g: Any, y: Any, x: Any, s: Axes, axes: Axes, norm: Norm) -> Any:
    whole = ifft(as_complex(g), s=s, axes=axes, norm=norm)
    n, last = s[-1], axes[-1] % np.ndim(x)
    half = whole[(slice(None),) * last + (slice(0, n // 2 + 1),)]
    times = np.full(n // 2 + 1, 2.0, np.float32 if getattr(half, "dtype", None) == np.complex64 else np.float64)
    times[0] = 1.0
    if n % 2 == 0:
        times[-1] = 1.0
    return _resized(half * times.reshape((-1,) + (1,) * (np.ndim(x) - 1 - last)), np.shape(x))


def _fftshift(x: Any, axes: Axes) -> Any:
    return np.fft.fftshift(x, axes)


def _ifftshift(x: Any, axes: Axes) -> Any:
    return np.fft.ifftshift(x, axes)


fft: Primitive = host("fft", "FFT", _fft, (_fft_rule,), linear="linear", rule="FFT(upstream)")
ifft: Primitive = host("ifft", "FFT⁻¹", _ifft, (_ifft_rule,), linear="linear", rule="FFT⁻¹(upstream)")
rfft: Primitive = host("rfft", "rFFT", _rfft, (_rfft_rule,), linear="linear", rule="Re FFT(upstream, zero padded)")
irfft: Primitive = host(
    "irfft", "rFFT⁻¹", _irfft, (_irfft_rule,), linear="linear", rule="FFT⁻¹(upstream), each pair of frequencies twice"
)
fftshift: Primitive = host(
    "fftshift", "shift", _fftshift, (lambda g, y, x, axes: ifftshift(g, axes=axes),), linear="linear", rule="shift⁻¹"
)
ifftshift: Primitive = host(
    "ifftshift", "shift⁻¹", _ifftshift, (lambda g, y, x, axes: fftshift(g, axes=axes),), linear="linear", rule="shift"
)

"""Numbers as the picture writes them: four significant digits, a true minus sign, marks for what is not ordinary."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any, Literal

import numpy as np

from notebook_ad.graph.model import Sparse, Value

TINY, HUGE = 1e-7, 1e6  # magnitudes from which a gradient is marked as vanishing or exploding

State = Literal["none", "zero", "nan", "inf", "tiny", "huge", "plain", "accumulated"]
MARKS: dict[State, str] = {"zero": " ⊘", "nan": " ⚠", "tiny": " ↓", "huge": " ↑"}


def short(x: Any, digits: int = 4) -> str:
    """A number with at most `digits` significant digits.

    >>> short(-6.0), short(1 / 3), short(1.5e-9), short(float("inf")), short(1 - 2j)
    ('−6', '0.3333', '1.5e−9', '∞', '1 − 2i')
    """
    if type(x) is not float and isinstance(x, bool | np.bool_):
        return str(bool(x))
    if np.iscomplexobj(x):
        real, imag = short(np.real(x), digits), short(np.imag(x), digits)
        return f"{real} − {imag[1:]}i" if imag.startswith("−") else f"{real} + {imag}i"
    try:
        value = float(x)
    except OverflowError:  # an integer beyond float64
        return _tidy(f"{Decimal(int(x)):.{digits}g}")
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return _tidy(f"{value + 0.0:.{digits}g}")


def _tidy(text: str) -> str:
    """`-1.50e+07` → `−1.5e7`."""
    mantissa, _, exponent = text.lower().partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    if exponent:
        mantissa += f"e{int(exponent)}"
    return mantissa.replace("-", "−")


def full(x: Any) -> str:
    """A number or an array with every digit that tells it from its neighbours.

    >>> full(-6.0), full(0.1 + 0.2)
    ('−6', '0.30000000000000004')
    """
    if isinstance(x, Sparse):
        x = x.dense()
    if isinstance(x, np.ndarray) and x.ndim:
        text = np.array2string(x, threshold=64, edgeitems=3, max_line_width=100, floatmode="unique", separator=" ")
        return text.replace("-", "−").replace("nan", "NaN").replace("inf", "∞")
    if isinstance(x, np.ndarray | np.generic):
        x = x.item()
    if isinstance(x, float) and math.isfinite(x):
        text = repr(x)
        return (text if "e" in text else text.removesuffix(".0")).replace("-", "−").replace("e+", "e")
    return short(x) if isinstance(x, float) else str(x).replace("-", "−")


def norm(value: Value | Sparse) -> float:
    """The Euclidean norm; the magnitude of a scalar. Neither overflows nor warns."""
    if type(value) is float:
        return abs(value)
    if isinstance(value, Sparse):
        _, where = np.unique(value.indices.reshape(-1), return_inverse=True)
        value = np.bincount(where.reshape(-1), weights=value.values.reshape(-1)) if where.size else np.zeros(1)
    flat = np.abs(np.asarray(value)).astype(np.float64).reshape(-1)
    largest = float(np.max(flat, initial=0.0))
    if largest == 0.0 or not math.isfinite(largest):
        return largest
    return largest * float(np.sqrt(np.sum((flat / largest) ** 2)))


def is_array(value: Value | Sparse) -> bool:
    """Whether a value has a shape, so that its norm is shown."""
    return type(value) is not float and (isinstance(value, Sparse) or np.ndim(value) > 0)


def summary(value: Value | Sparse, digits: int = 4) -> str:
    """A scalar as `short` writes it, an array as its norm: `‖1.9‖`."""
    return f"‖{short(norm(value), digits)}‖" if is_array(value) else short(value, digits)


def state(value: Value | Sparse | None) -> State:
    """What is to be said of a gradient beyond its number."""
    if value is None:
        return "none"
    size = norm(value)
    if math.isnan(size):
        return "nan"
    if math.isinf(size):
        return "inf"
    if size == 0.0:
        return "zero"
    return "tiny" if size < TINY else "huge" if size >= HUGE else "plain"


def gradient(value: Value | Sparse | None, before: Value | None = None, digits: int = 4) -> str:
    """A gradient with its mark: `−6`, `—` for none, `0 ⊘`, `NaN ⚠`, `1e−9 ↓`, `3e7 ↑`.

    `before` is what was there before this sweep: `−2 = −4+2` is −4 from now and 2 from then.
    """
    if value is None:
        return "—"
    if before is None:
        return summary(value, digits) + MARKS.get(state(value), "")
    now: Any = value.dense() if isinstance(value, Sparse) else value
    total = now + before
    text = f"{summary(total, digits)} = {summary(now, digits)}"
    then = summary(before, digits)
    return text + (f" ⊕ {then}" if is_array(total) else then if then.startswith("−") else f"+{then}")


def terms(parts: list[Value | Sparse], total: Value | None, limit: int = 4, width: int = 40) -> str:
    """The sum at a node with several users: `Σ 1 + 4 = 5`; arrays by their norms; long ones with fewer terms."""
    shown = [summary(p) for p in parts[:limit]]
    left_out = f"… ({len(parts)} terms)" if len(parts) > limit else ""
    if is_array(parts[0]):
        listed = " ⊕ ".join(shown + ([left_out] if left_out else []))
    else:
        listed = shown[0] + "".join(f" − {s[1:]}" if s.startswith("−") else f" + {s}" for s in shown[1:])
        listed += f" + {left_out}" if left_out else ""
    text = f"Σ {listed} = {'—' if total is None else summary(total)}"
    return text if len(text) <= width or limit == 1 else terms(parts, total, limit - 1, width)

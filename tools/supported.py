"""NumPy's functions on tensors: how each has its derivative, and to which order that was checked. Nothing is typed by hand.

The functions are those that tensors serve (`notebook_ad.tensor.protocols.FUNCTIONS`); each is called as in `EXAMPLES`
(by default with a matrix of numbers in (0, 1)), what it wrote on the tape says how, and `check_grads` says to which order:
forward and reverse mode, and mixed, against central differences.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import notebook_ad as ad
from notebook_ad.engine.errors import NoDerivative
from notebook_ad.engine.rows import reached
from notebook_ad.tensor.protocols import FUNCTIONS, PLAIN

Function = Callable[..., Any]
A = np.random.default_rng(3).uniform(0.2, 0.8, (3, 4))
B = np.random.default_rng(4).uniform(0.2, 0.8, (3, 4))
S = np.random.default_rng(5).normal(size=(3, 3)) + 3 * np.eye(3)
V = A[0]
I = np.array([2, 0, 1, 1])  # noqa: E741 - indices
PAIR = (A, B)
KERNEL, RULE, COMPOSED, NONE = "kernel", "rule", "composed", "no derivative"


def _symmetric(function: Function) -> Function:
    return lambda s: function(s + np.transpose(s))


def _of_two(function: Function | None) -> Function:
    """A function that joins a list."""
    return lambda x, y: function([x, y])  # type: ignore[misc]


def _parts(function: Function) -> Function:
    """A function that splits."""
    return lambda x: function(x, 1)[0]


def _of_masks(function: Function) -> Function:
    return lambda x: function(x > 0.5, x > 0.4)


def _first(function: Function) -> Function:
    return lambda *x: function(*x)[0]


# A function's name: what is called, of which arguments that vary; where that is not the function of one matrix.
EXAMPLES: dict[str, tuple[Function, tuple[Any, ...]]] = {
    **{
        name: (getattr(np, name), PAIR)
        for name in (
            "add",
            "subtract",
            "multiply",
            "divide",
            "power",
            "maximum",
            "minimum",
            "arctan2",
            "hypot",
            "logaddexp",
            "logaddexp2",
            "fmax",
            "fmin",
            "copysign",
            "heaviside",
            "float_power",
            "vdot",
            "outer",
            "kron",
            "inner",
        )
    },
    **{name: (getattr(np, name), (V, B[1])) for name in ("convolve", "correlate", "dot")},
    **{f"linalg.{name}": (getattr(np.linalg, name), (S,)) for name in ("inv", "det", "matrix_power", "cond")},
    **{f"linalg.{name}": (_symmetric(getattr(np.linalg, name)), (S,)) for name in ("eigvalsh",)},
    "remainder": (np.remainder, (4 * A, B)),
    "fmod": (np.fmod, (4 * A, B)),
    "floor_divide": (np.floor_divide, (4 * A, B)),
    "divmod": (lambda x, y: np.divmod(x, y)[1], (4 * A, B)),
    "modf": (lambda x: np.modf(x)[0], (4 * A,)),
    "ldexp": (lambda x: np.ldexp(x, 3), (A,)),
    "arccosh": (np.arccosh, (A + 1.5,)),
    "nan_to_num": (np.nan_to_num, (A,)),
    "clip": (lambda x: np.clip(x, 0.3, 0.6), (A,)),
    "where": (lambda x, y: np.where(A > 0.5, x, y), PAIR),
    "select": (lambda x, y: np.select([A > 0.5], [x], y), PAIR),
    "choose": (lambda x, y: np.choose((A > 0.5).astype(int), [x, y]), PAIR),
    "matmul": (np.matmul, (A, B.T)),
    "tensordot": (lambda x, y: np.tensordot(x, y, 2), PAIR),
    "einsum": (lambda x, y: np.einsum("ij,kj->ik", x, y), PAIR),
    "vecdot": (lambda x, y: np.vecdot(x, y), PAIR),
    "matvec": (lambda x, y: np.matvec(x, y), (A, B[1])),
    "vecmat": (lambda x, y: np.vecmat(x, y), (A[:, 0], B)),
    "cross": (np.cross, (A[:, :3], B[:, :3])),
    "reshape": (lambda x: np.reshape(x, (4, 3)), (A,)),
    "broadcast_to": (lambda x: np.broadcast_to(x, (2, 3, 4)), (A,)),
    "broadcast_arrays": (lambda x, y: np.broadcast_arrays(x, y)[1], (A, V)),
    "swapaxes": (lambda x: np.swapaxes(x, 0, 1), (A,)),
    "moveaxis": (lambda x: np.moveaxis(x, 0, 1), (A,)),
    "rollaxis": (lambda x: np.rollaxis(x, 1), (A,)),
    "expand_dims": (lambda x: np.expand_dims(x, 0), (A,)),
    "repeat": (lambda x: np.repeat(x, 2), (A,)),
    "tile": (lambda x: np.tile(x, 2), (A,)),
    "resize": (lambda x: np.resize(x, (2, 7)), (A,)),
    "roll": (lambda x: np.roll(x, 1), (A,)),
    "pad": (lambda x: np.pad(x, 1), (A,)),
    "take": (lambda x: np.take(x, I), (A,)),
    "take_along_axis": (lambda x: np.take_along_axis(x, I[None], 0), (A,)),
    "compress": (lambda x: np.compress([True, False, True], x, 0), (A,)),
    "extract": (lambda x: np.extract(A > 0.5, x), (A,)),
    "delete": (lambda x: np.delete(x, 1, 0), (A,)),
    "insert": (lambda x, y: np.insert(x, 1, y, 0), (A, V)),
    "append": (np.append, PAIR),
    "partition": (lambda x: np.partition(x, 1), (A,)),
    "quantile": (lambda x: np.quantile(x, 0.3), (A,)),
    "percentile": (lambda x: np.percentile(x, 30), (A,)),
    "bincount": (lambda x: np.bincount(I, x), (V,)),
    "histogram": (lambda x: np.histogram(I, 3, (0, 3), weights=x)[0], (V,)),
    "histogram2d": (lambda x: np.histogram2d(I, I, 3, [(0, 3)] * 2, weights=x)[0], (V,)),
    "histogramdd": (lambda x: np.histogramdd([I, I, I], 2, [(0, 3)] * 3, weights=x)[0], (V,)),
    "interp": (lambda x, y: np.interp(x, [0.0, 0.5, 1.0], y), (V, B[0, :3])),
    "polyval": (np.polyval, (V, np.array(0.5))),
    "linspace": (lambda x, y: np.linspace(x, y, 5), (np.array(0.5), np.array(2.0))),
    "meshgrid": (_first(np.meshgrid), (V, V)),
    "unstack": (lambda x: np.unstack(x)[0], (A,)),
    "nanmax": (np.nanmax, (A,)),
    "gradient": (_first(np.gradient), (A,)),
    **{name: (_parts(getattr(np, name)), (A,)) for name in ("split", "array_split", "hsplit", "vsplit")},
    "dsplit": (lambda x: np.dsplit(x, 1)[0], (A[:, :, None],)),
    **{
        name: (_of_two(getattr(np, name, None)), PAIR)
        for name in ("concatenate", "stack", "hstack", "vstack", "dstack", "column_stack", "row_stack", "block")
    },
    **{name: (getattr(np, name), (V,)) for name in ("vander", "diagflat", "ediff1d") if hasattr(np, name)},
    "cumulative_sum": (lambda x: np.cumulative_sum(x), (V,)),
    "cumulative_prod": (lambda x: np.cumulative_prod(x), (V,)),
    "linalg.cholesky": (lambda s: np.linalg.cholesky(s @ np.transpose(s)), (S,)),
    "linalg.eigh": (lambda s: np.linalg.eigh(s + np.transpose(s))[0], (S,)),
    "linalg.eig": (lambda s: np.linalg.eig(s)[0], (np.diag([1.0, 2.0, 4.0]) + 0.1 * A[:, :3],)),
    "linalg.eigvals": (np.linalg.eigvals, (np.diag([1.0, 2.0, 4.0]) + 0.1 * A[:, :3],)),
    "linalg.qr": (lambda s: np.linalg.qr(s)[1], (S,)),
    "linalg.svd": (lambda s: np.linalg.svd(s)[1], (S,)),
    "linalg.slogdet": (lambda s: np.linalg.slogdet(s)[1], (S,)),
    "linalg.solve": (np.linalg.solve, (S, A)),
    "linalg.lstsq": (lambda a, b: np.linalg.lstsq(a, b, None)[0], (A.T, V)),
    "linalg.matrix_power": (lambda s: np.linalg.matrix_power(s, 3), (S,)),
    "linalg.multi_dot": (lambda x, y: np.linalg.multi_dot([x, y, x]), (A, B.T)),
    "linalg.outer": (lambda x, y: np.linalg.outer(x, y), (V, B[0])),
    "linalg.matmul": (lambda x, y: np.linalg.matmul(x, y), (A, B.T)),
    "linalg.tensordot": (lambda x, y: np.linalg.tensordot(x, y, axes=2), PAIR),
    "linalg.vecdot": (lambda x, y: np.linalg.vecdot(x, y), PAIR),
    "linalg.cross": (lambda x, y: np.linalg.cross(x, y), (A[:, :3], B[:, :3])),
    "linalg.tensorinv": (lambda s: np.linalg.tensorinv(np.reshape(s, (3, 3)), 1), (S,)),
    "linalg.tensorsolve": (lambda s, b: np.linalg.tensorsolve(s, b), (S, A[:, 0])),
    **{
        name: (getattr(np, name), PAIR)
        for name in ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "isin")
    },
    **{name: (_of_masks(getattr(np, name)), (A,)) for name in ("bitwise_and", "bitwise_or", "bitwise_xor")},
    "argpartition": (lambda x: np.argpartition(x, 1), (A,)),
    "digitize": (lambda x: np.digitize(x, [0.0, 0.5, 1.0]), (A,)),
    "searchsorted": (lambda x: np.searchsorted([0.0, 0.5, 1.0], x), (A,)),
    "full_like": (lambda x: np.full_like(x, x[0, 0]), (A,)),
    **{name: (getattr(np, name), (A + 1j * B,)) for name in ("angle", "conjugate", "real", "imag")},
    **{
        name: (lambda x, y, name=name: getattr(np, name)(x, y, 5), (np.array(0.5), np.array(2.0)))
        for name in ("logspace", "geomspace")
    },
    "nanquantile": (lambda x: np.nanquantile(x, 0.3), (A,)),
    "nanpercentile": (lambda x: np.nanpercentile(x, 30), (A,)),
    "frexp": (lambda x: np.frexp(x)[0], (A,)),
    "trim_zeros": (np.trim_zeros, (V,)),
    "ix_": (lambda x: np.ix_(np.argmax(x, 0))[0], (A,)),
    "unravel_index": (lambda x: np.unravel_index(np.argmax(x), (3, 4))[0], (A,)),
    "ravel_multi_index": (lambda x: np.ravel_multi_index((np.argmax(x, 0), np.argmin(x, 0)), (3, 3)), (A,)),
    "sliding_window_view": (lambda x: np.lib.stride_tricks.sliding_window_view(x, 2), (V,)),
    "piecewise": (lambda x: np.piecewise(x, [A > 0.5], [np.sin, np.cos]), (A,)),
    "apply_along_axis": (lambda x: np.apply_along_axis(np.prod, 0, x), (A,)),
    "apply_over_axes": (lambda x: np.apply_over_axes(np.prod, x, [0]), (A,)),
    **{name: (getattr(np, name), (V,)) for name in ("poly", "polyder", "polyint")},
    **{name: (getattr(np, name), (V, B[1])) for name in ("polyadd", "polysub", "polymul")},
    "polydiv": (lambda x, y: np.polydiv(x, y)[0], (V, B[1, :2])),
    "polyfit": (lambda x, y: np.polyfit(x, y, 1), (V, B[0])),
    "roots": (np.roots, (np.array([1.0, -6.0, 11.0, -6.0]),)),
    **{name: (getattr(np, name), (V, B[0])) for name in ("union1d", "setdiff1d", "setxor1d")},
    "intersect1d": (lambda x: np.intersect1d(x, x[::-1]), (V,)),
    "invert": (lambda x: np.invert(x > 0.5), (A,)),
    **{
        name: (lambda x, name=name: getattr(np, name)((x > 0.5).astype(int), 1), (A,))
        for name in ("left_shift", "right_shift", "gcd", "lcm")
    },
    "fft.hfft": (lambda x: np.fft.hfft(x), (V,)),
    "fft.irfft": (lambda x: np.fft.irfft(x), (V,)),
}


@dataclass(frozen=True)
class Line:
    """A function, how it has its derivative, and the order to which that was checked (0: none)."""

    name: str
    kind: str
    order: int


def name_of(function: Function) -> str:
    """A function as its users write it, without "np."."""
    module = (getattr(function, "__module__", None) or "").removeprefix("numpy").removeprefix(".")
    return f"{module}.{function.__name__}" if module in ("linalg", "fft") else function.__name__


def refused(function: Function) -> bool:
    """Whether tensors refuse the function, as it writes into its argument."""
    ours = FUNCTIONS[function]
    return getattr(ours, "__code__", None) is not None and ours.__code__.co_name == "refuse"


def examined(function: Function) -> Line:
    """A function's line: called once for the tape, then checked."""
    name = name_of(function)
    call, arguments = EXAMPLES.get(name, (function, (A,)))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        kind = _kind(call, arguments)
        return Line(name, kind, 0 if kind in (NONE, "?") else _order(call, arguments))


def _kind(call: Function, arguments: tuple[Any, ...]) -> str:
    try:
        found = call(*(ad.tensor(a) for a in arguments))
    except (TypeError, ValueError, NoDerivative):
        return "?"
    if not isinstance(found, ad.Tensor) or not found.requires_grad:
        return NONE
    if found.is_leaf:
        return COMPOSED
    rows = [row for row in reached((found._segment, found._id), {}) if row.primitive.kind != "source"]
    if len(rows) == 1:
        return RULE if rows[0].primitive.kind == "host" else KERNEL
    return COMPOSED


def _order(call: Function, arguments: tuple[Any, ...]) -> int:
    for order in (2, 1):
        try:
            ad.check_grads(call, arguments, order=order, atol=1e-4, rtol=1e-4)
        except (AssertionError, ad.NoDerivative, TypeError, ValueError):
            continue
        return order
    return 0


def lines() -> list[Line]:
    """Every function that has a rule or is a fact without one, by name."""
    served = [f for f in FUNCTIONS if not refused(f)]
    found = {line.name: line for line in map(examined, served)}
    return sorted(found.values(), key=lambda line: (line.name.count("."), line.name))


def table() -> str:
    """The functions by kind and order as Markdown: NumPy's, then SciPy's special functions."""
    return f"{_grouped(lines(), facts=True)}\nOf `ad.scipy.special`:\n\n{_grouped(special_lines(), facts=False)}"


def _grouped(found: list[Line], facts: bool) -> str:
    groups: dict[tuple[str, int], list[str]] = {}
    for line in found:
        groups.setdefault((line.kind, line.order), []).append(f"`{line.name}`")
    without = set(groups.pop((NONE, 0), [])) | ({f"`{name_of(f)}`" for f in PLAIN} if facts else set())
    text = ["| how | orders tested | functions |", "|---|---|---|"]
    for (kind, order), names in sorted(groups.items(), key=lambda item: (ORDER.index(item[0][0]), -item[0][1])):
        text.append(f"| {WORDS[kind]} | {order or '—'} | {', '.join(names)} |")
    if without:
        text.append(f"| no derivative: a constant, asked again in a replay | — | {', '.join(sorted(without))} |")
    return "\n".join(text) + "\n"


def special_lines() -> list[Line]:
    """The functions of `ad.scipy.special`: the first number of arguments, and those of them, that have derivatives."""
    from notebook_ad.scipy import special

    return sorted((_special_line(name, f) for name, f in special.FUNCTIONS.items()), key=lambda line: line.name)


def _special_line(name: str, function: Function) -> Line:
    held = {"polygamma": (2,), "multigammaln": (), "jn": (2,), "yn": (2,), "kn": (2,)}.get(name)
    rest = (2,) if name == "multigammaln" else ()
    shift = 2.0 if name == "multigammaln" else 0.0
    for count in (1,) if held is not None else (1, 2, 3):
        arguments = tuple(np.roll(V, i) + shift for i in range(count))
        for fixed in range(count):  # orders and shapes first: they may have no derivative
            first = held if held is not None else arguments[:fixed]
            call = lambda *x, first=first: function(*first, *x, *rest)  # noqa: E731
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                kind = _kind(call, arguments[fixed:])
                if kind not in ("?", NONE) and (order := _order(call, arguments[fixed:])):
                    return Line(name, kind, order)
    return Line(name, kind, 0)


ORDER = [KERNEL, RULE, COMPOSED, "?"]
WORDS = {
    KERNEL: "a compiled kernel", RULE: "one rule in NumPy calls", COMPOSED: "composed of others", "?": "not examined",
}  # fmt: skip

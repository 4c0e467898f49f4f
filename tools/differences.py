"""What is written alike and means two things: each row is evaluated here, in NumPy and in PyTorch, never typed by hand.

`python tools/tables.py` writes them into docs/differences.md and README.md. PyTorch's column is stored, as PyTorch is not
needed to build or test this package; tests/peers evaluates it again.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

NOT_THERE = "—"


@dataclass(frozen=True)
class Row:
    """One difference.

    Attributes:
        code: what is written, of `x` (2 × 3), `v` (a vector), `w` (a number that requires a gradient), `n` (integers), `f`
            (a vector of float32), `d` (a float64 number), `lib` (the library) and `grad(function, point)`.
        torch: what PyTorch gives.
        reason: why ours is as it is.
        numpy: whether NumPy has it.
    """

    code: str
    torch: str
    reason: str
    numpy: bool = True


ROWS = {
    "Defaults": [
        Row("lib.tensor(1.0).dtype", "float32", "central differences and NumPy's data are float64; `ad.set_default_dtype`", False),
        Row("lib.tensor(1.0).requires_grad", "False", "a tensor is made to be differentiated; pass `requires_grad=False`", False),
        Row("lib.tensor(3).dtype", "int64", "a gradient is required, so integers become the default float (JAX raises)", False),
        Row("lib.tensor([1, 2]).dtype", "int64",
            "so in a list; an array of integers (labels, indices) keeps its dtype and needs no gradient", False),
        Row("x.var()", "0.8", "NumPy's method divides by n; any of `dim=`, `unbiased=`, `correction=` means PyTorch's"),
        Row("x.std(dim=1)", "[0.57735, 1.1547]", "`dim=` selects PyTorch's meaning: n − 1", False),
    ],
    "Methods that both have": [
        Row("x.max(1)", "values [2.0, 3.0], indices [1, 0]", "NumPy's method; `x.max(dim=1)` gives PyTorch's pair"),
        Row("lib.max(x, 1)", "values [2.0, 3.0], indices [1, 0]", "PyTorch's function; NumPy's is `np.max(x, 1)`"),
        Row("x.size", "a method", "a number as in NumPy, which can be called as in PyTorch: `x.size()`, `x.size(0)`"),
        Row("v.repeat(2)", "[1.0, 2.0, 3.0, 4.0, 1.0, 2.0, 3.0, 4.0]", "NumPy's method; PyTorch's is `v.tile(2)`"),
        Row("x.transpose(0, 1).shape", "(3, 2)", "PyTorch's swap: NumPy's order of axes is `x.transpose((0, 1))`"),
        Row("x.sort()", "values [[1.0, 2.0, 2.0], [1.0, 3.0, 3.0]], indices [[0, 1, 2], [2, 0, 1]]",
            "NumPy's sorts in place, which a value on the tape cannot; `np.sort(x)`, or PyTorch's `x.sort(dim=-1)`"),
        Row("v.nonzero()", "[[0], [1], [2], [3]]", "NumPy's tuple; PyTorch's matrix is `np.argwhere(v)`"),
        Row("x.squeeze(0).shape", "(2, 3)", "NumPy's check; `x.squeeze(dim=0)` leaves the shape as PyTorch does"),
        Row("v.median()", "2.0", "PyTorch's lower median, as ndarray has no such method; `np.median(v)` is 2.5", False),
        Row("x.type()", "torch.DoubleTensor", "dtypes are NumPy's", False),
        Row("x.int().dtype", "int32", "integers are held as int64", False),
    ],
    "Promotion": [
        Row("(f * d).dtype", "float32", "NumPy 2's promotion, on every NumPy: only Python's numbers are weak"),
        Row("(f * 2.5).dtype", "float32", "a Python number takes the tensor's dtype in all three"),
        Row("(n * f).dtype", "float32", "NumPy's"),
        Row("(n / 2).dtype", "float32", "NumPy's; PyTorch gives its default dtype"),
    ],
    "Ties and kinks": [
        Row("grad(lambda x: x.amax(1).sum(), x)", "[[0.0, 0.5, 0.5], [0.5, 0.5, 0.0]]",
            "`x.max(1)`, `np.max`: a tie shares the gradient evenly, as PyTorch's `amax` and JAX", False),
        Row("grad(lambda x: x.max(dim=1)[0].sum(), x)", "[[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]",
            "`max(dim=)`, `sort`, `topk` and pooling route to the selected index, as PyTorch", False),
        Row("grad(lambda v: lib.maximum(v, 0 * v + 2).sum(), v)", "[0.0, 0.5, 1.0, 1.0]", "evenly, as PyTorch and JAX", False),
        Row("grad(lambda z: z.relu(), w * 0)", "0.0", "as PyTorch and JAX", False),
        Row("grad(lambda z: z.abs(), w * 0)", "0.0", "as PyTorch (JAX: 0 too; HIPS autograd: 0)", False),
        Row("grad(lambda z: z.sqrt(), w * 0)", "inf", "as PyTorch and JAX: the limit", False),
        Row("grad(lambda x: x.norm(), x * 0)", "[[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]", "as PyTorch; JAX gives nan", False),
        Row("grad(lambda v: v.clip(2.0, 3.0).sum(), v)", "[0.0, 1.0, 1.0, 0.0]",
            "a bound passes the whole gradient, as PyTorch; JAX shares it with the bound", False),
        Row("grad(lambda v: lib.fmax(v, 0 * v + 2).sum(), v)", "[0.0, 1.0, 1.0, 1.0]",
            "evenly, as maximum; PyTorch routes it to the first operand, JAX to the second", False),
        Row("grad(lambda z: lib.hypot(z, z), w * 0)", "nan", "0 at the origin, as the norm; JAX gives 1", False),
        Row("w.sign().requires_grad", "True", "its derivative is 0 everywhere: the result is a constant, and noted for a replay",
            False),
    ],
    "Complex numbers": [
        Row("grad(lambda z: (z * z.conj()).real, z)", "(2+4j)",
            "∂L/∂Re − i ∂L/∂Im, as JAX and HIPS autograd: of a holomorphic f the gradient is f′", False),
    ],
    "Values and conversions": [
        Row("row = x[0]; row[1] = 5.0", "done", "each tensor has its own value, so `x` could not follow: write `x[0, 1] = 5.0`"),
        Row("row = x[0]; x[0, 1] = 5.0; row[1]", "5.0", "what was taken before keeps its value"),
        Row("row = x[0]; row += 1.0; x[0, 0]", "2.0", "`+=` rebinds the name; `x[0] += 1.0` changes `x`"),
        Row("float(w * 2)", "6.0", "it would cut the graph silently: `item()` says so"),
        Row("lib.from_numpy(a) is a copy", "False", "later changes to the array do no harm to what was recorded", False),
        Row("v.detach().numpy() can be written to", "True", "as the value belongs to the tape: `np.array(v.detach())` is a copy",
            False),
    ],
}  # fmt: skip


SPOKEN = {  # what is evaluated where the table speaks plainly
    "row = x[0]; row[1] = 5.0": "set_in_row(x)",
    "row = x[0]; x[0, 1] = 5.0; row[1]": "set_beside_row(x)",
    "row = x[0]; row += 1.0; x[0, 0]": "add_to_row(x)",
    "lib.from_numpy(a) is a copy": "copied(lib.from_numpy)",
    "v.detach().numpy() can be written to": "v.detach().numpy().flags.writeable",
}


def evaluate(code: str, library: str) -> str:
    """What a row's code gives in "ours", "numpy" or "torch", as the table shows it; the exception's name where it raises."""
    names = _names(library)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return shown(eval(SPOKEN.get(code, code), names))
    except Exception as error:
        return type(error).__name__


def shown(value: Any) -> str:
    """A result as the table shows it."""
    if hasattr(value, "_fields") or type(value).__module__ == "torch.return_types":
        return f"values {shown(value[0])}, indices {shown(value[1])}"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(shown, value)) + ("," if len(value) == 1 else "") + ")"
    if isinstance(value, np.dtype) or type(value).__name__ == "dtype":
        return str(value).removeprefix("torch.")
    if hasattr(value, "tolist"):
        return shown(value.tolist())
    if isinstance(value, list):
        return "[" + ", ".join(map(shown, value)) + "]"
    if isinstance(value, bool | str):
        return str(value)
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return repr(float(f"{value:.6g}"))
    return "a method" if callable(value) else str(value)


def _names(library: str) -> dict[str, Any]:
    x, v = np.array([[1.0, 2.0, 2.0], [3.0, 3.0, 1.0]]), np.array([1.0, 2.0, 3.0, 4.0])
    f, n, z = np.array([1.5, 2.0], np.float32), np.array([1, 2]), np.array(1 + 2j)
    if library == "numpy":
        return {"x": x, "v": v, "f": f, "n": n, "z": z, "d": np.float64(2.5), "w": np.float64(3.0), "lib": np} | {
            **WRITES
        }
    if library == "ours":
        import notebook_ad as lib

        made = {
            name: lib.tensor(a, requires_grad=False) for name, a in (("x", x), ("v", v), ("f", f), ("n", n), ("z", z))
        }
        made |= {"d": lib.tensor(2.5), "w": lib.tensor(3.0)}
    else:
        import torch as lib  # type: ignore[no-redef]

        made = {name: lib.from_numpy(a.copy()) for name, a in (("x", x), ("v", v), ("f", f), ("n", n), ("z", z))}
        made |= {"d": lib.tensor(2.5, dtype=lib.float64), "w": lib.tensor(3.0, dtype=lib.float64, requires_grad=True)}
    return made | {"lib": lib, "grad": _grad, "copied": _copied, **WRITES}


def _grad(function: Any, at: Any) -> Any:
    point = at.detach().clone().requires_grad_()
    function(point).backward()
    return point.grad


def _set_in_row(x: Any) -> str:
    row = x[0]
    row[1] = 5.0
    return "done"


def _set_beside_row(x: Any) -> Any:
    row = x[0]
    x[0, 1] = 5.0
    return row[1]


def _add_to_row(x: Any) -> Any:
    row = x[0]
    row += 1.0
    return x[0, 0]


WRITES = {"set_in_row": _set_in_row, "set_beside_row": _set_beside_row, "add_to_row": _add_to_row}


def _copied(make: Any) -> bool:
    array = np.zeros(2)
    made = make(array)
    array[0] = 1.0
    return bool(made[0] == 0.0)


def table() -> str:
    """All rows as Markdown."""
    parts = []
    for area, rows in ROWS.items():
        lines = [f"**{area}**", "", "| you write | notebook_ad | NumPy | PyTorch | why |", "|---|---|---|---|---|"]
        for row in rows:
            numpys = evaluate(row.code, "numpy") if row.numpy else NOT_THERE
            code = row.code.replace("lib.", "ad.").replace("|", "\\|")
            lines.append(f"| `{code}` | {evaluate(row.code, 'ours')} | {numpys} | {row.torch} | {row.reason} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"

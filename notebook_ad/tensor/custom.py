"""Operations with a rule of the user's: one row of the tape, made by a run of the user's function.

A run is `run(operands) → (results, pull)`: `pull(g, inputs, wanted)` takes the results' cotangents and gives those of the
operands; both see tensors. Where the user gave a jvp, `push(operands, tangents)` gives the results' tangents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.host import pack, unpack
from notebook_ad.engine.primitive import Primitive, declare
from notebook_ad.tensor import record
from notebook_ad.tensor.ambient import enable_grad, no_grad
from notebook_ad.tensor.levels import top
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import SMOOTH, Tensor, constant, make, plain

Pull = Callable[[Sequence[Tensor], Sequence[Tensor], Sequence[bool]], Sequence[Any]]
Run = Callable[[Sequence[Tensor]], tuple[Sequence[Tensor], Pull]]
Push = Callable[[Sequence[Tensor], Sequence[Tensor | None]], Sequence[Tensor]]
Form = tuple[tuple[int, ...], bool]


def custom(label: str, run: Run, operands: Sequence[Tensor], push: Push | None = None) -> list[Tensor]:
    """Run the user's function once; its results, whose derivatives are by the user's rule."""
    forms: list[Form] = []
    dtypes: list[np.dtype[Any]] = []
    static: dict[str, Any] = {
        "label": label, "run": run, "push": push, "forms": forms, "dtypes": dtypes, "pull": None
    }  # fmt: skip
    packed = apply(primitive, operands, static)
    parts = [packed] if len(forms) == 1 else unpack(packed, forms)
    return [t if t.dtype == dtype else t.astype(dtype) for t, dtype in zip(parts, dtypes, strict=True)]


def apply(primitive: Primitive, operands: Sequence[Tensor], static: dict[str, Any]) -> Tensor:
    """The row: results packed, and the pull of this very run.

    Raises:
        RuntimeError: the function closes over a value that a transform follows.
    """
    if (level := top(operands)) is not None:
        return level.interpret(primitive, operands, static)
    with no_grad():
        results, pull = static["run"](operands)
    if top(results) is not None:
        raise RuntimeError(
            f"{static['label']} closes over a value that jvp or vmap follows{place()}; pass it as an argument"
        )
    static["forms"][:] = [(r.shape, r.dtype.kind == "c") for r in results]
    static["dtypes"][:] = [r.dtype for r in results]
    value = results[0]._value if len(results) == 1 else plain(pack([r._value for r in results]))
    segment = record.wants_record(operands)
    if segment is None or (type(value) is not float and value.dtype not in SMOOTH):
        return make(value)
    return record.wide(primitive, operands, value, segment, [], {**static, "pull": pull}, cost=1)


def _vjp(g: Any, z: Any, inputs: Sequence[Any], static: dict[str, Any], wanted: Sequence[bool]) -> Sequence[Any]:
    on_tape = isinstance(g, Tensor)
    tensors = [x if isinstance(x, Tensor) else constant(x) for x in inputs]
    given = g if on_tape else constant(np.array(g) if isinstance(g, np.ndarray) else g)
    parts = [given] if len(static["forms"]) == 1 else list(unpack(given, static["forms"]))
    pull = static["pull"]
    if pull is None:  # forward mode: no row of the tape holds one
        with no_grad():
            _, pull = static["run"]([x.detach() for x in tensors])
    with enable_grad() if on_tape else no_grad():
        found = pull(parts, tensors, wanted)
    checked = [_cotangent(c, x, want, static["label"]) for c, x, want in zip(found, tensors, wanted, strict=True)]
    return checked if on_tape else [None if c is None else c._value for c in checked]


def _cotangent(c: Any, x: Tensor, want: bool, label: str) -> Tensor | None:
    if c is None or not want:
        return None
    t = c if isinstance(c, Tensor) else constant(c)
    if t.shape != x.shape:
        raise ValueError(f"the rule of {label} gave a gradient of shape {t.shape} for an operand of {x.shape}{place()}")
    return t.astype(x.dtype) if t.dtype != x.dtype else t


primitive = declare("custom", "ƒ", "host", vjp=_vjp, rule="the rule of the function")

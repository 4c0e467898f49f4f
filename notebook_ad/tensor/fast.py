"""The fast path of Tensor's operators: the usual cases in a few lines of written-out source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.engine import compile as kernels
from notebook_ad.engine.primitive import Primitive
from notebook_ad.engine.segment import CONSTANT, LIMIT
from notebook_ad.tensor import ambient, quiet
from notebook_ad.tensor.dtypes import FLOATS
from notebook_ad.tensor.forms import ROOM, Forms
from notebook_ad.tensor.record import source_form
from notebook_ad.tensor.tensor import Tensor

Operator = Callable[..., Any]

# Source, as any call would add 50 ns to 260: for tensors, and for a number on either side. Ids are read before segments:
# see record.enter. Where Python's floats raise (1 / 0), the general path gives what NumPy gives.
# Arrays of shapes that were seen before go the same way (forms.py): 1.2 µs with NumPy's 0.4, where `apply` takes 5.
RECORD = """
                if (row := len(values := segment.values){more}) < {limit}{sure}:
                    result = Tensor()
                    result._value = z
                    result._segment = segment
                    result._id = row
                    result._meta = None
                    {push}
                    return result"""
ARRAYS = """
            if {condition} and (form := {forms}) is not None and segment.wide_bytes < {bytes}:
                token = set_errors(silent)
                try:
                    z = {value}
                finally:
                    reset_errors(token){record}"""
FAST = """
def __{name}__(self, other):
    i, x, segment = self._id, self._value, current()
    if self._segment is segment:
        kind = type(other)
        if type(x) is float:
            try:
                if kind is Tensor:
                    j = other._id
                    if other._segment is not segment or type(y := other._value) is not float:
                        return general(self, other)
                    z = x {sign} y{binary}
                elif kind is float or kind is int:
                    y = float(other)
                    z = x {sign} y{right}
            except ArithmeticError:
                pass
        elif kind is Tensor:
            j, y = other._id, other._value{arrays}
        elif kind is float or kind is int:
            if x.dtype is float64:
                y = float(other){array_right}
            elif x.dtype is float32:
                y = asarray(other, float32){single_right}
    return general(self, other)

def __r{name}__(self, other):
    i, x, segment, kind = self._id, self._value, current(), type(other)
    if self._segment is segment and (kind is float or kind is int):
        y = float(other)
        if type(x) is float:
            try:
                z = y {sign} x{left}
            except ArithmeticError:
                pass
        elif x.dtype is float64:{array_left}
        elif x.dtype is float32:
            y = asarray(other, float32){single_left}
    return reflected(self, other)
"""


def fast(
    primitive: Primitive, name: str, sign: str, forward: Operator, reflected: Operator
) -> tuple[Operator, Operator]:
    """The operator and its reflected form: what is frequent in a few lines, anything else by the given general ones."""
    code = kernels.code_of(primitive, "scalar")
    sure = " and type(z) is float" if name == "pow" else ""  # (-8) ** 0.5 is complex in Python

    def record(push: str, more: str = "", sure: str = sure) -> str:
        return RECORD.format(limit=LIMIT, sure=sure, push=push, more=more)

    def arrays(condition: str, forms: str, value: str, push: str, more: str = "") -> str:
        return ARRAYS.format(condition=condition, forms=forms, value=value, record=record(push, more, ""), bytes=ROOM)

    def deeper(text: str) -> str:
        return text.replace("\n", "\n    ")

    number = f"values += (y, z); segment.rows += ({CONSTANT}, -1, -1, {code}, {{}}, {{}})"
    beside = (
        "segment.wide_bytes += form.bytes; segment.fresh.append((row, form, z, {}, {}, {}, {})); values += (y, 0.0); "
        f"segment.rows += ({CONSTANT}, -1, -1, form.code, 0, 0)"
    )
    both = (
        "segment.wide_bytes += form.bytes; segment.fresh.append((row, form, z, i, j, x, y)); values.append(0.0); "
        "segment.rows += (form.code, 0, 0)"
    )
    small = (
        "segment.wide_bytes += form.bytes; segment.fresh.append((row - 1, number, y, 0, 0, None, None)); "
        "segment.fresh.append((row, form, z, {}, {}, {}, {})); values += (0.0, 0.0); "
        "segment.rows += (number.code, 0, 0, form.code, 0, 0)"
    )
    alike = "other._segment is segment and type(y) is not float and (dtype := x.dtype) is y.dtype"
    known = "double[x.shape, y.shape] if dtype is float64 else single[x.shape, y.shape] if dtype is float32 else None"
    text = FAST.format(
        name=name,
        sign=sign,
        binary=deeper(record(f"values.append(z); segment.rows += ({code}, i, j)")),
        right=deeper(record(number.format("i", "row - 1"), " + 1")),
        left=record(number.format("row - 1", "i"), " + 1"),
        arrays=arrays(alike, f"({known})", f"x {sign} y", both),
        array_right=deeper(
            arrays("True", "double[x.shape, None]", f"x {sign} y", beside.format("i", "row - 1", "x", "y"), " + 1")
        ),
        array_left=arrays(
            "True", "double[None, x.shape]", f"y {sign} x", beside.format("row - 1", "i", "y", "x"), " + 1"
        ),
        single_right=deeper(
            arrays("True", "single[x.shape, ()]", f"x {sign} other", small.format("i", "row - 1", "x", "y"), " + 1")
        ),
        single_left=arrays(
            "True", "single[(), x.shape]", f"other {sign} x", small.format("row - 1", "i", "y", "x"), " + 1"
        ),
    )
    scope: dict[str, Any] = {"Tensor": Tensor, "current": ambient.state.get, "__name__": __name__}
    scope |= {"general": forward, "reflected": reflected, "float64": FLOATS[0], "float32": FLOATS[1]}
    scope |= {"double": Forms(primitive, FLOATS[0]), "single": Forms(primitive, FLOATS[1])}
    scope |= {"asarray": np.asarray, "number": source_form(CONSTANT, (), FLOATS[1])}
    scope |= {"set_errors": quiet.set_errors, "reset_errors": quiet.reset_errors, "silent": quiet.SILENT}
    exec(text, scope)
    return scope[f"__{name}__"], scope[f"__r{name}__"]

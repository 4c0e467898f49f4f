"""Any primitive of the tape done again on tensors: what a replay and a push along an edge have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from notebook_ad.engine import arrays as ops
from notebook_ad.engine.primitive import Primitive
from notebook_ad.tensor import custom, linalg, reduce, shaping
from notebook_ad.tensor import functions as ad
from notebook_ad.tensor.elementwise import apply, as_dtype
from notebook_ad.tensor.host import call
from notebook_ad.tensor.tensor import Tensor

Static = dict[str, Any]


def perform(primitive: Primitive, x: Sequence[Tensor], static: Static) -> Tensor:
    """Apply any primitive to tensors."""
    if primitive.kind == "elementwise":
        return apply(primitive, *x)
    if primitive is custom.primitive:
        return custom.apply(primitive, x, static)
    if primitive.kind == "host":
        return call(primitive, x, static)
    return ARRAYS[primitive](x, static)


ARRAYS: dict[Primitive, Callable[[Sequence[Tensor], Static], Tensor]] = {
    ops.sum_: lambda x, s: reduce.sum(x[0], s["axis"], s["keepdims"]),
    ops.mean: lambda x, s: reduce.mean(x[0], s["axis"], s["keepdims"]),
    ops.max_: lambda x, s: reduce.max(x[0], s["axis"], s["keepdims"]),
    ops.min_: lambda x, s: reduce.min(x[0], s["axis"], s["keepdims"]),
    ops.reshape: lambda x, s: shaping.reshape(x[0], s["shape"]),
    ops.transpose: lambda x, s: shaping.transpose(x[0], s["axes"]),
    ops.index: lambda x, s: shaping.index(x[0], s["key"]),
    ops.gather: lambda x, s: shaping.index(x[0], s["key"]),
    ops.broadcast_to: lambda x, s: shaping.broadcast_to(x[0], s["shape"]),
    ops.concatenate: lambda x, s: shaping.concatenate(x, s["axis"]),
    ops.stack: lambda x, s: shaping.stack(x, s["axis"]),
    ops.put: lambda x, s: ad.put(x[0], s["positions"], x[1]),
    ops.cast: lambda x, s: as_dtype(x[0], np.dtype(s["dtype"])),
    ops.matmul: lambda x, s: linalg.matmul(*x),
}

"""einsum of tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.engine.library import linalg_einsum
from notebook_ad.tensor.host import call
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.library.linalg_products import refuse
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor


def einsum(*operands: Any, out: Any = None, optimize: Any = False, **others: Any) -> Tensor:
    """Sums of products by subscripts: `einsum("ij,jk->ik", a, b)` or `einsum(a, [0, 1], b, [1, 2], [0, 2])`.

    As `numpy.einsum`: an output left out, an ellipsis, diagonals (`"ii->i"`) and sums over an axis of one operand.

    Raises:
        ValueError: the subscripts do not fit the operands.
    """
    refuse(
        "np.einsum", out=out, **{k: v for k, v in others.items() if (k, v) not in (("order", "K"), ("casting", "safe"))}
    )
    if not operands:
        raise ValueError(f"einsum: neither subscripts nor operands are given{place()}")
    try:
        if isinstance(operands[0], str):
            subscripts, given = operands[0], operands[1:]
        else:
            given = operands[: len(operands) // 2 * 2 : 2]
            subscripts = ",".join(map(linalg_einsum.letters, operands[1::2]))
            if len(operands) % 2:
                subscripts += "->" + linalg_einsum.letters(operands[-1])
        tensors = [tensor_of(x) for x in given]
        static: dict[str, Any] = {"subscripts": linalg_einsum.canonical(subscripts, [x.ndim for x in tensors])}
    except ValueError as error:
        raise ValueError(f"{error}{place()}") from None
    if optimize is not False:
        static["optimize"] = optimize
    return call(linalg_einsum.einsum, tensors, static)


FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {np.einsum: einsum}

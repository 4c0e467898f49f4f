"""vmap's rules, by area: how a primitive computes all examples in one call.

To give a primitive its rule, add it to an area's RULES, or to the engine's OF_ELEMENTS. One without a rule, and one whose rule
gives None, runs once per example.
"""

from __future__ import annotations

import inspect

import numpy as np

from notebook_ad.engine.host import OF_ELEMENTS
from notebook_ad.engine.library import complex as complex_parts
from notebook_ad.engine.library import finite, ufunc_pairs
from notebook_ad.engine.primitive import Primitive
from notebook_ad.transforms.batching_rules import arrays, axes, customs, indexing, matrices, products, scipys, signals
from notebook_ad.transforms.batching_rules.arrays import aligned
from notebook_ad.transforms.batching_rules.examples import Rule

HOSTED = (
    complex_parts.real, complex_parts.imag, complex_parts.conj, complex_parts.angle, complex_parts.modulus,
    complex_parts.direction, complex_parts.complexified, ufunc_pairs.ldexp, finite.nan_to_num,
)  # fmt: skip
RULES: dict[Primitive, Rule] = {
    **dict.fromkeys(HOSTED, aligned),
    **arrays.RULES, **axes.RULES, **customs.RULES, **indexing.RULES, **matrices.RULES, **products.RULES, **signals.RULES,
}  # fmt: skip


def rule_of(primitive: Primitive) -> Rule | None:
    """The rule for all examples at once; functions of elements need none of their own."""
    if (rule := RULES.get(primitive) or scipys.RULES.get(primitive.name)) is not None:
        return rule
    if primitive.kind == "elementwise" or primitive in OF_ELEMENTS:
        return aligned
    value = primitive.numpy
    return aligned if value is not None and isinstance(inspect.unwrap(value), np.ufunc) else None

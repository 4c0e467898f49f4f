"""flatten."""

import numpy as np

from ..core import leaves, rebuild


def flatten(value):
    """All numbers as one vector, and the function back; differentiable both ways."""
    parts = leaves(value)
    shapes = [np.shape(x) for x in parts]
    flat = np.concatenate([np.reshape(x, (-1,)) for x in parts]) if parts else np.zeros(0)

    def unflatten(vector):
        ends = np.cumsum([0, *(int(np.prod(s)) for s in shapes)])
        found = [np.reshape(vector[a:b], s) for a, b, s in zip(ends, ends[1:], shapes, strict=False)]
        return rebuild(value, [x if s else x[()] for x, s in zip(found, shapes, strict=True)])

    return flat, unflatten


def const_graph(fun, *args, **kwargs):
    raise NotImplementedError("notebook_ad has no const_graph")

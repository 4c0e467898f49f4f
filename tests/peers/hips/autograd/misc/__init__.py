"""flatten, const_graph."""

import notebook_ad as ad


def flatten(value):
    from notebook_ad.compat.optimize import ravel, unravel

    return ravel(value), lambda flat: unravel(value, flat)


def const_graph(fun, *args, **kwargs):
    return fun

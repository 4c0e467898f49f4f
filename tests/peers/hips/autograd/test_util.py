"""The checks of HIPS autograd's suite, by notebook_ad's check_grads."""

from itertools import product

import notebook_ad as ad

from .core import vspace
from .wrap_util import unary_to_nary

TOL = RTOL = 1e-6


def scalar_close(a, b):
    return abs(a - b) < TOL or abs(a - b) / abs(a + b) < RTOL


def check_equivalent(x, y):
    x_vs, y_vs = vspace(x), vspace(y)
    assert x_vs == y_vs, f"VSpace mismatch:\nx: {x_vs}\ny: {y_vs}"
    v = x_vs.randn()
    assert scalar_close(x_vs.inner_prod(x, v), x_vs.inner_prod(y, v)), f"Value mismatch:\nx: {x}\ny: {y}"


@unary_to_nary
def check_grads(f, x, modes=("fwd", "rev"), order=2):
    ad.check_grads(f, (x,), order=order, modes=modes, atol=1e-4, rtol=1e-4)


def combo_check(fun, argnums, *args, **kwargs):
    _check_grads = check_grads(fun, argnums, *args, **kwargs)

    def _combo_check(*args, **kwargs):
        kwarg_key_vals = [[(k, x) for x in xs] for k, xs in kwargs.items()]
        for _args in product(*args):
            for _kwargs in product(*kwarg_key_vals):
                _check_grads(*_args, **dict(_kwargs))

    return _combo_check

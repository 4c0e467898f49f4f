"""The checks of HIPS autograd's suite, to its tolerance, by notebook_ad's check_grads."""

from itertools import product

import notebook_ad as ad

from .core import make_jvp, make_vjp, vspace
from .wrap_util import get_name, unary_to_nary

TOL = RTOL = 1e-6


def scalar_close(a, b):
    return abs(a - b) < TOL or abs(a - b) / abs(a + b) < RTOL


def check_equivalent(x, y):
    x_vs, y_vs = vspace(x), vspace(y)
    assert x_vs == y_vs, f"VSpace mismatch:\nx: {x_vs}\ny: {y_vs}"
    v = x_vs.randn()
    assert scalar_close(x_vs.inner_prod(x, v), x_vs.inner_prod(y, v)), f"Value mismatch:\nx: {x}\ny: {y}"


WORDS = {"fwd": "JVP", "rev": "VJP"}
CLOSE = {"atol": TOL, "rtol": 2 * RTOL}


@unary_to_nary
def check_grads(f, x, modes=("fwd", "rev"), order=2):
    _check(f, (x,), modes, order, get_name(f))


def _check(f, args, modes, order, name):
    for mode in modes:
        try:
            ad.check_grads(f, args, order=1, modes=(mode,), **CLOSE)
        except AssertionError as error:
            raise AssertionError(f"Derivative ({WORDS[mode]}) check of {name} failed: {error}") from None
        if order > 1:
            if mode == "fwd":
                v = tuple(vspace(x).randn() for x in args)
                _check(lambda xs, v: make_jvp(lambda a: f(*a), xs)(v)[1], (args, v), modes, order - 1, f"jvp_{name}")
            else:
                v = vspace(f(*args)).randn()
                _check(lambda xs, v: make_vjp(lambda a: f(*a), xs)[0](v), (args, v), modes, order - 1, f"vjp_{name}")


def combo_check(fun, *args, **kwargs):
    def _combo_check(*arrays, **options):
        keyed = [[(k, x) for x in xs] for k, xs in options.items()]
        for given in product(*arrays):
            for chosen in product(*keyed):
                check_grads(fun, *args, **kwargs)(*given, **dict(chosen))

    return _combo_check

"""HIPS autograd's public interface on notebook_ad, so that its own test suite runs here (see tests/peers/README.md)."""

import builtins as _b

import notebook_ad as ad
from notebook_ad.transforms.forward import jvp as _jvp

from .builtins import dict, isinstance, list, tuple, type
from .core import make_vjp as _make_vjp
from .wrap_util import unary_to_nary


def _scalar(fun):
    """HIPS autograd's gradients take one number in any shape."""
    return fun


def grad(fun, argnum=0, *nary_op_args, **nary_op_kwargs):
    return ad.grad(fun, argnum)


def value_and_grad(fun, argnum=0):
    both = ad.value_and_grad(fun, argnum)
    return both


def grad_and_aux(fun, argnum=0):
    return ad.grad(fun, argnum, has_aux=True)


def elementwise_grad(fun, argnum=0):
    if _b.isinstance(argnum, (_b.tuple, _b.list)):

        def summed(*args, **kwargs):
            import numpy as np

            return np.sum(fun(*args, **kwargs))

        return ad.grad(summed, argnum)
    return ad.elementwise_grad(fun, argnum)


def jacobian(fun, argnum=0):
    return ad.jacobian(fun, argnum)


def hessian(fun, argnum=0):
    return ad.hessian(fun, argnum)


def holomorphic_grad(fun, argnum=0):
    return ad.grad(fun, argnum, holomorphic=True)


@unary_to_nary
def deriv(fun, x):
    import numpy as np

    return _jvp(fun, (x,), (np.ones(np.shape(x), complex if np.iscomplexobj(_plain(x)) else float)[()],))[1]


def _plain(x):
    return x.detach().value if _b.isinstance(x, ad.Tensor) else x


def make_hvp(fun, argnum=0):
    return ad.make_hvp(fun, argnum)


def make_jvp(fun, argnum=0):
    return ad.make_jvp(fun, argnum)


make_vjp = unary_to_nary(_make_vjp)


def hessian_tensor_product(fun, argnum=0):
    import numpy as np

    fun_grad = grad(fun, argnum)

    def vector_dot_grad(*args, **kwargs):
        args, vector = args[:-1], args[-1]
        return np.tensordot(fun_grad(*args, **kwargs), vector, np.ndim(vector))

    return grad(vector_dot_grad, argnum)


hessian_vector_product = hessian_tensor_product


def tensor_jacobian_product(fun, argnum=0):
    import numpy as np

    def vector_dot_fun(*args, **kwargs):
        args, vector = args[:-1], args[-1]
        return np.tensordot(vector, fun(*args, **kwargs), axes=np.ndim(vector))

    return jacobian(vector_dot_fun, argnum)


vector_jacobian_product = tensor_jacobian_product


def make_ggnvp(f, g=lambda x: 1.0 / 2 * __import__("numpy").sum(x**2, axis=-1), f_argnum=0):
    @unary_to_nary
    def _make_ggnvp(f, x):
        f_vjp, f_x = _make_vjp(f, x)
        g_hvp, _ = _make_vjp(grad(g), f_x)
        f_jvp, _ = _make_vjp(f_vjp, ad.zeros_like(f_x) if hasattr(ad, "zeros_like") else 0 * f_x)

        def ggnvp(v):
            return f_vjp(g_hvp(f_jvp(v)))

        return ggnvp

    return _make_ggnvp(f, f_argnum)


def multigrad_dict(fun):
    import inspect

    def gradfun(*args, **kwargs):
        bound = inspect.signature(fun).bind(*args, **kwargs)
        bound.apply_defaults()
        arguments = _b.dict(bound.arguments)

        def wrapped(d):
            b = inspect.signature(fun).bind(*args, **kwargs)
            b.apply_defaults()
            spread = {}
            for k, v in d.items():
                spread[k] = v
            b.arguments.update(spread)
            return fun(*b.args, **b.kwargs)

        return ad.grad(wrapped)(arguments)

    return gradfun


checkpoint = ad.checkpoint

"""make_vjp, vspace."""

import numpy as np

import notebook_ad as ad
from notebook_ad.transforms.trees import leaves, map_leaves, rebuild

from .extend import defjvp, defvjp, defvjp_argnums, primitive


def make_vjp(fun, x):
    value, pullback = ad.vjp(fun, x)

    def vjp(g):
        return pullback(g)[0]

    return vjp, value


def make_jvp(fun, x):
    return lambda v: ad.jvp(fun, (x,), (v,))


primitive_vjps = {}


class VSpace:
    """The space of values like one."""

    def __init__(self, value):
        self.value = value

    def _shapes(self):
        return [(np.shape(x), np.iscomplexobj(_plain(x))) for x in leaves(self.value)]

    def __eq__(self, other):
        return self._shapes() == other._shapes()

    def __repr__(self):
        return f"VSpace({self._shapes()})"

    @property
    def size(self):
        return sum(int(np.prod(s)) * (2 if c else 1) for s, c in self._shapes())

    @property
    def iscomplex(self):
        return any(c for _, c in self._shapes())

    def _make(self, f):
        return map_leaves(lambda x: f(np.shape(x), np.iscomplexobj(_plain(x)))[()], self.value)

    def randn(self):
        return self._make(lambda s, c: np.array(np.random.randn(*s) + (1j * np.random.randn(*s) if c else 0)))

    def zeros(self):
        return self._make(lambda s, c: np.zeros(s, complex if c else float))

    def ones(self):
        return self._make(lambda s, c: np.ones(s) * (1 + 1j if c else 1.0))

    def standard_basis(self):
        """Each leaf's unit vectors, of a complex one also those times i."""
        parts = leaves(self.zeros())
        for i, part in enumerate(parts):
            for at in range(np.size(part)):
                for unit in (1.0, 1.0j) if np.iscomplexobj(part) else (1.0,):
                    one = np.zeros_like(part)
                    one.reshape(-1)[at] = unit
                    yield rebuild(self.value, [*parts[:i], one[()], *parts[i + 1 :]])

    def add(self, a, b):
        return map_leaves(lambda x, y: x + y, a, b)

    def scalar_mul(self, x, a):
        return map_leaves(lambda v: v * a, x)

    def inner_prod(self, a, b):
        return sum(np.real(np.sum(np.conj(x) * y)) for x, y in zip(leaves(a), leaves(b), strict=True))

    def covector(self, x):
        return map_leaves(lambda v: np.conj(v), x)


def _plain(x):
    return x.detach().value if isinstance(x, ad.Tensor) else x


def vspace(value):
    return VSpace(value)

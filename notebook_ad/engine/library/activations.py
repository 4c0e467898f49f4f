"""The activations of networks that are functions of one element, some with constants y and w.

Each line is the only statement of that derivative. At kinks the convention is PyTorch's. A branch is written so that it
is smooth where it is taken (no |x| that hides one), because its expression is differentiated for higher orders.
"""

from __future__ import annotations

import math

from notebook_ad.engine.expr import Expr, absolute, exp, expm1, lift, log1p, tanh, where
from notebook_ad.engine.primitive import elementwise

SELU_ALPHA, SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
GELU_SCALE, GELU_CUBE = math.sqrt(2 / math.pi), 0.044715


def _sigmoid(x: Expr) -> Expr:
    return where(x >= 0, 1 / (1 + exp(-x)), exp(x) / (1 + exp(x)))


def _softplus(x: Expr) -> Expr:
    return where(x > 0, x + log1p(exp(-x)), log1p(exp(x)))


prelu = elementwise(  # also leaky_relu, whose slope y is a constant
    "prelu",
    "leaky relu",
    lambda x, y: where(x > 0, x, y * x),
    (lambda x, y, z: where(x > 0, 1, y), lambda x, y, z: where(x > 0, 0, x)),
)
elu = elementwise(
    "elu",
    "elu",
    lambda x, y: where(x > 0, x, y * expm1(x)),
    (lambda x, y, z: where(x > 0, 1, y * exp(x)), None),
)
celu = elementwise(
    "celu",
    "celu",
    lambda x, y: where(x > 0, x, y * expm1(x / y)),
    (lambda x, y, z: where(x > 0, 1, exp(x / y)), None),
)
selu = elementwise(
    "selu",
    "selu",
    lambda x: where(x > 0, SELU_SCALE * x, SELU_SCALE * SELU_ALPHA * expm1(x)),
    (lambda x, z: where(x > 0, SELU_SCALE, SELU_SCALE * SELU_ALPHA * exp(x)),),
)
silu = elementwise(
    "silu",
    "silu",
    lambda x: x * _sigmoid(x),
    (lambda x, z: _sigmoid(x) * (1 + x * (1 - _sigmoid(x))),),
)


def _mish_slope(x: Expr, z: Expr) -> Expr:
    t = tanh(_softplus(x))
    return t + x * _sigmoid(x) * (1 - t * t)


mish = elementwise("mish", "mish", lambda x: x * tanh(_softplus(x)), (_mish_slope,))


def _gelu_inner(x: Expr) -> Expr:
    return GELU_SCALE * (x + GELU_CUBE * x * x * x)


def _gelu_slope(x: Expr, z: Expr) -> Expr:
    t = tanh(_gelu_inner(x))
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * (GELU_SCALE * (1 + 3 * GELU_CUBE * x * x))


gelu_tanh = elementwise("gelu_tanh", "gelu", lambda x: 0.5 * x * (1 + tanh(_gelu_inner(x))), (_gelu_slope,))
softplus_beta = elementwise(  # y is beta; above y·x = w it is x itself
    "softplus_beta",
    "softplus",
    lambda x, y, w: where(x * y > w, x, log1p(exp(x * y)) / y),
    (lambda x, y, w, z: where(x * y > w, 1, _sigmoid(x * y)), None, None),
)
log_sigmoid = elementwise(
    "log_sigmoid",
    "log σ",
    lambda x: where(x >= 0, -log1p(exp(-x)), x - log1p(exp(x))),
    (lambda x, z: where(x >= 0, exp(-x) / (1 + exp(-x)), 1 / (1 + exp(x))),),
)
softsign = elementwise(
    "softsign",
    "softsign",
    lambda x: x / (1 + absolute(x)),
    (lambda x, z: 1 / ((1 + absolute(x)) * (1 + absolute(x))),),
)
tanhshrink = elementwise("tanhshrink", "x − tanh", lambda x: x - tanh(x), (lambda x, z: tanh(x) * tanh(x),))
hardsigmoid = elementwise(
    "hardsigmoid",
    "hard σ",
    lambda x: where(x <= -3, 0, where(x >= 3, 1, x / 6 + 0.5)),
    (lambda x, z: where(x <= -3, 0, where(x >= 3, 0, 1 / lift(6))),),
)
hardswish = elementwise(
    "hardswish",
    "hardswish",
    lambda x: where(x <= -3, 0, where(x >= 3, x, x * (x + 3) / 6)),
    (lambda x, z: where(x <= -3, 0, where(x >= 3, 1, x / 3 + 0.5)),),
)
hardtanh = elementwise(  # between the bounds y and w
    "hardtanh",
    "hardtanh",
    lambda x, y, w: where(x <= y, y, where(x >= w, w, x)),
    (lambda x, y, w, z: where(x <= y, 0, where(x >= w, 0, 1)), None, None),
)
threshold = elementwise(  # w up to the threshold y
    "threshold",
    "threshold",
    lambda x, y, w: where(x <= y, w, x),
    (lambda x, y, w, z: where(x <= y, 0, 1), None, None),
)
hardshrink = elementwise(
    "hardshrink",
    "hardshrink",
    lambda x, y: where(absolute(x) <= y, 0, x),
    (lambda x, y, z: where(absolute(x) <= y, 0, 1), None),
)
softshrink = elementwise(
    "softshrink",
    "softshrink",
    lambda x, y: where(x > y, x - y, where(x < -y, x + y, 0 * x)),
    (lambda x, y, z: where(absolute(x) <= y, 0, 1), None),
)

"""notebook_ad: see backpropagation happen.

`%load_ext notebook_ad` in a notebook, then `%%backprop` above a plain cell; or tensors with PyTorch's names:

>>> import notebook_ad as ad
>>> w = ad.tensor(3.0, name="w")
>>> loss = (2 * w - 1) ** 2
>>> loss.backward()
>>> w.grad
tensor(20.0)
"""

from __future__ import annotations

import importlib
from typing import Any

from notebook_ad.engine.errors import ConsumedError, NoDerivative, ShapeError
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.snapshot import graph
from notebook_ad.tensor.ambient import enable_grad, inference_mode, no_grad
from notebook_ad.tensor.anomaly import detect_anomaly
from notebook_ad.tensor.creation import cat as concatenate
from notebook_ad.tensor.creation import stack
from notebook_ad.tensor.functions import (
    abs,
    cos,
    exp,
    log,
    matmul,
    maximum,
    minimum,
    relu,
    sigmoid,
    sin,
    softplus,
    sqrt,
    tan,
    tanh,
    where,
)
from notebook_ad.tensor.making import tensor
from notebook_ad.tensor.named import max, mean, min, named, reshape, sum, transpose
from notebook_ad.tensor.tensor import Tensor
from notebook_ad.transforms.batching import vmap
from notebook_ad.transforms.check import check_grads
from notebook_ad.transforms.checkpoint import checkpoint, stop_gradient
from notebook_ad.transforms.custom import custom_jvp, custom_vjp
from notebook_ad.transforms.forward import jvp, linearize
from notebook_ad.transforms.matrices import elementwise_grad, hessian, hvp, jacfwd, jacobian, jacrev, make_hvp, make_jvp
from notebook_ad.transforms.raveling import ravel_pytree, unravel
from notebook_ad.transforms.reverse import grad, value_and_grad, vjp

__version__ = "0.1.0"
__all__ = [
    "ConsumedError", "Graph", "NoDerivative", "ShapeError", "Tensor", "abs", "check_grads", "checkpoint",
    "concatenate", "cos", "custom_jvp", "custom_vjp", "detect_anomaly", "elementwise_grad", "enable_grad", "exp",
    "grad", "graph", "hessian", "hvp", "inference_mode", "jacfwd", "jacobian", "jacrev", "jvp", "linearize", "log",
    "make_hvp", "make_jvp", "matmul", "max", "maximum", "mean", "min", "minimum", "no_grad", "ravel_pytree", "relu", "reshape",
    "sigmoid", "sin", "softplus", "sqrt", "stack", "stop_gradient", "sum", "tan", "tanh", "tensor", "transpose",
    "unravel", "value_and_grad", "vjp", "vmap", "where",
]  # fmt: skip

_LAZY = {  # loaded on first use: they need IPython or ipywidgets, or few use them
    "GradientTape": "notebook_ad.compat.tape",
    "for_scipy": "notebook_ad.compat.optimize",
    "compare": "notebook_ad.graph.compare",
    "load": "notebook_ad.nn.saving",
    "save": "notebook_ad.nn.saving",
    "fit": "notebook_ad.training",
    "show": "notebook_ad.widgets.display",
    "live": "notebook_ad.widgets.live",
    "explore": "notebook_ad.widgets.explore",
    "last_graph": "notebook_ad.lifted.last",
    "load_ipython_extension": "notebook_ad.magics",
    "unload_ipython_extension": "notebook_ad.magics",
}


_MODULES = {
    "autograd": "notebook_ad.compat.autograd",
    "data": "notebook_ad.data",
    "func": "notebook_ad.nn.func",
    "functional": "notebook_ad.compat.functional",
    "linalg": "notebook_ad.compat.linalg",
    "nn": "notebook_ad.nn",
    "optim": "notebook_ad.optim",
    "scipy": "notebook_ad.scipy",
    "training": "notebook_ad.training",
    "utils": "notebook_ad.data.utils",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(_MODULES[name])
    if name not in _LAZY:
        if (found := named(name)) is not None:
            return found
        raise AttributeError(f"module 'notebook_ad' has no attribute {name!r}")
    return getattr(importlib.import_module(_LAZY[name]), name)

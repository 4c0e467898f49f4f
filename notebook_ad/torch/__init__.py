"""PyTorch's names with PyTorch's default: `import notebook_ad.torch as torch`, and a program from a tutorial runs.

Everything here is notebook_ad's own, but for `tensor`, which requires a gradient only where asked. Submodules go by
PyTorch's paths (`torch.nn.functional`, `torch.utils.data`). Floats are float64; `torch.set_default_dtype("float32")`
makes them PyTorch's.

>>> import notebook_ad.torch as torch
>>> x = torch.tensor([1.0, 2.0])
>>> w = torch.tensor(3.0, requires_grad=True)
>>> (w * x).sum().backward()
>>> x.requires_grad, w.grad
(False, tensor(3.0))
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import notebook_ad
from notebook_ad.tensor.making import tensor as _tensor
from notebook_ad.tensor.tensor import Tensor

PATHS = {
    "autograd": "notebook_ad.compat.autograd",
    "func": "notebook_ad.nn.func",
    "linalg": "notebook_ad.compat.linalg",
    "nn": "notebook_ad.nn",
    "nn.functional": "notebook_ad.nn.functional",
    "nn.init": "notebook_ad.nn.init",
    "nn.utils": "notebook_ad.nn.utils",
    "nn.utils.rnn": "notebook_ad.nn.utils.rnn",
    "optim": "notebook_ad.optim",
    "optim.lr_scheduler": "notebook_ad.optim.lr_scheduler",
    "optim.swa_utils": "notebook_ad.optim.swa_utils",
    "utils": "notebook_ad.data.utils",
    "utils.data": "notebook_ad.data",
}
for _path, _module in PATHS.items():
    sys.modules[f"{__name__}.{_path}"] = importlib.import_module(_module)


def tensor(data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """As `torch.tensor`: a copy of the data, which requires a gradient only where asked."""
    return _tensor(data, requires_grad=requires_grad, dtype=dtype, device=device)


def __getattr__(name: str) -> Any:
    if name in PATHS:
        return sys.modules[f"{__name__}.{name}"]
    try:
        return getattr(notebook_ad, name)
    except AttributeError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None

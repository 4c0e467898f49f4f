"""Cases of layers that are no convolutions: made alike in PyTorch and here; for stored and for live comparison."""

from __future__ import annotations

from typing import Any

import numpy as np

KINKS = [-100.0, -20.0, -3.0, -2.0, -1.0, -0.5, 0.0, 0.3, 0.5, 1.0, 2.0, 3.0, 6.0, 9.9, 20.5, 100.0]
ACTIVATIONS: dict[str, tuple[str, tuple[Any, ...]]] = {
    f"{name}{args or ''}": (name, args)
    for name, args in [
        ("ReLU", ()), ("ReLU6", ()), ("LeakyReLU", ()), ("LeakyReLU", (0.2,)), ("PReLU", ()), ("RReLU", ()), ("ELU", ()),
        ("ELU", (0.7,)), ("SELU", ()), ("CELU", (1.25,)), ("GELU", ()), ("GELU", ("tanh",)), ("SiLU", ()), ("Mish", ()),
        ("Softplus", ()), ("Softplus", (2.0, 5.0)), ("Softsign", ()), ("Sigmoid", ()), ("LogSigmoid", ()),
        ("Hardsigmoid", ()), ("Hardswish", ()), ("Hardtanh", ()), ("Hardtanh", (-2.0, 0.5)), ("Tanh", ()),
        ("Tanhshrink", ()), ("Threshold", (0.1, 5.0)), ("Hardshrink", ()), ("Softshrink", (0.3,)), ("Softmax", (1,)),
        ("LogSoftmax", (-1,)), ("Softmin", (0,)), ("GLU", ()), ("GLU", (0,)),
    ]
}  # fmt: skip
ALONG = {"Softmax", "LogSoftmax", "Softmin", "GLU"}  # not of one element
LAYERS: dict[str, tuple[str, tuple[Any, ...], dict[str, Any], list[Any]]] = {
    "linear": ("Linear", (4, 3), {}, [(5, 4)]),
    "linear of a vector": ("Linear", (4, 3), {}, [(4,)]),
    "linear of a batch of sequences": ("Linear", (4, 3), {}, [(2, 5, 4)]),
    "linear without bias": ("Linear", (4, 3), {"bias": False}, [(5, 4)]),
    "linear of nothing": ("Linear", (4, 3), {}, [(0, 4)]),
    "bilinear": ("Bilinear", (3, 4, 2), {}, [(5, 3), (5, 4)]),
    "bilinear without bias": ("Bilinear", (3, 4, 2), {"bias": False}, [(2, 5, 3), (2, 5, 4)]),
    "prelu by channel": ("PReLU", (3,), {}, [(2, 3, 4)]),
    "flatten": ("Flatten", (), {}, [(2, 3, 4)]),
    "flatten some": ("Flatten", (0, 1), {}, [(2, 3, 4)]),
    "unflatten": ("Unflatten", (1, (2, 3)), {}, [(2, 6)]),
    "embedding": ("Embedding", (5, 3), {}, [[[0, 2, 2], [4, 1, 4]]]),
    "embedding with padding": ("Embedding", (5, 3), {"padding_idx": -3}, [[0, 2, 2, 4]]),
    "embedding with a largest norm": ("Embedding", (5, 3), {"max_norm": 1.0}, [[0, 2, 2, 4]]),
    "embedding by frequency": ("Embedding", (5, 3), {"scale_grad_by_freq": True, "padding_idx": 1}, [[0, 2, 2, 1]]),
}


def filled(library: Any, layer: Any) -> Any:
    """The layer in float64 with parameters that both libraries have alike."""
    layer = layer.double()
    layer.load_state_dict({
        key: library.tensor(np.cos(np.arange(int(np.prod(t.shape))) + 1.0).reshape(tuple(t.shape)), requires_grad=False)
        for key, t in layer.state_dict().items()
    })  # fmt: skip
    return layer


def results(library: Any, name: str, args: tuple[Any, ...], options: dict[str, Any], inputs: list[Any]) -> list[Any]:
    """The output, the gradients of the inputs and those of the parameters, and the parameters; as arrays."""
    layer = filled(library, getattr(library.nn, name)(*args, **options).eval())
    given = []
    for i, x in enumerate(inputs):
        if isinstance(x, tuple):
            values = np.sin(np.arange(int(np.prod(x))) * (i + 1) + 0.5).reshape(x) * 3
            given.append(library.tensor(values, requires_grad=True))
        else:
            given.append(library.tensor(np.array(x), requires_grad=np.array(x).dtype.kind == "f"))
    output = layer(*given)
    weights = np.cos(np.arange(int(np.prod(tuple(output.shape)))) * 0.7).reshape(tuple(output.shape))
    (output * library.tensor(weights, requires_grad=False)).sum().backward()
    grads = [t.grad for t in (*given, *layer.parameters()) if t.requires_grad]
    return [np.asarray(t.detach()) for t in (output, *grads, *layer.parameters())]


def cases() -> dict[str, tuple[str, tuple[Any, ...], dict[str, Any], list[Any]]]:
    """All cases by name."""
    found = dict(LAYERS)
    for key, (name, args) in ACTIVATIONS.items():
        found[key] = name, args, {}, [(4, 6)]
        if name not in ALONG:
            found[f"{key} at kinks"] = name, args, {}, [KINKS]
    return found


def net(library: Any) -> Any:
    """A model with every container."""
    nn = library.nn
    return nn.Sequential(
        nn.Linear(2, 3),
        nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2), nn.ReLU()]),
        nn.ModuleDict({"a": nn.Dropout(0.3), "b": nn.Sequential()}),
        nn.ParameterList(),
        nn.Identity(3),
        nn.Sequential(nn.Bilinear(1, 2, 3), nn.Embedding(4, 5, padding_idx=0), nn.Flatten(), nn.Softplus(2)),
    )

"""Dense layers, activations, lookups, containers and initial values against PyTorch, live; safetensors by their library."""

from __future__ import annotations

import pathlib
from typing import Any

import dense_cases
import numpy as np
import pytest
import torch

import notebook_ad as ad
from notebook_ad import nn

CONSTANTS_IN_FLOAT32 = {"CELU", "Hardsigmoid"}  # PyTorch rounds 1/alpha and 1/6 so, in the gradient


@pytest.mark.parametrize("name", dense_cases.cases())
def test_values_and_gradients(name: str) -> None:
    case = dense_cases.cases()[name]
    tolerance = 1e-6 if case[0] in CONSTANTS_IN_FLOAT32 else 1e-12
    for ours, theirs in zip(dense_cases.results(ad, *case), dense_cases.results(torch, *case), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", dense_cases.cases())
def test_reprs(name: str) -> None:
    kind, args, options, _ = dense_cases.cases()[name]
    assert repr(getattr(nn, kind)(*args, **options)) == repr(getattr(torch.nn, kind)(*args, **options))


def test_a_models_repr_and_state() -> None:
    ours, theirs = dense_cases.net(ad), dense_cases.net(torch)
    assert repr(ours) == repr(theirs)
    assert [(k, tuple(v.shape)) for k, v in ours.state_dict().items()] == [
        (k, tuple(v.shape)) for k, v in theirs.state_dict().items()
    ]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_pytorchs_weights_give_pytorchs_training(dtype: str) -> None:
    def train(library: Any, model: Any) -> list[float]:
        model = model.to(getattr(library, dtype))
        x = library.tensor(np.sin(np.arange(64.0)).reshape(16, 4).astype(dtype), requires_grad=False)
        y = library.tensor(np.cos(np.arange(16.0)).reshape(16, 1).astype(dtype), requires_grad=False)
        optimizer, losses = library.optim.SGD(model.parameters(), lr=0.05, momentum=0.9), []
        for _ in range(10):
            optimizer.zero_grad()
            loss = library.nn.MSELoss()(model(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return losses

    def made(library: Any) -> Any:
        m = library.nn
        return m.Sequential(m.Linear(4, 16), m.GELU(), m.Linear(16, 16), m.LeakyReLU(0.1), m.Linear(16, 1))

    theirs, ours = made(torch), made(ad).to(dtype)
    ours.load_state_dict(theirs.state_dict())
    tolerance = 1e-5 if dtype == "float32" else 1e-6  # the weights are float32's in either case
    np.testing.assert_allclose(train(ad, ours), train(torch, theirs), rtol=tolerance)


@pytest.mark.parametrize("shape", [(300, 200), (64, 16, 3, 3)])
@pytest.mark.parametrize(
    "name", ["xavier_uniform_", "xavier_normal_", "kaiming_uniform_", "kaiming_normal_", "trunc_normal_"]
)
def test_initial_values_are_distributed_alike(name: str, shape: tuple[int, ...]) -> None:
    ours = np.asarray(getattr(nn.init, name)(ad.empty(*shape)))
    theirs = getattr(torch.nn.init, name)(torch.empty(*shape, dtype=torch.float64)).numpy()
    assert ours.std() == pytest.approx(theirs.std(), rel=0.03)
    assert abs(ours).max() == pytest.approx(abs(theirs).max(), rel=0.35)


def test_hooks_see_what_pytorchs_see() -> None:
    def seen(library: Any) -> list[Any]:
        layer = dense_cases.filled(library, library.nn.Linear(2, 3))
        found: list[Any] = []
        layer.register_forward_hook(lambda m, args, out: found.append(np.asarray(out.detach())))
        layer.register_full_backward_hook(lambda m, gi, go: found.extend(np.asarray(g.detach()) for g in (*gi, *go)))
        x = library.tensor(np.ones((4, 2)), requires_grad=True)
        (layer(x) ** 2).sum().backward()
        return [*found, np.asarray(x.grad)]

    for ours, theirs in zip(seen(ad), seen(torch), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_safetensors_are_the_librarys(tmp_path: pathlib.Path) -> None:
    from safetensors import torch as library

    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1, dtype="float32"))
    path = tmp_path / "m.safetensors"
    ad.save(model.state_dict(), path)
    theirs = library.load_file(path)
    for key, value in model.state_dict().items():
        np.testing.assert_array_equal(theirs[key].numpy(), np.asarray(value))
    library.save_file({"a": torch.arange(3)}, path)
    assert ad.load(path)["a"].tolist() == [0, 1, 2]
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(ValueError, match="is truncated, or no safetensors file"):
        ad.load(path)

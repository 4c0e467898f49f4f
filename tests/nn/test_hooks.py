"""Hooks of modules, forward and backward: what they see and replace."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad import nn


def test_forward_hooks_see_and_replace() -> None:
    layer, seen = nn.Linear(2, 2), []
    before = layer.register_forward_pre_hook(lambda m, args: seen.append("before"))
    after = layer.register_forward_hook(lambda m, args, out: seen.append(out.shape))
    first = layer.register_forward_pre_hook(lambda m, args: seen.append("first"), prepend=True)
    layer(ad.ones(3, 2))
    assert seen == ["first", "before", (3, 2)]
    for handle in (before, after, first):
        handle.remove()
    layer.register_forward_pre_hook(lambda m, args: args[0] * 0)
    layer.register_forward_hook(lambda m, args, out: out - m.bias)
    assert not layer(ad.ones(3, 2)).detach().numpy().any()


def test_hooks_get_keyword_arguments_where_they_ask() -> None:
    class Scaled(nn.Module):
        def forward(self, x: Any, by: float = 1.0) -> Any:
            return x * by

    module, seen = Scaled(), []
    module.register_forward_pre_hook(lambda m, args, kwargs: (args, {"by": kwargs["by"] * 2}), with_kwargs=True)
    module.register_forward_hook(lambda m, args, kwargs, out: seen.append(kwargs), with_kwargs=True)
    assert module(ad.ones(1), by=3.0).item() == 6.0
    assert seen == [{"by": 6.0}]
    module.register_forward_pre_hook(lambda m, args, kwargs: 3, with_kwargs=True)
    with pytest.raises(RuntimeError, match="must return None or"):
        module(ad.ones(1), by=3.0)


def test_a_hook_that_always_runs_runs_after_an_error() -> None:
    layer, seen = nn.Linear(2, 2), []
    layer.register_forward_hook(lambda m, args, out: seen.append(out), always_call=True)
    with pytest.raises(ad.ShapeError):
        layer(ad.ones(3, 5))
    assert seen == [None]


def test_backward_hooks_see_and_replace() -> None:
    layer, seen = nn.Linear(2, 3), []
    layer.register_full_backward_pre_hook(lambda m, g: seen.append([x.shape for x in g]))
    layer.register_full_backward_hook(lambda m, gi, go: (seen.append((gi[0].shape, go[0].shape)), (gi[0] * 2,))[1])
    x = ad.tensor(np.ones((4, 2)))
    layer(x).sum().backward()
    assert seen == [[(4, 3)], ((4, 2), (4, 3))]
    np.testing.assert_allclose(x.grad, 2 * np.tile(layer.weight.detach().numpy().sum(0), (4, 1)))


def test_backward_hooks_of_an_input_without_gradient_see_none() -> None:
    layer, seen = nn.Linear(2, 3), []
    layer.register_full_backward_hook(lambda m, gi, go: seen.append((gi, go[0].shape)))
    layer(ad.ones(4, 2)).sum().backward()
    assert seen == [((None,), (4, 3))]
    layer.register_full_backward_hook(lambda m, gi, go: (1, 2))
    with pytest.raises(RuntimeError, match="a backward hook returned 2 gradients; Linear has 1 inputs"):
        layer(ad.ones(4, 2)).sum().backward()

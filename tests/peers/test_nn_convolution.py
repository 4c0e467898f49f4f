"""Layers on images, normalisation and losses against PyTorch, live: the stored cases, and a sweep over options."""

from __future__ import annotations

import inspect
import itertools
from typing import Any

import numpy as np
import pytest
import torch
from nn_cases import FUNCTIONS, LAYERS, LOSSES, cotangent, function_results, layer_results

import notebook_ad as ad

RNG = np.random.default_rng(11)


def agree(ours: Any, theirs: Any, tolerance: float = 1e-10) -> None:
    for got, want in zip(ours, theirs, strict=True):
        assert np.shape(got) == np.shape(want)
        np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance)


@pytest.mark.filterwarnings(
    "ignore:.*has been optimized away.*:UserWarning", "ignore:Using padding='same'.*:UserWarning"
)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name: str) -> None:
    agree(function_results(ad, name, *FUNCTIONS[name]), function_results(torch, name, *FUNCTIONS[name]))


@pytest.mark.parametrize("r", ["mean", "sum", "none"])
@pytest.mark.parametrize("name", LOSSES)
def test_losses(name: str, r: str) -> None:
    agree(function_results(ad, name, *LOSSES[name], r), function_results(torch, name, *LOSSES[name], r))


@pytest.mark.filterwarnings("ignore:Using padding='same'.*:UserWarning")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", LAYERS)
def test_ten_steps_of_training(name: str, dtype: Any) -> None:
    tolerance = 1e-8 if dtype == np.float64 else 2e-4
    agree(layer_results(ad, name, *LAYERS[name], dtype), layer_results(torch, name, *LAYERS[name], dtype), tolerance)


def swept(ours: Any, theirs: Any, *arrays: np.ndarray) -> None:
    """Value and gradients; refused by one, refused by the other."""
    results = []
    for library, f in ((ad, ours), (torch, theirs)):
        operands = [library.tensor(a, requires_grad=True) for a in arrays]
        try:
            value = f(*operands)
        except (RuntimeError, ValueError) as error:
            results.append(error)
            continue
        value.backward(library.tensor(cotangent(tuple(value.shape)), requires_grad=False))
        results.append([value.detach().numpy(), *(t.grad.numpy() for t in operands)])
    if isinstance(results[0], Exception) or isinstance(results[1], Exception):
        assert isinstance(results[0], Exception), results[1]
        assert isinstance(results[1], Exception), results[0]
        return
    agree(*results)


@pytest.mark.parametrize(
    "options", list(itertools.product([1, 2, (2, 3)], [0, 1, (2, 0)], [1, 2, (1, 3)], [1, 2])), ids=str
)
def test_convolutions_of_all_options(options: Any) -> None:
    stride, padding, dilation, groups = options
    form = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    x, b = RNG.normal(size=(2, 4, 6, 7)), RNG.normal(size=6)
    w = RNG.normal(size=(6, 4 // groups, 3, 2))
    swept(lambda *q: ad.nn.functional.conv2d(*q, **form), lambda *q: torch.conv2d(*q, **form), x, w, b)
    for more in (0, 1, (1, 0)):
        form["output_padding"] = more
        w = RNG.normal(size=(4, 6 // groups, 3, 2))
        swept(
            lambda *q: ad.nn.functional.conv_transpose2d(*q, **form),
            lambda *q: torch.conv_transpose2d(*q, **form),
            x, w, b,
        )  # fmt: skip


@pytest.mark.parametrize(
    "options", list(itertools.product([2, 3, (1, 4)], [None, 1, (3, 2)], [0, 1], [False, True])), ids=str
)
def test_pooling_of_all_options(options: Any) -> None:
    kernel, stride, padding, ceil = options
    f, g = ad.nn.functional, torch.nn.functional
    x = RNG.normal(size=(2, 2, 6, 7))
    rounded = np.round(2 * x)  # ties
    for dilation in (1, 2):
        form = (kernel, stride, padding, dilation, ceil)
        swept(lambda q, form=form: f.max_pool2d(q, *form), lambda q, form=form: g.max_pool2d(q, *form), rounded)
    for border, divisor in itertools.product([False, True], [None, 5]):
        form = (kernel, stride, padding, ceil, border, divisor)
        swept(lambda q, form=form: f.avg_pool2d(q, *form), lambda q, form=form: g.avg_pool2d(q, *form), x)


@pytest.mark.parametrize("size", [1, 2, 5, 9, (3, None), (None, 1), (8, 2)], ids=str)
def test_adaptive_pooling_of_all_sizes(size: Any) -> None:
    f, g = ad.nn.functional, torch.nn.functional
    x = RNG.normal(size=(2, 2, 6, 7))
    swept(lambda q: f.adaptive_avg_pool2d(q, size), lambda q: g.adaptive_avg_pool2d(q, size), x)
    swept(lambda q: f.adaptive_max_pool2d(q, size), lambda q: g.adaptive_max_pool2d(q, size), np.round(x))
    theirs = g.adaptive_max_pool2d(torch.tensor(x), size, return_indices=True)[1].numpy()
    np.testing.assert_array_equal(f.adaptive_max_pool2d(x, size, True)[1].numpy(), theirs)


def test_indices_of_ties_and_nan_are_the_same() -> None:
    x = np.round(RNG.normal(size=(2, 3, 7, 8)))
    x[0, 0, 1, 1] = x[0, 0, 2, 2] = np.nan
    x[0, 1] = -np.inf
    for kernel, stride, padding in ((2, None, 0), (3, 1, 1), (3, 2, 0)):
        ours = ad.nn.functional.max_pool2d(x, kernel, stride, padding, return_indices=True)
        theirs = torch.nn.functional.max_pool2d(torch.tensor(x), kernel, stride, padding, return_indices=True)
        agree([t.numpy() for t in ours], [t.numpy() for t in theirs])


NAMES = [
    "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveMaxPool1d", "AdaptiveMaxPool2d", "AvgPool1d", "AvgPool2d",
    "BCELoss", "BCEWithLogitsLoss", "BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "CTCLoss", "Conv1d", "Conv2d",
    "ConvTranspose1d", "ConvTranspose2d", "CosineEmbeddingLoss", "CosineSimilarity", "CrossEntropyLoss", "Fold",
    "GaussianNLLLoss", "GroupNorm", "HingeEmbeddingLoss", "HuberLoss", "InstanceNorm1d", "InstanceNorm2d", "KLDivLoss",
    "L1Loss", "LayerNorm", "MSELoss", "MarginRankingLoss", "MaxPool1d", "MaxPool2d", "MultiMarginLoss", "NLLLoss",
    "PairwiseDistance", "PixelShuffle", "PixelUnshuffle", "PoissonNLLLoss", "RMSNorm", "SmoothL1Loss", "SoftMarginLoss",
    "TripletMarginLoss", "Unfold", "Upsample", "UpsamplingNearest2d", "ZeroPad2d",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_arguments_have_the_same_names_order_and_defaults(name: str) -> None:
    ours, theirs = (inspect.signature(getattr(nn, name)).parameters.values() for nn in (ad.nn, torch.nn))
    assert [(p.name, p.default, p.kind) for p in ours] == [(p.name, p.default, p.kind) for p in theirs]

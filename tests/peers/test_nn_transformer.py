"""Attention and transformers against PyTorch, live: the stored cases in both dtypes, names, initial values, arguments."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
import torch
from nn_sequence_cases import ATTENTION, TRANSFORMERS, module, results

import notebook_ad as ad

BOTH = ATTENTION | TRANSFORMERS
pytestmark = pytest.mark.filterwarnings(  # of PyTorch
    "ignore:Support for mismatched.*:UserWarning", "ignore:enable_nested_tensor is True.*:UserWarning"
)

SEED = 1  # of initial values that are random in both libraries


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", BOTH)
def test_values_gradients_and_training(name: str, dtype: Any) -> None:
    ours, theirs = (results(library, name, BOTH[name], dtype) for library in (ad, torch))
    assert [a.dtype for a in ours] == [a.dtype for a in theirs]
    tolerance = 1e-9 if dtype == np.float64 else 5e-4
    for got, want in zip(ours, theirs, strict=True):
        assert np.shape(got) == np.shape(want)
        np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("made", sorted({case[0] for case in BOTH.values() if case[0] != "None"}))
def test_names_shapes_repr_and_spread(made: str) -> None:
    ours, theirs = (eval(made, {"nn": library.nn, "F": library.nn.functional}) for library in (ad, torch))
    assert [(k, tuple(v.shape)) for k, v in ours.state_dict().items()] == [
        (k, tuple(v.shape)) for k, v in theirs.state_dict().items()
    ]
    assert repr(ours) == repr(theirs)


def test_initial_values_spread_alike() -> None:
    ad.manual_seed(SEED), torch.manual_seed(SEED)
    for made in ("nn.MultiheadAttention(48, 2, add_bias_kv=True)", "nn.MultiheadAttention(48, 2, kdim=30, vdim=20)",
                 "nn.Transformer(48, 2, 1, 1, 40)"):  # fmt: skip
        states = [eval(made, {"nn": library.nn}).state_dict() for library in (ad, torch)]
        for name, theirs in states[1].items():
            ours, want = states[0][name].numpy(), theirs.numpy()
            assert abs(ours.std() - want.std()) < 0.2 * want.std() + 1e-9, name
            if ours.ndim == 2:
                assert abs(np.abs(ours).max() - np.abs(want).max()) < 0.05 * np.abs(want).max(), name


def test_evaluation_and_dropout() -> None:
    made = "nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, 0.5, batch_first=True), 2)"
    ours, theirs = (module(library, "m", made).eval() for library in (ad, torch))
    x = np.random.default_rng(0).normal(size=(3, 5, 8))
    with torch.no_grad():
        want = theirs(torch.tensor(x)).numpy()
    np.testing.assert_allclose(ours(ad.tensor(x)).detach().numpy(), want, rtol=1e-9)
    assert not np.allclose(ours.train()(ad.tensor(x)).detach().numpy(), want)


def test_nothing_to_attend_to_is_nan_with_weights_and_zero_without() -> None:
    m, n = (module(library, "m", "nn.MultiheadAttention(4, 2, batch_first=True)") for library in (ad, torch))
    x, mask = np.random.default_rng(0).normal(size=(2, 3, 4)), np.array([[True] * 3, [False] * 3])
    for weights in (True, False):
        ours = m(ad.tensor(x), ad.tensor(x), ad.tensor(x), mask, weights)
        q = torch.tensor(x, requires_grad=True)
        theirs = n(q, q, q, torch.tensor(mask), weights)
        for got, want in zip(ours, theirs, strict=True):
            if want is not None:
                np.testing.assert_allclose(got.detach().numpy(), want.detach().numpy())


def test_causal_masks() -> None:
    for size in (1, 4):
        ours, theirs = (library.nn.Transformer.generate_square_subsequent_mask(size) for library in (ad, torch))
        np.testing.assert_array_equal(ours.numpy(), theirs.numpy())


def callables(nn: Any) -> dict[str, Any]:
    found = {n: getattr(nn, n) for n in ("MultiheadAttention", "Transformer", "TransformerEncoder",
             "TransformerDecoder", "TransformerEncoderLayer", "TransformerDecoderLayer")}  # fmt: skip
    found |= {f"{n}.forward": c.forward for n, c in found.items()}
    found["mask"] = nn.Transformer.generate_square_subsequent_mask
    return found | {"attention": nn.functional.multi_head_attention_forward}


@pytest.mark.parametrize("name", callables(ad.nn))
def test_arguments_have_the_same_names_order_and_defaults(name: str) -> None:
    def listed(nn: Any) -> list[Any]:
        parameters = inspect.signature(callables(nn)[name]).parameters.values()
        return [
            (p.name, p.default if not callable(p.default) or p.default is p.empty else p.default.__name__, p.kind)
            for p in parameters
            if p.name != "batch_first" or name != "attention"
        ]

    assert listed(ad.nn) == listed(torch.nn)

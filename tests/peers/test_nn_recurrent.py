"""Recurrent layers against PyTorch, live: the stored cases, in both dtypes, names, initial bounds and messages' cases."""

from __future__ import annotations

import inspect
import itertools
from typing import Any

import numpy as np
import pytest
import torch
from nn_sequence_cases import RECURRENT, flat, module, numbers, results

import notebook_ad as ad

pytestmark = pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN.*:UserWarning")

SEED = 1  # of initial values that are random in both libraries


def agree(ours: Any, theirs: Any, tolerance: float) -> None:
    for got, want in zip(ours, theirs, strict=True):
        assert np.shape(got) == np.shape(want)
        np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", RECURRENT)
def test_values_gradients_and_training(name: str, dtype: Any) -> None:
    ours, theirs = (results(library, name, RECURRENT[name], dtype) for library in (ad, torch))
    assert [a.dtype for a in ours] == [a.dtype for a in theirs]
    agree(ours, theirs, 1e-9 if dtype == np.float64 else 1e-4)


@pytest.mark.parametrize(
    "options", list(itertools.product(["RNN", "LSTM", "GRU"], [1, 2], [False, True], [False, True], [False, True]))
)
def test_all_options_and_random_lengths(options: Any) -> None:
    kind, layers, bias, batch_first, both = options
    made = f"nn.{kind}(3, 4, {layers}, bias={bias}, batch_first={batch_first}, bidirectional={both})"
    rng = np.random.default_rng(5)
    lengths = rng.integers(1, 7, 4)
    lengths[1] = 6
    x = numbers("x", (4, 6, 3) if batch_first else (6, 4, 3))
    found: dict[str, list[Any]] = {}
    for library in (ad, torch):
        m = module(library, "m", made)
        assert [tuple(p.shape) for p in m.parameters()] == [tuple(p.shape) for group in m.all_weights for p in group]
        given = library.tensor(x, requires_grad=True)
        pack = library.nn.utils.rnn.pack_padded_sequence
        output, states = m(pack(given, library.as_tensor(lengths), batch_first, enforce_sorted=False))
        whole, counts = library.nn.utils.rnn.pad_packed_sequence(output, batch_first)
        np.testing.assert_array_equal(counts.numpy(), lengths)
        tensors = [whole, *flat(states)]
        sum((t * library.as_tensor(numbers(f"g{i}", tuple(t.shape)))).sum() for i, t in enumerate(tensors)).backward()
        parts = [given.grad.numpy(), *(p.grad.numpy() for p in m.parameters())]
        found[library.__name__] = [t.detach().numpy() for t in tensors] + parts
        if library is ad:  # the same by lengths
            m.zero_grad()
            again = ad.tensor(x, requires_grad=True)
            output, states = m(again, lengths=lengths)
            tensors = [output, *flat(states)]
            sum((t * numbers(f"g{i}", t.shape)).sum() for i, t in enumerate(tensors)).backward()
            parts = [again.grad.numpy(), *(p.grad.numpy() for p in m.parameters())]
            found["lengths"] = [t.detach().numpy() for t in tensors] + parts
    agree(found["notebook_ad"], found["torch"], 1e-9)
    agree(found["lengths"], found["torch"], 1e-9)


@pytest.mark.parametrize("made", sorted({case[0] for case in RECURRENT.values() if case[0] != "None"}))
def test_names_shapes_repr_and_initial_bounds(made: str) -> None:
    ad.manual_seed(SEED), torch.manual_seed(SEED)
    ours, theirs = (eval(made, {"nn": library.nn}) for library in (ad, torch))
    assert [(k, tuple(v.shape)) for k, v in ours.state_dict().items()] == [
        (k, tuple(v.shape)) for k, v in theirs.state_dict().items()
    ]
    assert repr(ours) == repr(theirs)
    held = np.concatenate([p.detach().numpy().reshape(-1) for p in ours.parameters()])
    assert 0.9 * ours.hidden_size**-0.5 < np.abs(held).max() <= ours.hidden_size**-0.5


@pytest.mark.parametrize("name", ["RNNCell", "LSTMCell", "GRUCell"])
def test_arguments_of_cells(name: str) -> None:
    ours, theirs = (inspect.signature(getattr(nn, name)).parameters.values() for nn in (ad.nn, torch.nn))
    assert [(p.name, p.default, p.kind) for p in ours] == [(p.name, p.default, p.kind) for p in theirs]


NAMES = ["pack_padded_sequence", "pad_packed_sequence", "pad_sequence", "unpad_sequence", "pack_sequence"]


@pytest.mark.parametrize("name", [*NAMES, "unpack_sequence", "PackedSequence"])
def test_arguments_of_packing(name: str) -> None:
    ours, theirs = (inspect.signature(getattr(nn.utils.rnn, name)).parameters.values() for nn in (ad.nn, torch.nn))
    assert [(p.name, p.default, p.kind) for p in ours] == [(p.name, p.default, p.kind) for p in theirs]


@pytest.mark.parametrize("kind", ["float64", "int64"])
def test_packed_sequences_hold_the_same(kind: str) -> None:
    x = numbers("x", (3, 5, 2)).round().astype(kind)
    for lengths, enforce in (([5, 4, 2], True), ([2, 5, 4], False), ([3, 3, 3], False)):
        ours, theirs = (
            library.nn.utils.rnn.pack_padded_sequence(library.as_tensor(x), lengths, True, enforce)
            for library in (ad, torch)
        )
        for mine, other in zip(ours, theirs, strict=True):
            assert (mine is None) == (other is None)
            if mine is not None:
                assert mine.numpy().dtype == other.numpy().dtype
        np.testing.assert_array_equal(ours.batch_sizes.numpy(), theirs.batch_sizes.numpy())
        whole, counts = ad.nn.utils.rnn.pad_packed_sequence(ours, True, 7)
        want, numbers_ = torch.nn.utils.rnn.pad_packed_sequence(theirs, True, 7)
        np.testing.assert_array_equal(whole.numpy(), want.numpy())
        np.testing.assert_array_equal(counts.numpy(), numbers_.numpy())

"""Recurrent layers, attention and transformers: PyTorch's stored numbers, derivatives to order 2, modes and bad input."""

from __future__ import annotations

import pathlib
import re
from typing import Any

import numpy as np
import pytest
from nn_sequence_cases import ATTENTION, CASES, RECURRENT, TRANSFORMERS, called, flat, module, numbers, results

import notebook_ad as ad
from notebook_ad import nn
from notebook_ad.engine.library.lstm import lstm
from notebook_ad.engine.library.recurrent import gru, rnn
from notebook_ad.graph.modeled import model_graph

F = nn.functional
REFERENCE = pathlib.Path(__file__).parent / "reference"
ALL = RECURRENT | ATTENTION | TRANSFORMERS
RNG = np.random.default_rng(7)


def stored(file: str) -> dict[str, list[np.ndarray]]:
    held = np.load(REFERENCE / f"{file}.npz")
    found: dict[str, list[np.ndarray]] = {}
    at = 0
    for form in held["forms"].tolist():
        name, _, shape = form.split("|")
        lengths = tuple(int(n) for n in shape.split(",") if n)
        size = int(np.prod(lengths))
        found.setdefault(name, []).append(held["numbers"][at : at + size].reshape(lengths))
        at += size
    return found


STORED = {name: parts for file in CASES for name, parts in stored(file).items()}


@pytest.mark.parametrize("name", ALL)
def test_values_gradients_and_training_are_pytorchs(name: str) -> None:
    for got, want in zip(results(ad, name, ALL[name]), STORED[name], strict=True):
        assert got.shape == want.shape
        np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", ALL)
def test_float32_stays(name: str) -> None:
    for got, want in zip(results(ad, name, ALL[name], np.float32), STORED[name], strict=True):
        assert got.dtype == np.float32 or got.shape == (10,)
        np.testing.assert_allclose(got, want, rtol=5e-4, atol=5e-4)


def drawn(*shapes: tuple[int, ...]) -> list[np.ndarray]:
    return [RNG.normal(size=shape) for shape in shapes]


MASK = (np.arange(3)[:, None] < np.array([3, 2]))[:, :, None]
OPERATIONS = {
    "rnn": (rnn, {"kind": "tanh"}, ((3, 2, 2), (2, 2), (2, 2))),
    "rnn with relu": (rnn, {"kind": "relu"}, ((3, 2, 2), (2, 2), (2, 2))),
    "gru": (gru, {}, ((3, 2, 6), (2, 2), (6, 2), (6,))),
    "gru without bias": (gru, {}, ((3, 2, 6), (2, 2), (6, 2))),
    "lstm": (lstm, {}, ((3, 2, 8), (2, 2), (2, 2), (8, 2))),
    "lstm projected": (lstm, {}, ((3, 2, 8), (2, 1), (2, 2), (8, 1), (1, 2))),
}


@pytest.mark.parametrize("mask", [None, MASK], ids=["whole", "masked"])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("name", OPERATIONS)
def test_derivatives_of_recurrences_to_order_two_in_both_modes(name: str, reverse: bool, mask: Any) -> None:
    operation, form, shapes = OPERATIONS[name]
    ad.check_grads(lambda *q: operation(*q, reverse=reverse, mask=mask, **form), drawn(*shapes), order=2)


@pytest.mark.parametrize("operation", [rnn, gru, lstm])
def test_stretches_of_steps_give_what_all_steps_at_once_give(operation: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    gates = {rnn: 1, gru: 3, lstm: 4}[operation]
    states = drawn((2, 3), (2, 3))[: 2 if operation is lstm else 1]
    operands = [*drawn((7, 2, 3 * gates)), *states, *drawn((3 * gates, 3))]
    form = {"reverse": False, "mask": None} | ({"kind": "tanh"} if operation is rnn else {})
    z = operation(*operands, **form)
    (g,) = drawn(z.shape)
    found = []
    for size in (2**16, 3 * z[0].size * gates, 1):
        monkeypatch.setattr("notebook_ad.engine.library.recurrent.CACHED", size)
        found.append(operation.vjp(g, z, operands, form, [True] * len(operands)))
    for other in found[1:]:
        for got, want in zip(other, found[0], strict=True):
            np.testing.assert_allclose(got, want, rtol=1e-12)


@pytest.mark.parametrize("name", [n for n in ATTENTION if "nothing" not in n] + ["LSTMCell", "encoder layer"])
def test_derivatives_of_layers_to_order_two_in_both_modes(name: str) -> None:
    made, expression, shapes = ALL[name]
    m = module(ad, name, made)
    operands = [numbers(f"{name} {i}", shape) for i, shape in enumerate(shapes)]
    ad.check_grads(lambda *q: called(ad, m, expression, [ad.as_tensor(t) for t in q])[0], operands, order=2)


def test_where_nothing_is_allowed_no_order_has_nan() -> None:
    mask = np.array([[True, False, True], [False, False, False]])
    q, k, v = drawn((2, 4), (3, 4), (3, 2))
    attend = lambda *given: F.scaled_dot_product_attention(*map(ad.as_tensor, given), mask)
    assert not attend(q, k, v).numpy()[1].any()
    ad.check_grads(attend, [q, k, v], order=2)


def test_vmap_of_a_layer_is_the_layer_of_each() -> None:
    m = nn.GRU(3, 2)
    (x,) = drawn((4, 5, 1, 3))
    each = np.stack([m(ad.as_tensor(part))[0].detach().numpy() for part in x])
    np.testing.assert_allclose(ad.vmap(lambda part: m(part)[0])(x).detach().numpy(), each, rtol=1e-12)


MAPPED: dict[str, tuple[str, tuple[int, ...]]] = {
    "LSTM": ("nn.LSTM(3, 4, 2, bidirectional=True)", (5, 2, 3)),
    "RNN": ("nn.RNN(3, 4, nonlinearity='relu')", (5, 2, 3)),
    "LSTMCell": ("nn.LSTMCell(3, 4)", (2, 3)),
    "GRUCell": ("nn.GRUCell(3, 4)", (2, 3)),
    "encoder": ("nn.TransformerEncoderLayer(4, 2, 6, 0.0)", (3, 2, 4)),
    "positions": ("nn.LearnedPositionalEncoding(4, 0.0, 9)", (3, 2, 4)),
}


@pytest.mark.parametrize("name", MAPPED)
def test_vmap_of_layers_and_of_their_gradients(name: str) -> None:
    made, shape = MAPPED[name]
    m, x = module(ad, name, made), numbers("x", (3, *shape))
    first = lambda q: flat(m(q))[0]
    slope = ad.grad(lambda q: (first(q) ** 2).sum())
    for function in (first, slope):
        each = np.stack([function(ad.as_tensor(part)).detach().numpy() for part in x])
        np.testing.assert_allclose(ad.vmap(function)(x).detach().numpy(), each, rtol=1e-12, atol=1e-14)


def test_vmap_over_masks_too() -> None:
    allowed = np.array([[[True, False], [False, False]], [[True, True], [True, False]]])
    x = numbers("x", (2, 2, 4))
    attend = lambda q, mask: F.scaled_dot_product_attention(q, q, q, mask)
    for masks in (allowed, np.where(allowed, 0.0, -np.inf)):
        each = np.stack([attend(ad.as_tensor(q), mask).numpy() for q, mask in zip(x, masks, strict=True)])
        np.testing.assert_allclose(ad.vmap(attend)(x, masks), each, rtol=1e-12)
    m, padding = module(ad, "m", "nn.MultiheadAttention(4, 2, batch_first=True)"), ~allowed[:, :1].repeat(2, 1)
    run = lambda q, p: m(q, q, q, p, need_weights=False)[0]
    x = numbers("y", (2, 2, 2, 4))
    each = np.stack([run(ad.as_tensor(q), p).detach().numpy() for q, p in zip(x, padding, strict=True)])
    np.testing.assert_allclose(ad.vmap(run)(x, padding).detach().numpy(), each, rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("made", ["nn.RNN(4, 4)", "nn.LSTM(4, 4, 2, bidirectional=True)", "nn.GRU(4, 4)",
                                  "nn.LSTMCell(4, 4)", "nn.GRUCell(4, 4)", "nn.TransformerEncoderLayer(4, 2, 6)",
                                  "nn.PositionalEncoding(4)"])  # fmt: skip
def test_an_empty_batch_gives_nothing_and_gradients_of_zero(made: str, dtype: Any) -> None:
    m = module(ad, made, made, dtype)
    x = ad.tensor(np.zeros((0, 4) if "Cell" in made else (5, 0, 4), dtype), requires_grad=True)
    output = flat(m(x))[0]
    output.sum().backward()
    assert output.shape[:-1] == x.shape[:-1]
    assert output.dtype == x.grad.dtype == dtype
    assert all(not p.grad.numpy().any() for p in m.parameters())


def test_attention_without_queries_or_without_keys() -> None:
    m = module(ad, "m", "nn.MultiheadAttention(4, 2)")
    none, some = ones(0, 2, 4), ones(3, 2, 4)
    output, weights = m(none, some, some)
    assert (output.shape, weights.shape) == ((0, 2, 4), (2, 0, 3))
    output, weights = m(some, none, none)
    assert weights.shape == (2, 3, 0)
    np.testing.assert_array_equal(output.detach().numpy(), np.broadcast_to(m.out_proj.bias.detach().numpy(), (3, 2, 4)))


def test_pictures_show_layers_by_their_names() -> None:
    def parts(m: Any, x: Any, depth: int | None = 1) -> list[tuple[str | None, str | None]]:
        graph = model_graph(m, [x], depth)
        assert graph.to_svg()
        return [(n.name, n.glyph) for n in graph.nodes if n.kind == "op"]

    layer, x = nn.TransformerEncoderLayer(4, 2, 8, 0.0), ones(3, 2, 4)
    shown = [("self_attn", "MultiheadAttention"), (None, "+"), ("norm1", "LayerNorm"), ("linear1", "Linear")]
    assert parts(layer, x)[:4] == shown
    stack = nn.Sequential(nn.LearnedPositionalEncoding(4), nn.TransformerEncoder(layer, 2), nn.LSTM(4, 3, 2))
    assert [glyph for _, glyph in parts(stack, x)] == ["LearnedPositionalEncoding", "TransformerEncoder", "LSTM"]
    scopes = [n.scope for n in model_graph(stack, [x], None).nodes if n.scope is not None]
    assert "1.layers.0.self_attn" in {scope.path for scope in scopes}


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_lengths_and_packing_give_the_same_and_padding_has_no_influence(kind: str) -> None:
    m = module(ad, kind, f"nn.{kind}(3, 4, 2, batch_first=True, bidirectional=True)")
    lengths, x = [2, 5, 1], numbers("x", (3, 5, 3))
    output, states = m(x, lengths=lengths)
    packed, others = m(nn.utils.rnn.pack_padded_sequence(x, lengths, True, False))
    whole, counts = nn.utils.rnn.pad_packed_sequence(packed, True)
    assert counts.numpy().tolist() == lengths
    x[0, 2:] = 1e3
    x[2, 1:] = np.nan
    padded, after = m(x, lengths=ad.as_tensor(lengths))
    for other, given in ((whole, others), (padded, after)):
        for got, want in zip([other, *flat(given)], [output, *flat(states)], strict=True):
            np.testing.assert_allclose(got.detach().numpy(), want.detach().numpy(), rtol=1e-12)
    alone = m(x[:1, :2])[0]
    np.testing.assert_allclose(output.detach().numpy()[:1, :2], alone.detach().numpy(), rtol=1e-12)


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_cells_step_by_step_are_the_layer(kind: str) -> None:
    whole = module(ad, kind, f"nn.{kind}(3, 4)")
    cell = getattr(nn, f"{kind}Cell")(3, 4)
    cell.load_state_dict({k[:-3]: v for k, v in whole.state_dict().items()})
    x = ad.as_tensor(numbers("x", (6, 2, 3)))
    state, outputs = None, []
    for t in range(6):
        state = cell(x[t], state)
        outputs.append(state[0] if kind == "LSTM" else state)
    np.testing.assert_allclose(ad.stack(outputs).detach().numpy(), whole(x)[0].detach().numpy(), rtol=1e-12)


def test_a_sequence_is_a_few_rows_however_long() -> None:
    def rows(length: int) -> int:
        loss = nn.LSTM(2, 3)(ad.as_tensor(np.ones((length, 1, 2))))[0].sum()
        return len(ad.graph(loss).nodes)

    assert rows(3) == rows(30) < 20


def test_dropout_between_layers_acts_in_training_only_and_seeds_repeat_it() -> None:
    m, x = nn.LSTM(3, 8, 2, dropout=0.5), numbers("x", (4, 2, 3))
    runs = []
    for _ in range(2):
        ad.manual_seed(3)
        runs.append([m(x)[0].detach().numpy() for _ in range(2)])
    np.testing.assert_array_equal(runs[0], runs[1])
    assert not np.allclose(runs[0][0], runs[0][1])
    m.eval()
    np.testing.assert_array_equal(m(x)[0].detach().numpy(), m(x)[0].detach().numpy())
    with pytest.warns(UserWarning, match="num_layers greater than 1, but got dropout=0.5 and num_layers=1"):
        nn.GRU(3, 4, dropout=0.5)


def test_transformer_layers_drop_out_in_training_only() -> None:
    m, x = nn.TransformerEncoderLayer(4, 2, 8, 0.5), numbers("x", (3, 2, 4))
    assert not np.allclose(m(x).detach().numpy(), m(x).detach().numpy())
    m.eval()
    np.testing.assert_array_equal(m(x).detach().numpy(), m(x).detach().numpy())


def test_layers_of_a_stack_are_copies_with_parameters_of_their_own() -> None:
    layer = nn.TransformerEncoderLayer(4, 2, 8, batch_first=True)
    stack = nn.TransformerEncoder(layer, 2)
    first, second = (dict(part.named_parameters()) for part in stack.layers)
    for name, parameter in first.items():
        np.testing.assert_array_equal(parameter.detach().numpy(), second[name].detach().numpy())
        assert parameter is not second[name]
    assert stack.layers[1].self_attn.out_proj.weight.name == "layers.1.self_attn.out_proj.weight"


def test_sines_and_cosines_of_positions() -> None:
    layer = nn.PositionalEncoding(6, dropout=0.0, max_len=10)
    table = layer.pe.numpy()[:, 0]
    for position in (0, 1, 9):
        for i in range(3):
            angle = position / 10000 ** (2 * i / 6)
            np.testing.assert_allclose(table[position, 2 * i : 2 * i + 2], [np.sin(angle), np.cos(angle)], rtol=1e-12)
    x = numbers("x", (4, 2, 6))
    np.testing.assert_allclose(layer(x).numpy(), x + table[:4, None])
    first = nn.PositionalEncoding(6, 0.0, 10, batch_first=True)
    np.testing.assert_allclose(first(x.swapaxes(0, 1)).numpy(), (x + table[:4, None]).swapaxes(0, 1))
    np.testing.assert_allclose(first(x[:, 0]).numpy(), x[:, 0] + table[:4])
    assert nn.PositionalEncoding(5, 0.0, 3).pe.shape == (3, 1, 5)
    assert list(layer.state_dict()) == ["pe"]
    assert not list(layer.parameters())


def test_learned_positions_are_trained() -> None:
    layer = nn.LearnedPositionalEncoding(6, dropout=0.0, max_len=10, batch_first=True)
    layer(numbers("x", (2, 4, 6))).sum().backward()
    want = np.zeros((1, 10, 6))
    want[:, :4] = 2
    np.testing.assert_array_equal(layer.pe.grad.numpy(), want)
    assert 0.01 < nn.LearnedPositionalEncoding(64).pe.detach().numpy().std() < 0.03


def ones(*shape: int) -> Any:
    return ad.as_tensor(np.ones(shape))


REFUSED: dict[str, tuple[Any, str]] = {
    "input": (lambda: nn.LSTM(3, 4)(ones(5, 2, 4)), "LSTM(3, 4) expects (L, N, 3) or (L, 3), got (5, 2, 4)"),
    "input first": (lambda: nn.GRU(3, 4, batch_first=True)(ones(3)), "(3, 4, batch_first=True) expects (N, L, 3)"),
    "state": (
        lambda: nn.GRU(3, 4, 2)(ones(5, 2, 3), ones(1, 2, 4)),
        "GRU(3, 4, num_layers=2) expects a hidden state of shape (2, 2, 4), got (1, 2, 4)",
    ),
    "state without a batch": (lambda: nn.RNN(3, 4)(ones(5, 3), ones(1, 1, 4)), "state of shape (1, 4), got (1, 1, 4)"),
    "no pair": (lambda: nn.LSTM(3, 4)(ones(5, 2, 3), ones(1, 2, 4)), "the state of an LSTM is a pair (h, c), not Tensor"),
    "no pair of a cell": (lambda: nn.LSTMCell(3, 4)(ones(2, 3), ones(2, 4)), "a pair (h, c), not Tensor"),
    "no steps": (lambda: nn.RNN(3, 4)(ones(0, 2, 3)), "expects at least one step, got a sequence of length 0"),
    "path": (
        lambda: nn.Sequential(nn.Linear(3, 5), nn.GRU(4, 2))(ones(5, 2, 3)),
        "1 expects (L, N, 4) or (L, 4), got (5, 2, 5)",
    ),
    "cell": (lambda: nn.GRUCell(3, 4)(ones(2, 4)), "GRUCell(3, 4) expects (N, 3) or (3,), got (2, 4)"),
    "cell's state": (lambda: nn.RNNCell(3, 4)(ones(2, 3), ones(3, 4)), "a hidden state of shape (2, 4) with (2, 3), got (3, 4)"),
    "nonlinearity": (lambda: nn.RNN(3, 4, nonlinearity="sin"), "Unknown nonlinearity 'sin'. Select from 'tanh' or 'relu'."),
    "cell's nonlinearity": (lambda: nn.RNNCell(3, 4, nonlinearity="sin")(ones(2, 3)), "Unknown nonlinearity: sin"),
    "dropout": (lambda: nn.LSTM(3, 4, dropout=2), "dropout should be a number in range [0, 1]"),
    "bias": (lambda: nn.LSTM(3, 4, 1, 1), "bias should be of type bool, got: int"),
    "hidden size": (lambda: nn.LSTM(3, 0), "hidden_size must be greater than zero"),
    "input size": (lambda: nn.LSTM(3.0, 4), "input_size should be of type int, got: float"),
    "layers": (lambda: nn.LSTM(3, 4, 0), "num_layers must be greater than zero"),
    "projection": (lambda: nn.LSTM(3, 4, proj_size=4), "proj_size has to be smaller than hidden_size"),
    "negative projection": (lambda: nn.LSTM(3, 4, proj_size=-1), "proj_size should be a positive integer or zero"),
    "mode": (lambda: nn.RNNBase("SRU", 3, 4), "Unrecognized RNN mode: SRU"),
    "packed input": (
        lambda: nn.LSTM(3, 4)(nn.utils.rnn.pack_sequence([ones(2, 2)])),
        "LSTM(3, 4) expects a packed (…, 3), got (2, 2)",
    ),
    "lengths": (lambda: nn.GRU(3, 4)(ones(5, 2, 3), lengths=[5]), "lengths: 1 lengths for 2 sequences"),
    "long lengths": (lambda: nn.GRU(3, 4)(ones(5, 2, 3), lengths=[5, 6]), "the lengths [5, 6] must be from 0 to 5"),
    "unsorted": (
        lambda: nn.utils.rnn.pack_padded_sequence(ones(3, 2, 1), [1, 3]),
        "the lengths [1, 3] are not sorted in decreasing order in",
    ),
    "empty sequences": (lambda: nn.utils.rnn.pack_padded_sequence(ones(3, 2, 1), [3, 0]), "lengths must be at least 1"),
    "no batch": (lambda: nn.utils.rnn.pack_padded_sequence(ones(3), [3]), "expects (T, N, *)"),
    "no sequences": (lambda: nn.utils.rnn.pad_sequence([]), "received an empty list of sequences"),
    "other sequences": (lambda: nn.utils.rnn.pad_sequence([ones(3, 2), ones(3, 1)]), "expects sequences (L, *) of one kind"),
    "side": (lambda: nn.utils.rnn.pad_sequence([ones(1)], padding_side="top"), "padding_side should be 'right' or 'left'"),
    "total length": (
        lambda: nn.utils.rnn.pad_packed_sequence(nn.utils.rnn.pack_sequence([ones(3)]), total_length=2),
        "total_length=2 and max sequence length being 3",
    ),
    "heads": (lambda: nn.MultiheadAttention(5, 2), "embed_dim=5 must be divisible by num_heads=2"),
    "no heads": (lambda: nn.MultiheadAttention(4, 0), "must be greater than 0, got embed_dim=4 and num_heads=0"),
    "query": (
        lambda: nn.MultiheadAttention(4, 2)(ones(3, 2, 5), ones(3, 2, 5), ones(3, 2, 5)),
        "MultiheadAttention: multi_head_attention expects a query (L, N, 4) or (L, 4), a key (S, N, 4) or (S, 4)",
    ),
    "key and value": (
        lambda: nn.MultiheadAttention(4, 2, batch_first=True)(ones(2, 3, 4), ones(2, 5, 4), ones(2, 4, 4)),
        "expects a query (N, L, 4) or (L, 4), a key (N, S, 4) or (S, 4)",
    ),
    "attention's mask": (
        lambda: nn.MultiheadAttention(4, 2)(*[ones(3, 2, 4)] * 3, attn_mask=np.zeros((2, 2), bool)),
        "expects an attn_mask of shape (3, 3) or (4, 3, 3), got",
    ),
    "padding mask": (
        lambda: nn.MultiheadAttention(4, 2)(*[ones(3, 2, 4)] * 3, np.zeros((3, 2), bool)),
        "expects a key_padding_mask of shape (2, 3), got",
    ),
    "mask of integers": (
        lambda: nn.MultiheadAttention(4, 2)(*[ones(3, 2, 4)] * 3, attn_mask=np.zeros((3, 3), int)),
        "attn_mask: only masks of booleans or floats are supported, got int64",
    ),
    "causal without a mask": (
        lambda: nn.MultiheadAttention(4, 2)(*[ones(3, 2, 4)] * 3, is_causal=True),
        "Need attn_mask if specifying the is_causal hint",
    ),
    "causal with a mask": (
        lambda: F.scaled_dot_product_attention(*[ones(3, 2)] * 3, np.ones((3, 3), bool), is_causal=True),
        "attn_mask must be None where is_causal is set",
    ),
    "products": (
        lambda: F.scaled_dot_product_attention(ones(3, 2), ones(3, 3), ones(3, 2)),
        "expects (…, L, E), (…, S, E) and (…, S, V), got",
    ),
    "inside": (
        lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8), 2)(ones(3, 2, 5)),
        "layers.0.self_attn: multi_head_attention expects a query (L, N, 4)",
    ),
    "transformer": (
        lambda: nn.Transformer(4, 2, 1, 1, 8, batch_first=True)(ones(2, 3, 4), ones(3, 3, 4)),
        "Transformer expects (N, S, 4) and (N, T, 4), got (2, 3, 4) and (3, 3, 4)",
    ),
    "activation": (lambda: nn.TransformerEncoderLayer(4, 2, activation="sin"), "activation should be relu/gelu, not sin"),
    "positions": (
        lambda: nn.PositionalEncoding(4, max_len=5)(ones(6, 2, 4)),
        "expects (L, N, 4) or (L, 4) with L up to 5, got (6, 2, 4)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_bad_input_is_refused_by_name(name: str) -> None:
    call, message = REFUSED[name]
    with pytest.raises((ValueError, TypeError, RuntimeError), match=re.escape(message)):
        call()

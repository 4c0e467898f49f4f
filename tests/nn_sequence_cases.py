"""Recurrent layers and transformers: cases that run with PyTorch and here alike, given the library.

Stored results of PyTorch are in `tests/nn/reference` (`make_sequences.py` makes them); `tests/peers` runs the same live.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np

Shapes = tuple[tuple[int, ...], ...]
Case = tuple[str, str, Shapes]  # what makes the module m, what is called with x, y, w and v, their shapes

PACKED = "[5, 3, 2]"
RECURRENT: dict[str, Case] = {
    "rnn": ("nn.RNN(3, 4)", "m(x)", ((5, 2, 3),)),
    "rnn with relu": ("nn.RNN(3, 4, nonlinearity='relu')", "m(x, y)", ((5, 2, 3), (1, 2, 4))),
    "rnn without bias": ("nn.RNN(3, 4, bias=False)", "m(x, y)", ((5, 2, 3), (1, 2, 4))),
    "rnn deep": ("nn.RNN(3, 2, 3, batch_first=True)", "m(x, y)", ((2, 4, 3), (3, 2, 2))),
    "rnn both ways": ("nn.RNN(3, 2, 2, bidirectional=True)", "m(x, y)", ((4, 2, 3), (4, 2, 2))),
    "rnn without a batch": ("nn.RNN(3, 4)", "m(x, y)", ((5, 3), (1, 4))),
    "rnn packed": ("nn.RNN(3, 2, bidirectional=True)", f"m(rnn.pack_padded_sequence(x, {PACKED}))", ((5, 3, 3),)),
    "lstm": ("nn.LSTM(3, 4)", "m(x)", ((5, 2, 3),)),
    "lstm with states": ("nn.LSTM(3, 4)", "m(x, (y, w))", ((5, 2, 3), (1, 2, 4), (1, 2, 4))),
    "lstm of one step": ("nn.LSTM(3, 4)", "m(x, (y, w))", ((1, 2, 3), (1, 2, 4), (1, 2, 4))),
    "lstm without bias": ("nn.LSTM(3, 2, bias=False)", "m(x)", ((5, 2, 3),)),
    "lstm deep both ways": (
        "nn.LSTM(3, 2, 2, batch_first=True, bidirectional=True)",
        "m(x, (y, w))",
        ((2, 5, 3), (4, 2, 2), (4, 2, 2)),
    ),
    "lstm projected": ("nn.LSTM(3, 4, proj_size=2)", "m(x, (y, w))", ((5, 2, 3), (1, 2, 2), (1, 2, 4))),
    "lstm deep projected": ("nn.LSTM(3, 3, 2, bidirectional=True, proj_size=2)", "m(x)", ((4, 2, 3),)),
    "lstm without a batch": ("nn.LSTM(3, 4)", "m(x, (y, w))", ((5, 3), (1, 4), (1, 4))),
    "lstm without a batch, first": ("nn.LSTM(3, 4, batch_first=True)", "m(x)", ((5, 3),)),
    "lstm packed": (
        "nn.LSTM(3, 2, 2, bidirectional=True)",
        f"m(rnn.pack_padded_sequence(x, {PACKED}), (y, w))",
        ((5, 3, 3), (4, 3, 2), (4, 3, 2)),
    ),
    "lstm packed unsorted": (
        "nn.LSTM(3, 2, batch_first=True)",
        "m(rnn.pack_padded_sequence(x, [2, 5, 3], True, False), (y, w))",
        ((3, 5, 3), (1, 3, 2), (1, 3, 2)),
    ),
    "lstm packed projected": (
        "nn.LSTM(3, 3, bidirectional=True, proj_size=2)",
        f"m(rnn.pack_padded_sequence(x, {PACKED}))",
        ((5, 3, 3),),
    ),
    "lstm padded again": (
        "nn.LSTM(3, 2, batch_first=True)",
        "rnn.pad_packed_sequence(m(rnn.pack_padded_sequence(x, [2, 4, 3], True, False))[0], True, -1.0, 5)",
        ((3, 4, 3),),
    ),
    "gru": ("nn.GRU(3, 4)", "m(x)", ((5, 2, 3),)),
    "gru with a state": ("nn.GRU(3, 4)", "m(x, y)", ((5, 2, 3), (1, 2, 4))),
    "gru without bias": ("nn.GRU(3, 2, bias=False)", "m(x, y)", ((5, 2, 3), (1, 2, 2))),
    "gru deep both ways": (
        "nn.GRU(3, 2, 2, batch_first=True, bidirectional=True)",
        "m(x, y)",
        ((2, 5, 3), (4, 2, 2)),
    ),
    "gru without a batch": ("nn.GRU(3, 4)", "m(x, y)", ((5, 3), (1, 4))),
    "gru packed": (
        "nn.GRU(3, 2, 2, bidirectional=True)",
        "m(rnn.pack_padded_sequence(x, [1, 4, 4], enforce_sorted=False), y)",
        ((4, 3, 3), (4, 3, 2)),
    ),
    "RNNCell": ("nn.RNNCell(3, 4)", "m(x, y)", ((2, 3), (2, 4))),
    "RNNCell with relu": ("nn.RNNCell(3, 4, nonlinearity='relu')", "m(x)", ((2, 3),)),
    "LSTMCell": ("nn.LSTMCell(3, 4)", "m(x, (y, w))", ((2, 3), (2, 4), (2, 4))),
    "LSTMCell twice": ("nn.LSTMCell(3, 4)", "m(y, m(x))", ((2, 3), (2, 3))),
    "LSTMCell without a batch": ("nn.LSTMCell(3, 4, bias=False)", "m(x, (y, w))", ((3,), (4,), (4,))),
    "GRUCell": ("nn.GRUCell(3, 4)", "m(x, y)", ((2, 3), (2, 4))),
    "GRUCell without a batch": ("nn.GRUCell(3, 4, False)", "m(x, y)", ((3,), (4,))),
    "pad_sequence": ("None", "rnn.pad_sequence([x, y, w], True, 2.0)", ((3, 2), (5, 2), (1, 2))),
    "pad_sequence at the left": ("None", "rnn.pad_sequence([x, y], padding_side='left')", ((3, 2), (5, 2))),
    "pack_sequence": ("None", "rnn.pack_sequence([x, y, w], False)", ((3, 2), (5, 2), (1, 2))),
    "unpack_sequence": ("None", "rnn.unpack_sequence(rnn.pack_sequence([x, y], False))", ((3, 2), (5, 2))),
}

CAUSAL = "nn.Transformer.generate_square_subsequent_mask({}, dtype=d)"
PAD = "t([[False, False, True, True], [False, False, False, True]])"
FORBID = "t([[False, True, False, False], [True, False, True, False], [False] * 4])"
ATTENTION: dict[str, Case] = {
    "sdpa": ("None", "F.scaled_dot_product_attention(x, y, w)", ((2, 2, 3, 4), (2, 2, 5, 4), (2, 2, 5, 3))),
    "sdpa causal": (
        "None",
        "F.scaled_dot_product_attention(x, y, w, is_causal=True)",
        ((2, 4, 3), (2, 4, 3), (2, 4, 3)),
    ),
    "sdpa allowed": (
        "None",
        f"F.scaled_dot_product_attention(x, y, w, {FORBID})",
        ((2, 3, 4), (2, 4, 4), (2, 4, 2)),
    ),
    "sdpa with nothing allowed": (
        "None",
        "F.scaled_dot_product_attention(x, y, w, t([[False] * 4, [True] * 4, [True, False, True, False]]))",
        ((2, 3, 4), (2, 4, 4), (2, 4, 2)),
    ),
    "sdpa biased": (
        "None",
        "F.scaled_dot_product_attention(x, y, w, v, scale=0.3)",
        ((2, 3, 4), (2, 4, 4), (2, 4, 2), (3, 4)),
    ),
    "sdpa of grouped heads": (
        "None",
        "F.scaled_dot_product_attention(x, y, w, enable_gqa=True)",
        ((2, 4, 3, 2), (2, 2, 3, 2), (2, 2, 3, 2)),
    ),
    "self-attention": ("nn.MultiheadAttention(4, 2)", "m(x, x, x)", ((3, 2, 4),)),
    "self-attention quick": ("nn.MultiheadAttention(4, 2)", "m(x, x, x, need_weights=False)", ((3, 2, 4),)),
    "self-attention batch first": (
        "nn.MultiheadAttention(4, 2, batch_first=True)",
        "m(x, x, x, average_attn_weights=False)",
        ((2, 3, 4),),
    ),
    "self-attention causal": (
        "nn.MultiheadAttention(4, 2, batch_first=True)",
        f"m(x, x, x, attn_mask={CAUSAL.format(3)}, need_weights=False, is_causal=True)",
        ((2, 3, 4),),
    ),
    "attention to a memory": ("nn.MultiheadAttention(4, 2)", "m(x, y, y)", ((3, 2, 4), (5, 2, 4))),
    "attention of three": (
        "nn.MultiheadAttention(4, 2, bias=False)",
        "m(x, y, w)",
        ((3, 2, 4), (5, 2, 4), (5, 2, 4)),
    ),
    "attention of other sizes": (
        "nn.MultiheadAttention(4, 2, kdim=3, vdim=5, batch_first=True)",
        "m(x, y, w)",
        ((2, 3, 4), (2, 4, 3), (2, 4, 5)),
    ),
    "attention without a batch": ("nn.MultiheadAttention(4, 2)", "m(x, y, y)", ((3, 4), (4, 4))),
    "attention without a batch, masked": (
        "nn.MultiheadAttention(4, 2, batch_first=True)",
        f"m(x, y, y, t([False, False, True, False]), True, {FORBID}, False)",
        ((3, 4), (4, 4)),
    ),
    "attention padded": ("nn.MultiheadAttention(4, 2)", f"m(x, y, y, {PAD})", ((3, 2, 4), (4, 2, 4))),
    "attention padded and masked": (
        "nn.MultiheadAttention(4, 2, batch_first=True)",
        f"m(x, y, y, {PAD}, False, {FORBID})",
        ((2, 3, 4), (2, 4, 4)),
    ),
    "attention masked by numbers": (
        "nn.MultiheadAttention(4, 2)",
        "m(x, y, y, w, True, v)",
        ((3, 2, 4), (4, 2, 4), (2, 4), (4, 3, 4)),
    ),
    "attention with more keys": (
        "nn.MultiheadAttention(4, 2, add_bias_kv=True, add_zero_attn=True)",
        f"m(x, y, y, {PAD}, attn_mask={FORBID})",
        ((3, 2, 4), (4, 2, 4)),
    ),
}

ENCODER = "nn.TransformerEncoderLayer(4, 2, 6, 0.0, {})"
DECODER = "nn.TransformerDecoderLayer(4, 2, 6, 0.0, {})"
TRANSFORMERS: dict[str, Case] = {
    "encoder layer": (ENCODER.format("'relu'"), "m(x)", ((3, 2, 4),)),
    "encoder layer, norm first": (ENCODER.format("'gelu', norm_first=True, batch_first=True"), "m(x)", ((2, 3, 4),)),
    "encoder layer masked": (
        ENCODER.format("F.silu, 1e-3, batch_first=True, bias=False"),
        f"m(x, {CAUSAL.format(4)}, t([[0.0, 0.0, -1.0, 0.5], [0.0, 0.0, 0.0, 1.0]]).to(d))",
        ((2, 4, 4),),
    ),
    "decoder layer": (DECODER.format("'relu'"), "m(x, y)", ((3, 2, 4), (4, 2, 4))),
    "decoder layer masked": (
        DECODER.format("'gelu', norm_first=True, batch_first=True"),
        f"m(x, y, {CAUSAL.format(3)}, {FORBID}, None, {PAD}, True)",
        ((2, 3, 4), (2, 4, 4)),
    ),
    "encoder": (
        f"nn.TransformerEncoder({ENCODER.format('batch_first=True')}, 2, nn.LayerNorm(4), False)",
        f"m(x, src_key_padding_mask={PAD})",
        ((2, 4, 4),),
    ),
    "decoder": (
        f"nn.TransformerDecoder({DECODER.format('')}, 2)",
        f"m(x, y, {CAUSAL.format(3)})",
        ((3, 2, 4), (4, 2, 4)),
    ),
    "transformer": (
        "nn.Transformer(4, 2, 1, 1, 6, 0.0, batch_first=True)",
        f"m(x, y, tgt_mask={CAUSAL.format(3)}, src_key_padding_mask={PAD}, memory_key_padding_mask={PAD})",
        ((2, 4, 4), (2, 3, 4)),
    ),
    "transformer without a batch": (
        "nn.Transformer(4, 2, 1, 1, 6, 0.0, 'gelu', norm_first=True, bias=False)",
        "m(x, y)",
        ((4, 4), (3, 4)),
    ),
}
CASES = {"recurrent": RECURRENT, "attention": ATTENTION, "transformers": TRANSFORMERS}


def numbers(name: str, shape: tuple[int, ...]) -> np.ndarray:
    """Normal numbers that a name determines."""
    return np.random.default_rng(zlib.crc32(name.encode())).normal(size=shape)


def module(library: Any, name: str, made: str, dtype: Any = np.float64) -> Any:
    """The module of a case, its parameters set by their names."""
    m = eval(made, {"nn": library.nn, "F": library.nn.functional})
    if m is not None:
        m.to(getattr(library, np.dtype(dtype).name))
        state = {k: (numbers(f"{name} {k}", tuple(v.shape)) / 2).astype(dtype) for k, v in m.state_dict().items()}
        m.load_state_dict({k: library.as_tensor(v) for k, v in state.items()})
    return m


def called(library: Any, m: Any, expression: str, operands: Any, dtype: Any = np.float64) -> list[Any]:
    """The tensors that a case's call gives, of floats."""
    names = {
        "nn": library.nn, "F": library.nn.functional, "rnn": library.nn.utils.rnn, "t": library.as_tensor,
        "d": getattr(library, np.dtype(dtype).name), "m": m,
    }  # fmt: skip
    return flat(eval(expression, names, dict(zip("xywv", operands, strict=False))))


def flat(found: Any) -> list[Any]:
    """The tensors of floats in nested tuples, lists and packed sequences."""
    if found is None:
        return []
    if isinstance(found, tuple | list):
        return [t for part in found for t in flat(part)]
    return [found] if "float" in str(found.dtype) else []


def results(library: Any, name: str, case: Case, dtype: Any = np.float64) -> list[np.ndarray]:
    """Outputs, their gradients by operands and parameters, and the losses of ten steps of gradient descent."""
    made, expression, shapes = case
    m = module(library, name, made, dtype)
    drawn = [numbers(f"{name} {i}", shape).astype(dtype) for i, shape in enumerate(shapes)]
    operands = [library.tensor(a, requires_grad=True) for a in drawn]
    outputs = called(library, m, expression, operands, dtype)
    loss = sum((z * library.as_tensor(numbers(f"{name} z{i}", tuple(z.shape)).astype(dtype))).sum()
               for i, z in enumerate(outputs))  # fmt: skip
    loss.backward()
    parameters = {} if m is None else dict(m.named_parameters())
    parts = [z.detach().numpy() for z in outputs]
    parts += [np.array(t.grad.numpy()) for t in (*operands, *(parameters[k] for k in sorted(parameters)))]
    if m is not None:
        optimiser, losses = library.optim.SGD(m.parameters(), lr=0.05), []
        for _ in range(10):
            optimiser.zero_grad()
            loss = sum((z * z).mean() for z in called(library, m, expression, operands, dtype))
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
        parts.append(np.array(losses))
    return parts

"""Batches of sequences of different lengths: padded to the longest, or packed step by step. As `torch.nn.utils.rnn`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Self

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.tensor import functions as f
from notebook_ad.tensor import shaping
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import label, place
from notebook_ad.tensor.tensor import Tensor, constant


class _Packed(NamedTuple):
    data: Tensor
    batch_sizes: Tensor
    sorted_indices: Tensor | None
    unsorted_indices: Tensor | None


class PackedSequence(_Packed):
    """Sequences step by step: the first elements of all, longest sequence first, then the second ones, and so on.

    Attributes:
        data: (sum of the lengths, *).
        batch_sizes: how many sequences have each step.
        sorted_indices, unsorted_indices: where the sequences were in the batch, and back; None if they were sorted.
    """

    __slots__ = ()

    def __new__(
        cls,
        data: Any,
        batch_sizes: Any = None,
        sorted_indices: Any = None,
        unsorted_indices: Any = None,
    ) -> Self:
        """From its parts; data may also be the pair (data, batch_sizes)."""
        if batch_sizes is None:
            data, batch_sizes = data
        if unsorted_indices is None:
            unsorted_indices = invert_permutation(sorted_indices)
        return super().__new__(cls, data, batch_sizes, sorted_indices, unsorted_indices)

    def to(self, *args: Any, **kwargs: Any) -> PackedSequence:
        """With the data in another dtype."""
        return PackedSequence(self.data.to(*args, **kwargs), *self[1:])

    def double(self) -> PackedSequence:
        """In float64."""
        return self.to("float64")

    def float(self) -> PackedSequence:
        """In float32."""
        return self.to("float32")

    def cpu(self) -> PackedSequence:
        """Itself: it is on the CPU."""
        return self

    @property
    def is_cuda(self) -> bool:
        """False: there is one device, the CPU."""
        return False


def invert_permutation(permutation: Any) -> Tensor | None:
    """The indices that undo a permutation (n,)."""
    return None if permutation is None else constant(np.argsort(np.asarray(tensor_of(permutation)._value)))


def pack_padded_sequence(
    input: Any,  # noqa: A002 - PyTorch's name
    lengths: Any,
    batch_first: bool = False,
    enforce_sorted: bool = True,
) -> PackedSequence:
    """Take the padding off a batch of sequences.

    Args:
        input: (T, N, *), or (N, T, *) with batch_first.
        lengths: of the sequences, N of them from 1 to T.
        enforce_sorted: the longest is first, the shortest last; with False they come in any order.

    Raises:
        ShapeError: there are more lengths than sequences, or fewer; ValueError: a length is out of range;
        RuntimeError: they are to be sorted, but are not.
    """
    x, held = tensor_of(input), _lengths(lengths)
    if x.ndim < 2:
        raise ShapeError(f"pack_padded_sequence expects (T, N, *), got {label(x)}{place()}")
    steps, batch = (x.shape[1], x.shape[0]) if batch_first else x.shape[:2]
    _check_lengths("pack_padded_sequence", held, batch, steps)
    if held.min() < 1:
        raise ValueError(f"pack_padded_sequence: the lengths must be at least 1, got {held.tolist()}{place()}")
    order = np.arange(batch) if enforce_sorted else np.argsort(-held, kind="stable")
    if np.any(np.diff(held[order]) > 0):
        raise RuntimeError(
            f"pack_padded_sequence: the lengths {held.tolist()} are not sorted in decreasing order{place()}; "
            "sort the batch, or pass enforce_sorted=False"
        )
    inside = np.arange(held.max())[:, None] < held[order]
    at, which = np.nonzero(inside)
    key = (order[which], at) if batch_first else (at, order[which])
    indices = None if enforce_sorted else constant(order)
    return PackedSequence(shaping.index(x, key), constant(inside.sum(1)), indices)


def pad_packed_sequence(
    sequence: PackedSequence,
    batch_first: bool = False,
    padding_value: float = 0.0,
    total_length: int | None = None,
) -> tuple[Tensor, Tensor]:
    """A packed batch as a padded one, (T, N, *) or (N, T, *), and the lengths, in the order before it was packed.

    Raises:
        ValueError: total_length, to which it is to be padded, is shorter than a sequence.
    """
    sizes = _sizes(sequence)
    steps = len(sizes) if total_length is None else total_length
    if steps < len(sizes):
        raise ValueError(
            "Expected total_length to be at least the length of the longest sequence in input, but got "
            f"total_length={total_length} and max sequence length being {len(sizes)}{place()}"
        )
    key, inside = _places(sizes, steps)
    if sequence.unsorted_indices is not None:
        order = np.asarray(sequence.unsorted_indices._value)
        key, inside = key[:, order], inside[:, order]
    lengths = constant(inside.sum(0))
    if batch_first:
        key, inside = key.T, inside.T
    return _filled(shaping.index(sequence.data, key), inside, padding_value), lengths


def pad_sequence(
    sequences: Iterable[Any], batch_first: bool = False, padding_value: float = 0.0, padding_side: str = "right"
) -> Tensor:
    """Sequences (L, *) of different lengths L as one batch (T, N, *), or (N, T, *) with batch_first.

    Raises:
        ShapeError: they differ in other axes too; RuntimeError: there are none; ValueError: the side is unknown.
    """
    held = [tensor_of(s) for s in sequences]
    if not held:
        raise RuntimeError(f"pad_sequence: received an empty list of sequences{place()}")
    if padding_side not in ("left", "right"):
        raise ValueError(f"pad_sequence: padding_side should be 'right' or 'left', got {padding_side!r}{place()}")
    bad = next((s for s in held if s.ndim < 1 or s.shape[1:] != held[0].shape[1:]), None)
    if bad is not None:
        raise ShapeError(
            f"pad_sequence expects sequences (L, *) of one kind, got {label(held[0])} and {label(bad)}{place()}"
        )
    lengths = np.array([s.shape[0] for s in held])
    steps = np.arange(max(lengths.max(), 1))[:, None]
    first = 0 if padding_side == "right" else lengths.max() - lengths
    inside = (steps >= first) & (steps < first + lengths)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    key = np.where(inside, starts + steps - first, 0)[: lengths.max()]
    inside = inside[: lengths.max()]
    if batch_first:
        key, inside = key.T, inside.T
    joined = held[0] if len(held) == 1 else f.concatenate(held, 0)
    return _filled(shaping.index(joined, key), inside, padding_value)


def unpad_sequence(padded_sequences: Any, lengths: Any, batch_first: bool = False) -> list[Tensor]:
    """A padded batch as a list of its sequences (L, *)."""
    x, held = tensor_of(padded_sequences), _lengths(lengths)
    steps, batch = (x.shape[1], x.shape[0]) if batch_first else x.shape[:2]
    _check_lengths("unpad_sequence", held, batch, steps)
    return [shaping.index(x, (i, slice(n)) if batch_first else (slice(n), i)) for i, n in enumerate(held.tolist())]


def pack_sequence(sequences: Sequence[Any], enforce_sorted: bool = True) -> PackedSequence:
    """Sequences (L, *), the longest first unless enforce_sorted is False, as a packed batch."""
    held = [tensor_of(s) for s in sequences]
    return pack_padded_sequence(pad_sequence(held), [s.shape[0] for s in held], enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Tensor]:
    """A packed batch as a list of its sequences (L, *)."""
    return unpad_sequence(*pad_packed_sequence(packed_sequences, batch_first=True), batch_first=True)


def padded(sequence: PackedSequence) -> tuple[Tensor, np.ndarray]:
    """The data (T, N, *) in the packed order, each sequence going on with its last element, and where it has not ended."""
    sizes = _sizes(sequence)
    key, inside = _places(sizes, len(sizes))
    return shaping.index(sequence.data, key), inside[:, :, None]


def repacked(outputs: Tensor, like: PackedSequence) -> PackedSequence:
    """What `padded` gave, after a layer, packed again."""
    sizes = _sizes(like)
    data = shaping.index(outputs, np.nonzero(_places(sizes, len(sizes))[1]))
    return PackedSequence(data, *like[1:])


def lengths_of(lengths: Any, batch: int, steps: int) -> np.ndarray:
    """Where the sequences of a batch have not ended: (T, N, 1).

    Raises:
        ShapeError: there are more lengths than sequences, or fewer; ValueError: a length is out of range.
    """
    held = _lengths(lengths)
    _check_lengths("lengths", held, batch, steps)
    return (np.arange(steps)[:, None] < held)[:, :, None]


def _sizes(sequence: PackedSequence) -> np.ndarray:
    return np.asarray(tensor_of(sequence.batch_sizes)._value).astype(np.int64)


def _places(sizes: np.ndarray, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Where in the data each step of each sequence is (beyond its end that of its last), and where it has not ended."""
    lengths = (sizes[:, None] > np.arange(sizes[0])).sum(0)
    at = np.arange(steps)[:, None]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return starts[np.minimum(at, lengths - 1)] + np.arange(sizes[0]), at < lengths


def _filled(x: Tensor, inside: np.ndarray, value: float) -> Tensor:
    mask = inside.reshape(inside.shape + (1,) * (x.ndim - 2))
    if mask.all():
        return x
    if x.dtype.kind in "iub":
        return constant(np.where(mask, np.asarray(x._value), np.asarray(value).astype(x.dtype)))
    return f.where(mask, x, value)


def _lengths(lengths: Any) -> np.ndarray:
    held = np.asarray(lengths._value if isinstance(lengths, Tensor) else lengths)
    return held.astype(np.int64).reshape(-1)


def _check_lengths(function: str, lengths: np.ndarray, batch: int, steps: int) -> None:
    if len(lengths) != batch:
        raise ShapeError(f"{function}: {len(lengths)} lengths for {batch} sequences{place()}")
    if batch and (lengths.max() > steps or lengths.min() < 0):
        raise ValueError(f"{function}: the lengths {lengths.tolist()} must be from 0 to {steps}{place()}")

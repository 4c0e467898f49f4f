"""Lookup tables."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.nn import init
from notebook_ad.nn.functions import linear as f
from notebook_ad.nn.module import Module
from notebook_ad.nn.parameter import Parameter
from notebook_ad.tensor.creation import empty
from notebook_ad.tensor.inplace import rebind
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.tensor import Tensor


class Embedding(Module):
    """A vector for each of num_embeddings indices: (…) gives (…, embedding_dim). As `torch.nn.Embedding`.

    Args:
        padding_idx: this index has the vector 0, which is not trained.
        max_norm: vectors that are looked up and longer are shortened to this norm.
        scale_grad_by_freq: divide a vector's gradient by how often it was looked up.
        sparse: the weight's gradient holds the rows looked up only, and takes memory in proportion to them; SGD, Adagrad
            and SparseAdam change no other rows. The numbers are the same.

    Attributes:
        weight: (num_embeddings, embedding_dim), drawn from the standard normal distribution.
    """

    weight: Parameter

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Any = None,
        _freeze: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        if padding_idx is not None:
            if not -num_embeddings <= padding_idx < num_embeddings:
                raise ValueError(f"padding_idx must be within num_embeddings={num_embeddings}, not {padding_idx}")
            padding_idx %= num_embeddings
        self.padding_idx, self.max_norm, self.norm_type = padding_idx, max_norm, norm_type
        self.scale_grad_by_freq, self.sparse = scale_grad_by_freq, sparse
        if _weight is None:
            self.weight = Parameter(empty(num_embeddings, embedding_dim, device=device, dtype=dtype), not _freeze)
            self.reset_parameters()
        else:
            given = tensor_of(_weight)
            if given.shape != (num_embeddings, embedding_dim):
                raise ValueError(f"the weight has shape {given.shape}, not ({num_embeddings}, {embedding_dim})")
            self.weight = Parameter(given, not _freeze)

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Any,
        freeze: bool = True,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
    ) -> Embedding:
        """With given vectors, (num_embeddings, embedding_dim), which are not trained unless `freeze` is False.

        Raises:
            ValueError: they are no matrix.
        """
        given = tensor_of(embeddings)
        if given.ndim != 2:
            raise ValueError(f"Embeddings parameter is expected to be 2-dimensional, got shape {given.shape}")
        rows, columns = given.shape
        return cls(rows, columns, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse, given, freeze)

    def reset_parameters(self) -> None:
        """Draw the vectors anew; that of the padding is 0."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            values = np.array(self.weight._value)
            values[self.padding_idx] = 0
            rebind(self.weight, values)

    def forward(self, input: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """Look up."""
        return f.embedding(
            input, self.weight, self.padding_idx, self.max_norm, self.norm_type, self.scale_grad_by_freq, self.sparse
        )

    def extra_repr(self) -> str:
        """Sizes, and options that are set."""
        parts = [f"{self.num_embeddings}, {self.embedding_dim}"]
        if self.padding_idx is not None:
            parts.append(f"padding_idx={self.padding_idx}")
        if self.max_norm is not None:
            parts.append(f"max_norm={self.max_norm}")
        if self.norm_type != 2:
            parts.append(f"norm_type={self.norm_type}")
        if self.scale_grad_by_freq is not False:
            parts.append(f"scale_grad_by_freq={self.scale_grad_by_freq}")
        if self.sparse is not False:
            parts.append("sparse=True")
        return ", ".join(parts)

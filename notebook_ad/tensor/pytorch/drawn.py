"""PyTorch's methods that fill a tensor with random numbers, and samples from given probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.tensor.dtypes import SMOOTH
from notebook_ad.tensor.facts import value_of
from notebook_ad.tensor.inplace import taken
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.random import draw
from notebook_ad.tensor.tensor import Tensor, constant


def uniform_(self: Any, from_: float = 0.0, to: float = 1.0, *, generator: Any = None, **named: Any) -> Tensor:
    """Fill with numbers from [from, to); `from=` is a word of Python's, so it stands in `**{"from": a}` or comes first."""
    low = named.pop("from", from_)
    if named or low > to:
        raise TypeError(f"uniform_() takes from and to, from ≤ to{place()}; not {low}, {to}{''.join(named)}")
    return taken(self, lambda: draw(lambda rng: rng.uniform(low, to, self.shape), generator), "uniform_()")


def normal_(self: Any, mean: float = 0.0, std: float = 1.0, *, generator: Any = None) -> Tensor:
    """Fill with numbers of a normal distribution."""
    return taken(self, lambda: draw(lambda rng: rng.normal(mean, std, self.shape), generator), "normal_()")


def exponential_(self: Any, lambd: float = 1.0, *, generator: Any = None) -> Tensor:
    """Fill with numbers of an exponential distribution of this rate."""
    return taken(self, lambda: draw(lambda rng: rng.exponential(1 / lambd, self.shape), generator), "exponential_()")


def bernoulli_(self: Any, p: Any = 0.5, *, generator: Any = None) -> Tensor:
    """Fill with 1 with probability p, else 0."""
    return taken(self, lambda: draw(lambda rng: rng.random(self.shape) < value_of(p), generator), "bernoulli_()")


def bernoulli(self: Any, *, generator: Any = None) -> Tensor:
    """1 with the probability that the element is, else 0; without a gradient.

    Raises:
        ValueError: an element is no probability.
    """
    p = np.asarray(value_of(tensor_of(self)))
    if not np.all((p >= 0) & (p <= 1)):
        raise ValueError(f"bernoulli() takes probabilities, from 0 to 1{place()}")
    dtype = p.dtype if p.dtype in SMOOTH else np.dtype(float)
    return constant(draw(lambda rng: rng.random(p.shape) < p, generator).astype(dtype))


def multinomial(self: Any, num_samples: int, replacement: bool = False, *, generator: Any = None) -> Tensor:
    """Indices drawn with these weights, (n,) or (rows, n), each row apart: (num_samples,) or (rows, num_samples).

    Raises:
        ValueError: the shape or the weights do not fit, or there are fewer than `num_samples` without replacement.
    """
    weights = np.asarray(value_of(tensor_of(self)), float)
    if weights.ndim not in (1, 2) or np.any(weights < 0) or np.any(weights.sum(-1) <= 0):
        raise ValueError(
            f"multinomial() takes weights (n,) or (rows, n), not negative and not all 0{place()}; these have shape "
            f"{weights.shape}"
        )
    if not replacement and np.any(np.count_nonzero(weights, -1) < num_samples):
        raise ValueError(f"multinomial(): {num_samples} samples of fewer{place()}; pass replacement=True")

    def sample(rng: np.random.Generator) -> np.ndarray:
        rows = [
            rng.choice(len(w), num_samples, replacement, w / w.sum()) for w in weights.reshape(-1, weights.shape[-1])
        ]
        return np.array(rows, np.int64).reshape(*weights.shape[:-1], num_samples)

    return constant(draw(sample, generator))


METHODS = (uniform_, normal_, exponential_, bernoulli_, bernoulli, multinomial)

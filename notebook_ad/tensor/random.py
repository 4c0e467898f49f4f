"""Random numbers: one shared generator, which `manual_seed` begins anew, and generators of the user's own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.tensor.devices import device as device_named


class Generator:
    """A source of random numbers, as `torch.Generator`; its numbers are NumPy's, not PyTorch's."""

    def __init__(self, device: Any = "cpu") -> None:
        device_named(device)
        self._seed, self._lock = 0, threading.Lock()
        self.manual_seed(int(np.random.SeedSequence().entropy) % 2**63)  # type: ignore[arg-type]

    def manual_seed(self, seed: int) -> Generator:
        """Begin anew from a seed."""
        self._seed = int(seed)
        self._numbers = np.random.default_rng(self._seed % 2**64)
        return self

    def initial_seed(self) -> int:
        """The seed it began from."""
        return self._seed

    def seed(self) -> int:
        """Begin anew from a seed of the system's, and give it."""
        return self.manual_seed(Generator().initial_seed()).initial_seed()

    def draw(self, what: Callable[[np.random.Generator], Any]) -> Any:
        """Numbers drawn by `what`, one thread at a time."""
        with self._lock:
            return what(self._numbers)

    def get_state(self) -> dict[str, Any]:
        """Where it stands: NumPy's state of the bit generator, and the seed; for `set_state` and checkpoints."""
        with self._lock:
            return {"seed": self._seed, "numbers": self._numbers.bit_generator.state}

    def set_state(self, state: dict[str, Any]) -> Generator:
        """Go on from where `get_state` was asked."""
        with self._lock:
            self._numbers.bit_generator.state = state["numbers"]
            self._seed = int(state["seed"])
        return self


default_generator = Generator()


def draw(what: Callable[[np.random.Generator], Any], generator: Any = None) -> Any:
    """Numbers drawn by `what` from a generator: a `Generator`, a NumPy one, or the shared one where it is None.

    Raises:
        TypeError: the generator is neither.
    """
    if generator is None:
        return default_generator.draw(what)
    if isinstance(generator, Generator):
        return generator.draw(what)
    if isinstance(generator, np.random.Generator):
        return what(generator)
    raise TypeError(
        f"generator must be ad.Generator or numpy.random.Generator, not {type(generator).__name__}; "
        "np.random.default_rng(seed) makes one"
    )


def manual_seed(seed: int) -> Generator:
    """Seed the shared generator: rand(), initial weights, dropout, shuffling. The numbers are not `torch.manual_seed`'s."""
    return default_generator.manual_seed(seed)


def seed() -> int:
    """Seed the shared generator from the system, and give the seed."""
    return default_generator.seed()


def initial_seed() -> int:
    """The seed that the shared generator began from."""
    return default_generator.initial_seed()


def get_rng_state() -> dict[str, Any]:
    """Where the shared generator stands."""
    return default_generator.get_state()


def set_rng_state(state: dict[str, Any]) -> None:
    """Have the shared generator go on from a state that `get_rng_state` gave."""
    default_generator.set_state(state)

"""The shared generator: seeds repeat, its state can be kept, others can be given."""

from __future__ import annotations

import numpy as np
import pytest

import notebook_ad as ad


def test_a_seed_repeats_everything_that_is_drawn() -> None:
    made = []
    for _ in range(2):
        ad.manual_seed(5)
        made.append(
            [ad.randn(3).tolist(), ad.randperm(5).tolist(), ad.randint(0, 9, (4,)).tolist(), ad.rand(2).tolist()]
        )
    assert made[0] == made[1]
    assert ad.initial_seed() == 5


def test_a_state_goes_on_where_it_was_taken() -> None:
    ad.manual_seed(1)
    ad.rand(3)
    state = ad.get_rng_state()
    first = ad.rand(3).tolist()
    ad.manual_seed(2)
    ad.set_rng_state(state)
    assert ad.rand(3).tolist() == first
    assert ad.initial_seed() == 1


def test_numpys_generators_can_be_given() -> None:
    assert ad.rand(3, generator=np.random.default_rng(3)).tolist() == np.random.default_rng(3).random(3).tolist()
    own = ad.Generator().manual_seed(3)
    assert ad.rand(3, generator=own).tolist() == np.random.default_rng(3).random(3).tolist()
    with pytest.raises(TypeError, match=r"generator must be ad\.Generator or numpy\.random\.Generator, not int"):
        ad.rand(3, generator=3)

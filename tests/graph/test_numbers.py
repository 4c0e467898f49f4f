import math

import numpy as np
import pytest

from notebook_ad.graph import numbers
from notebook_ad.graph.model import Sparse


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-6.0, "−6"),
        (0.0, "0"),
        (-0.0, "0"),
        (1 / 3, "0.3333"),
        (12345.0, "1.234e4"),
        (1000, "1000"),
        (1.5e-9, "1.5e−9"),
        (-3e7, "−3e7"),
        (math.nan, "NaN"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (True, "True"),
        (10**400, "1e400"),
        (5e-324, "4.941e−324"),
        (np.float32(0.1), "0.1"),
    ],
)
def test_short_numbers_have_four_digits_and_a_true_minus(value, text):
    assert numbers.short(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-6.0, "−6"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e300, "1e300"),
        (-1e-300, "−1e−300"),
        (math.inf, "∞"),
        (7, "7"),
        (np.array([1.5, -2.0]), "[ 1.5 −2. ]"),
    ],
)
def test_full_numbers_keep_every_digit(value, text):
    assert numbers.full(value) == text


def test_an_array_is_summed_up_by_its_norm():
    assert numbers.summary(np.array([3.0, -4.0])) == "‖5‖"
    assert numbers.summary(np.array([[True, False]])) == "‖1‖"
    assert numbers.summary(np.zeros((0, 3))) == "‖0‖"


def test_norms_neither_overflow_nor_underflow():
    assert numbers.norm(np.array([3e200, 4e200])) == pytest.approx(5e200)
    assert numbers.norm(np.array([3e-200, 4e-200])) == pytest.approx(5e-200)
    assert math.isnan(numbers.norm(np.array([1.0, math.nan, math.inf])))
    assert numbers.norm(np.array([1.0, -math.inf])) == math.inf


def test_a_sparse_contribution_adds_up_what_falls_on_one_position():
    sparse = Sparse((3,), np.array([1, 1]), np.array([1.0, 2.0]))
    assert numbers.norm(sparse) == 3.0
    assert numbers.norm(Sparse((3,), np.array([], dtype=int), np.array([]))) == 0.0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        (0.0, "0 ⊘"),
        (-0.0, "0 ⊘"),
        (math.nan, "NaN ⚠"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (1e-9, "1e−9 ↓"),
        (3e7, "3e7 ↑"),
        (-2.0, "−2"),
        (np.zeros(3), "‖0‖ ⊘"),
        (np.array([1.0, math.nan]), "‖NaN‖ ⚠"),
    ],
)
def test_states_of_a_gradient_are_told_apart_by_text(value, text):
    assert numbers.gradient(value) == text


@pytest.mark.parametrize(("now", "before", "text"), [(-4.0, 2.0, "−2 = −4+2"), (1.0, -3.0, "−2 = 1−3")])
def test_an_accumulated_gradient_says_what_was_there_before(now, before, text):
    assert numbers.gradient(now, before) == text


def test_terms_are_signed_and_capped():
    assert numbers.terms([1.0, 4.0], 5.0) == "Σ 1 + 4 = 5"
    assert numbers.terms([1.0, -1.0], 0.0) == "Σ 1 − 1 = 0"
    assert numbers.terms([1.0] * 7, 7.0) == "Σ 1 + 1 + 1 + 1 + … (7 terms) = 7"
    assert numbers.terms([1.5e-12] * 7, 1e-11) == "Σ 1.5e−12 + … (7 terms) = 1e−11"
    assert numbers.terms([np.ones(4), np.ones(4)], np.full(4, 2.0)) == "Σ ‖2‖ ⊕ ‖2‖ = ‖4‖"

"""Long expressions are cut so that every bracket closes, and numbers below 0 read as people write them."""

from __future__ import annotations

import random

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.graph.expression import expression as written
from notebook_ad.graph.expression import number
from notebook_ad.graph.shorten import shortened


def balanced(text: str) -> bool:
    depth: list[str] = []
    for char in text:
        if char in "([":
            depth.append(char)
        elif char in ")]" and (not depth or depth.pop() != {")": "(", "]": "["}[char]):
            return False
    return not depth


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("a·w + b", 40, "a·w + b"),
        ("sigmoid(w[3]·sigmoid(w[2]·sigmoid(x) + b) + b)", 40, "sigmoid(w[3]·sigmoid(…) + b)"),
        ("stack(z[0], z[1], z[2], z[3], z[4], z[5], z[6])", 40, "stack(z[0], z[1], z[2], …, z[5], z[6])"),
        ("aa·bb + cc·dd + ee·ff + gg·hh + ii·jj + kk·ll", 40, "aa·bb + cc·dd + ee·ff + … + kk·ll"),
        ("|aaaaaa + bbbbbbb| + |cccccc + ddddddddd| + |eee|", 40, "|…| + |cccccc + ddddddddd| + |eee|"),
        ("a_very_long_name_indeed_of_a_variable_so_long²", 40, "a_very_long_name_ind … ble_so_long²"),
    ],
)
def test_what_is_left_out_stood_between_brackets_or_terms(text: str, limit: int, short: str) -> None:
    assert shortened(text, limit) == short


def test_brackets_close_in_shortened_expressions_of_any_form() -> None:
    draw = random.Random(0)

    def made(depth: int) -> str:
        if depth == 0:
            return draw.choice(["x", "w[3]", "bias", "a_rather_long_name", "−1", "p[0, 1]"])
        parts = [made(depth - 1) for _ in range(draw.randint(1, 4))]
        return draw.choice(["({})", "tanh({})", "|{}|", "{}"]).format(
            draw.choice([" + ", "·", ", ", " @ "]).join(parts)
        )

    for _ in range(3000):
        text, limit = made(draw.randint(1, 5)), draw.choice([12, 22, 40])
        short = shortened(text, limit)
        assert balanced(short), (text, short)
        assert len(short) <= limit, (text, short)


def test_labels_of_a_deep_chain_have_balanced_brackets() -> None:
    w, b, h = (ad.tensor(v, name=k) for k, v in {"w": 2.0, "b": -1.0, "h": 1.0}.items())
    for _ in range(8):
        h = ad.sigmoid(h * w + b)
    g = ad.graph(h)
    texts = [g.expression(node.id) for node in g.nodes] + g.derivation()
    assert all(map(balanced, texts))
    assert any("sigmoid(…)" in text for text in texts)


def test_a_number_below_zero_is_taken_away_or_stands_in_brackets() -> None:
    x, negative = ("x", 3), number("−1")
    assert written("add", "+", [x, negative])[0] == "x − 1"
    assert written("sub", "−", [x, negative])[0] == "x − (−1)"
    assert written("mul", "×", [x, negative])[0] == "x·(−1)"
    assert written("mul", "×", [negative, x])[0] == "−1·x"
    assert written("add", "+", [x, written("mul", "×", [number("−2"), x])])[0] == "x − 2·x"
    assert written("add", "+", [x, written("neg", "−", [x])])[0] == "x + (−x)"
    assert written("pow", "^", [negative, x])[0] == "(−1)^x"


def test_a_constant_below_zero_reads_so_in_the_steps() -> None:
    x = ad.tensor(np.float64(3.0), name="x")
    g = ad.graph((x + -1.0) * 2.0)
    assert any("(x − 1)" in line for line in g.derivation())

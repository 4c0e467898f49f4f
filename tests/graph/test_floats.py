"""Programs of plain floats give the numbers that tensors give, bit by bit."""

from __future__ import annotations

import math
import struct
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.graph.floats import floats
from notebook_ad.graph.recorded import replay_of
from notebook_ad.graph.replay import Replay
from notebook_ad.graph.snapshot import graph_and_places


def replayed(t: ad.Tensor) -> Replay:
    graph, ids = graph_and_places(t, None, "", (), {})
    found = replay_of(t, graph, ids)
    assert found is not None
    return found


def leaves(**values: Any) -> list[ad.Tensor]:
    return [ad.tensor(value, name=name) for name, value in values.items()]


def bits(x: Any) -> bytes:
    return struct.pack("<d", math.nan if math.isnan(float(x)) else float(x))


@pytest.mark.parametrize("a", [0.5, 0.0, -0.0, -2.0, 800.0, 1e-320, math.inf, math.nan])
@pytest.mark.parametrize("b", [3.0, 0.0, -1.5])
def test_every_number_is_the_one_of_the_tensors(a: float, b: float) -> None:
    x, y = leaves(x=1.5, y=0.5)
    output = ad.exp(x) / y + ad.tanh(x * y) ** 2 - ad.log(x) * ad.sqrt(x) + ad.relu(y - x) + ad.sigmoid(x) ** y
    replay = replayed(output)
    program = floats(replay.program)
    assert program is not None
    moved = {leaf.id: value for leaf, value in zip(replay.graph.leaves, (a, b), strict=True)}
    slow = replace(replay)
    object.__setattr__(slow, "_floats", None)
    with np.errstate(all="ignore"):
        wanted = slow.value(moved)
    assert bits(replay.value(moved)[0]) == bits(wanted[0])
    assert replay.value(moved)[1] is wanted[1]
    assert bits(program(moved)[replay.output]) == bits(wanted[0])
    assert bits(replay(moved)[0].nodes[replay.graph.output].value) == bits(wanted[0])


def test_arrays_and_other_dtypes_are_left_to_the_tensors() -> None:
    (x,) = leaves(x=np.ones(3))
    assert floats(replayed(x.sum() * 2.0).program) is None
    (single,) = leaves(x=np.float32(2.0))
    assert floats(replayed(single * single).program) is None

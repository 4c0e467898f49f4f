"""Random programs with reuse: every derivative against central differences, the modes against each other, second order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fuzz import Program, assert_each, program, shrunk

import notebook_ad as ad

PROGRAMS, SECOND, GROUPS = 300, 50, 10


def directions(p: Program) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(p.seed + 1)
    return tuple(rng.normal(size=x.shape) for x in p.leaves)


def inner(a: Any, b: Any) -> float:
    return float(sum(np.sum(np.asarray(x) * np.asarray(y)) for x, y in zip(a, b, strict=True)))


def slope(f: Any, p: Program, v: Any, step: float = 1e-6) -> Any:
    above, below = (f(*(x + s * step * d for x, d in zip(p.leaves, v, strict=True))) for s in (1, -1))
    return (np.asarray(above) - np.asarray(below)) / (2 * step)


def far(name: str, got: Any, want: Any, scale: float, tolerance: float) -> str | None:
    distance = float(np.max(np.abs(np.asarray(got) - np.asarray(want)), initial=0.0))
    return None if distance <= tolerance * max(1.0, scale) else f"{name}: {got} instead of {want}"


def first_order(p: Program) -> str | None:
    every = tuple(range(len(p.leaves)))
    v = directions(p)
    value, gradients = ad.value_and_grad(p.ours, every)(*p.leaves)
    moved = inner(gradients, v)
    tensors = [ad.tensor(x) for x in p.leaves]
    p.ours(*tensors).backward()
    swept = [t.grad.numpy() for t in tensors]
    _, tangent = ad.jvp(p.ours, p.leaves, v)
    scale = float(sum(np.sum(np.abs(g)) for g in gradients))
    return (
        far("value", value, p.ours(*p.leaves), abs(value), 1e-13)
        or far("reverse against central differences", moved, slope(p.ours, p, v), scale, 1e-5)
        or far("forward against reverse", tangent, moved, scale, 1e-10)
        or far("backward() against grad", inner(swept, v), moved, scale, 1e-10)
    )


def second_order(p: Program) -> str | None:
    every = tuple(range(len(p.leaves)))
    v = directions(p)

    def along(*xs: Any) -> Any:
        return sum(np.sum(g * d) for g, d in zip(ad.grad(p.ours, every)(*xs), v, strict=True))

    want = slope(along, p, v)
    twice = inner(ad.grad(along, every)(*p.leaves), v)
    scale = float(sum(np.sum(np.abs(g)) for g in ad.grad(along, every)(*p.leaves)))
    mixed = inner(ad.hvp(p.ours, p.leaves, v), v)
    forward = ad.jvp(lambda *xs: ad.jvp(p.ours, xs, v)[1], p.leaves, v)[1]
    return (
        far("reverse over reverse against central differences", twice, want, scale, 1e-4)
        or far("forward over reverse against reverse over reverse", mixed, twice, scale, 1e-9)
        or far("forward over forward against reverse over reverse", forward, twice, scale, 1e-9)
    )


@pytest.mark.parametrize("group", range(GROUPS))
def test_gradients_of_random_programs_are_their_slopes(group: int) -> None:
    assert_each(range(group, PROGRAMS, GROUPS), first_order)


@pytest.mark.parametrize("group", range(GROUPS))
def test_second_derivatives_of_random_programs_are_slopes_of_gradients(group: int) -> None:
    assert_each(range(1000 + group, 1000 + SECOND, GROUPS), second_order)


def test_a_seed_gives_one_program() -> None:
    assert str(program(3)) == str(program(3)) != str(program(4))


def test_a_failing_program_is_shrunk_to_what_fails() -> None:
    failing = next(p for p in map(program, range(100)) if sum(i.name == "sin" for i in p.instructions))
    small = shrunk(failing, lambda p: any(i.name == "sin" for i in p.instructions))
    needed = [i for i in small.instructions if i.name != "sin"]
    assert len(small.instructions) - len(needed) == 1
    assert all(i.at in small.instructions[-1].operands or len(needed) > 1 for i in needed)


def test_a_planted_fault_is_found_with_its_seed_and_program() -> None:
    def faulty(p: Program) -> str | None:
        return "wrong" if any(i.name == "tanh" for i in p.instructions) else None

    with pytest.raises(AssertionError, match=r"(?s)wrong.*seed \d+\nr0 = np.array.*tanh\(r\d+\)"):
        assert_each(range(100), faulty)

"""Random programs: straight-line code on numbered registers with reuse, and a shrinker for those that fail.

A program is found again by its seed. No hypothesis: 2,000 programs in a run of their own, shrunk by dropping instructions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from fuzz_operations import OPERATIONS

SHAPES = ((), (), (3,), (4,), (1,), (2, 3), (3, 3), (3, 1), (1, 4), (2, 3, 3), (2, 1, 3))
LARGEST = 50.0
MOST = 200  # elements of a register


@dataclass(frozen=True)
class Instruction:
    """One register from others; `at` is its number."""

    at: int
    name: str
    operands: tuple[int, ...]
    options: dict[str, Any]

    def __str__(self) -> str:
        given = [f"r{i}" for i in self.operands] + [f"{k}={v!r}" for k, v in self.options.items()]
        return f"r{self.at} = {self.name}({', '.join(given)})"


@dataclass(frozen=True)
class Program:
    """Leaves are the registers 0, 1, …; every register takes part in the result, so paths are many."""

    seed: int
    leaves: tuple[np.ndarray, ...]
    instructions: tuple[Instruction, ...]

    def ours(self, *leaves: Any) -> Any:
        """The scalar, of arrays or of tensors, in NumPy's calls."""
        return self._run(leaves, lambda op, xs, options: OPERATIONS[op].ours(*xs, **options))

    def theirs(self, torch: Any, *leaves: Any) -> Any:
        """The scalar in PyTorch's calls."""
        return self._run(leaves, lambda op, xs, options: OPERATIONS[op].theirs(torch, *xs, **options))

    def shapes(self) -> dict[int, tuple[int, ...]]:
        """The shape of each register."""
        registers = dict(enumerate(self.leaves))
        for i in self.instructions:
            registers[i.at] = np.asarray(OPERATIONS[i.name].ours(*(registers[o] for o in i.operands), **i.options))
        return {at: r.shape for at, r in registers.items()}

    def _run(self, leaves: Sequence[Any], call: Callable[..., Any]) -> Any:
        registers = dict(enumerate(leaves))
        for i in self.instructions:
            registers[i.at] = call(i.name, [registers[o] for o in i.operands], i.options)
        total, *parts = [(0.1 * r * r + 0.3 * r).sum() for r in registers.values()]
        for part in parts:
            total = total + part
        return total

    def __str__(self) -> str:
        arrays = [f"r{i} = np.array({x.tolist()})" for i, x in enumerate(self.leaves)]
        return "\n".join([f"seed {self.seed}", *arrays, *map(str, self.instructions)])


def program(seed: int, most: int = 14) -> Program:
    """The program of a seed: up to 14 instructions on one to three leaves; registers stay finite and moderate."""
    rng = np.random.default_rng(seed)
    leaves = tuple(
        np.asarray(rng.normal(size=SHAPES[rng.integers(len(SHAPES))])) for _ in range(rng.integers(1, 4))
    )  # fmt: skip
    registers = list(leaves)
    instructions: list[Instruction] = []
    names = list(OPERATIONS)
    for _ in range(rng.integers(2, most + 1)):
        name = names[rng.integers(len(names))]
        choice = OPERATIONS[name].choose(rng, [r.shape for r in registers])
        if choice is None:
            continue
        operands, options = choice
        with np.errstate(all="ignore"):
            value = np.asarray(OPERATIONS[name].ours(*(registers[i] for i in operands), **options))
        if (
            not value.size
            or value.size > MOST
            or value.ndim > 4
            or not np.all(np.abs(value) < LARGEST)
            or _kinked(name, value)
        ):
            continue
        instructions.append(Instruction(len(registers), name, tuple(operands), options))
        registers.append(value)
    return Program(seed, leaves, tuple(instructions))


def _kinked(name: str, value: np.ndarray) -> bool:
    """Whether the next operation could stand at a kink where conventions differ: several equal elements, a zero norm."""
    return name in ("norm", "std") and bool(np.any(value < 1e-3))


def shrunk(failing: Program, fails: Callable[[Program], bool]) -> Program:
    """A program that fails too, and from which no instruction can be dropped (with what depends on it, or bypassed)."""
    at = len(failing.instructions) - 1
    while at >= 0:
        for smaller in _smaller(failing, failing.instructions[at].at):
            if fails(smaller):
                failing = smaller
                break
        at = min(at, len(failing.instructions)) - 1
    return failing


def _smaller(p: Program, register: int) -> Iterator[Program]:
    yield _without(p, register)
    shapes = p.shapes()
    for other in range(register):
        if shapes.get(other) == shapes[register]:
            swapped = [
                replace(i, operands=tuple(other if o == register else o for o in i.operands)) for i in p.instructions
            ]
            yield _without(replace(p, instructions=tuple(swapped)), register)


def _without(p: Program, register: int) -> Program:
    gone = {register}
    kept = []
    for i in p.instructions:
        if i.at in gone or gone & set(i.operands):
            gone.add(i.at)
        else:
            kept.append(i)
    return replace(p, instructions=tuple(kept))


def assert_each(seeds: Sequence[int], trouble: Callable[[Program], str | None]) -> None:
    """Fail with the seed and the shrunk program of the first in which `trouble` finds some."""
    for seed in seeds:
        p = program(seed)
        if (said := trouble(p)) is not None:
            small = shrunk(p, lambda q: trouble(q) is not None)
            raise AssertionError(f"{said}\nshrunk to {trouble(small)}\n{small}")

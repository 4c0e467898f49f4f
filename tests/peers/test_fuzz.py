"""2,000 random programs: values and all gradients as PyTorch's in float64, to 1e-9 relative."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from fuzz import Program, assert_each

import notebook_ad as ad

PROGRAMS, GROUPS = 2000, 20


def differs(p: Program) -> str | None:
    theirs = [torch.tensor(x, requires_grad=True) for x in p.leaves]
    expected = p.theirs(torch, *theirs)
    expected.backward()
    ours = [ad.tensor(x) for x in p.leaves]
    value = p.ours(*ours)
    value.backward()
    if not close(value.detach().value, expected.detach().numpy()):
        return f"value {value.detach().value} instead of {expected.item()}"
    for i, (t, x) in enumerate(zip(theirs, ours, strict=True)):
        if not close(x.grad.numpy(), t.grad.numpy()):
            return f"gradient of r{i}: {x.grad.numpy().tolist()} instead of {t.grad.tolist()}"
    return None


def close(got: Any, want: Any) -> bool:
    scale = max(1.0, float(np.max(np.abs(want), initial=0.0)))
    return np.shape(got) == np.shape(want) and float(np.max(np.abs(got - want), initial=0.0)) <= 1e-9 * scale


@pytest.mark.parametrize("group", range(GROUPS))
def test_random_programs_agree_with_pytorch(group: int) -> None:
    assert_each(range(10_000 + group, 10_000 + PROGRAMS, GROUPS), differs)

"""Writes optimizers.npz and schedulers.npz beside this file, in an environment with PyTorch. Tests read these only."""

from __future__ import annotations

import pathlib
import sys
import warnings
from typing import Any

import numpy as np
import torch

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))
import optimizer_cases as cases  # noqa: E402


def ten_steps(name: str, options: dict[str, Any], dtype: torch.dtype = torch.float64) -> np.ndarray:
    """All parameters after each step, flattened: (steps, elements)."""
    ps = [torch.tensor(cases.start(s, i), dtype=dtype, requires_grad=True) for i, s in enumerate(cases.SHAPES)]
    optimizer = getattr(torch.optim, name)(ps, **options)
    rows = []
    for step in range(cases.STEPS):
        for i, p in enumerate(ps):
            p.grad = torch.tensor(cases.gradient(step, i, cases.SHAPES[i]), dtype=dtype)
        optimizer.step()
        rows.append(np.concatenate([p.detach().numpy().ravel() for p in ps]))
    return np.array(rows)


def searched(options: dict[str, Any]) -> np.ndarray:
    """The point after each of ten steps of L-BFGS, from (-1.2, 1, 0.5): (steps, 3)."""
    x = torch.tensor([-1.2, 1.0, 0.5], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([x], **options)

    def closure() -> Any:
        optimizer.zero_grad()
        loss = cases.rosenbrock(x)
        loss.backward()
        return loss

    rows = []
    for _ in range(cases.STEPS):
        optimizer.step(closure)
        rows.append(x.detach().numpy().copy())
    return np.array(rows)


def two_groups(momentum: bool = True) -> Any:
    """An optimizer with two groups."""
    ps = [torch.ones(1, requires_grad=True) for _ in range(2)]
    groups = [{"params": [ps[0]], "lr": 0.1}, {"params": [ps[1]], "lr": 0.05}]
    return torch.optim.SGD(groups, momentum=0.9) if momentum else torch.optim.Adam(groups)


def rates(optimizer: Any, scheduler: Any, step: Any = None) -> np.ndarray:
    """Rate and momentum of both groups before and after each of 30 epochs: (31, 4)."""
    rows = []
    for epoch in range(cases.EPOCHS + 1):
        momenta = [g["momentum"] if "momentum" in g else g["betas"][0] for g in optimizer.param_groups]
        rows.append([*(g["lr"] for g in optimizer.param_groups), *momenta])
        optimizer.step()
        if epoch < cases.EPOCHS:
            scheduler.step() if step is None else step(scheduler, epoch)
    return np.array(rows)


def combined(lrs: Any, optimizer: Any) -> dict[str, Any]:
    """Schedulers made of schedulers."""
    s = lrs

    def sequential(o: Any) -> Any:
        parts = [s.LinearLR(o, 0.1, total_iters=5), s.CosineAnnealingLR(o, 10), s.ExponentialLR(o, 0.9)]
        return s.SequentialLR(o, parts, milestones=[5, 15])

    def chained(o: Any) -> Any:
        return s.ChainedScheduler([s.ConstantLR(o, 0.1, 4), s.ExponentialLR(o, 0.9), s.StepLR(o, 6)], o)

    def nested(o: Any) -> Any:
        first = s.ChainedScheduler([s.ConstantLR(o, 0.1, 4), s.ExponentialLR(o, 0.9)])
        return s.SequentialLR(o, [first, s.MultiStepLR(o, [3, 9], 0.5)], [12])

    return {"sequential": sequential, "chained": chained, "nested": nested}


def main() -> None:
    """Write both files."""
    warnings.simplefilter("ignore")
    torch.set_default_dtype(torch.float64)  # else NAdam keeps a product in float32
    found = {key: ten_steps(name, options) for key, (name, options) in cases.OPTIMIZERS.items()}
    for key in ("sgd nesterov", "adam decay", "rmsprop centered"):
        found[f"{key} float32"] = ten_steps(*cases.OPTIMIZERS[key], dtype=torch.float32)
    found |= {key: searched(options) for key, options in cases.SEARCHES.items()}
    found |= {f"tutorial {dtype}": cases.tutorial(torch, dtype) for dtype in ("float64", "float32")}
    np.savez_compressed(HERE / "optimizers.npz", **found)
    lrs = torch.optim.lr_scheduler
    found = {}
    for key, (name, options) in cases.SCHEDULERS.items():
        o = two_groups(key != "cyclic range")
        found[key] = rates(o, getattr(lrs, name)(o, **options))
    for key, options in cases.PLATEAUS.items():
        o = two_groups()
        found[key] = rates(o, lrs.ReduceLROnPlateau(o, **options), lambda s, epoch: s.step(cases.metrics()[epoch]))
    for key, make in combined(lrs, None).items():
        o = two_groups()
        found[key] = rates(o, make(o))
    o = two_groups()
    found["lambda"] = rates(o, lrs.LambdaLR(o, [lambda e: 0.95**e, lambda e: 1 / (1 + e)]))
    o = two_groups()
    found["multiplicative"] = rates(o, lrs.MultiplicativeLR(o, lambda e: 0.9 if e % 2 else 1.05))
    for kind in ("cos", "linear"):
        o = two_groups()
        found[f"swa {kind}"] = rates(o, torch.optim.swa_utils.SWALR(o, 0.02, 8, kind))
    np.savez_compressed(HERE / "schedulers.npz", **found)


if __name__ == "__main__":
    main()

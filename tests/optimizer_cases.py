"""Optimisers and schedulers with options, by name: what PyTorch's stored outputs are made of (optim/reference)."""

from __future__ import annotations

from typing import Any

import numpy as np

STEPS, EPOCHS = 10, 30
SHAPES = ((3, 2), (3,), ())

OPTIMIZERS: dict[str, tuple[str, dict[str, Any]]] = {
    "sgd": ("SGD", {"lr": 0.1}),
    "sgd decay": ("SGD", {"lr": 0.1, "weight_decay": 0.1}),
    "sgd momentum": ("SGD", {"lr": 0.1, "momentum": 0.9}),
    "sgd dampening": ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3}),
    "sgd nesterov": ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    "sgd maximize": ("SGD", {"lr": 0.1, "momentum": 0.5, "maximize": True, "weight_decay": 0.1}),
    "rmsprop": ("RMSprop", {}),
    "rmsprop momentum": ("RMSprop", {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.1}),
    "rmsprop centered": ("RMSprop", {"alpha": 0.9, "centered": True, "momentum": 0.5}),
    "rmsprop maximize": ("RMSprop", {"centered": True, "maximize": True}),
    "adagrad": ("Adagrad", {}),
    "adagrad options": (
        "Adagrad",
        {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.1, "initial_accumulator_value": 0.5, "maximize": True},
    ),
    "adadelta": ("Adadelta", {}),
    "adadelta options": ("Adadelta", {"lr": 0.5, "rho": 0.8, "weight_decay": 0.1, "maximize": True}),
    "adam": ("Adam", {}),
    "adam decay": ("Adam", {"lr": 0.1, "betas": (0.8, 0.99), "weight_decay": 0.1, "eps": 1e-3}),
    "adam amsgrad": ("Adam", {"lr": 0.1, "amsgrad": True, "betas": (0.9, 0.5)}),
    "adam maximize": ("Adam", {"maximize": True, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    "adamw": ("AdamW", {}),
    "adamw options": ("AdamW", {"lr": 0.1, "weight_decay": 0.3, "amsgrad": True, "betas": (0.5, 0.9)}),
    "adamax": ("Adamax", {}),
    "adamax options": ("Adamax", {"lr": 0.1, "weight_decay": 0.1, "maximize": True, "betas": (0.8, 0.9)}),
    "nadam": ("NAdam", {}),
    "nadam decay": ("NAdam", {"lr": 0.1, "weight_decay": 0.1, "momentum_decay": 0.01}),
    "nadam decoupled": ("NAdam", {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True}),
    "radam": ("RAdam", {}),
    "radam decay": ("RAdam", {"lr": 0.1, "betas": (0.9, 0.9), "weight_decay": 0.1}),
    "radam decoupled": ("RAdam", {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True}),
}

SEARCHES: dict[str, dict[str, Any]] = {
    "lbfgs": {"lr": 0.1},
    "lbfgs wolfe": {"line_search_fn": "strong_wolfe"},
    "lbfgs short": {"line_search_fn": "strong_wolfe", "history_size": 2, "max_iter": 5, "lr": 0.5},
    "lbfgs evaluations": {"max_eval": 4, "history_size": 3, "lr": 0.02},
}

SCHEDULERS: dict[str, tuple[str, dict[str, Any]]] = {
    "step": ("StepLR", {"step_size": 7, "gamma": 0.5}),
    "multistep": ("MultiStepLR", {"milestones": [3, 8, 8, 20], "gamma": 0.3}),
    "constant": ("ConstantLR", {"factor": 0.25, "total_iters": 6}),
    "linear": ("LinearLR", {"start_factor": 0.1, "end_factor": 0.8, "total_iters": 12}),
    "exponential": ("ExponentialLR", {"gamma": 0.9}),
    "polynomial": ("PolynomialLR", {"total_iters": 20, "power": 2.0}),
    "cosine": ("CosineAnnealingLR", {"T_max": 10, "eta_min": 0.01}),
    "cosine again": ("CosineAnnealingLR", {"T_max": 4, "eta_min": 0.02}),
    "cosine once": ("CosineAnnealingLR", {"T_max": 40}),
    "restarts": ("CosineAnnealingWarmRestarts", {"T_0": 4, "T_mult": 2, "eta_min": 0.001}),
    "restarts even": ("CosineAnnealingWarmRestarts", {"T_0": 7}),
    "one cycle": ("OneCycleLR", {"max_lr": 0.5, "total_steps": 31}),
    "one cycle three": (
        "OneCycleLR",
        {
            "max_lr": 0.5,
            "epochs": 4,
            "steps_per_epoch": 8,
            "three_phase": True,
            "anneal_strategy": "linear",
            "pct_start": 0.4,
        },
    ),
    "one cycle groups": ("OneCycleLR", {"max_lr": [0.5, 0.2], "total_steps": 40, "cycle_momentum": False}),
    "cyclic": ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 4, "step_size_down": 6}),
    "cyclic halved": ("CyclicLR", {"base_lr": [0.01, 0.02], "max_lr": 0.1, "step_size_up": 3, "mode": "triangular2"}),
    "cyclic range": (
        "CyclicLR",
        {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 5, "mode": "exp_range", "gamma": 0.95, "base_momentum": 0.7},
    ),
}

PLATEAUS: dict[str, dict[str, Any]] = {
    "plateau": {"patience": 2},
    "plateau max": {"mode": "max", "factor": 0.5, "patience": 1, "cooldown": 2, "threshold": 0.05},
    "plateau abs": {"patience": 0, "threshold": 0.01, "threshold_mode": "abs", "min_lr": [0.001, 0.02]},
    "plateau abs max": {"mode": "max", "patience": 1, "threshold": 0.02, "threshold_mode": "abs"},
}


def start(shape: tuple[int, ...], seed: int) -> np.ndarray:
    """First values of a parameter."""
    return np.random.default_rng([1, seed]).normal(size=shape)


def gradient(step: int, seed: int, shape: tuple[int, ...]) -> np.ndarray:
    """The gradient of a step: also zeros, and of very different sizes."""
    g = np.random.default_rng([2, seed, step]).normal(size=shape) * 10.0 ** (step % 3 - 1)
    return g * (np.arange(g.size).reshape(shape) != step % 4)


def metrics() -> np.ndarray:
    """A metric an epoch: falls, rests, rises, falls."""
    x = np.arange(EPOCHS)
    return np.round(1.0 / (1 + x) + 0.1 * np.sin(x / 3) * (x > 8), 3)


def rosenbrock(x: Any) -> Any:
    """A valley that is hard to follow, in any number of dimensions."""
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


TUTORIAL = """
model = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1))
model.load_state_dict({key: torch.tensor(value) for key, value in weights.items()})
loss_fn = nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
losses = []
for epoch in range(50):
    optimizer.zero_grad()
    pred = model(x)
    loss = loss_fn(pred, y)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
"""
"""The loop of PyTorch's tutorials; `torch` and `nn` are whose turn it is."""


def tutorial(torch: Any, dtype: str) -> np.ndarray:
    """The losses of the loop, with a library's names."""
    rng = np.random.default_rng(3)
    shapes = {"0.weight": (4, 2), "0.bias": (4,), "2.weight": (1, 4), "2.bias": (1,)}
    weights = {key: rng.normal(size=shape).astype(dtype) for key, shape in shapes.items()}
    x = rng.normal(size=(32, 2)).astype(dtype)
    y = np.sin(x[:, :1]) + x[:, 1:] ** 2
    before = torch.get_default_dtype()
    torch.set_default_dtype(getattr(torch, dtype))
    try:
        given = {"torch": torch, "nn": torch.nn, "weights": weights, "x": torch.from_numpy(x), "y": torch.from_numpy(y)}
        exec(TUTORIAL, given)
    finally:
        torch.set_default_dtype(before)
    losses: list[float] = given["losses"]
    return np.array(losses)

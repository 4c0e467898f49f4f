"""Optimisers, schedules, averages and clipping against PyTorch, live: options at random, state dicts handed over."""

from __future__ import annotations

from typing import Any

import numpy as np
import optimizer_cases as cases
import pytest
import torch

import notebook_ad as ad
from notebook_ad import data, nn
from notebook_ad.optim import swa_utils


def pair(dtype: str = "float64") -> tuple[list[Any], list[Any]]:
    values = [cases.start(s, i).astype(dtype) for i, s in enumerate(cases.SHAPES)]
    return [ad.tensor(v, requires_grad=True) for v in values], [torch.tensor(v, requires_grad=True) for v in values]


def step(ours: Any, theirs: Any, ps: list[Any], qs: list[Any], number: int) -> None:
    for i, (p, q) in enumerate(zip(ps, qs, strict=True)):
        g = cases.gradient(number, i, cases.SHAPES[i])
        p.grad, q.grad = g, torch.tensor(g, dtype=q.dtype)
    ours.step()
    theirs.step()


def same(ps: list[Any], qs: list[Any], tolerance: float) -> None:
    for p, q in zip(ps, qs, strict=True):
        np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=tolerance, atol=tolerance)


def drawn(name: str, rng: np.random.Generator) -> dict[str, Any]:
    """Options of an optimiser at random."""
    options: dict[str, Any] = {"lr": float(10 ** rng.uniform(-3, -0.5)), "weight_decay": float(rng.choice([0.0, 0.1]))}
    options["maximize"] = bool(rng.integers(2))
    if name == "SGD":
        options |= {"momentum": float(rng.choice([0.0, 0.7])), "dampening": float(rng.choice([0.0, 0.2]))}
        options["nesterov"] = options["momentum"] > 0 and options["dampening"] == 0 and bool(rng.integers(2))
    if name == "RMSprop":
        options |= {
            "alpha": float(rng.uniform(0.5, 1)),
            "centered": bool(rng.integers(2)),
            "momentum": float(rng.choice([0, 0.9])),
        }
    if name == "Adagrad":
        options |= {"lr_decay": float(rng.choice([0, 0.1])), "initial_accumulator_value": float(rng.choice([0, 0.3]))}
    if name == "Adadelta":
        options["rho"] = float(rng.uniform(0.5, 1))
    if name in ("Adam", "AdamW", "Adamax", "NAdam", "RAdam"):
        options["betas"] = (float(rng.uniform(0.3, 0.99)), float(rng.uniform(0.5, 0.9999)))
    if name in ("Adam", "AdamW"):
        options["amsgrad"] = bool(rng.integers(2))
    if name in ("NAdam", "RAdam"):
        options["decoupled_weight_decay"] = bool(rng.integers(2))
    return options


NAMES = ("SGD", "RMSprop", "Adagrad", "Adadelta", "Adam", "AdamW", "Adamax", "NAdam", "RAdam")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(8))
def test_thirty_steps_with_options_at_random(name: str, seed: int) -> None:
    torch.set_default_dtype(torch.float64)
    try:
        options = drawn(name, np.random.default_rng([seed, len(name)]))
        ps, qs = pair()
        ours, theirs = getattr(ad.optim, name)(ps, **options), getattr(torch.optim, name)(qs, **options)
        for number in range(30):
            step(ours, theirs, ps, qs, number)
        same(ps, qs, 1e-10)
    finally:
        torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize("name", NAMES)
def test_float32_stays_near(name: str) -> None:
    ps, qs = pair("float32")
    ours, theirs = getattr(ad.optim, name)(ps, lr=0.01), getattr(torch.optim, name)(qs, lr=0.01)
    for number in range(10):
        step(ours, theirs, ps, qs, number)
    same(ps, qs, 1e-5)
    assert {p.dtype.name for p in ps} == {"float32"}


@pytest.mark.parametrize("name", NAMES)
def test_a_state_dict_of_pytorchs_goes_on_here(name: str) -> None:
    ps, qs = pair()
    options = {"momentum": 0.9} if name in ("SGD", "RMSprop") else {}
    theirs = getattr(torch.optim, name)(qs, lr=0.01, **options)
    for number in range(5):
        for i, q in enumerate(qs):
            q.grad = torch.tensor(cases.gradient(number, i, cases.SHAPES[i]))
        theirs.step()
    ps = [ad.tensor(q.detach().numpy(), requires_grad=True) for q in qs]
    ours = getattr(ad.optim, name)(ps, lr=5.0)
    ours.load_state_dict(theirs.state_dict())
    for number in range(5, 10):
        step(ours, theirs, ps, qs, number)
    same(ps, qs, 1e-6 if name == "NAdam" else 1e-12)  # NAdam there keeps a product in float32
    layouts = [
        [{k: np.shape(v) for k, v in of.items()} for of in o.state_dict()["state"].values()] for o in (ours, theirs)
    ]
    assert layouts[0] == [{k: tuple(v) for k, v in of.items()} for of in layouts[1]]
    assert [list(g) for g in ours.state_dict()["param_groups"]] == [
        list(g) for g in theirs.state_dict()["param_groups"]
    ]


@pytest.mark.parametrize("name", NAMES)
def test_complex_parameters(name: str) -> None:
    start, goal = np.array([1.0 + 2.0j, -0.5 + 0.1j]), np.array([0.3 - 1.0j, 2.0 + 0.0j])
    p, q = ad.tensor(start, requires_grad=True), torch.tensor(start, requires_grad=True)
    ours, theirs = getattr(ad.optim, name)([p], lr=0.1), getattr(torch.optim, name)([q], lr=0.1)
    for _ in range(5):
        for optimizer, loss in (
            (ours, (ad.abs(p - goal) ** 2).sum()),
            (theirs, (torch.abs(q - torch.tensor(goal)) ** 2).sum()),
        ):
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=1e-6)


@pytest.mark.parametrize("search", [None, "strong_wolfe"])
def test_lbfgs_on_a_regression(search: str | None) -> None:
    rng = np.random.default_rng(0)
    design, y = rng.normal(size=(30, 5)), rng.normal(size=30)
    p, q = ad.tensor(np.zeros(5)), torch.zeros(5, dtype=torch.float64, requires_grad=True)
    options = {"line_search_fn": search, "max_iter": 6, "history_size": 3, "lr": 0.5}
    ours, theirs = ad.optim.LBFGS([p], **options), torch.optim.LBFGS([q], **options)

    def closure_of(lib: Any, w: Any, optimizer: Any, inputs: Any, target: Any) -> Any:
        def closure() -> Any:
            optimizer.zero_grad()
            loss = (lib.log(1 + lib.exp(-(inputs @ w) * target))).mean() + 0.01 * (w * w).sum()
            loss.backward()
            return loss

        return closure

    for _ in range(5):
        ours.step(closure_of(ad, p, ours, design, y))
        theirs.step(closure_of(torch, q, theirs, torch.tensor(design), torch.tensor(y)))
    np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=1e-7)


@pytest.mark.parametrize("order", [1.0, 2.0, 3.5, float("inf")])
def test_clipping(order: float) -> None:
    for bound in (0.5, 1e6):
        ps, qs = pair()
        for i, (p, q) in enumerate(zip(ps, qs, strict=True)):
            g = cases.gradient(2, i, cases.SHAPES[i])
            p.grad, q.grad = g, torch.tensor(g)
        ours = nn.utils.clip_grad_norm_(ps, bound, order)
        theirs = torch.nn.utils.clip_grad_norm_(qs, bound, order)
        np.testing.assert_allclose(ours.item(), theirs.item(), rtol=1e-12)
        nn.utils.clip_grad_value_(ps, 0.3)
        torch.nn.utils.clip_grad_value_(qs, 0.3)
        for p, q in zip(ps, qs, strict=True):
            np.testing.assert_allclose(p.grad.numpy(), q.grad.numpy(), rtol=1e-12)


@pytest.mark.parametrize("which", ["mean", "ema", "ema lists", "swa lists"])
def test_averages_of_weights(which: str) -> None:
    def options(lib: Any) -> dict[str, Any]:
        return {
            "mean": {},
            "ema": {"avg_fn": lib.get_ema_avg_fn(0.9)},
            "ema lists": {"multi_avg_fn": lib.get_ema_multi_avg_fn(0.9)},
            "swa lists": {"multi_avg_fn": lib.get_swa_multi_avg_fn()},
        }[which]

    theirs = torch.nn.Linear(3, 2).double()
    ours = nn.Linear(3, 2)
    state = {k: v.numpy() for k, v in theirs.state_dict().items()}
    ours.load_state_dict(state)
    mine = swa_utils.AveragedModel(ours, **options(swa_utils))
    yours = torch.optim.swa_utils.AveragedModel(theirs, **options(torch.optim.swa_utils))
    rng = np.random.default_rng(0)
    for _ in range(4):
        moved = {k: rng.normal(size=v.shape) for k, v in state.items()}
        ours.load_state_dict(moved)
        theirs.load_state_dict({k: torch.tensor(v) for k, v in moved.items()})
        mine.update_parameters(ours)
        yours.update_parameters(theirs)
    tolerance = 1e-6 if which == "swa lists" else 1e-12  # there 1 / n is a float32
    found, wanted = mine.state_dict(), yours.state_dict()
    assert list(found) == list(wanted)
    for key, value in wanted.items():
        np.testing.assert_allclose(found[key].numpy(), value.numpy(), rtol=tolerance)
    x = rng.normal(size=(5, 3))
    np.testing.assert_allclose(
        mine(ad.tensor(x)).detach().numpy(), yours(torch.tensor(x)).detach().numpy(), rtol=tolerance
    )


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_tutorials_loop_with_only_the_import_changed(dtype: str) -> None:
    np.testing.assert_allclose(cases.tutorial(ad, dtype), cases.tutorial(torch, dtype), rtol=1e-6)


def test_a_loader_takes_pytorchs_data_sets() -> None:
    x, y = np.random.default_rng(0).normal(size=(10, 3)), np.arange(10)
    theirs = torch.utils.data.TensorDataset(torch.tensor(x), torch.tensor(y))
    part = torch.utils.data.Subset(theirs, [1, 4, 5])
    for given in (theirs, part, torch.utils.data.ConcatDataset([theirs, part])):
        ours = list(data.DataLoader(given, 4))
        wanted = list(torch.utils.data.DataLoader(given, 4))
        assert len(ours) == len(wanted)
        for a, b in zip(ours, wanted, strict=True):
            assert all(isinstance(t, ad.Tensor) and t.tolist() == v.tolist() for t, v in zip(a, b, strict=True))


ITEMS = [
    [1, 2.5, True],
    [{"a": np.zeros(2), "b": "x"}, {"a": np.ones(2), "b": "y"}],
    [([1, 2], (3.0, "s")), ([4, 5], (6.0, "t"))],
]


@pytest.mark.parametrize(
    "items", [[1, 2], [1.5, 2.5], [True, False], ITEMS[1], ITEMS[2], ["a", "b"], [np.float32(1), np.float32(2)]]
)
def test_items_are_collated_as_pytorchs(items: Any) -> None:
    def plain(batch: Any) -> Any:
        if isinstance(batch, ad.Tensor | torch.Tensor):
            return [str(batch.dtype).removeprefix("torch."), batch.tolist()]
        if isinstance(batch, dict):
            return {k: plain(v) for k, v in batch.items()}
        return [plain(v) for v in batch] if isinstance(batch, list | tuple) else batch

    assert plain(data.default_collate(items)) == plain(torch.utils.data.default_collate(items))

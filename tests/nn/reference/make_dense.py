"""Makes dense.npz and dense.json, PyTorch's results of the cases in tests/dense_cases.py.

python tests/nn/reference/make_dense.py, in an environment with torch==2.13.0.
"""

from __future__ import annotations

import json
import pathlib
import sys

import numpy as np
import torch

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent))

from dense_cases import cases, filled, net, results  # noqa: E402


def trained() -> list[float]:
    """The losses of the tutorial's loop, from parameters that both libraries have alike."""
    model = filled(torch, torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.ReLU(), torch.nn.Linear(4, 1)))
    x = torch.tensor(np.sin(np.arange(16.0)).reshape(8, 2))
    y = torch.tensor(np.cos(np.arange(8.0)).reshape(8, 1))
    optimizer, losses = torch.optim.SGD(model.parameters(), lr=0.1), []
    for _ in range(10):
        optimizer.zero_grad()
        loss = torch.nn.MSELoss()(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def main() -> None:
    found = {f"{name}|{i}": part for name, case in cases().items() for i, part in enumerate(results(torch, *case))}
    flat = np.concatenate([p.reshape(-1) for p in found.values()])
    forms = np.array([f"{key}|{','.join(map(str, p.shape))}" for key, p in found.items()])
    np.savez_compressed(HERE / "dense.npz", numbers=flat, forms=forms)
    gains = {
        name: torch.nn.init.calculate_gain(name) for name in ("linear", "sigmoid", "tanh", "relu", "selu", "leaky_relu")
    }
    reprs = {name: repr(getattr(torch.nn, case[0])(*case[1], **case[2])) for name, case in cases().items()}
    state = [[key, list(value.shape)] for key, value in net(torch).state_dict().items()]
    facts = {"net": repr(net(torch)), "reprs": reprs, "gains": gains, "losses": trained(), "state": state}
    (HERE / "dense.json").write_text(json.dumps(facts, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

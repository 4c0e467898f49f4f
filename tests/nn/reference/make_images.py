"""Makes images.npz, losses.npz and layers.npz, PyTorch's results of the cases in tests/nn_cases.py.

python tests/nn/reference/make_images.py, in an environment with torch==2.13.0.
"""

from __future__ import annotations

import pathlib
import sys

import numpy as np
import torch

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent))

from nn_cases import FUNCTIONS, LAYERS, LOSSES, function_results, layer_results  # noqa: E402


def main() -> None:
    images = {n: function_results(torch, n, *case) for n, case in FUNCTIONS.items()}
    losses = {f"{n} {r}": function_results(torch, n, *c, r) for n, c in LOSSES.items() for r in ("mean", "sum", "none")}
    layers = {n: layer_results(torch, n, *case) for n, case in LAYERS.items()}
    for file, results in (("images", images), ("losses", losses), ("layers", layers)):
        parts = {f"{n}|{i}": np.asarray(part) for n, found in results.items() for i, part in enumerate(found)}
        flat = np.concatenate([p.astype(np.float64).reshape(-1) for p in parts.values()])
        forms = np.array([f"{key}|{','.join(map(str, p.shape))}" for key, p in parts.items()])
        np.savez_compressed(HERE / f"{file}.npz", numbers=flat, forms=forms)


if __name__ == "__main__":
    main()

"""Makes recurrent.npz, attention.npz and transformers.npz, PyTorch's results of the cases in tests/nn_sequence_cases.py.

python tests/nn/reference/make_sequences.py, in an environment with torch==2.13.0.
"""

from __future__ import annotations

import pathlib
import sys

import numpy as np
import torch

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent))

from nn_sequence_cases import CASES, results  # noqa: E402


def main() -> None:
    for file, cases in CASES.items():
        found = {name: results(torch, name, case) for name, case in cases.items()}
        parts = {f"{name}|{i}": np.asarray(part) for name, held in found.items() for i, part in enumerate(held)}
        flat = np.concatenate([p.astype(np.float64).reshape(-1) for p in parts.values()])
        forms = np.array([f"{key}|{','.join(map(str, p.shape))}" for key, p in parts.items()])
        np.savez_compressed(HERE / f"{file}.npz", numbers=flat, forms=forms)


if __name__ == "__main__":
    main()

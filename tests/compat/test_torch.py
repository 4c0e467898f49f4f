"""`import notebook_ad.torch as torch`: PyTorch's paths and its default, on the same tensors."""

from __future__ import annotations

import notebook_ad.torch.nn.functional as F  # noqa: N812
import notebook_ad.torch.optim.lr_scheduler as lr_scheduler
import numpy as np
import pytest
from notebook_ad.torch.nn.utils.rnn import pad_sequence
from notebook_ad.torch.utils.data import DataLoader, TensorDataset

import notebook_ad as ad
import notebook_ad.torch as torch
from notebook_ad.torch import nn, optim


def test_a_tensor_requires_a_gradient_only_where_asked() -> None:
    assert not torch.tensor([1.0, 2.0]).requires_grad
    assert torch.tensor(1.0, requires_grad=True).requires_grad
    assert torch.tensor([1, 2]).dtype == np.int64
    assert torch.tensor([1.0], dtype="float32").dtype == np.float32
    assert type(torch.tensor(1.0)) is ad.Tensor


def test_data_made_before_the_loop_is_used_in_every_step() -> None:
    xx = torch.tensor([1.0, 2.0, 3.0]).unsqueeze(-1).pow(torch.tensor([1, 2, 3]))
    w = torch.tensor(np.zeros((3, 1)), requires_grad=True)
    for _ in range(2):
        (xx @ w - 1.0).pow(2).sum().backward()
    np.testing.assert_allclose(w.grad.numpy()[:, 0], [-24.0, -56.0, -144.0])


def test_modules_go_by_pytorch_paths() -> None:
    assert nn is ad.nn
    assert F is ad.nn.functional
    assert optim is ad.optim
    assert lr_scheduler.StepLR is ad.optim.lr_scheduler.StepLR
    assert DataLoader is ad.data.DataLoader
    assert pad_sequence([torch.tensor([1.0]), torch.tensor([1.0, 2.0])], batch_first=True).shape == (2, 2)
    assert torch.utils.data.TensorDataset is TensorDataset
    assert torch.no_grad is ad.no_grad


def test_an_unknown_name_says_where_it_was_asked() -> None:
    with pytest.raises(AttributeError, match=r"module 'notebook_ad\.torch' has no attribute 'cuda_graphs'"):
        _ = torch.cuda_graphs
    with pytest.raises(ImportError):
        from notebook_ad.torch import nothing_like_it  # noqa: F401

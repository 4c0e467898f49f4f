"""`grad_fn` and names of PyTorch's that programs use: LongTensor, max(x, dim), arrays of integers as labels."""

from __future__ import annotations

import numpy as np
import pytest

import notebook_ad as ad


def test_grad_fn_names_the_operation_and_leads_to_the_leaves() -> None:
    w, x = ad.tensor(2.0, name="w"), ad.tensor([1.0, 2.0], requires_grad=False)
    loss = (w * x).relu().mean()
    assert repr(loss.grad_fn) == "<MeanBackward0>"
    ((relu, _),) = loss.grad_fn.next_functions
    ((mul, _),) = relu.next_functions
    assert [repr(node) for node, _ in mul.next_functions] == ["<AccumulateGrad of 'w'>", "None"]
    assert [node for node, _ in ((w + 1) ** 2).grad_fn.next_functions[1:]] == [None]
    assert w.grad_fn is x.grad_fn is loss.detach().grad_fn is None
    loss.backward()
    assert repr(loss.grad_fn) == "<MeanBackward0>"


def test_the_typed_constructors_take_data_without_a_gradient() -> None:
    for make, dtype in (
        (ad.LongTensor, "int64"), (ad.IntTensor, "int64"), (ad.FloatTensor, "float32"), (ad.DoubleTensor, "float64"),
        (ad.BoolTensor, "bool"),
    ):  # fmt: skip
        made = make([1, 0])
        assert (made.dtype, made.tolist(), made.requires_grad) == (np.dtype(dtype), [1, 0], False)
    with pytest.raises(TypeError, match=r"LongTensor\(\) takes data here, not a size.*zeros\(size, dtype='int64'\)"):
        ad.LongTensor(3)


def test_an_array_of_integers_is_labels_and_a_list_of_them_is_numbers() -> None:
    labels = ad.tensor(np.array([2, 0]))
    assert (labels.dtype, labels.requires_grad) == (np.dtype(np.int64), False)
    assert ad.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])[range(2), labels].tolist() == [3.0, 4.0]
    assert ad.tensor(np.array([2, 0]), requires_grad=True).dtype == np.float64
    for number in (ad.tensor([2, 0]), ad.tensor(3), ad.tensor(np.int64(3))):
        assert (number.dtype, number.requires_grad) == (np.dtype(np.float64), True)


def test_max_of_the_module_takes_pytorchs_dim() -> None:
    x = ad.tensor([[1.0, 5.0], [7.0, 3.0]])
    values, indices = ad.max(x, 1)
    assert (values.tolist(), indices.tolist()) == ([5.0, 7.0], [1, 0])
    assert ad.min(x, 0, True).values.tolist() == [[1.0, 3.0]]
    assert ad.max(x, axis=1).tolist() == [5.0, 7.0]
    assert ad.max(x, ad.zeros(2, 2)).tolist() == x.tolist()
    assert ad.max(x).item() == 7.0

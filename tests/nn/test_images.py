"""Layers on images, normalisation and losses: PyTorch's stored numbers, derivatives to order 2, and bad input."""

from __future__ import annotations

import pathlib
import re
from typing import Any

import numpy as np
import pytest
from nn_cases import FUNCTIONS, LAYERS, LOSSES, drawn, evaluated, function_results, layer_results

import notebook_ad as ad
from notebook_ad import nn

F = nn.functional
REFERENCE = pathlib.Path(__file__).parent / "reference"
REDUCTIONS = ("mean", "sum", "none")
RNG = np.random.default_rng(3)


def stored(file: str) -> dict[str, list[np.ndarray]]:
    held = np.load(REFERENCE / f"{file}.npz")
    found: dict[str, list[np.ndarray]] = {}
    at = 0
    for form in held["forms"].tolist():
        name, _, shape = form.split("|")
        lengths = tuple(int(n) for n in shape.split(",") if n)
        size = int(np.prod(lengths))
        found.setdefault(name, []).append(held["numbers"][at : at + size].reshape(lengths))
        at += size
    return found


IMAGES, LOSS_VALUES, LAYER_VALUES = stored("images"), stored("losses"), stored("layers")


def agree(found: list[Any], expected: list[np.ndarray], tolerance: float = 1e-10) -> None:
    for got, want in zip(found, expected, strict=True):
        assert np.shape(got) == want.shape
        np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_and_gradients_on_images_are_pytorchs(name: str) -> None:
    agree(function_results(ad, name, *FUNCTIONS[name]), IMAGES[name])


@pytest.mark.parametrize("r", REDUCTIONS)
@pytest.mark.parametrize("name", LOSSES)
def test_losses_and_their_gradients_are_pytorchs(name: str, r: str) -> None:
    agree(function_results(ad, name, *LOSSES[name], r), LOSS_VALUES[f"{name} {r}"])


@pytest.mark.parametrize("name", LAYERS)
def test_ten_steps_of_training_and_an_evaluation_are_pytorchs(name: str) -> None:
    agree(layer_results(ad, name, *LAYERS[name]), LAYER_VALUES[name], 1e-8)


@pytest.mark.parametrize("name", LAYERS)
def test_layers_in_float32_stay_there(name: str) -> None:
    losses, *parts = layer_results(ad, name, *LAYERS[name], np.float32)
    np.testing.assert_allclose(losses, LAYER_VALUES[name][0], rtol=1e-3, atol=1e-5)
    assert all(part.dtype in (np.float32, np.int64) for part in parts)


SMALL = {n: c for n, c in (FUNCTIONS | LOSSES).items() if "interp" not in n}


@pytest.mark.parametrize("name", SMALL)
def test_derivatives_to_order_two_in_both_modes(name: str) -> None:
    expression, shapes = SMALL[name]
    operands = drawn(name, shapes)
    moved = [i for i in range(len(operands)) if f"{'xyw'[i]}.detach()" not in expression]

    def f(*given: Any) -> Any:
        whole = [given[moved.index(i)] if i in moved else a for i, a in enumerate(operands)]
        return evaluated(ad, expression, [ad.as_tensor(t) for t in whole])

    order = 1 if "ctc" in name else 2
    ad.check_grads(f, [operands[i] for i in moved], order=order, atol=2e-4, rtol=2e-4)


@pytest.mark.parametrize("name", ["conv2d in groups", "max_pool2d", "avg_pool2d padded", "layer_norm", "group_norm",
                                  "conv_transpose2d strided", "adaptive_max_pool2d"])  # fmt: skip
def test_functions_in_float32_have_gradients_in_float32(name: str) -> None:
    expression, shapes = FUNCTIONS[name]
    operands = [ad.tensor(a.astype(np.float32), requires_grad=True) for a in drawn(name, shapes)]
    value = evaluated(ad, expression, operands)
    assert value.dtype == np.float32
    value.sum().backward()
    assert all(t.grad.dtype == np.float32 for t in operands)


def test_max_pool_sends_a_tie_to_its_first_element() -> None:
    x = ad.tensor(np.ones((1, 1, 2, 4)))
    values, places = F.max_pool2d(x, 2, return_indices=True)
    values.sum().backward()
    assert places.tolist() == [[[[0, 2]]]]
    assert x.grad.tolist() == [[[[1, 0, 1, 0], [0, 0, 0, 0]]]]  # type: ignore[union-attr]


def test_pooling_keeps_infinities_and_nan_in_their_windows() -> None:
    x = np.array([[[-np.inf, -np.inf, np.inf, 1.0, np.nan, 2.0, 3.0, 4.0]]])
    np.testing.assert_array_equal(F.max_pool1d(x, 2).numpy()[0, 0], [-np.inf, np.inf, np.nan, 4])
    np.testing.assert_array_equal(F.avg_pool1d(x, 2).numpy()[0, 0], [-np.inf, np.inf, np.nan, 3.5])


def test_a_large_batch_is_convolved_in_parts_to_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    results = []
    for block in (1 << 22, 10):
        monkeypatch.setattr("notebook_ad.engine.library.convolution.BLOCK", block)
        results.append(function_results(ad, "conv2d strided", *FUNCTIONS["conv2d strided"]))
    agree(results[0], results[1], 1e-12)


@pytest.mark.parametrize("shape", [(0, 2, 4, 4), (1, 2, 3, 3)])
def test_a_convolution_takes_an_empty_batch_and_an_image_of_one_window(shape: tuple[int, ...]) -> None:
    x = ad.tensor(RNG.normal(size=shape))
    layer = nn.Conv2d(2, 3, 3)
    out = layer(x)
    out.sum().backward()
    assert out.shape == (shape[0], 3, shape[2] - 2, shape[3] - 2)
    assert x.grad.shape == shape  # type: ignore[union-attr]
    assert layer.weight.grad is not None


def test_views_of_images_are_taken_as_they_are() -> None:
    image = RNG.normal(size=(6, 6, 2, 3))
    turned = image.transpose(3, 2, 0, 1)[:, :, ::-1, ::2]
    w = RNG.normal(size=(2, 2, 2, 2))
    np.testing.assert_array_equal(
        F.conv2d(ad.tensor(turned), w).detach().numpy(), F.conv2d(ad.tensor(turned.copy()), w).detach().numpy()
    )


def test_softmax_cross_entropy_is_one_row_and_does_not_overflow() -> None:
    x = ad.tensor([[1000.0, 0.0, -np.inf], [0.0, 1000.0, 3.0]])
    loss = F.cross_entropy(x, [0, 0])
    loss.backward()
    assert loss.item() == 500
    np.testing.assert_array_equal(x.grad.numpy(), [[0, 0, 0], [-0.5, 0.5, 0]])  # type: ignore[union-attr]
    picture = ad.graph(F.cross_entropy(ad.tensor(np.eye(2), name="x"), [0, 1]))
    assert [node.op for node in picture.nodes if node.kind == "op"] == ["cross_entropy"]


def test_the_mean_of_no_targets_is_nan_and_has_no_gradient() -> None:
    x = ad.tensor(np.ones((2, 3)))
    loss = F.cross_entropy(x, [-100, -100])
    loss.backward()
    assert np.isnan(loss.item())
    assert not x.grad.numpy().any()  # type: ignore[union-attr]


def test_ctc_of_a_target_longer_than_its_input_is_infinite() -> None:
    x = ad.tensor(np.log(np.full((2, 1, 3), 1 / 3)))
    assert F.ctc_loss(x, [[1, 1, 2]], [2], [3]).item() == np.inf
    assert F.ctc_loss(x, [[1, 1, 2]], [2], [3], zero_infinity=True).item() == 0


def test_losses_differ_from_example_to_example_under_vmap() -> None:
    x, y = RNG.normal(size=(3, 4, 5)), RNG.integers(0, 5, (3, 4))
    together = ad.vmap(F.cross_entropy)(x, y)
    np.testing.assert_allclose(together, [F.cross_entropy(a, b).item() for a, b in zip(x, y, strict=True)])
    images, kernel = RNG.normal(size=(3, 2, 4, 4)), RNG.normal(size=(3, 2, 2, 2))

    def squares(x: Any) -> Any:
        return (F.max_pool2d(F.conv2d(x, kernel), 2) ** 2).sum()

    per_example = ad.vmap(ad.grad(squares))(images)
    np.testing.assert_allclose(per_example[1], ad.grad(squares)(images[1]))


def test_size_average_and_reduce_are_deprecated_ways_to_say_the_reduction() -> None:
    with pytest.warns(UserWarning, match="use reduction='sum' instead"):
        loss = nn.MSELoss(size_average=False)
    assert loss.reduction == "sum"
    with pytest.warns(UserWarning, match="use reduction='none' instead"):
        assert F.l1_loss(np.ones(2), np.zeros(2), reduce=False).shape == (2,)


def test_a_loss_of_another_shape_warns_before_it_broadcasts() -> None:
    with pytest.warns(UserWarning, match=r"mse_loss: input \(3, 1\) and target \(3,\) differ in shape"):
        F.mse_loss(np.ones((3, 1)), np.ones(3))


def test_output_size_chooses_the_shape_of_a_transposed_convolution() -> None:
    layer = nn.ConvTranspose2d(1, 1, 3, stride=2)
    x = np.ones((1, 1, 3, 3))
    assert [layer(x, output_size=(n, 7)).shape[2:] for n in (7, 8)] == [(7, 7), (8, 7)]
    assert layer(x).shape[2:] == (7, 7)
    with pytest.raises(
        ValueError, match=re.escape("requested an output size of (9, 7), but valid sizes range from [7, 7]")
    ):
        layer(x, output_size=(9, 7))


REPRS = {
    "nn.Conv2d(3, 4, 3)": "Conv2d(3, 4, kernel_size=(3, 3), stride=(1, 1))",
    "nn.Conv1d(4, 4, 3, 2, 1, 2, 2, False, 'reflect')": "Conv1d(4, 4, kernel_size=(3,), stride=(2,), padding=(1,), "
    "dilation=(2,), groups=2, bias=False, padding_mode=reflect)",
    "nn.Conv1d(3, 4, 3, padding='same')": "Conv1d(3, 4, kernel_size=(3,), stride=(1,), padding=same)",
    "nn.ConvTranspose2d(3, 4, 3, 2, 1, 1)": "ConvTranspose2d(3, 4, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), "
    "output_padding=(1, 1))",
    "nn.MaxPool2d(2)": "MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)",
    "nn.AvgPool1d(2)": "AvgPool1d(kernel_size=(2,), stride=(2,), padding=(0,))",
    "nn.AvgPool2d(2)": "AvgPool2d(kernel_size=2, stride=2, padding=0)",
    "nn.AdaptiveMaxPool2d((1, None))": "AdaptiveMaxPool2d(output_size=(1, None))",
    "nn.BatchNorm2d(3)": "BatchNorm2d(3, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)",
    "nn.LayerNorm((3, 4), bias=False)": "LayerNorm((3, 4), eps=1e-05, elementwise_affine=True, bias=False)",
    "nn.GroupNorm(2, 4)": "GroupNorm(2, 4, eps=1e-05, affine=True, bias=True)",
    "nn.RMSNorm(3)": "RMSNorm((3,), eps=None, elementwise_affine=True)",
    "nn.Upsample(scale_factor=2)": "Upsample(scale_factor=2.0, mode='nearest')",
    "nn.Fold(3, 2)": "Fold(output_size=3, kernel_size=2, dilation=1, padding=0, stride=1)",
    "nn.ZeroPad2d(1)": "ZeroPad2d((1, 1, 1, 1))",
    "nn.CrossEntropyLoss()": "CrossEntropyLoss()",
}


@pytest.mark.parametrize("expression", REPRS)
def test_representations_are_pytorchs(expression: str) -> None:
    assert repr(eval(expression, {"nn": nn})) == REPRS[expression]


def test_state_has_pytorchs_keys() -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3, bias=False), nn.BatchNorm2d(2))
    assert list(model.state_dict()) == [
        "0.weight", "1.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked"
    ]  # fmt: skip
    assert list(nn.BCEWithLogitsLoss(pos_weight=np.ones(2)).state_dict()) == ["pos_weight"]


def test_first_weights_are_drawn_evenly_and_again_from_the_same_seed() -> None:
    ad.manual_seed(1)
    layer = nn.Conv2d(8, 32, 5)
    bound = 1 / np.sqrt(8 * 25)
    assert 0.99 * bound < np.abs(layer.weight.detach().numpy()).max() <= bound
    assert np.abs(layer.bias.detach().numpy()).max() <= bound  # type: ignore[union-attr]
    ad.manual_seed(1)
    np.testing.assert_array_equal(nn.Conv2d(8, 32, 5).weight.detach().numpy(), layer.weight.detach().numpy())


X = np.ones((2, 4, 8, 8))
BAD: dict[str, tuple[str, str]] = {
    "nn.Sequential(nn.Flatten(0, 0), nn.Conv2d(3, 8, 3))(X)": ("ShapeError", r"^1 expects \(N, 3, H, W\), got \(2, 4, 8, 8\)"),
    "nn.Conv2d(3, 8, 3)(X[0, 0])": ("ShapeError", r"^Conv2d\(3, 8, .*\) expects \(N, 3, H, W\), got \(8, 8\)"),
    "nn.Conv2d(4, 8, 9)(X)": ("ShapeError", r"^Conv2d.*: conv2d: the kernel \(9, 9\) .* is larger than the padded input"),
    "F.conv2d(X, np.ones((6, 2, 3, 3)))": ("ShapeError", r"conv2d expects \(N, 2, H, W\), got .*the weight \(6, 2, 3, 3\)"),
    "F.conv2d(X, np.ones((4, 4, 3, 3)), np.ones(3))": ("ShapeError", r"conv2d expects a bias of shape \(4,\), got \(3,\)"),
    "F.conv2d(X, np.ones((4, 4, 3)))": ("ShapeError", r"conv2d expects a weight of 4 axes"),
    "F.conv2d(X, np.ones((4, 4, 3, 3)), stride=0)": ("ValueError", r"conv2d: stride must be .* at least 1, not 0"),
    "F.conv2d(X, np.ones((4, 4, 3, 3)), padding='full')": ("ValueError", r"padding must be 'same', 'valid' or integers"),
    "F.conv2d(X, np.ones((4, 4, 3, 3)), stride=2, padding='same')": ("ValueError", r"padding='same' needs stride 1"),
    "F.conv2d(X, np.ones((5, 2, 3, 3)), groups=2)": ("ValueError", r"groups=2 does not divide 5 output channels"),
    "nn.Conv2d(3, 4, 3, groups=2)": ("ValueError", r"Conv2d: in_channels=3 must be divisible by groups=2"),
    "nn.Conv2d(3, 4, 3, padding_mode='mirror')": ("ValueError", r"padding_mode must be one of zeros, reflect"),
    "nn.Conv2d(4, 4, 3, padding=9, padding_mode='reflect')(X)": ("ShapeError", r"a reflect border of .* is too wide"),
    "F.conv_transpose2d(X, np.ones((3, 4, 3, 3)))": ("ShapeError", r"conv_transpose2d expects \(N, 3, H, W\), got"),
    "F.conv_transpose2d(X, np.ones((4, 4, 3, 3)), output_padding=1)": ("ValueError", r"output_padding \(1, 1\) must be"),
    "nn.ConvTranspose2d(4, 4, 3, padding_mode='reflect')": ("ValueError", r"only padding_mode='zeros' is supported"),
    "F.max_pool2d(X, 2, padding=2)": ("ValueError", r"padding \(2, 2\) must be at most half of the window"),
    "F.max_pool2d(X, 9)": ("ShapeError", r"max_pool2d: the window \(9, 9\) is larger than the padded input of"),
    "F.max_pool2d(X[0, 0], 2)": ("ShapeError", r"max_pool2d expects \(N, C, H, W\) or \(C, H, W\), got \(8, 8\)"),
    "F.avg_pool2d(X, 2, divisor_override=0)": ("ValueError", r"divisor_override must not be 0"),
    "F.adaptive_avg_pool2d(X, (1, 2, 3))": ("ValueError", r"adaptive_avg_pool2d: output_size must be"),
    "nn.BatchNorm2d(3)(X)": ("ShapeError", r"^BatchNorm2d.* expects \(N, 3, H, W\), got \(2, 4, 8, 8\)"),
    "nn.BatchNorm1d(4)(X)": ("ShapeError", r"expects \(N, 4\) or \(N, 4, L\), got"),
    "nn.BatchNorm1d(4)(np.ones((1, 4)))": ("ValueError", r"expected more than 1 value per channel when training"),
    "F.batch_norm(X, None, None)": ("ValueError", r"it needs running_mean and running_var"),
    "nn.LayerNorm(5)(X)": ("ShapeError", r"^LayerNorm\(\(5,\).*\) expects \(…, 5\), got \(2, 4, 8, 8\)"),
    "nn.GroupNorm(3, 4)": ("ValueError", r"num_channels=4 must be divisible by num_groups=3"),
    "nn.GroupNorm(3, 6)(X)": ("ShapeError", r"expects \(N, 6, …\), got"),
    "F.instance_norm(np.ones((2, 3, 1)))": ("ValueError", r"expected more than 1 element in each image"),
    "F.unfold(X, 9)": ("ShapeError", r"unfold: no window of \(9, 9\)"),
    "F.fold(X[0], (8, 8), 2)": ("ShapeError", r"fold expects \(N, C · 4, 49\), got \(4, 8, 8\)"),
    "F.pad(X, (1,))": ("ValueError", r"pad: give pairs of integers"),
    "F.pad(X, (1, 1), 'mirror')": ("ValueError", r"pad: mode must be 'constant'"),
    "F.pixel_shuffle(X, 3)": ("ShapeError", r"pixel_shuffle expects \(…, C · 9, H, W\), got"),
    "F.interpolate(X)": ("ValueError", r"give either size or scale_factor"),
    "nn.Upsample(2, mode='bilinear')": ("ValueError", r"only mode='nearest'"),
    "F.mse_loss(X, X, reduction='avg')": ("ValueError", r"mse_loss: 'avg' is not a valid value for reduction"),
    "F.mse_loss(X, np.ones(3))": ("ShapeError", r"mse_loss: input \(2, 4, 8, 8\) and target \(3,\) do not broadcast"),
    "F.cross_entropy(X, np.ones((2, 3, 8), int))": ("ShapeError", r"classes of shape \(2, 8, 8\), or prob.*got \(2, 3, 8\)"),
    "F.cross_entropy(np.ones((2, 3)), [0, 3])": ("IndexError", r"cross_entropy: target 3 is out of bounds for 3 classes"),
    "F.cross_entropy(np.ones((2, 3)), [0.0, 1.0])": ("TypeError", r"targets must be integers \(classes\) or probabilities"),
    "F.cross_entropy(np.ones((2, 3)), [0, 1], np.ones(2))": ("ShapeError", r"the weight must have shape \(3,\)"),
    "F.cross_entropy(np.ones((2, 3)), [0, 1], label_smoothing=2)": ("ValueError", r"label_smoothing must be between 0 and 1"),
    "F.cross_entropy(np.ones((2, 3)), [0, 1], ad.tensor(np.ones(3)))": ("RuntimeError", r"weight has no derivative"),
    "F.binary_cross_entropy(X, X[0])": ("ShapeError", r"the target must have the input's shape \(2, 4, 8, 8\), got"),
    "F.binary_cross_entropy(2 * X, X)": ("ValueError", r"must be probabilities .*with_logits"),
    "F.gaussian_nll_loss(X, X, -1.0)": ("ValueError", r"var has negative entries"),
    "F.gaussian_nll_loss(X, X, np.ones(3))": ("ShapeError", r"var \(3,\) does not fit input"),
    "F.huber_loss(X, X, delta=0)": ("ValueError", r"huber_loss: delta must be positive, not 0"),
    "F.multi_margin_loss(X[0, 0], [0] * 8, 3)": ("ValueError", r"p must be 1 or 2, not 3"),
    "F.margin_ranking_loss(X, X, X[0])": ("ShapeError", r"must have as many axes"),
    "F.cosine_embedding_loss(X, X, X)": ("ShapeError", r"cosine_embedding_loss expects \(N, D\)"),
    "nn.TripletMarginLoss(0)": ("ValueError", r"margin must be greater than 0, not 0"),
    "F.ctc_loss(X[0], [[1]] * 8, [5] * 8, [1] * 8)": ("ValueError", r"ctc_loss: blank 0 .*at most 4"),
    "F.ctc_loss(X[0], [[9]] * 8, [4] * 8, [1] * 8)": ("ValueError", r"targets must be labels from 0 to 7"),
    "F.ctc_loss(X[0], [1] * 9, [4] * 8, [1] * 8)": ("ShapeError", r"9 targets for lengths"),
}  # fmt: skip


@pytest.mark.parametrize("expression", BAD)
def test_bad_input_says_what_was_expected(expression: str) -> None:
    kind, message = BAD[expression]
    with pytest.raises((ValueError, TypeError, IndexError, RuntimeError), match=message) as caught:
        eval(expression, {"nn": nn, "F": F, "X": X, "np": np, "ad": ad})
    assert any(base.__name__ == kind for base in type(caught.value).__mro__)

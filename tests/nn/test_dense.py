"""Dense layers, lookups and activations: PyTorch's stored numbers and reprs, derivatives to order 2, bad input."""

from __future__ import annotations

import json
import pathlib
import re
from typing import Any

import dense_cases
import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad import nn

F = nn.functional
REFERENCE = pathlib.Path(__file__).parent / "reference"
FACTS = json.loads((REFERENCE / "dense.json").read_text("utf-8"))
RNG = np.random.default_rng(5)
SMOOTH = {
    "relu": F.relu, "relu6": F.relu6, "leaky_relu": F.leaky_relu, "elu": F.elu, "selu": F.selu, "celu": F.celu,
    "gelu": F.gelu, "gelu by tanh": lambda x: F.gelu(x, "tanh"), "silu": F.silu, "mish": F.mish, "softplus": F.softplus,
    "softsign": F.softsign, "sigmoid": F.sigmoid, "tanh": F.tanh, "logsigmoid": F.logsigmoid, "hardsigmoid": F.hardsigmoid,
    "hardswish": F.hardswish, "hardtanh": F.hardtanh, "tanhshrink": F.tanhshrink, "hardshrink": F.hardshrink,
    "softshrink": F.softshrink, "threshold": lambda x: F.threshold(x, 0.1, 2.0), "glu": F.glu,
    "softmax": lambda x: F.softmax(x, 0), "log_softmax": lambda x: F.log_softmax(x, 0), "softmin": lambda x: F.softmin(x, 0),
}  # fmt: skip


def stored() -> dict[str, list[np.ndarray]]:
    held = np.load(REFERENCE / "dense.npz")
    found: dict[str, list[np.ndarray]] = {}
    at = 0
    for form in held["forms"].tolist():
        name, _, shape = form.split("|")
        lengths = tuple(int(n) for n in shape.split(",") if n)
        size = int(np.prod(lengths))
        found.setdefault(name, []).append(held["numbers"][at : at + size].reshape(lengths))
        at += size
    return found


STORED = stored()
CONSTANTS_IN_FLOAT32 = {"CELU", "Hardsigmoid"}  # PyTorch rounds 1/alpha and 1/6 so, in the gradient


@pytest.mark.parametrize("name", dense_cases.cases())
def test_values_and_gradients_are_pytorchs(name: str) -> None:
    case = dense_cases.cases()[name]
    tolerance = 1e-6 if case[0] in CONSTANTS_IN_FLOAT32 else 1e-12
    for got, want in zip(dense_cases.results(ad, *case), STORED[name], strict=True):
        assert got.shape == want.shape
        np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", dense_cases.cases())
def test_reprs_are_pytorchs(name: str) -> None:
    kind, args, options, _ = dense_cases.cases()[name]
    assert repr(getattr(nn, kind)(*args, **options)) == FACTS["reprs"][name]


@pytest.mark.parametrize("name", dense_cases.ACTIVATIONS)
def test_activations_keep_float32(name: str) -> None:
    kind, args = dense_cases.ACTIVATIONS[name]
    x = ad.tensor(RNG.normal(size=(4, 6)).astype(np.float32))
    layer = getattr(nn, kind)(*args).float().eval()
    y = layer(x)
    y.sum().backward()
    assert y.dtype == x.grad.dtype == np.float32
    double = layer.double()(ad.tensor(x.detach().numpy().astype(float)))
    np.testing.assert_allclose(y.detach().numpy(), double.detach().numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", SMOOTH)
def test_activations_differentiate_twice(name: str) -> None:
    ad.check_grads(SMOOTH[name], (RNG.normal(size=(4, 6)) * 2,), order=2)


@pytest.mark.parametrize(
    "name", ["silu", "mish", "softplus", "gelu", "gelu by tanh", "logsigmoid", "elu", "selu", "celu"]
)
@pytest.mark.parametrize("x", [-800.0, -40.0, 0.0, 40.0, 800.0])
def test_second_derivatives_are_finite_far_from_zero(name: str, x: float) -> None:
    assert np.isfinite(ad.grad(ad.grad(SMOOTH[name]))(x))


@pytest.mark.parametrize("name", sorted(set(SMOOTH) - {"glu", "softmax", "log_softmax", "softmin", "softsign"}))
def test_nan_stays_nan_and_nothing_becomes_nothing(name: str) -> None:
    assert np.isnan(SMOOTH[name](ad.tensor(np.array([np.nan, 1.0]))).detach().numpy()[0])
    assert SMOOTH[name](ad.zeros(0, 3)).shape == (0, 3)


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4), (0, 4)])
@pytest.mark.parametrize("bias", [True, False])
def test_linear_differentiates_twice(shape: tuple[int, ...], bias: bool) -> None:
    operands = [RNG.normal(size=shape), RNG.normal(size=(5, 4)), RNG.normal(size=5)][: 3 if bias else 2]
    ad.check_grads(F.linear, tuple(operands), order=2)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_kernel_of_linear_agrees_with_its_rule(dtype: Any) -> None:
    layer = nn.Linear(7, 3).to(dtype)
    x = ad.tensor(RNG.normal(size=(5, 7)).astype(dtype))
    for loss in (layer(x).sum(), (layer(x) ** 2).sum()):
        for t in (x, *layer.parameters()):
            t.grad = None
        loss.backward(retain_graph=True)
        swept = [t.grad.numpy() for t in (x, *layer.parameters())]
        by_rule = ad.autograd.grad(loss, [x, *layer.parameters()], create_graph=True)
        for a, b in zip(swept, by_rule, strict=True):
            assert a.dtype == dtype
            np.testing.assert_allclose(a, b.detach().numpy(), rtol=1e-5 if dtype is np.float32 else 1e-12, atol=1e-5)


def test_a_linear_layer_is_one_operation() -> None:
    g = ad.graph(nn.Linear(4, 3)(ad.ones(2, 4)).sum())
    assert [n.op for n in g.nodes if n.kind == "op"] == ["linear", "sum"]


def test_linear_takes_arrays_and_mixed_dtypes() -> None:
    layer = nn.Linear(3, 2)
    np.testing.assert_allclose(layer(np.ones((4, 3))).detach(), layer(ad.ones(4, 3)).detach())
    assert layer(ad.ones(4, 3, dtype="float32")).dtype == np.float64
    assert layer(ad.ones(4, 3, dtype="int64")).dtype == np.float64


def test_linear_works_in_vmap_and_jvp() -> None:
    layer = nn.Linear(3, 2)
    x = RNG.normal(size=(5, 3))
    np.testing.assert_allclose(ad.vmap(layer)(x).detach(), layer(x).detach(), rtol=1e-12)
    _, moved = ad.jvp(layer, (x,), (np.ones_like(x),))
    np.testing.assert_allclose(moved.detach(), np.ones_like(x) @ layer.weight.detach().numpy().T, rtol=1e-12)


def test_a_forward_under_no_grad_needs_no_gradient() -> None:
    with ad.no_grad():
        assert not nn.Linear(3, 2)(ad.ones(4, 3)).requires_grad


def test_the_tutorials_loop_gives_pytorchs_losses() -> None:
    model = dense_cases.filled(ad, nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1)))
    x = ad.tensor(np.sin(np.arange(16.0)).reshape(8, 2))
    y = ad.tensor(np.cos(np.arange(8.0)).reshape(8, 1))
    optimizer, losses = ad.optim.SGD(model.parameters(), lr=0.1), []
    for _ in range(10):
        optimizer.zero_grad()
        loss = nn.MSELoss()(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    np.testing.assert_allclose(losses, FACTS["losses"], rtol=1e-12)


@pytest.mark.parametrize(
    ("make", "given", "said"),
    [
        (
            lambda: nn.Linear(64, 3),
            (32, 128),
            "Linear(in_features=64, out_features=3, bias=True) expects (…, 64), got (32, 128)",
        ),
        (lambda: nn.Sequential(nn.Linear(4, 3), nn.Linear(2, 1)), (5, 4), "1 expects (…, 2), got (5, 3)"),
        (
            lambda: nn.ModuleDict({"encoder": nn.Sequential(nn.ReLU(), nn.Linear(2, 1))})["encoder"],
            (5, 3),
            "1 expects (…, 2), got (5, 3)",
        ),
        (lambda: nn.Linear(2, 1), (), "expects (…, 2), got ()"),
    ],
)
def test_a_wrong_shape_names_the_layer(make: Any, given: tuple[int, ...], said: str) -> None:
    with pytest.raises(ad.ShapeError, match=re.escape(said)):
        make()(ad.zeros(*given))


def test_a_wrong_shape_deep_inside_names_the_path_and_the_line() -> None:
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = nn.ModuleList([nn.Sequential(nn.Linear(64, 64)), nn.Identity()])

        def forward(self, x: Any) -> Any:
            return self.encoder[0](x)

    with pytest.raises(ad.ShapeError, match=r'^encoder\.0\.0 expects \(…, 64\), got \(32, 128\) in "self\.encoder'):
        Model()(ad.zeros(32, 128))


def test_an_error_in_the_users_forward_names_the_module() -> None:
    class Inner(nn.Module):
        def forward(self, x: Any) -> Any:
            return x + ad.ones(7)

    with pytest.raises(ad.ShapeError, match=r"^1: add: .* do not broadcast"):
        nn.Sequential(nn.Identity(), Inner())(ad.ones(2, 3))


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (lambda: F.linear(ad.ones(2, 3), ad.ones(4, 5)), ad.ShapeError, "linear expects (…, 5) for the weight (4, 5), got (2, 3)"),
        (lambda: F.linear(ad.ones(2, 5), ad.ones(4, 5), ad.ones(3)), ad.ShapeError, "a bias of shape (4,), got (3,)"),
        (lambda: nn.Bilinear(2, 3, 1)(ad.ones(4, 2), ad.ones(5, 3)), ad.ShapeError, "(…, 2) and (…, 3), got (4, 2) and (5, 3)"),
        (lambda: nn.Bilinear(0, 3, 1), ValueError, "in1_features must be > 0, but got 0"),
        (lambda: nn.Embedding(5, 2)(ad.tensor([1.5])), TypeError, "embedding expects whole numbers, got float64"),
        (lambda: nn.Embedding(5, 2)(np.array([5])), IndexError, "embedding expects indices from 0 to 4, got 5"),
        (lambda: nn.Embedding(5, 2)(np.array([-1])), IndexError, "embedding expects indices from 0 to 4, got -1"),
        (lambda: nn.Embedding(5, 2, padding_idx=5), ValueError, "padding_idx must be within num_embeddings=5, not 5"),
        (lambda: nn.Embedding(5, 2, _weight=ad.ones(2, 5)), ValueError, "the weight has shape (2, 5), not (5, 2)"),
        (lambda: nn.Embedding.from_pretrained(ad.ones(3)), ValueError, "expected to be 2-dimensional, got shape (3,)"),
        (lambda: nn.Dropout(1.5), ValueError, "dropout probability has to be between 0 and 1, but got 1.5"),
        (lambda: F.dropout(ad.ones(2), -0.1), ValueError, "dropout probability has to be between 0 and 1, but got -0.1"),
        (lambda: nn.Dropout2d()(ad.ones(2, 3)), ValueError, "dropout2d expects 4 axes, got (2, 3)"),
        (lambda: nn.GLU()(ad.ones(2, 3)), ad.ShapeError, "glu expects an even size in dimension -1, got (2, 3)"),
        (lambda: nn.PReLU(2)(ad.ones(4, 3)), ad.ShapeError, "one for each of 3 channels, got weight (2,)"),
        (lambda: nn.GELU("fast")(ad.ones(3)), ValueError, "approximate must be 'none' or 'tanh', not 'fast'"),
        (lambda: nn.Hardtanh(1.0, 0.0), ValueError, "max_val must be larger than min_val"),
        (lambda: nn.Unflatten(1, 6), TypeError, "unflattened_size must be a tuple of ints, but found 6"),
        (lambda: F.one_hot(np.array([3]), 2), ValueError, "one_hot: classes must be in [0, 2)"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_a_reason(call: Any, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=re.escape(said)):
        call()


def test_an_embedding_takes_whole_numbers_in_a_float_tensor() -> None:
    layer = nn.Embedding(5, 2)
    np.testing.assert_array_equal(layer(ad.tensor([1, 4])).detach(), layer.weight.detach().numpy()[[1, 4]])


def test_pretrained_embeddings_are_frozen_unless_asked() -> None:
    vectors = ad.ones(4, 3)
    assert not nn.Embedding.from_pretrained(vectors).weight.requires_grad
    assert nn.Embedding.from_pretrained(vectors, freeze=False).weight.requires_grad


@pytest.mark.parametrize("padding", [None, 1])
def test_embeddings_differentiate_twice(padding: int | None) -> None:
    weight = ad.tensor(RNG.normal(size=(3, 2)))
    looked_up = F.embedding(np.array([[0, 1], [1, 2]]), weight, padding)
    (first,) = ad.autograd.grad((looked_up**3).sum(), [weight], create_graph=True)
    (second,) = ad.autograd.grad((first * first).sum(), [weight])
    share = np.array([1.0, 2.0, 1.0]) * (np.arange(3) != padding)
    w = weight.detach().numpy()
    np.testing.assert_allclose(first.detach(), 3 * w**2 * share[:, None])
    np.testing.assert_allclose(second.detach(), 2 * (3 * w**2 * share[:, None]) * 6 * w * share[:, None])


def test_one_hot_is_pytorchs() -> None:
    hot = F.one_hot(np.array([0, 2]))
    assert hot.dtype == np.int64
    assert hot.tolist() == [[1, 0, 0], [0, 0, 1]]
    assert F.one_hot(np.array([1]), 4).shape == (1, 4)


@pytest.mark.parametrize("name", ["Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout"])
def test_dropout_acts_in_training_only_and_seeds_repeat(name: str) -> None:
    shape = {"Dropout1d": (40, 30, 2), "Dropout3d": (40, 30, 2, 1, 1)}.get(name, (40, 30, 2, 1))
    x = ad.ones(*shape)
    layer = getattr(nn, name)(0.25)
    ad.manual_seed(3)
    first = layer(x)
    ad.manual_seed(3)
    np.testing.assert_array_equal(first, layer(x))
    assert layer.eval()(x) is x
    if name != "AlphaDropout":
        assert set(np.unique(np.asarray(first))) == {0.0, 1 / 0.75}
        assert abs(first.mean().item() - 1) < 0.06
    if name not in ("Dropout", "AlphaDropout"):
        channels = np.asarray(first).reshape(40, 30, -1)
        assert (channels == channels[..., :1]).all()


def test_dropout_draws_from_the_generator_that_it_is_given() -> None:
    x = ad.ones(50)
    made = [nn.Dropout(0.5, generator=g)(x) for g in (np.random.default_rng(1), np.random.default_rng(1))]
    np.testing.assert_array_equal(*made)
    assert nn.Dropout(0.0)(x) is x
    assert not nn.Dropout(1.0)(x).any()
    with pytest.raises(TypeError, match=r"generator must be ad\.Generator or numpy.random.Generator, not int"):
        F.dropout(x, generator=3)


def test_the_gradient_of_dropout_has_the_same_mask() -> None:
    x = ad.tensor(np.ones(30))
    y = nn.Dropout(0.5)(x)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, y.detach())


def test_alpha_dropout_keeps_mean_and_variance() -> None:
    ad.manual_seed(0)
    y = nn.AlphaDropout(0.3)(ad.randn(200, 200))
    assert abs(y.mean().item()) < 0.02
    assert abs(y.std().item() - 1) < 0.02


def test_gumbel_softmax_is_a_distribution_or_one_hot() -> None:
    logits = ad.tensor(RNG.normal(size=(5, 4)))
    soft = F.gumbel_softmax(logits, generator=np.random.default_rng(0))
    np.testing.assert_allclose(soft.detach().numpy().sum(1), 1)
    hard = F.gumbel_softmax(logits, hard=True, generator=np.random.default_rng(0))
    np.testing.assert_allclose(np.sort(hard.detach().numpy(), 1), [[0, 0, 0, 1]] * 5, atol=1e-15)
    (hard * np.arange(4.0)).sum().backward()
    assert np.any(logits.grad.numpy() != 0)


def test_rrelu_draws_its_slopes_in_training() -> None:
    x = ad.full((1000,), -1.0)
    y = -np.asarray(nn.RReLU(0.1, 0.3)(x))
    assert 0.1 <= y.min() < 0.12
    assert 0.28 < y.max() <= 0.3
    np.testing.assert_allclose(nn.RReLU(0.1, 0.3).eval()(x), -0.2)

"""Whole training programs, written for PyTorch: with another import they give the same losses, outputs and state keys."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import notebook_ad as ad

PROGRAMS: list[Callable[[Any], Any]] = []


@pytest.fixture(autouse=True)
def _in_float64() -> Any:
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def program(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    PROGRAMS.append(function)
    return function


def begun(lib: Any, model: Any) -> Any:
    """The model with the same weights in both libraries."""
    rng = np.random.default_rng(0)
    state = {
        key: rng.normal(0, 0.3, tuple(t.shape)) if t.dtype in (lib.float64, lib.float32) and "running" not in key else t
        for key, t in model.state_dict().items()
    }
    model.load_state_dict({key: lib.as_tensor(value) for key, value in state.items()})
    return model


def drawn(lib: Any, *shape: int) -> Any:
    return lib.as_tensor(np.random.default_rng(math.prod(shape)).normal(size=shape))


def classes(lib: Any, below: int, *shape: int) -> Any:
    return lib.as_tensor(np.random.default_rng(1).integers(0, below, shape))


def trained(model: Any, optimizer: Any, loss: Callable[[], Any], steps: int = 4) -> list[Any]:
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        now = loss()
        now.backward()
        optimizer.step()
        losses.append(now.item())
    return [losses, repr(model), list(model.state_dict()), list(model.parameters())]


@program
def a_classifier_with_loaders_and_evaluation(lib: Any) -> Any:
    nn = lib.nn

    class Pictures(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.flat = nn.Flatten()
            self.layers = nn.Sequential(nn.Linear(36, 16), nn.ReLU(), nn.Linear(16, 4))

        def forward(self, x: Any) -> Any:
            return self.layers(self.flat(x))

    pairs = lib.utils.data.TensorDataset(drawn(lib, 30, 6, 6), classes(lib, 4, 30))
    device = lib.device("cuda" if lib.cuda.is_available() else "cpu")
    model, criterion = begun(lib, Pictures().to(device)), nn.CrossEntropyLoss(label_smoothing=0.1)
    optimizer = lib.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=1e-3)
    scheduler = lib.optim.lr_scheduler.OneCycleLR(optimizer, 0.2, epochs=2, steps_per_epoch=4)
    found: list[Any] = []
    for _ in range(2):
        model.train()
        for x, y in lib.utils.data.DataLoader(pairs, batch_size=8):
            loss = criterion(model(x.to(device)), y.to(device))
            loss.backward()
            lib.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            scheduler.step()
            found += [loss.item(), scheduler.get_last_lr()]
        model.eval()
        right = 0
        with lib.no_grad():
            for x, y in lib.utils.data.DataLoader(pairs, batch_size=16):
                _, predicted = lib.max(model(x).data, 1)
                right += (predicted == y).sum().item()
        found.append(right)
    return [*found, repr(model)]


@program
def a_residual_network(lib: Any) -> Any:
    nn, f = lib.nn, lib.nn.functional

    class Block(nn.Module):
        def __init__(self, wide: int, out: int, stride: int) -> None:
            super().__init__()
            self.first = nn.Conv2d(wide, out, 3, stride, 1, bias=False)
            self.norm = nn.BatchNorm2d(out)
            self.second = nn.Conv2d(out, out, 3, padding="same", bias=False)
            self.again = nn.GroupNorm(2, out)
            self.short = nn.Sequential()
            if stride > 1 or wide != out:
                self.short.append(nn.Conv2d(wide, out, 1, stride))

        def forward(self, x: Any) -> Any:
            h = self.again(self.second(f.relu(self.norm(self.first(x)), inplace=True)))
            h += self.short(x)
            return h.relu()

    model = nn.Sequential(Block(3, 4, 1), Block(4, 6, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(1), nn.Linear(6, 5))
    begun(lib, model)
    x, y = drawn(lib, 4, 3, 8, 8), classes(lib, 5, 4)
    found = trained(model, lib.optim.AdamW(model.parameters(), lr=0.01), lambda: f.cross_entropy(model(x), y))
    return [*found, model.eval()(x), list(model.buffers())]


@program
def translation_with_attention(lib: Any) -> Any:
    nn = lib.nn

    class Translator(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.words, self.others = nn.Embedding(9, 8), nn.Embedding(11, 8, padding_idx=0)
            self.reads, self.writes = nn.GRU(8, 8, batch_first=True, bidirectional=True), nn.LSTMCell(24, 16)
            self.query, self.out = nn.Linear(16, 16, bias=False), nn.Linear(16, 11)

        def forward(self, source: Any, target: Any) -> Any:
            memory, last = self.reads(self.words(source))
            h = c = last.permute(1, 0, 2).reshape(len(source), -1)
            found = []
            for i in range(target.size(1)):
                weights = lib.softmax(lib.bmm(memory, self.query(h).unsqueeze(2)), dim=1)
                context = (weights * memory).sum(1)
                h, c = self.writes(lib.cat([self.others(target[:, i]), context], dim=1), (h, c))
                found.append(self.out(h))
            return lib.stack(found, 1)

    model, criterion = begun(lib, Translator()), nn.CrossEntropyLoss(ignore_index=0)
    source, target = classes(lib, 9, 3, 5), classes(lib, 11, 3, 4)
    loss = lambda: criterion(model(source, target[:, :-1]).reshape(-1, 11), target[:, 1:].reshape(-1))
    found = trained(model, lib.optim.Adam(model.parameters(), lr=0.02), loss)
    return [*found, model(source, target).topk(2).indices]


@program
def a_language_model_of_a_transformer(lib: Any) -> Any:
    nn = lib.nn
    layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True, norm_first=True)
    parts = {"words": nn.Embedding(12, 8), "body": nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)}
    model = begun(lib, nn.ModuleDict({**parts, "out": nn.Linear(8, 12)}))
    model["words"].weight.data.mul_(0.5)
    text = classes(lib, 12, 3, 7)
    places = drawn(lib, 7, 8)

    def loss() -> Any:
        mask = nn.Transformer.generate_square_subsequent_mask(6)
        h = model["body"](model["words"](text[:, :-1]) * math.sqrt(8) + places[:6], mask=mask, is_causal=True)
        return nn.functional.cross_entropy(model["out"](h).transpose(1, 2), text[:, 1:])

    return trained(model, lib.optim.Adam(model.parameters(), lr=0.01, amsgrad=True), loss)


@program
def names_by_characters_of_different_lengths(lib: Any) -> Any:
    nn, rnn = lib.nn, lib.nn.utils.rnn
    model = begun(lib, nn.ModuleList([nn.LSTM(5, 6, num_layers=2), nn.Linear(6, 3)]))
    words = [drawn(lib, n, 5) for n in (4, 2, 3)]
    labels = lib.as_tensor(np.array([0, 2, 1]))

    def loss() -> Any:
        packed = rnn.pack_sequence(words, enforce_sorted=False)
        _, (h, _) = model[0](packed)
        return nn.NLLLoss()(nn.functional.log_softmax(model[1](h[-1]), dim=1), labels)

    return trained(model, lib.optim.RMSprop(model.parameters(), lr=0.01, centered=True), loss)


@program
def a_variational_autoencoder(lib: Any) -> Any:
    nn, f = lib.nn, lib.nn.functional

    class Coder(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.down = nn.Sequential(nn.Conv2d(1, 4, 3, 2, 1), nn.SiLU(), nn.Flatten())
            self.mean, self.log_var = nn.Linear(64, 3), nn.Linear(64, 3)
            self.up = nn.Sequential(nn.Linear(3, 64), nn.Unflatten(1, (4, 4, 4)), nn.ConvTranspose2d(4, 1, 4, 2, 1))

        def forward(self, x: Any, noise: Any) -> Any:
            h = self.down(x)
            mean, log_var = self.mean(h), self.log_var(h)
            return lib.sigmoid(self.up(mean + noise * lib.exp(0.5 * log_var))), mean, log_var

    model = begun(lib, Coder())
    x, noise = lib.sigmoid(drawn(lib, 2, 1, 8, 8)), drawn(lib, 2, 3)

    def loss() -> Any:
        y, mean, log_var = model(x, noise)
        return f.binary_cross_entropy(y, x, reduction="sum") - 0.5 * lib.sum(1 + log_var - mean.pow(2) - log_var.exp())

    return trained(model, lib.optim.Adam(model.parameters(), lr=1e-3), loss)


@program
def trees_of_words(lib: Any) -> Any:
    nn = lib.nn
    model = begun(
        lib, nn.ModuleDict({"words": nn.Embedding(6, 4), "join": nn.Bilinear(4, 4, 4), "out": nn.Linear(4, 2)})
    )

    def meaning(tree: Any) -> Any:
        if isinstance(tree, int):
            return model["words"](lib.LongTensor([tree]))
        return lib.tanh(model["join"](meaning(tree[0]), meaning(tree[1])))

    trees = [((1, 2), 3), (4, (5, (0, 1))), (2, 2)]
    loss = lambda: sum(
        nn.functional.cross_entropy(model["out"](meaning(t)), lib.LongTensor([i % 2])) for i, t in enumerate(trees)
    )
    return trained(model, lib.optim.Adagrad(model.parameters(), lr=0.1), loss)


@program
def frozen_layers_groups_hooks_and_a_saved_state(lib: Any) -> Any:
    nn = lib.nn
    model = begun(lib, nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 5), nn.PReLU(), nn.Linear(5, 1)))
    for p in model[0].parameters():
        p.requires_grad = False
    groups = [{"params": model[2].parameters(), "lr": 0.01}, {"params": model[4].parameters()}]
    optimizer = lib.optim.SGD(groups, lr=0.1, momentum=0.5)
    plateau = lib.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=0)
    seen: list[Any] = []
    handle = model[1].register_forward_hook(lambda module, args, out: seen.append(out.detach()))
    model[4].weight.register_hook(lambda g: g * 0.5)
    x = drawn(lib, 6, 4)
    for _ in range(3):
        optimizer.zero_grad()
        loss = nn.functional.huber_loss(model(x), x[:, :1])
        loss.backward()
        optimizer.step()
        plateau.step(1.0)
        seen.append([g["lr"] for g in optimizer.param_groups])
    handle.remove()
    other = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 5), nn.PReLU(), nn.Linear(5, 1))
    kept = str(other.load_state_dict(model.state_dict()))
    doubled = {key: p * 2 for key, p in model.named_parameters()}
    called = lib.func.functional_call(other, doubled, (x,))
    return [seen, kept, other(x), called, repr(optimizer), [p.requires_grad for p in model.parameters()]]


@program
def sparse_gradients_of_an_embedding(lib: Any) -> Any:
    nn, found = lib.nn, []
    for make in (
        lambda p: lib.optim.SGD(p, 0.1),
        lambda p: lib.optim.Adagrad(p, 0.1),
        lambda p: lib.optim.SparseAdam(p, 0.1),
    ):
        words = begun(lib, nn.Embedding(8, 3, sparse=True, padding_idx=2))
        optimizer = make(list(words.parameters()))
        for i in range(4):
            optimizer.zero_grad()
            loss = (words((classes(lib, 8, 2, 3) + i) % 8) ** 2).sum() + words(lib.LongTensor([1, 2])).sum()
            loss.backward()
            g = words.weight.grad.coalesce()
            found += [loss.item(), g.is_sparse, g.indices(), g.values(), g.to_dense()]
            optimizer.step()
        found.append(words.weight)
    return found


@program
def lengths_and_what_made_a_tensor(lib: Any) -> Any:
    x = drawn(lib, 3, 4).requires_grad_()
    y = lib.nn.functional.normalize(x, p=3.0, dim=0)
    y.square().mean().backward()
    return [y, x.grad, y.grad_fn is None, x.grad_fn is None, len(lib.tanh(x).grad_fn.next_functions)]


def same(ours: Any, theirs: Any) -> None:
    if isinstance(theirs, list | tuple):
        assert len(ours) == len(theirs)
        for got, want in zip(ours, theirs, strict=True):
            same(got, want)
    elif isinstance(theirs, str | bool):
        assert ours == theirs
    else:
        got, want = (np.asarray(v.detach() if hasattr(v, "detach") else v) for v in (ours, theirs))
        assert got.shape == want.shape
        np.testing.assert_allclose(got, want, rtol=1e-8, atol=1e-11)


@pytest.mark.filterwarnings("ignore:Sparse invariant checks")
@pytest.mark.parametrize("run", PROGRAMS, ids=lambda f: f.__name__)
def test_the_program_gives_pytorchs_numbers(run: Callable[[Any], Any]) -> None:
    same(run(ad), run(torch))

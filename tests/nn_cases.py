"""Layers and losses on images and classes: cases that run with PyTorch and here alike, given the library.

Stored results of PyTorch are in `tests/nn/reference` (`make_images.py` makes them); `tests/peers` runs the same live.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np

# name: (expression of F, x, y, w and t = the library's tensor, shapes of x, y, w); a shape with a letter is of
# probabilities ("p") or of ones and minus ones ("s"), else of normal numbers
FUNCTIONS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "conv1d": ("F.conv1d(x, y, w)", ((2, 4, 6), (3, 4, 2), (3,))),
    "conv1d strided": ("F.conv1d(x, y, w, 2, 1)", ((2, 4, 6), (3, 4, 2), (3,))),
    "conv1d without a batch": ("F.conv1d(x, y, dilation=2)", ((4, 6), (3, 4, 2))),
    "conv2d": ("F.conv2d(x, y, w)", ((2, 3, 5, 4), (2, 3, 2, 3), (2,))),
    "conv2d padded": ("F.conv2d(x, y, w, padding=(2, 1))", ((2, 3, 4, 4), (2, 3, 3, 3), (2,))),
    "conv2d strided": ("F.conv2d(x, y, w, stride=(2, 1), padding=1)", ((2, 3, 5, 4), (2, 3, 3, 2), (2,))),
    "conv2d dilated": ("F.conv2d(x, y, w, dilation=2, padding=1)", ((2, 2, 5, 5), (2, 2, 3, 2), (2,))),
    "conv2d in groups": ("F.conv2d(x, y, w, groups=2, padding=1)", ((2, 4, 4, 3), (6, 2, 3, 2), (6,))),
    "conv2d depthwise": ("F.conv2d(x, y, groups=3)", ((2, 3, 4, 4), (3, 1, 2, 2))),
    "conv2d same": ("F.conv2d(x, y, w, padding='same')", ((2, 2, 4, 4), (2, 2, 2, 3), (2,))),
    "conv2d valid": ("F.conv2d(x, y, w, padding='valid')", ((2, 2, 4, 4), (2, 2, 2, 3), (2,))),
    "conv2d without a batch": ("F.conv2d(x, y, w)", ((2, 4, 4), (2, 2, 2, 3), (2,))),
    "conv_transpose1d": ("F.conv_transpose1d(x, y, w, 2, 1)", ((2, 3, 4), (3, 2, 3), (2,))),
    "conv_transpose2d": ("F.conv_transpose2d(x, y, w)", ((2, 3, 3, 2), (3, 2, 2, 3), (2,))),
    "conv_transpose2d strided": ("F.conv_transpose2d(x, y, w, 2, 1, 1)", ((2, 3, 3, 2), (3, 2, 3, 3), (2,))),
    "conv_transpose2d in groups": (
        "F.conv_transpose2d(x, y, w, (2, 1), groups=2, dilation=(1, 2), output_padding=(1, 1))",
        ((1, 4, 3, 3), (4, 1, 2, 2), (2,)),
    ),
    "max_pool1d": ("F.max_pool1d(x, 2)", ((2, 3, 7),)),
    "max_pool2d": ("F.max_pool2d(x, 2)", ((2, 2, 5, 4),)),
    "max_pool2d overlapping": ("F.max_pool2d(x, 3, 1, 1)", ((2, 2, 5, 4),)),
    "max_pool2d dilated": ("F.max_pool2d(x, (2, 3), (1, 2), (1, 0), 2)", ((2, 2, 5, 6),)),
    "max_pool2d ceil": ("F.max_pool2d(x, 2, ceil_mode=True)", ((2, 2, 5, 3),)),
    "avg_pool1d": ("F.avg_pool1d(x, 3, 2, 1)", ((2, 3, 7),)),
    "avg_pool2d": ("F.avg_pool2d(x, 2)", ((2, 2, 5, 4),)),
    "avg_pool2d padded": ("F.avg_pool2d(x, 3, 2, 1)", ((2, 2, 5, 4),)),
    "avg_pool2d own count": ("F.avg_pool2d(x, 3, 2, 1, True, False)", ((2, 2, 5, 4),)),
    "avg_pool2d divisor": ("F.avg_pool2d(x, 2, divisor_override=3)", ((2, 2, 5, 4),)),
    "avg_pool2d ceil": ("F.avg_pool2d(x, 2, 2, 1, ceil_mode=True)", ((2, 2, 4, 5),)),
    "adaptive_avg_pool1d": ("F.adaptive_avg_pool1d(x, 3)", ((2, 3, 7),)),
    "adaptive_avg_pool2d": ("F.adaptive_avg_pool2d(x, (3, None))", ((2, 2, 5, 4),)),
    "adaptive_avg_pool2d larger": ("F.adaptive_avg_pool2d(x, (7, 3))", ((1, 2, 5, 4),)),
    "adaptive_max_pool1d": ("F.adaptive_max_pool1d(x, 3)", ((2, 3, 7),)),
    "adaptive_max_pool2d": ("F.adaptive_max_pool2d(x, (3, 5))", ((2, 2, 5, 4),)),
    "batch_norm": ("F.batch_norm(x, None, None, y, w, True)", ((4, 3, 2), (3,), (3,))),
    "batch_norm in evaluation": (
        "F.batch_norm(x, t([0.5, -1.0, 0.0]), t([1.0, 2.0, 0.5]), y, w, False, 0.1, 1e-3)",
        ((4, 3, 2), (3,), (3,)),
    ),
    "layer_norm": ("F.layer_norm(x, (3, 4), y, w)", ((2, 3, 4), (3, 4), (3, 4))),
    "layer_norm plain": ("F.layer_norm(x, (4,), eps=0.1)", ((2, 3, 4),)),
    "rms_norm": ("F.rms_norm(x, (4,), y)", ((2, 3, 4), (4,))),
    "group_norm": ("F.group_norm(x, 2, y, w)", ((2, 4, 3, 2), (4,), (4,))),
    "instance_norm": ("F.instance_norm(x, weight=y, bias=w)", ((2, 3, 4), (3,), (3,))),
    "unfold": ("F.unfold(x, (2, 3), dilation=(2, 1), padding=1, stride=2)", ((2, 2, 4, 5),)),
    "fold": ("F.fold(x, (4, 3), 2, padding=1, stride=2)", ((2, 8, 6),)),
    "pad": ("F.pad(x, (1, -1, 0, 2), value=3.0)", ((2, 3, 4),)),
    "pad reflect": ("F.pad(x, (1, 2), 'reflect')", ((2, 3, 4),)),
    "pad replicate": ("F.pad(x, (1, 2, 2, 0), 'replicate')", ((1, 2, 3, 4),)),
    "pad circular": ("F.pad(x, (4, 2), 'circular')", ((2, 3, 4),)),
    "interpolate": ("F.interpolate(x, size=(5, 2))", ((1, 2, 3, 4),)),
    "interpolate by a factor": ("F.interpolate(x, scale_factor=(2, 1.5))", ((1, 2, 3, 4),)),
    "pixel_shuffle": ("F.pixel_shuffle(x, 2)", ((1, 8, 2, 3),)),
    "pixel_unshuffle": ("F.pixel_unshuffle(x, 2)", ((1, 2, 2, 4),)),
}  # fmt: skip

_PAIR = ((4, 5), (4, 5))
_CLASSES = "t([1, 4, 0, 2])"
LOSSES: dict[str, tuple[str, tuple[Any, ...]]] = {
    "mse_loss": ("F.mse_loss(x, y, reduction=r)", _PAIR),
    "mse_loss weighted": ("F.mse_loss(x, y, reduction=r, weight=w)", (*_PAIR, ("p", 4, 5))),
    "l1_loss": ("F.l1_loss(x, y, reduction=r)", _PAIR),
    "l1_loss weighted": ("F.l1_loss(x, y, reduction=r, weight=w)", (*_PAIR, ("p", 4, 5))),
    "smooth_l1_loss": ("F.smooth_l1_loss(x, y, reduction=r, beta=0.7)", _PAIR),
    "huber_loss": ("F.huber_loss(x, y, reduction=r, delta=0.7)", _PAIR),
    "huber_loss weighted": ("F.huber_loss(x, y, reduction=r, weight=w)", (*_PAIR, ("p", 4, 5))),
    "gaussian_nll_loss": ("F.gaussian_nll_loss(x, y, w, full=True, reduction=r)", (*_PAIR, ("p", 4, 5))),
    "gaussian_nll_loss of one": ("F.gaussian_nll_loss(x, y, w, reduction=r)", (*_PAIR, ("p", 4))),
    "poisson_nll_loss": ("F.poisson_nll_loss(x, y, full=True, reduction=r)", ((4, 5), ("p", 4, 5))),
    "poisson_nll_loss of rates": ("F.poisson_nll_loss(x, 4 * y, False, True, reduction=r)", (("p", 4, 5), ("p", 4, 5))),
    "kl_div": ("F.kl_div(x, y, reduction='batchmean' if r == 'mean' else r)", ((4, 5), ("p", 4, 5))),
    "kl_div of logarithms": ("F.kl_div(x, y, reduction='batchmean' if r == 'mean' else r, log_target=True)", _PAIR),
    "cross_entropy": (f"F.cross_entropy(x, {_CLASSES}, reduction=r)", ((4, 5),)),
    "cross_entropy of one": ("F.cross_entropy(x, t(2), reduction=r)", ((5,),)),
    "cross_entropy of images": ("F.cross_entropy(x, t([[0, 1], [2, 1]]), reduction=r)", ((2, 3, 2),)),
    "cross_entropy weighted": (f"F.cross_entropy(x, {_CLASSES}, t([1.0, 2, 0.5, 3, 1]), reduction=r)", ((4, 5),)),
    "cross_entropy ignoring": ("F.cross_entropy(x, t([1, -100, 0, 2]), reduction=r)", ((4, 5),)),
    "cross_entropy ignoring a class": (f"F.cross_entropy(x, {_CLASSES}, ignore_index=0, reduction=r)", ((4, 5),)),
    "cross_entropy smoothed": (f"F.cross_entropy(x, {_CLASSES}, reduction=r, label_smoothing=0.1)", ((4, 5),)),
    "cross_entropy with all": (
        "F.cross_entropy(x, t([1, -100, 0, 2]), t([1.0, 2, 0.5, 3, 1]), reduction=r, label_smoothing=0.1)", ((4, 5),)
    ),
    "cross_entropy of probabilities": (
        "F.cross_entropy(x, y, t([1.0, 2, 0.5, 3, 1]), reduction=r, label_smoothing=0.2)", ((4, 5), ("p", 4, 5))
    ),
    "nll_loss": (f"F.nll_loss(x, {_CLASSES}, reduction=r)", ((4, 5),)),
    "nll_loss weighted": (
        "F.nll_loss(x, t([1, 4, 0, 2]), t([1.0, 2, 0.5, 3, 1]), ignore_index=4, reduction=r)", ((4, 5),)
    ),
    "binary_cross_entropy": ("F.binary_cross_entropy(x, y, reduction=r)", (("p", 4, 5), ("p", 4, 5))),
    "binary_cross_entropy weighted": (
        "F.binary_cross_entropy(x, y, t([1.0, 2, 0.5, 3, 1]).reshape(1, 5).expand(4, 5), reduction=r)",
        (("p", 4, 5), ("p", 4, 5)),
    ),
    "binary_cross_entropy_with_logits": (
        "F.binary_cross_entropy_with_logits(x, y, reduction=r)", ((4, 5), ("p", 4, 5))
    ),
    "binary_cross_entropy_with_logits weighted": (
        "F.binary_cross_entropy_with_logits(x, y, w.detach(), reduction=r, pos_weight=t([1.0, 2, 0.5, 3, 1]))",
        ((4, 5), ("p", 4, 5), ("p", 4, 5)),
    ),
    "soft_margin_loss": ("F.soft_margin_loss(x, y.detach(), reduction=r)", ((4, 5), ("s", 4, 5))),
    "multi_margin_loss": (f"F.multi_margin_loss(x, {_CLASSES}, reduction=r)", ((4, 5),)),
    "multi_margin_loss squared": (
        f"F.multi_margin_loss(x, {_CLASSES}, 2, 0.5, t([1.0, 2, 0.5, 3, 1]), reduction=r)", ((4, 5),)
    ),
    "hinge_embedding_loss": ("F.hinge_embedding_loss(x, y.detach(), 0.5, reduction=r)", ((4, 5), ("s", 4, 5))),
    "margin_ranking_loss": ("F.margin_ranking_loss(x, y, w.detach(), 0.3, reduction=r)", (*_PAIR, ("s", 4, 5))),
    "cosine_embedding_loss": ("F.cosine_embedding_loss(x, y, w.detach(), 0.1, reduction=r)", (*_PAIR, ("s", 4))),
    "triplet_margin_loss": ("F.triplet_margin_loss(x, y, w, reduction=r)", ((4, 5), (4, 5), (4, 5))),
    "triplet_margin_loss swapped": (
        "F.triplet_margin_loss(x, y, w, 2.0, 1.0, swap=True, reduction=r)", ((4, 5), (4, 5), (4, 5))
    ),
    "ctc_loss": (
        "F.ctc_loss(F.log_softmax(x, -1), t([[1, 1, 2], [3, 2, 0], [2, 0, 0]]), (6, 5, 6), (3, 2, 1), reduction=r)",
        ((6, 3, 4),),
    ),
    "ctc_loss joined": (
        "F.ctc_loss(F.log_softmax(x, -1), t([1, 1, 2, 2]), (6, 5, 1), (3, 0, 1), 3, r, True)", ((6, 3, 4),)
    ),
    "pairwise_distance": ("F.pairwise_distance(x, y, keepdim=True)", _PAIR),
    "cosine_similarity": ("F.cosine_similarity(x, y, dim=0)", _PAIR),
}  # fmt: skip

# name: (expression, shape of the input)
LAYERS: dict[str, tuple[str, tuple[int, ...]]] = {
    "Conv1d": ("nn.Conv1d(2, 3, 2, 2, 1)", (3, 2, 5)),
    "Conv2d": ("nn.Conv2d(2, 3, 3, padding=1)", (3, 2, 4, 4)),
    "Conv2d reflect": ("nn.Conv2d(2, 3, (2, 3), padding=(2, 1), padding_mode='reflect')", (3, 2, 4, 4)),
    "Conv2d replicate": ("nn.Conv2d(2, 4, 3, 2, 1, 1, 2, False, 'replicate')", (3, 2, 4, 4)),
    "Conv2d circular": ("nn.Conv2d(2, 3, (2, 3), padding='same', padding_mode='circular')", (3, 2, 4, 4)),
    "ConvTranspose1d": ("nn.ConvTranspose1d(2, 3, 3, 2, 1, 1)", (3, 2, 4)),
    "ConvTranspose2d": ("nn.ConvTranspose2d(2, 4, 2, 2, groups=2)", (3, 2, 3, 3)),
    "BatchNorm1d": ("nn.BatchNorm1d(3)", (4, 3)),
    "BatchNorm1d of sequences": ("nn.BatchNorm1d(3, eps=1e-2, momentum=0.3)", (4, 3, 2)),
    "BatchNorm2d": ("nn.BatchNorm2d(3)", (3, 3, 2, 2)),
    "BatchNorm2d cumulative": ("nn.BatchNorm2d(3, momentum=None)", (3, 3, 2, 2)),
    "BatchNorm2d without statistics": ("nn.BatchNorm2d(3, track_running_stats=False, bias=False)", (3, 3, 2, 2)),
    "BatchNorm2d plain": ("nn.BatchNorm2d(3, affine=False)", (3, 3, 2, 2)),
    "InstanceNorm1d": ("nn.InstanceNorm1d(3, affine=True)", (2, 3, 4)),
    "InstanceNorm2d": ("nn.InstanceNorm2d(3, affine=True, track_running_stats=True)", (2, 3, 2, 2)),
    "LayerNorm": ("nn.LayerNorm(4)", (2, 3, 4)),
    "LayerNorm of two axes": ("nn.LayerNorm((3, 4), 1e-2, bias=False)", (2, 3, 4)),
    "GroupNorm": ("nn.GroupNorm(2, 4)", (2, 4, 3)),
    "RMSNorm": ("nn.RMSNorm(4)", (2, 3, 4)),
    "a network": (
        "nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8, 3))",
        (4, 1, 6, 6),
    ),
}  # fmt: skip


def drawn(name: str, shapes: tuple[Any, ...]) -> list[np.ndarray]:
    """The same numbers for a case everywhere."""
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    made = []
    for shape in shapes:
        kind, size = (shape[0], shape[1:]) if shape and isinstance(shape[0], str) else ("n", shape)
        made.append(
            rng.uniform(0.1, 0.9, size) if kind == "p"
            else rng.choice([-1.0, 1.0], size) if kind == "s"
            else rng.normal(size=size)
        )  # fmt: skip
    return made


def cotangent(shape: tuple[int, ...]) -> np.ndarray:
    """Numbers to weigh a result with."""
    return np.cos(1.0 + np.arange(int(np.prod(shape)))).reshape(shape)


def function_results(library: Any, name: str, expression: str, shapes: tuple[Any, ...], r: str = "mean") -> list[Any]:
    """The value, and the gradients of its weighted sum."""
    operands = [library.tensor(a, requires_grad=True) for a in drawn(name, shapes)]
    value = evaluated(library, expression, operands, r)
    value.backward(library.tensor(cotangent(tuple(value.shape)), requires_grad=False))
    grads = [np.zeros(t.shape) if t.grad is None else t.grad.numpy() for t in operands]
    return [value.detach().numpy(), *grads]


def evaluated(library: Any, expression: str, operands: Any, r: str = "mean") -> Any:
    """The expression's value; numbers in it are float64 or integers."""

    def t(values: Any) -> Any:
        array = np.asarray(values)
        return library.tensor(array, requires_grad=False)

    names = dict(zip("xyw", operands, strict=False))
    return eval(expression, {"F": library.nn.functional, "t": t, "r": r, **names})


def layer_results(
    library: Any, name: str, expression: str, shape: tuple[int, ...], dtype: Any = np.float64
) -> list[Any]:
    """Ten steps of training from drawn parameters: the losses, the state after them, the result in evaluation."""
    layer = eval(expression, {"nn": library.nn})
    layer = layer.double() if dtype == np.float64 else layer.float()
    entries = {key: tuple(v.shape) for key, v in layer.named_parameters()}
    values = drawn(name, (*entries.values(), *((shape,) * 10)))
    state = dict(layer.state_dict())
    given = zip(entries, values, strict=False)
    layer.load_state_dict({**state, **{k: library.tensor(v.astype(dtype), requires_grad=False) for k, v in given}})
    losses = []
    for batch in values[len(entries) :]:
        out = layer(library.tensor(batch.astype(dtype), requires_grad=False))
        target = library.tensor(cotangent(tuple(out.shape)).astype(dtype), requires_grad=False)
        loss = ((out - target) ** 2).mean()
        layer.zero_grad()
        if entries:
            loss.backward()
        with library.no_grad():
            for p in layer.parameters():
                p -= 0.1 * p.grad
        losses.append(loss.item())
    layer.eval()
    out = layer(library.tensor(values[-1].astype(dtype), requires_grad=False))
    return [np.array(losses), *(v.detach().numpy() for v in layer.state_dict().values()), out.detach().numpy()]

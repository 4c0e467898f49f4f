"""Losses as modules: options once, then loss(input, target). What they compute is said at each function."""

from __future__ import annotations

from typing import Any

from notebook_ad.nn.functions import loss, loss_classes, loss_pairs, loss_sequences
from notebook_ad.nn.functions.reductions import chosen
from notebook_ad.nn.module import Module
from notebook_ad.nn.parameter import Buffer
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor


class _Loss(Module):
    """A loss with a reduction: "mean", "sum" or "none"."""

    reduction: str
    weight: Tensor | None

    def __init__(self, reduction: str, size_average: Any = None, reduce: Any = None, **options: Any) -> None:
        super().__init__()
        self.reduction = reduction
        if size_average is not None or reduce is not None:
            self.reduction = chosen(type(self).__name__, reduction, size_average, reduce)
        for name, value in options.items():
            setattr(self, name, value)

    def _buffer(self, name: str, value: Any) -> None:
        """Weights are state, as in PyTorch."""
        self.register_buffer(name, None if value is None else Buffer(tensor_of(value).detach()))


class MSELoss(_Loss):
    """(input − target)². As `torch.nn.MSELoss`.

    >>> import notebook_ad as ad
    >>> ad.nn.MSELoss()(ad.tensor([1.0, 3.0]), ad.tensor([1.0, 1.0])).item()
    2.0
    """

    def __init__(self, size_average: Any = None, reduce: Any = None, reduction: str = "mean") -> None:
        super().__init__(reduction, size_average, reduce)

    def forward(self, input: Any, target: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """The loss."""
        return loss.mse_loss(input, target, reduction=self.reduction)


class L1Loss(_Loss):
    """|input − target|. As `torch.nn.L1Loss`."""

    def __init__(self, size_average: Any = None, reduce: Any = None, reduction: str = "mean") -> None:
        super().__init__(reduction, size_average, reduce)

    def forward(self, input: Any, target: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """The loss."""
        return loss.l1_loss(input, target, reduction=self.reduction)


class SmoothL1Loss(_Loss):
    """Squared below `beta`, absolute above. As `torch.nn.SmoothL1Loss`."""

    beta: float

    def __init__(
        self, size_average: Any = None, reduce: Any = None, reduction: str = "mean", beta: float = 1.0
    ) -> None:
        super().__init__(reduction, size_average, reduce, beta=beta)

    def forward(self, input: Any, target: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """The loss."""
        return loss.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class HuberLoss(_Loss):
    """Squared below `delta`, absolute above, times delta. As `torch.nn.HuberLoss`."""

    delta: float

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction, delta=delta)

    def forward(self, input: Any, target: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """The loss."""
        return loss.huber_loss(input, target, self.reduction, self.delta)


class GaussianNLLLoss(_Loss):
    """−log of a normal density with mean `input` and variance `var`. As `torch.nn.GaussianNLLLoss`."""

    full: bool
    eps: float

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        super().__init__(reduction, full=full, eps=eps)

    def forward(self, input: Any, target: Any, var: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """The loss."""
        return loss.gaussian_nll_loss(input, target, var, self.full, self.eps, self.reduction)


class PoissonNLLLoss(_Loss):
    """−log of a Poisson probability, of the rate or its logarithm. As `torch.nn.PoissonNLLLoss`."""

    log_input: bool
    full: bool
    eps: float

    def __init__(
        self,
        log_input: bool = True,
        full: bool = False,
        size_average: Any = None,
        eps: float = 1e-8,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction, size_average, reduce, log_input=log_input, full=full, eps=eps)

    def forward(self, log_input: Any, target: Any) -> Tensor:
        """The loss."""
        return loss.poisson_nll_loss(
            log_input, target, self.log_input, self.full, eps=self.eps, reduction=self.reduction
        )


class KLDivLoss(_Loss):
    """target · (log target − input), of log-probabilities; reduction also "batchmean". As `torch.nn.KLDivLoss`."""

    log_target: bool

    def __init__(
        self, size_average: Any = None, reduce: Any = None, reduction: str = "mean", log_target: bool = False
    ) -> None:
        super().__init__(reduction, size_average, reduce, log_target=log_target)

    def forward(self, input: Any, target: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """The loss."""
        return loss.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)


class CrossEntropyLoss(_Loss):
    """−log softmax(input) of classes, or of probabilities. As `torch.nn.CrossEntropyLoss`.

    Attributes:
        weight: a buffer (C,), how much each class counts, or None.
    """

    ignore_index: int
    label_smoothing: float

    def __init__(
        self,
        weight: Any = None,
        size_average: Any = None,
        ignore_index: int = -100,
        reduce: Any = None,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(reduction, size_average, reduce, ignore_index=ignore_index, label_smoothing=label_smoothing)
        self._buffer("weight", weight)

    def forward(self, input: Any, target: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """The loss."""
        return loss_classes.cross_entropy(
            input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )  # fmt: skip


class NLLLoss(_Loss):
    """−input of the target, of log-probabilities. As `torch.nn.NLLLoss`."""

    ignore_index: int

    def __init__(
        self,
        weight: Any = None,
        size_average: Any = None,
        ignore_index: int = -100,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction, size_average, reduce, ignore_index=ignore_index)
        self._buffer("weight", weight)

    def forward(self, input: Any, target: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """The loss."""
        return loss_classes.nll_loss(
            input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction
        )


class BCELoss(_Loss):
    """The cross-entropy of two classes, of probabilities. As `torch.nn.BCELoss`."""

    def __init__(
        self, weight: Any = None, size_average: Any = None, reduce: Any = None, reduction: str = "mean"
    ) -> None:
        super().__init__(reduction, size_average, reduce)
        self._buffer("weight", weight)

    def forward(self, input: Any, target: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """The loss."""
        return loss_classes.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(_Loss):
    """The cross-entropy of two classes, of scores; `pos_weight` is a buffer too. As `torch.nn.BCEWithLogitsLoss`."""

    pos_weight: Tensor | None

    def __init__(
        self,
        weight: Any = None,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
        pos_weight: Any = None,
    ) -> None:
        super().__init__(reduction, size_average, reduce)
        self._buffer("weight", weight)
        self._buffer("pos_weight", pos_weight)

    def forward(self, input: Any, target: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """The loss."""
        return loss_classes.binary_cross_entropy_with_logits(
            input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )


class CTCLoss(_Loss):
    """−log of the probability of a shorter label sequence (Graves et al. 2006). As `torch.nn.CTCLoss`."""

    blank: int
    zero_infinity: bool

    def __init__(self, blank: int = 0, reduction: str = "mean", zero_infinity: bool = False) -> None:
        super().__init__(reduction, blank=blank, zero_infinity=zero_infinity)

    def forward(self, log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any) -> Tensor:
        """The loss."""
        return loss_sequences.ctc_loss(
            log_probs, targets, input_lengths, target_lengths, self.blank, self.reduction, self.zero_infinity
        )


class MultiMarginLoss(_Loss):
    """A margin between the target's score and each other. As `torch.nn.MultiMarginLoss`."""

    p: int
    margin: float

    def __init__(
        self,
        p: int = 1,
        margin: float = 1.0,
        weight: Any = None,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction, size_average, reduce, p=p, margin=margin)
        if p not in (1, 2):
            raise ValueError(f"MultiMarginLoss: p must be 1 or 2, not {p}{place()}")
        self._buffer("weight", weight)

    def forward(self, input: Any, target: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """The loss."""
        return loss_classes.multi_margin_loss(input, target, self.p, self.margin, self.weight, reduction=self.reduction)


class SoftMarginLoss(_Loss):
    """log(1 + e^(−t x)) with targets 1 and −1. As `torch.nn.SoftMarginLoss`."""

    def __init__(self, size_average: Any = None, reduce: Any = None, reduction: str = "mean") -> None:
        super().__init__(reduction, size_average, reduce)

    def forward(self, input: Any, target: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """The loss."""
        return loss_classes.soft_margin_loss(input, target, reduction=self.reduction)


class HingeEmbeddingLoss(_Loss):
    """x where the target is 1, max(0, margin − x) where it is −1. As `torch.nn.HingeEmbeddingLoss`."""

    margin: float

    def __init__(
        self, margin: float = 1.0, size_average: Any = None, reduce: Any = None, reduction: str = "mean"
    ) -> None:
        super().__init__(reduction, size_average, reduce, margin=margin)

    def forward(self, input: Any, target: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """The loss."""
        return loss_pairs.hinge_embedding_loss(input, target, self.margin, reduction=self.reduction)


class MarginRankingLoss(_Loss):
    """max(0, margin − t (x1 − x2)). As `torch.nn.MarginRankingLoss`."""

    margin: float

    def __init__(
        self, margin: float = 0.0, size_average: Any = None, reduce: Any = None, reduction: str = "mean"
    ) -> None:
        super().__init__(reduction, size_average, reduce, margin=margin)

    def forward(self, input1: Any, input2: Any, target: Any) -> Tensor:
        """The loss."""
        return loss_pairs.margin_ranking_loss(input1, input2, target, self.margin, reduction=self.reduction)


class CosineEmbeddingLoss(_Loss):
    """1 − cos(x1, x2) where the target is 1, max(0, cos − margin) where it is −1. As PyTorch's."""

    margin: float

    def __init__(
        self, margin: float = 0.0, size_average: Any = None, reduce: Any = None, reduction: str = "mean"
    ) -> None:
        super().__init__(reduction, size_average, reduce, margin=margin)

    def forward(self, input1: Any, input2: Any, target: Any) -> Tensor:
        """The loss."""
        return loss_pairs.cosine_embedding_loss(input1, input2, target, self.margin, reduction=self.reduction)


class TripletMarginLoss(_Loss):
    """max(0, margin + d(anchor, positive) − d(anchor, negative)). As `torch.nn.TripletMarginLoss`."""

    margin: float
    p: float
    eps: float
    swap: bool

    def __init__(
        self,
        margin: float = 1.0,
        p: float = 2.0,
        eps: float = 1e-6,
        swap: bool = False,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction, size_average, reduce, margin=margin, p=p, eps=eps, swap=swap)
        if margin <= 0:
            raise ValueError(f"TripletMarginLoss: margin must be greater than 0, not {margin}{place()}")

    def forward(self, anchor: Any, positive: Any, negative: Any) -> Tensor:
        """The loss."""
        return loss_pairs.triplet_margin_loss(
            anchor, positive, negative, self.margin, self.p, self.eps, self.swap, reduction=self.reduction
        )


class PairwiseDistance(Module):
    """The p-norm of x1 − x2 + eps along the last axis. As `torch.nn.PairwiseDistance`."""

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        super().__init__()
        self.norm, self.eps, self.keepdim = p, eps, keepdim

    def forward(self, x1: Any, x2: Any) -> Tensor:
        """The distances."""
        return loss_pairs.pairwise_distance(x1, x2, self.norm, self.eps, self.keepdim)


class CosineSimilarity(Module):
    """The cosine of the angle between x1 and x2 along an axis. As `torch.nn.CosineSimilarity`."""

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        super().__init__()
        self.dim, self.eps = dim, eps

    def forward(self, x1: Any, x2: Any) -> Tensor:
        """The similarities."""
        return loss_pairs.cosine_similarity(x1, x2, self.dim, self.eps)

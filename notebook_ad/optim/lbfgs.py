"""Limited-memory BFGS (Nocedal and Wright 2006, algorithm 7.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from notebook_ad.optim.line_search import strong_wolfe
from notebook_ad.optim.optimizer import Group, Optimizer, State, checked, gradient_of
from notebook_ad.tensor.ambient import enable_grad
from notebook_ad.tensor.inplace import rebind
from notebook_ad.tensor.tensor import Tensor


class LBFGS(Optimizer):
    """Quasi-Newton steps for the whole of a small problem; `step` needs a closure. As `torch.optim.LBFGS`.

    Args:
        params: tensors, or pairs (name, tensor); one group only.
        lr: step length, or the first one that the line search tries.
        max_iter: iterations in a `step`.
        max_eval: evaluations of the closure in a `step`; left out, 1.25 times max_iter.
        tolerance_grad: stop where no element of the gradient is larger.
        tolerance_change: stop where neither loss nor parameters change by more.
        history_size: pairs of steps and gradient changes that are kept.
        line_search_fn: None, or "strong_wolfe".

    >>> import notebook_ad as ad
    >>> w = ad.tensor([3.0, -4.0])
    >>> optimizer = LBFGS([w], line_search_fn="strong_wolfe")
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = ((w - 1) ** 2).sum()
    ...     loss.backward()
    ...     return loss
    >>> _ = optimizer.step(closure)
    >>> w.detach()
    tensor([1., 1.])

    Raises:
        ValueError: several groups, an option is out of range, or another line search.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        checked("LBFGS", lr=(lr, 0))
        if line_search_fn not in (None, "strong_wolfe"):
            raise ValueError(f'LBFGS: line_search_fn must be None or "strong_wolfe", not {line_search_fn!r}')
        defaults = {
            "lr": lr, "max_iter": max_iter, "max_eval": max_iter * 5 // 4 if max_eval is None else max_eval,
            "tolerance_grad": tolerance_grad, "tolerance_change": tolerance_change, "history_size": history_size,
            "line_search_fn": line_search_fn,
        }  # fmt: skip
        super().__init__(params, defaults)
        if len(self.param_groups) != 1:
            raise ValueError(
                f"LBFGS has one parameter group, not {len(self.param_groups)}: its steps mix all parameters"
            )

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Up to max_iter iterations.

        Args:
            closure: computes the loss anew (zero_grad, forward, backward) and gives it; called many times.

        Returns:
            The closure's first loss.

        Raises:
            TypeError: there is no closure.
        """
        if closure is None:
            raise TypeError("LBFGS.step needs a closure that computes the loss anew: optimizer.step(closure)")
        for hook in list(self._before.values()):
            hook(self, (closure,), {})
        with enable_grad(), np.errstate(all="ignore"):
            first = self._iterate(closure, self.param_groups[0])
        self._steps += 1
        for hook in list(self._after.values()):
            hook(self, (closure,), {})
        return first

    def _iterate(self, closure: Callable[[], Any], group: Group) -> Any:
        params: list[Tensor] = group["params"]
        state = self.state[params[0]]  # as PyTorch's: the state of all is kept with the first
        state.setdefault("func_evals", 0)
        state.setdefault("n_iter", 0)
        lr, change, enough = float(group["lr"]), group["tolerance_change"], group["tolerance_grad"]
        first = closure()
        loss, g, evaluations, iterations = number(first), flat_gradient(params), 1, 0
        state["func_evals"] += 1
        if np.abs(g).max() <= enough:
            return first
        while iterations < group["max_iter"]:
            iterations += 1
            state["n_iter"] += 1
            d = _direction(state, g, group["history_size"])
            state["prev_flat_grad"], state["prev_loss"] = g.copy(), loss
            before = loss
            t = min(1.0, 1.0 / float(np.abs(g).sum())) * lr if state["n_iter"] == 1 else lr
            slope = float(g @ d)
            state.update(d=d, t=t)
            if slope > -change:
                break
            if group["line_search_fn"] is not None:
                start = [p._value for p in params]

                def at(t: float, start: list[Any] = start, d: np.ndarray = d) -> tuple[float, np.ndarray]:
                    move(params, start, t, d)
                    return number(closure()), flat_gradient(params)

                try:
                    loss, g, t, tried = strong_wolfe(at, t, d, loss, g, slope, group["max_eval"] - evaluations)
                except BaseException:  # an interrupted search leaves the parameters where it began
                    move(params, start, 0.0, d)
                    raise
                move(params, start, t, d)
                state["t"] = t
            else:
                move(params, [p._value for p in params], t, d)
                tried = 0
                if iterations != group["max_iter"]:  # nobody would use it after the last
                    loss, g, tried = number(closure()), flat_gradient(params), 1
            evaluations += tried
            state["func_evals"] += tried
            if (
                evaluations >= group["max_eval"]
                or np.abs(g).max() <= enough
                or np.abs(d * t).max() <= change
                or abs(loss - before) < change
            ):
                break
        return first


def _direction(state: State, g: np.ndarray, history: int) -> np.ndarray:
    """Minus the gradient times the approximate inverse Hessian, by the two loops over the kept pairs."""
    if state["n_iter"] == 1:
        state.update(old_dirs=[], old_stps=[], ro=[], H_diag=1.0)
        return -g
    ys, ss, rhos = state["old_dirs"], state["old_stps"], state["ro"]
    y, s = g - state["prev_flat_grad"], state["d"] * state["t"]
    curvature = float(y @ s)
    if curvature > 1e-10:
        if len(ys) == history:
            for kept in (ys, ss, rhos):
                kept.pop(0)
        ys.append(y)
        ss.append(s)
        rhos.append(1.0 / curvature)
        state["H_diag"] = curvature / float(y @ y)
    q, alphas = -g, [0.0] * len(ys)
    for i in range(len(ys) - 1, -1, -1):
        alphas[i] = float(ss[i] @ q) * rhos[i]
        q -= alphas[i] * ys[i]
    q *= state["H_diag"]
    for y, s, rho, alpha in zip(ys, ss, rhos, alphas, strict=True):
        q += (alpha - float(y @ q) * rho) * s
    return q


def flat_gradient(params: list[Tensor]) -> np.ndarray:
    """All gradients as one vector; zeros where there is none; complex ones as pairs of reals."""
    parts = []
    for p in params:
        g = gradient_of(p)
        array = np.zeros(p.shape, p.dtype) if g is None else np.asarray(g)
        parts.append(np.conj(array).ravel().view(array.real.dtype) if array.dtype.kind == "c" else array.ravel())
    return np.concatenate(parts)


def move(params: list[Tensor], start: list[Any], t: float, d: np.ndarray) -> None:
    """Set the parameters to `start + t * d`."""
    at = 0
    for p, value in zip(params, start, strict=True):
        if type(value) is float:
            rebind(p, value + t * float(d[at]))
            at += 1
            continue
        flat = value.ravel().view(value.real.dtype)
        moved = flat + (t * d[at : at + flat.size]).astype(flat.dtype, copy=False)
        rebind(p, moved.view(value.dtype).reshape(value.shape))
        at += flat.size


def number(loss: Any) -> float:
    """A closure's loss as a float."""
    return float(loss.item() if isinstance(loss, Tensor) else loss)

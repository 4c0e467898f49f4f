"""Ordinary differential equations: SciPy's odeint, and its gradient by the adjoint equation, solved backwards in time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import integrate

from notebook_ad.engine.errors import ShapeError
from notebook_ad.scipy.functions import as_operand
from notebook_ad.tensor import custom
from notebook_ad.tensor import functions as f
from notebook_ad.tensor.ambient import enable_grad
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tangents import zeros_like
from notebook_ad.tensor.tensor import Tensor
from notebook_ad.transforms.closures import as_tensor
from notebook_ad.transforms.forward import jvp
from notebook_ad.transforms.reverse import vjp
from notebook_ad.transforms.trees import leaves, rebuild
from notebook_ad.transforms.variables import outside

Rates = Callable[..., Any]  # (y, t, *moving) → dy/dt
STEPPING = {"rtol", "atol", "tcrit", "h0", "hmax", "hmin", "ixpr", "mxstep", "mxhnil", "mxordn", "mxords", "printmessg"}


def odeint(func: Rates, y0: Any, t: Any, args: tuple[Any, ...] = (), *, tfirst: bool = False, **options: Any) -> Any:
    """The solution of dy/dt = func(y, t, *args) at the times t. As `scipy.integrate.odeint`.

    The gradients by y0, t and the tensors in args solve the adjoint equation backwards from each time to the one before
    (Fröhlich et al. 2017, 2.4.2; as HIPS autograd), to the tolerances rtol and atol; forward mode solves the tangent equation.
    Of any order: each is one more system to solve, of more than twice the size.
    The path is solved backwards too: where it decays fast, give times that are close together.

    Args:
        func: calls functions that notebook_ad can differentiate, and closes over no tensor that is differentiated.
        y0: (D,), or a number; t: (T,), in order. The result is (T, D).
        args: arrays, numbers, and nested structures of them. Tensors among them have gradients.
        options: rtol, atol (a number), h0, hmax, hmin, mxstep and the like.

    Raises:
        TypeError: another option of SciPy's, with tensors.
        RuntimeError: func closes over a tensor that is differentiated.
    """
    given = leaves([y0, t, args])
    if not any(isinstance(x, Tensor) for x in given):
        return integrate.odeint(func, y0, t, args, tfirst=tfirst, **options)
    if refused := sorted(options.keys() - STEPPING):
        raise TypeError(
            f"odeint of tensors{place()} does not take {', '.join(refused)}; it takes {', '.join(sorted(STEPPING))}"
        )
    start, times = f.reshape(as_operand(y0), -1), as_operand(t)
    if times.ndim != 1 or not times.size:
        raise ShapeError(f"odeint: t of shape {times.shape}{place()}; give the times as a vector, the first that of y0")
    parts = leaves(list(args))
    moving = [i for i, x in enumerate(parts) if isinstance(x, Tensor) and x.dtype.kind == "f"]

    def rates(y: Any, t: Any, *moved: Any) -> Any:
        inside = list(parts)
        for i, x in zip(moving, moved, strict=True):
            inside[i] = x
        rest = rebuild(list(args), inside)
        return func(t, y, *rest) if tfirst else func(y, t, *rest)

    def checked(*given: Any) -> Any:
        rate = rates(*given)
        for x in rate if isinstance(rate, list | tuple) else [rate]:
            if isinstance(x, Level) or (isinstance(x, Tensor) and x.requires_grad) or hasattr(type(x), "__tensor__"):
                raise RuntimeError(
                    f"the function of odeint closes over a tensor that is differentiated{place()}; pass it in args"
                )
        return rate

    return _solved(rates, checked, start, times, [parts[i] for i in moving], options)


def _solved(rates: Rates, of_numbers: Rates, y0: Any, t: Any, moving: Sequence[Any], options: dict[str, Any]) -> Any:
    """`odeint` of a vector, times and arrays. `of_numbers` is what SciPy calls, `rates` what is differentiated."""

    def run(operands: Sequence[Tensor]) -> tuple[list[Tensor], custom.Pull]:
        first, at, *held = [x.detach().numpy() for x in operands]
        with outside(), enable_grad():  # with gradients, so that it shows what the function closes over
            found = integrate.odeint(lambda y, t: _numbers(of_numbers(y, t, *held)), first, at, **options)
        ys = as_tensor(found)

        def pull(g: Sequence[Tensor], inputs: Sequence[Tensor], wanted: Sequence[bool]) -> Sequence[Any]:
            again = any(x.requires_grad for x in (*g, *inputs))  # a path that can be differentiated
            path = _solved(rates, of_numbers, inputs[0], inputs[1], inputs[2:], options) if again else ys
            return _adjoint(rates, path, inputs[1], inputs[2:], g[0], options)

        return [ys], pull

    def push(operands: Sequence[Tensor], tangents: Sequence[Tensor | None]) -> list[Tensor]:
        moves = [zeros_like(x) if m is None else m for x, m in zip(operands, tangents, strict=True)]
        return [_tangent(rates, operands, moves, options)]

    return custom.custom("odeint", run, [as_tensor(x) for x in (y0, t, *moving)], push)[0]


def _numbers(rate: Any) -> np.ndarray:
    found = _vector(rate)
    return found.detach().numpy() if isinstance(found, Tensor) else found  # type: ignore[no-any-return]


def _vector(rate: Any) -> Any:
    return np.reshape(np.stack(list(rate)) if isinstance(rate, list | tuple) else rate, (-1,))


def _tangent(rates: Rates, operands: Sequence[Any], moves: Sequence[Any], options: dict[str, Any]) -> Any:
    """The tangent of the path: of the state (y, s) with s' = ∂f/∂y s + ∂f/∂θ θ̇, and by moving the times."""
    (y0, t, *moving), (y0_dot, t_dot, *moving_dot) = operands, moves
    size, count = np.size(y0), len(moving)

    def augmented(state: Any, t: Any, *both: Any) -> Any:
        primals = state[:size], *both[:count]
        value, moved = jvp(lambda y, *moving: _vector(rates(y, t, *moving)), primals, (state[size:], *both[count:]))
        return np.concatenate([value, moved])

    at_start = y0_dot - _vector(rates(y0, t[0], *moving)) * t_dot[0]
    path = _solved(augmented, augmented, np.concatenate([y0, at_start]), t, [*moving, *moving_dot], options)
    slopes = np.stack([_vector(rates(path[i, :size], t[i], *moving)) for i in range(np.size(t))])
    return path[:, size:] + slopes * t_dot[:, None]


def _adjoint(rates: Rates, ys: Any, t: Any, moving: Sequence[Any], g: Any, options: dict[str, Any]) -> tuple[Any, ...]:
    """The cotangents of y0, t and what moves.

    From the last time back: the state (y, a, b, p) with a' = −aᵀ ∂f/∂y, b' = −aᵀ ∂f/∂t, p' = −aᵀ ∂f/∂θ.
    """
    size, sizes = np.shape(ys)[1], [int(np.size(x)) for x in moving]
    ends = np.cumsum([2 * size + 1, *sizes])

    def augmented(state: Any, t: Any, *moving: Any) -> Any:
        def rate(y: Any, t: Any, *moving: Any) -> Any:
            return _vector(rates(y, t, *moving))

        value, pull = vjp(rate, state[:size], t, *moving)
        return np.concatenate([np.reshape(x, (-1,)) for x in (value, *pull(-state[size : 2 * size]))])

    a, at_start, parts = g[-1], 0.0, np.zeros(sum(sizes))
    moved: list[Any] = []
    for i in range(np.shape(ys)[0] - 1, 0, -1):
        moved.append(np.sum(_vector(rates(ys[i], t[i], *moving)) * g[i]))
        at_start = at_start - moved[-1]
        state = np.concatenate([ys[i], a, np.reshape(at_start, (1,)), parts])
        end = _solved(augmented, augmented, state, np.stack([t[i], t[i - 1]]), moving, options)[1]
        a, at_start, parts = end[size : 2 * size] + g[i - 1], end[2 * size], end[2 * size + 1 :]
    whole = np.concatenate([np.zeros(2 * size + 1), parts])
    by_part = [np.reshape(whole[i:j], np.shape(x)) for i, j, x in zip(ends, ends[1:], moving, strict=False)]
    return a, np.stack([at_start, *moved[::-1]]), *by_part

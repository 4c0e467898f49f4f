"""Functions with a rule of the user's: custom_vjp, custom_jvp."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any

from notebook_ad.tensor import custom, reverse
from notebook_ad.tensor.ambient import enable_grad
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tangents import zeros_like
from notebook_ad.tensor.tensor import Tensor
from notebook_ad.transforms.closures import alone, as_tensor, given_back
from notebook_ad.transforms.trees import leaves, rebuild
from notebook_ad.transforms.variables import alias

Function = Callable[..., Any]
# Whose forward rules run: there `f(x)` is the function's plain value, as in JAX, so that a rule may call what it is of.
_running: ContextVar[tuple[Any, ...]] = ContextVar("notebook_ad.forward_rules", default=())


class _Custom:
    """What custom_vjp and custom_jvp share: arguments that are static, and results of any structure."""

    def __init__(self, fun: Function, nondiff_argnums: Sequence[int] = ()) -> None:
        self.fun = fun
        self.static = tuple(nondiff_argnums)
        self.__name__ = getattr(fun, "__name__", type(fun).__name__)
        functools.update_wrapper(self, fun)  # type: ignore[arg-type]  # an object that is called

    def split(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[list[Any], list[Any]]:
        """The static arguments and the others, keywords put in their places."""
        if kwargs:
            bound = inspect.signature(self.fun).bind(*args, **kwargs)
            bound.apply_defaults()
            args = bound.args
        static = {i % len(args) for i in self.static}
        return [args[i] for i in sorted(static)], [a for i, a in enumerate(args) if i not in static]

    def joined(self, static: Sequence[Any], rest: Sequence[Any]) -> list[Any]:
        """All arguments, in the order of the function's."""
        given, moving = iter(static), iter(rest)
        count = len(static) + len(rest)
        spots = {i % count for i in self.static}
        return [next(given) if i in spots else next(moving) for i in range(count)]

    def operands(self, rest: Sequence[Any]) -> list[Tensor]:
        """The arguments as tensors.

        Raises:
            TypeError: one is neither a number nor an array.
        """
        try:
            return [as_tensor(x) for x in leaves(rest)]
        except TypeError as error:
            raise TypeError(f"{self.__name__}{place()}: {error}. Name such arguments in nondiff_argnums") from None


class custom_vjp(_Custom):  # noqa: N801 - JAX's name
    """A function whose reverse-mode rule is given by `defvjp`. As `jax.custom_vjp`.

    Forward mode works too: it transposes the rule.

    >>> import notebook_ad as ad, numpy as np
    >>> @ad.custom_vjp
    ... def clipped(x):
    ...     return x
    >>> clipped.defvjp(lambda x: (x, None), lambda _, g: (np.clip(g, -1, 1),))
    >>> ad.grad(lambda x: clipped(x) * 5)(2.0)
    1.0
    """

    fwd: Function | None = None
    bwd: Function | None = None

    def defvjp(self, fwd: Function, bwd: Function) -> None:
        """`fwd(*args) → (value, residuals)` and `bwd(*static, residuals, cotangent) → cotangents`, one per argument."""
        self.fwd, self.bwd = fwd, bwd

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function's value.

        Raises:
            AttributeError: no rule was given.
            RuntimeError: the function closes over a tensor that requires a gradient.
        """
        fwd, bwd = self.fwd, self.bwd
        if fwd is None or bwd is None:
            raise AttributeError(f"{self.__name__} has no rule yet{place()}: call {self.__name__}.defvjp(fwd, bwd)")
        static, rest = self.split(args, kwargs)
        if self in _running.get():
            return self.fun(*self.joined(static, rest))
        form: list[Any] = []

        def run(operands: Sequence[Tensor]) -> tuple[list[Tensor], custom.Pull]:
            token = _running.set((*_running.get(), self))
            try:
                with enable_grad():
                    detached = rebuild(rest, [t.detach() for t in operands])
                    value, residuals = self._pair(fwd(*self.joined(static, detached)))
            finally:
                _running.reset(token)
            form[:] = [value]

            def pull(g: Sequence[Tensor], inputs: Sequence[Tensor], wanted: Sequence[bool]) -> list[Any]:
                again = any(t.requires_grad for t in (*g, *inputs))  # residuals that can be differentiated
                kept = fwd(*self.joined(static, rebuild(rest, inputs)))[1] if again else residuals
                found = bwd(*static, kept, rebuild(value, g))
                return _cotangents(found, rest, self.__name__)

            return alone([as_tensor(x) for x in leaves(value)], self.__name__), pull

        found = custom.custom(self.__name__, run, self.operands(rest))
        return given_back(form[0], found, rest)

    def _pair(self, result: Any) -> tuple[Any, Any]:
        if not isinstance(result, tuple) or len(result) != 2:
            raise TypeError(
                f"the forward rule of {self.__name__} gives (value, residuals), not {type(result).__name__}"
            )
        return result


class custom_jvp(_Custom):  # noqa: N801 - JAX's name
    """A function whose forward-mode rule is given by `defjvp`; reverse mode transposes it. As `jax.custom_jvp`.

    >>> import notebook_ad as ad
    >>> @ad.custom_jvp
    ... def f(x):
    ...     return x * x
    >>> _ = f.defjvp(lambda primals, tangents: (f(*primals), 10 * primals[0] * tangents[0]))
    >>> ad.grad(f)(2.0)
    20.0
    """

    rule: Function | None = None

    def defjvp(self, rule: Function) -> Function:
        """`rule(*static, primals, tangents) → (value, tangent of the value)`. Gives the rule, to serve as a decorator."""
        self.rule = rule
        return rule

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function's value.

        Raises:
            AttributeError: no rule was given.
            RuntimeError: the function closes over a tensor that requires a gradient.
        """
        rule = self.rule
        if rule is None:
            raise AttributeError(f"{self.__name__} has no rule yet{place()}: call {self.__name__}.defjvp(rule)")
        static, rest = self.split(args, kwargs)
        form: list[Any] = []

        def push(operands: Sequence[Tensor], tangents: Sequence[Tensor | None]) -> list[Tensor]:
            moves = [zeros_like(x) if t is None else t for x, t in zip(operands, tangents, strict=True)]
            _, moved = rule(*static, tuple(rebuild(rest, operands)), tuple(rebuild(rest, moves)))
            return [as_tensor(t) for t in leaves(moved)]

        def run(operands: Sequence[Tensor]) -> tuple[list[Tensor], custom.Pull]:
            with enable_grad():
                value = self.fun(*self.joined(static, rebuild(rest, [t.detach() for t in operands])))
            form[:] = [value]

            def pull(g: Sequence[Tensor], inputs: Sequence[Tensor], wanted: Sequence[bool]) -> list[Tensor | None]:
                with enable_grad():
                    moves = [alias(zeros_like(x)) for x in inputs]
                    moved = push(inputs, list(moves))
                    return reverse.pull(moved, g, moves)

            return alone([as_tensor(x) for x in leaves(value)], self.__name__), pull

        found = custom.custom(self.__name__, run, self.operands(rest), push)
        return given_back(form[0], found, rest)


def _cotangents(found: Any, rest: Sequence[Any], name: str) -> list[Any]:
    """The user's cotangents, one for each leaf of the arguments; None for a whole argument is zero."""
    if not isinstance(found, tuple | list) or len(found) != len(rest):
        count = len(found) if isinstance(found, tuple | list) else "no tuple of"
        raise TypeError(
            f"the rule of {name} gave {count} cotangents for {len(rest)} arguments; give a tuple, one for each"
        )
    parts: list[Any] = []
    for i, (c, arg) in enumerate(zip(found, rest, strict=True)):
        mine, wanted = leaves(c), len(leaves(arg))
        if c is not None and len(mine) != wanted:
            raise TypeError(
                f"the rule of {name} gave a cotangent of {len(mine)} arrays for argument {i}, which has {wanted}; "
                "give it the structure of the argument"
            )
        parts += [None] * wanted if c is None else mine
    return parts

"""Functions with a rule of the user's, and functions without a derivative: custom_vjp, custom_jvp, checkpoint."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from notebook_ad.tensor import custom, reverse
from notebook_ad.tensor.ambient import enable_grad
from notebook_ad.tensor.elementwise import own
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tangents import zeros_like
from notebook_ad.tensor.tensor import Tensor, constant, describe, make
from notebook_ad.transforms.trees import leaves, map_leaves, rebuild
from notebook_ad.transforms.variables import alias, finished

Function = Callable[..., Any]


def stop_gradient(x: Any) -> Any:
    """The same values, constant to every derivative, in nested structures too. As `jax.lax.stop_gradient`."""
    return map_leaves(lambda t: t.detach() if isinstance(t, Tensor) else t, x)


class _Custom:
    """What custom_vjp and custom_jvp share: arguments that are static, and results of any structure."""

    def __init__(self, fun: Function, nondiff_argnums: Sequence[int] = ()) -> None:
        self.fun = fun
        self.static = tuple(nondiff_argnums)
        functools.update_wrapper(self, fun)

    def split(self, args: tuple[Any, ...]) -> tuple[list[Any], list[Any]]:
        static = [args[i] for i in self.static]
        return static, [a for i, a in enumerate(args) if i not in self.static]

    def call(self, static: Sequence[Any], rest: Sequence[Any]) -> Any:
        given, moving = iter(static), iter(rest)
        count = len(static) + len(rest)
        return self.fun(*(next(given) if i in self.static else next(moving) for i in range(count)))


class custom_vjp(_Custom):  # noqa: N801 - JAX's name
    """A function whose reverse-mode rule is given by `defvjp`. As `jax.custom_vjp`.

    Forward mode works too: it transposes the rule.

    >>> import notebook_ad as ad
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

    def __call__(self, *args: Any) -> Any:
        """The function's value.

        Raises:
            AttributeError: no rule was given.
        """
        fwd, bwd = self.fwd, self.bwd
        if fwd is None or bwd is None:
            raise AttributeError(f"{self.__name__} has no rule yet{place()}: call {self.__name__}.defvjp(fwd, bwd)")
        static, rest = self.split(args)
        form: list[Any] = []

        def run(operands: Sequence[Tensor]) -> tuple[list[Tensor], custom.Pull]:
            value, residuals = fwd(*self._whole(static, rebuild(rest, operands)))
            form[:] = [value]

            def pull(g: Sequence[Tensor], inputs: Sequence[Tensor], wanted: Sequence[bool]) -> list[Any]:
                again = any(t.requires_grad for t in (*g, *inputs))  # residuals that can be differentiated
                kept = fwd(*self._whole(static, rebuild(rest, inputs)))[1] if again else residuals
                found = bwd(*static, kept, rebuild(value, g))
                return _cotangents(found, rest, self.__name__)

            return [_as_tensor(x) for x in leaves(value)], pull

        found = custom.custom(self.__name__, run, [_as_tensor(x) for x in leaves(rest)])
        return rebuild(form[0], [finished(t) for t in found])

    def _whole(self, static: Sequence[Any], rest: Sequence[Any]) -> list[Any]:
        given, moving = iter(static), iter(rest)
        return [next(given) if i in self.static else next(moving) for i in range(len(static) + len(rest))]


class custom_jvp(_Custom):  # noqa: N801 - JAX's name
    """A function whose forward-mode rule is given by `defjvp`; reverse mode transposes it. As `jax.custom_jvp`.

    >>> import notebook_ad as ad
    >>> @ad.custom_jvp
    ... def f(x):
    ...     return x * x
    >>> f.defjvp(lambda primals, tangents: (f(*primals), 10 * primals[0] * tangents[0]))
    >>> ad.grad(f)(2.0)
    20.0
    """

    rule: Function | None = None

    def defjvp(self, rule: Function) -> Function:
        """`rule(*static, primals, tangents) → (value, tangent of the value)`. Gives the rule, to serve as a decorator."""
        self.rule = rule
        return rule

    def __call__(self, *args: Any) -> Any:
        """The function's value.

        Raises:
            AttributeError: no rule was given.
        """
        rule = self.rule
        if rule is None:
            raise AttributeError(f"{self.__name__} has no rule yet{place()}: call {self.__name__}.defjvp(rule)")
        static, rest = self.split(args)
        form: list[Any] = []

        def push(operands: Sequence[Tensor], tangents: Sequence[Tensor | None]) -> list[Tensor]:
            moves = [zeros_like(x) if t is None else t for x, t in zip(operands, tangents, strict=True)]
            _, moved = rule(*static, tuple(rebuild(rest, operands)), tuple(rebuild(rest, moves)))
            return [_as_tensor(t) for t in leaves(moved)]

        def run(operands: Sequence[Tensor]) -> tuple[list[Tensor], custom.Pull]:
            value = self.call(static, rebuild(rest, operands))
            form[:] = [value]

            def pull(g: Sequence[Tensor], inputs: Sequence[Tensor], wanted: Sequence[bool]) -> list[Tensor | None]:
                with enable_grad():
                    moves = [alias(zeros_like(x)) for x in inputs]
                    moved = push(inputs, list(moves))
                    return reverse.pull(moved, g, moves)

            return [_as_tensor(x) for x in leaves(value)], pull

        found = custom.custom(self.__name__, run, [_as_tensor(x) for x in leaves(rest)], push)
        return rebuild(form[0], [finished(t) for t in found])


def checkpoint(fun: Function) -> Function:
    """The same function, which keeps its arguments only and runs again when its gradient is asked for.

    As `jax.checkpoint` (`ad.checkpoint(f)(x)`). Saves memory where `fun` has many intermediates; costs one more run.

    Raises:
        RuntimeError: `fun` closes over a tensor that requires a gradient; it would get none.
    """

    @functools.wraps(fun, assigned=("__name__", "__doc__"))
    def checkpointed(*args: Any, **kwargs: Any) -> Any:
        form: list[Any] = []

        def variables_of(inputs: Sequence[Tensor]) -> list[Tensor]:
            return [alias(make(x._value)) if type(x) is Tensor and not x.requires_grad else alias(x) for x in inputs]

        def run(operands: Sequence[Tensor]) -> tuple[list[Tensor], custom.Pull]:
            with enable_grad():
                variables = variables_of([t.detach() for t in operands])
                value = fun(*rebuild(list(args), variables), **kwargs)
            results = [_as_tensor(x) for x in leaves(value)]
            _closed(results, variables, fun)
            form[:] = [value]

            def pull(g: Sequence[Tensor], inputs: Sequence[Tensor], wanted: Sequence[bool]) -> list[Tensor | None]:
                with enable_grad():
                    again = variables_of(inputs)
                    outputs = [_as_tensor(x) for x in leaves(fun(*rebuild(list(args), again), **kwargs))]
                return reverse.pull(outputs, g, again)

            return [t.detach() for t in results], pull

        found = custom.custom(getattr(fun, "__name__", "checkpoint"), run, [_as_tensor(x) for x in leaves(list(args))])
        return rebuild(form[0], [finished(t) for t in found])

    return checkpointed


def _closed(results: Sequence[Tensor], variables: Sequence[Tensor], fun: Function) -> None:
    own = {id(v._meta) for v in variables}
    for t in results:
        for meta in reverse.leaves_of(t):
            if id(meta) not in own:
                closed = make(0.0)
                closed._meta = meta
                name = describe(closed) if meta.name else "a tensor"
                raise RuntimeError(
                    f"checkpoint: {getattr(fun, '__name__', 'the function')} closes over {name} that requires a "
                    f"gradient{place()}, which would get none; pass it as an argument"
                )


def _cotangents(found: Any, rest: Sequence[Any], name: str) -> list[Any]:
    """The user's cotangents, one for each leaf of the arguments; None for a whole argument is zero."""
    if not isinstance(found, tuple | list) or len(found) != len(rest):
        count = len(found) if isinstance(found, tuple | list) else "no tuple of"
        raise TypeError(f"the rule of {name} gave {count} cotangents for {len(rest)} arguments; give a tuple, one for each")
    parts: list[Any] = []
    for c, arg in zip(found, rest, strict=True):
        parts += [None] * len(leaves(arg)) if c is None else leaves(c)
    return parts


def _as_tensor(x: Any) -> Tensor:
    return x if isinstance(x, Tensor) else own(x) if not isinstance(x, float) else constant(x)

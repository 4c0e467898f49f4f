"""The `statistics` module, whose sums go through exact fractions: the plain result by it, the same formula on the tape."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.lifted import taping
from notebook_ad.lifted.arguments import lifted_in, nodes, strip
from notebook_ad.lifted.guards import attempted, call_on, decided
from notebook_ad.lifted.record import finish, session_of
from notebook_ad.lifted.where import call_at, caller
from notebook_ad.tensor.library.reductions import std, var

f = taping.functions

RULES: dict[Callable[..., Any], Callable[[Any], Any]] = {
    statistics.mean: f.mean,
    statistics.fmean: f.mean,
    statistics.geometric_mean: lambda x: f.exp(f.mean(f.log(x))),
    statistics.harmonic_mean: lambda x: 1 / f.mean(1 / x),
    statistics.variance: lambda x: var(x, ddof=1),
    statistics.pvariance: var,
    statistics.stdev: lambda x: std(x, ddof=1),
    statistics.pstdev: std,
}


def recorded(function: Callable[..., Any], rule: Callable[[Any], Any]) -> Callable[..., Any]:
    """A function of `statistics` that records."""

    def call(*args: Any, **kwargs: Any) -> Any:
        if not args:
            return call_at(caller(), function, args, strip(kwargs))
        data = args[0] if isinstance(args[0], list | tuple) or not hasattr(args[0], "__iter__") else list(args[0])
        lifted = lifted_in([data, args[1:], kwargs], [])
        result = call_at(caller(), function, (strip(data), *strip(args[1:])), strip(kwargs))
        again = call_on(function, (data, *args[1:]), kwargs, lifted)
        session = session_of(lifted)
        attempted(session, again, lifted, f"statistics.{function.__name__}", lifted)
        decided(session, lambda *values: _is_whole(again, values), lifted, type(result) is int, function.__name__)
        alone = len(args) == 1 and not any(v is not None for v in kwargs.values())
        record = (lambda: rule(nodes(data))) if alone else None
        return finish(result, lifted, record, f"statistics.{function.__name__}", session)

    call.__name__, call.__doc__ = function.__name__, function.__doc__
    return call


def _is_whole(function: Callable[..., Any], values: tuple[Any, ...]) -> bool:
    """Whether the result on Python's numbers is an integer, as the harmonic mean is where one of them is 0."""
    return type(function(*(v.item() if isinstance(v, np.generic) else v for v in values))) is int


STATISTICS = {function: recorded(function, rule) for function, rule in RULES.items()}

"""Functions that remember results by the value of their arguments: equal values may have different graphs."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from notebook_ad.lifted import cuts
from notebook_ad.lifted.arguments import lifted_in
from notebook_ad.lifted.guards import read
from notebook_ad.lifted.record import traced
from notebook_ad.lifted.session import active
from notebook_ad.lifted.values import LiftedInt

CACHED: type = type(functools.lru_cache(lambda: None))


def cached(function: Any) -> Callable[..., Any]:
    """A call of a cached function, with a note where it gives what it computed from another name of an equal value."""

    def call(*args: Any, **kwargs: Any) -> Any:
        session = active()
        read(session, lifted_in([args, kwargs], []), "a cached function")
        given = [v for v in lifted_in([args, kwargs], []) if type(v) is not LiftedInt and traced(v)]
        if session is None or not given:
            return function(*args, **kwargs)
        hits, before = function.cache_info().hits, (session.recorded, session.cuts)
        result = function(*args, **kwargs)
        key = (id(function), args, tuple(sorted(kwargs.items())))
        links = [v._link for v in given]
        if function.cache_info().hits == hits:
            session.remembered[key] = links
        elif key not in session.remembered:  # from an earlier run
            cuts.examine(session, function, args, kwargs, result, before)
        elif session.remembered[key] != links:
            link = next((new for old, new in zip(session.remembered[key], links, strict=False) if old is not new), None)
            name = getattr(function, "__name__", "a cached function")
            session.note("cut", f"{name}() gave the result cached for another value that is equal", link)
        return result

    return call

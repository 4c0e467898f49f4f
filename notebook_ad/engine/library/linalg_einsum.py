"""einsum: its subscripts in one canonical form, and its vjp, which is an einsum again."""

from __future__ import annotations

import string
from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np

from notebook_ad.engine.host import host, sum_to
from notebook_ad.engine.library.linalg_parts import eye, real_dtype

SYMBOLS = string.ascii_uppercase + string.ascii_lowercase  # in the order of NumPy's integers, and of an implicit output
SMALL = 256  # elements up to which planning the order of contraction costs more than it saves


def canonical(subscripts: str, ndims: Sequence[int]) -> str:
    """Subscripts with an explicit output and letters in place of an ellipsis: `"...i,i"` of a matrix → `"ai,i->a"`.

    Args:
        ndims: number of axes of each operand.

    Raises:
        ValueError: the subscripts do not fit the operands, or are none.
    """
    text = "".join(subscripts.split())
    left, arrow, out = text.partition("->")
    terms = left.split(",")
    if len(terms) != len(ndims):
        raise ValueError(f"einsum: {subscripts!r} has subscripts for {len(terms)} operands, but {len(ndims)} are given")
    for term in (*terms, out):
        rest = term.replace("...", "", 1)
        if any(c not in SYMBOLS for c in rest):
            raise ValueError(f"einsum: {term!r} in {subscripts!r} is not made of letters and at most one '...'")
    extra = [n - len(term.replace("...", "")) for term, n in zip(terms, ndims, strict=True)]
    for i, (term, more) in enumerate(zip(terms, extra, strict=True)):
        if more < 0 or (more > 0 and "..." not in term):
            raise ValueError(
                f"einsum: operand {i} has {ndims[i]} axes, but {term!r} in {subscripts!r} names "
                f"{len(term.replace('...', ''))}; an ellipsis stands for any number of axes"
            )
    longest = max(0, *extra)
    unused = [c for c in string.ascii_letters if c not in text]
    if longest > len(unused):
        raise ValueError(f"einsum: more than {len(SYMBOLS)} different axes")
    spread = "".join(unused[:longest])
    if longest and arrow and "..." not in out:
        raise ValueError(f"einsum: the output {out!r} in {subscripts!r} has no '...' for the axes that it stands for")
    named = "".join(terms).replace("...", "")
    if not arrow:
        out = "..." + "".join(c for c in SYMBOLS if named.count(c) == 1)
    filled = [term.replace("...", spread[longest - more :]) for term, more in zip(terms, extra, strict=True)]
    return f"{','.join(filled)}->{out.replace('...', spread)}"


def letters(sublist: Sequence[Any]) -> str:
    """A list of integers (and an ellipsis) as subscripts.

    Raises:
        ValueError: something else is among them.
    """
    for item in sublist:
        if item is not Ellipsis and not (isinstance(item, int | np.integer) and 0 <= item < len(SYMBOLS)):
            raise ValueError(
                f"einsum: subscripts are integers from 0 to {len(SYMBOLS) - 1} or an ellipsis, not {item!r}"
            )
    return "".join("..." if item is Ellipsis else SYMBOLS[item] for item in sublist)


def _einsum(*operands: np.ndarray, subscripts: str, optimize: Any = False) -> Any:
    result = np.einsum(subscripts, *operands, optimize=optimize)
    return np.array(result) if getattr(result, "base", None) is not None else result  # no view of an operand


def _vjp(g: Any, z: Any, inputs: Sequence[Any], static: dict[str, Any], wanted: Sequence[bool]) -> list[Any]:
    left, _, out = static["subscripts"].partition("->")
    terms = left.split(",")
    return [
        sum_to(_pulled(g, out, i, terms, inputs, static.get("optimize", False)), x) if want else None
        for i, (x, want) in enumerate(zip(inputs, wanted, strict=True))
    ]


def _pulled(g: Any, out: str, at: int, terms: list[str], inputs: Sequence[Any], optimize: Any) -> Any:
    """The cotangent of one operand: g and the other operands, contracted to its subscripts.

    A letter that only this operand has was summed away: ones spread the gradient along it. A repeated letter took a
    diagonal: a unit matrix puts the gradient back onto it.
    """
    operands = [g, *inputs[:at], *inputs[at + 1 :]]
    given = [out, *terms[:at], *terms[at + 1 :]]
    known = set(chain(*given))
    unused = iter(c for c in SYMBOLS if c not in known and c not in terms[at])
    sizes = dict(zip(terms[at], np.shape(inputs[at]), strict=True))
    target = ""
    for letter in terms[at]:
        if letter in target:
            again = next(unused)
            operands.append(eye(sizes[letter], g))
            given.append(letter + again)
            target += again
            continue
        if letter not in known:
            operands.append(np.ones(sizes[letter], real_dtype(g)))
            given.append(letter)
        target += letter
    if optimize is False and len(operands) > 1:
        optimize = sum(np.size(x) for x in operands) > SMALL
    return einsum(*operands, subscripts=f"{','.join(given)}->{target}", optimize=optimize)


einsum = host("einsum", "einsum", _einsum, _vjp, linear="multilinear", rule="the upstream contracted with the others")

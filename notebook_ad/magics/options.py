"""The options of `%%backprop`, read from its line; what is unknown is answered with the nearest valid one."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass, field

from notebook_ad.lifted.nearest import nearest

FLAGS = ("plain", "accumulate", "table", "steps", "step", "predict", "live", "no-graph")
WITH_VALUE = ("wrt", "const", "seed")
ALL = tuple(f"--{name}" for name in (*WITH_VALUE, *FLAGS))
PATH = re.compile(r"[^\W\d]\w*(\[[^\]]+\]|\.[^\W\d]\w*)*$")


class OptionError(ValueError):
    """The line of the magic cannot be understood."""


@dataclass(frozen=True)
class Options:
    """What the line of the magic says.

    Attributes:
        output: name of what is differentiated; None to find it.
        wrt: the only leaves; None for all. const: names that are no leaves.
        seed: source text of the output's gradient.
    """

    output: str | None = None
    wrt: frozenset[str] | None = None
    const: frozenset[str] = frozenset()
    seed: str | None = None
    plain: bool = False
    accumulate: bool = False
    table: bool = False
    steps: bool = False
    step: bool = False
    predict: bool = False
    live: bool = False
    graph: bool = True
    names: tuple[str, ...] = field(default=())


def parse(line: str) -> Options:
    """Read the line after `%%backprop`.

    Raises:
        OptionError: an unknown option, a missing value, a name that is none; says the nearest valid one.
    """
    words = _words(line)
    found: dict[str, str] = {}
    outputs: list[str] = []
    while words:
        word = words.pop(0)
        if not word.startswith("-") or not word.strip("-"):
            outputs.append(word)
            continue
        name, given, value = word.lstrip("-").partition("=")
        if name in ("help", "h"):
            raise OptionError("type %%backprop? in a cell of its own for help with examples")
        if name not in FLAGS + WITH_VALUE:
            raise OptionError(f"unknown option {word.partition('=')[0]}; {nearest('--' + name, ALL)}")
        if name in WITH_VALUE and not given:
            if not words or (words[0].startswith("--") and len(words[0]) > 2):
                raise OptionError(f"--{name} needs a value: {EXAMPLES[name]}")
            value = words.pop(0)
        elif name in FLAGS and given:
            raise OptionError(f"--{name} takes no value")
        while name == "seed" and sum(map(value.count, "[(")) > sum(map(value.count, "])")) and words:  # `--seed [1, 2]`
            value += " " + words.pop(0)
        if name in ("wrt", "const"):
            while value.endswith(",") and words:  # `--wrt a, w`
                value += words.pop(0)
        found[name] = value
    if len(outputs) > 1:
        raise OptionError(f"one output only, not {', '.join(outputs)}; leaves are chosen with --wrt")
    wrt, const = names_of(found.get("wrt", "")), names_of(found.get("const", ""))
    for name in (*outputs, *wrt, *const):
        if not PATH.match(name):
            raise OptionError(f"{name!r} is no name; give names as in %%backprop L --wrt a,w")
    for name in (*wrt, *const):
        if "." in name.split("[")[0]:
            raise OptionError(f"{name}: attributes are no leaves; bind it in the cell, as in w = {name}, and give w")
    if wrt and all(_within(name, const) for name in wrt):
        both = ",".join(wrt)
        raise OptionError(f"--wrt {both} and --const {','.join(const)} leave no leaf; take {both} out of one of them")
    told = [f"--{name}" for name in ("table", "steps", "no-graph") if name in found]
    if "predict" in found and told:
        raise OptionError(f"--predict hides the gradients, {told[0]} does not go with it; leave one of them out")
    return Options(
        output=outputs[0] if outputs else None,
        wrt=frozenset(wrt) if "wrt" in found else None,
        const=frozenset(const),
        seed=found.get("seed"),
        plain="plain" in found,
        accumulate="accumulate" in found,
        table="table" in found,
        steps="steps" in found,
        step="step" in found,
        predict="predict" in found,
        live="live" in found,
        graph="no-graph" not in found,
        names=(*outputs, *wrt, *const),
    )


EXAMPLES = {"wrt": "--wrt a,w", "const": "--const lr,n", "seed": "--seed 1.0, or --seed [1,0,0]"}


def _within(name: str, names: tuple[str, ...]) -> bool:
    """Whether a name is one of these, or an element of one."""
    return any(name == n or name.startswith(f"{n}[") for n in names)


def _words(line: str) -> list[str]:
    """The words of the line; quotes hold together, and stay in names like params['w']."""
    line = re.sub(r'\["([^"\]]*)"\]', r"['\1']", line)  # p["w"]
    lexer = shlex.shlex(line, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = ""
    lexer.quotes = '"'
    lexer.escape = ""
    try:
        return list(lexer)
    except ValueError as error:
        raise OptionError(f"cannot read {line!r}: {error}") from None


def names_of(text: str) -> tuple[str, ...]:
    """Names separated by commas; a comma in brackets separates nothing."""
    return tuple(name.strip() for name in re.split(r",(?![^\[]*\])", text) if name.strip())


def check_names(options: Options, known: Iterable[str]) -> None:
    """Refuse names that the cell neither binds nor reads.

    Raises:
        OptionError: names the nearest.
    """
    valid = sorted(known)
    for name in options.names:
        base = re.split(r"[.\[]", name)[0]
        if base not in valid:
            raise OptionError(f"the cell has no name {base!r}; {nearest(base, valid)}")

"""The line of %%backprop."""

from __future__ import annotations

import pytest

from notebook_ad.magics.options import OptionError, Options, check_names, parse


def test_an_empty_line_leaves_everything_to_the_cell() -> None:
    assert parse("") == Options()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("L", {"output": "L"}),
        ("--wrt a,w", {"wrt": frozenset({"a", "w"})}),
        ("--wrt a, w L", {"wrt": frozenset({"a", "w"}), "output": "L"}),
        ("--wrt=a,w", {"wrt": frozenset({"a", "w"})}),
        ("--wrt params['w'],params[0]", {"wrt": frozenset({"params['w']", "params[0]"})}),
        ("--const lr,n", {"const": frozenset({"lr", "n"})}),
        ("--seed 5", {"seed": "5"}),
        ("--seed -1.5", {"seed": "-1.5"}),
        ("--seed=[1,0]", {"seed": "[1,0]"}),
        ('--seed "[1, 0]"', {"seed": "[1, 0]"}),
        ("--plain --table --steps --accumulate", {"plain": True, "table": True, "steps": True, "accumulate": True}),
        ("--no-graph", {"graph": False}),
        ("losses[0]", {"output": "losses[0]"}),
        ("model.layers[0].loss", {"output": "model.layers[0].loss"}),
        ('--wrt params["w"]', {"wrt": frozenset({"params['w']"})}),
        ("--seed np.ones((2, 3)) L", {"seed": "np.ones((2, 3))", "output": "L"}),
    ],
)
def test_options_are_read(line: str, expected: dict[str, object]) -> None:
    options = parse(line)
    for name, value in expected.items():
        assert getattr(options, name) == value


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--wtr a", "unknown option --wtr; did you mean --wrt?"),
        ("--stpes", "unknown option --stpes; did you mean --steps?"),
        ("--zzz", "unknown option --zzz; there are --wrt, --const, --seed"),
        ("--wrt", "--wrt needs a value: --wrt a,w"),
        ("--seed --plain", "--seed needs a value"),
        ("--plain=1", "--plain takes no value"),
        ("L M", "one output only, not L, M"),
        ("--wrt 3", "'3' is no name"),
        ('--seed "1', "cannot read"),
        ("--help", "type %%backprop?"),
        ("-h", "type %%backprop?"),
        ("--wrt p --const p", "--wrt p and --const p leave no leaf; take p out of one of them"),
        ("--wrt p[0] --const p,q", "--wrt p[0] and --const p,q leave no leaf"),
        ("--wrt m.w", "m.w: attributes are no leaves; bind it in the cell, as in w = m.w, and give w"),
    ],
)
def test_what_cannot_be_read_is_answered_with_the_nearest_or_an_example(line: str, message: str) -> None:
    with pytest.raises(OptionError) as error:
        parse(line)
    assert message in str(error.value)


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(OptionError, match="the cell has no name 'wieght'; did you mean weight"):
        check_names(parse("--wrt wieght"), {"weight", "bias"})


def test_a_name_unlike_any_other_is_answered_with_all_of_them() -> None:
    with pytest.raises(OptionError, match="there are bias, weight"):
        check_names(parse("zzz"), {"weight", "bias"})


def test_a_seed_may_hold_spaces_within_brackets() -> None:
    assert parse("L --seed [1, 2] --table").seed == "[1, 2]"
    assert parse("L --seed [1, 2] --table").output == "L"


def test_the_base_of_a_path_is_looked_up() -> None:
    with pytest.raises(OptionError, match="the cell has no name 'modle'; did you mean model"):
        check_names(parse("modle.loss"), {"model"})

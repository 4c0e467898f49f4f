"""Rearrangements: NumPy's value in every form of its arguments, derivatives to second order in both modes, vmap."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tabled import Call, agrees, array, differentiates, gradient, keeps_float32, maps, plain

import notebook_ad as ad

M, V, C = array(3, 4), array(5), array(2, 3, 4)
NEW = np.lib.NumpyVersion(np.__version__) >= "2.1.0"

FORMS: dict[str, tuple[Call, list[np.ndarray]]] = {
    "ravel": (lambda x: np.ravel(x), [M]),
    "ravel by columns": (lambda x: np.ravel(x, "F"), [C]),
    "ravel of a number": (lambda x: np.ravel(x), [np.array(2.0)]),
    "reshape": (lambda x: np.reshape(x, (2, -1)), [M]),
    "reshape by columns": (lambda x: np.reshape(x, (2, 6), order="F"), [M]),
    "reshape by columns, -1": (lambda x: np.reshape(x, (4, -1), "F"), [C]),
    "reshape to a length": (lambda x: np.reshape(x, 12, "A"), [M]),
    "reshape of nothing": (lambda x: np.reshape(x, (2, 0)), [np.zeros((0, 3))]),
    "transpose": (lambda x: np.transpose(x), [C]),
    "transpose by axes": (lambda x: np.transpose(x, (1, -1, 0)), [C]),
    "swapaxes": (lambda x: np.swapaxes(x, 0, -1), [C]),
    "moveaxis": (lambda x: np.moveaxis(x, 0, -1), [C]),
    "moveaxis of two": (lambda x: np.moveaxis(x, (0, 2), (-1, 0)), [C]),
    "rollaxis": (lambda x: np.rollaxis(x, 2), [C]),
    "rollaxis forward": (lambda x: np.rollaxis(x, 0, 3), [C]),
    "rollaxis to a negative place": (lambda x: np.rollaxis(x, 2, -2), [C]),
    "squeeze": (lambda x: np.squeeze(x), [array(1, 3, 1)]),
    "squeeze one": (lambda x: np.squeeze(x, -1), [array(1, 3, 1)]),
    "squeeze two": (lambda x: np.squeeze(x, (0, 2)), [array(1, 3, 1)]),
    "expand_dims": (lambda x: np.expand_dims(x, 1), [M]),
    "expand_dims by two": (lambda x: np.expand_dims(x, (0, -1)), [M]),
    "atleast_1d": (lambda x: np.atleast_1d(x), [np.array(2.0)]),
    "atleast_2d": (lambda x: np.atleast_2d(x), [V]),
    "atleast_3d of a vector": (lambda x: np.atleast_3d(x), [V]),
    "atleast_3d of a matrix": (lambda x: np.atleast_3d(x), [M]),
    "atleast_1d of several": (lambda x, y: np.atleast_1d(x, y, 3.0), [V, np.array(2.0)]),
    "flip": (lambda x: np.flip(x), [C]),
    "flip one": (lambda x: np.flip(x, -1), [C]),
    "flip two": (lambda x: np.flip(x, (0, 2)), [C]),
    "fliplr": (lambda x: np.fliplr(x), [M]),
    "flipud": (lambda x: np.flipud(x), [V]),
    **{f"rot90 {k}": (lambda x, k=k: np.rot90(x, k), [M]) for k in (-1, 0, 1, 2, 3, 4)},
    "rot90 in a plane": (lambda x: np.rot90(x, 1, (2, 1)), [C]),
    "broadcast_to": (lambda x: np.broadcast_to(x, (2, 3, 4)), [array(3, 1)]),
    "broadcast_to a length": (lambda x: np.broadcast_to(x, 3), [np.array(2.0)]),
    "broadcast_arrays": (lambda x, y: np.broadcast_arrays(x, y, 1.5), [array(3, 1), array(4)]),
    "meshgrid": (lambda x, y: np.meshgrid(x, y), [array(3), array(2)]),
    "meshgrid ij": (lambda x, y: np.meshgrid(x, y, [1.0, 2.0], indexing="ij"), [array(3), array(2)]),
    "meshgrid sparse": (lambda x, y: np.meshgrid(x, y, sparse=True), [array(3), array(2)]),
    "copy": (lambda x: np.copy(x), [M]),
    "full_like": (lambda x, y: np.full_like(x, y), [M, np.array(2.0)]),
    "full_like in a shape": (lambda x, y: np.full_like(x, y, shape=(2, 5)), [M, V]),
}
JOINS: dict[str, tuple[Call, list[np.ndarray]]] = {
    "concatenate": (lambda x, y: np.concatenate([x, y]), [M, array(1, 4)]),
    "concatenate with lists": (lambda x: np.concatenate((x, [1.0, 2.0], np.ones(2))), [V]),
    "concatenate along the last": (lambda x, y: np.concatenate([x, y], axis=-1), [M, array(3, 1)]),
    "concatenate all": (lambda x, y: np.concatenate([x, y, 7.0], axis=None), [M, V]),
    "concatenate in a dtype": (lambda x: np.concatenate([x, x], dtype=np.complex128), [V]),
    "concatenate nothing": (lambda x, y: np.concatenate([x, y]), [np.zeros((0, 4)), M]),
    "concatenate a tensor's rows": (lambda x: np.concatenate(x), [C]),
    "stack": (lambda x, y: np.stack([x, y], axis=-1), [M, array(3, 4, seed=1)]),
    "stack numbers": (lambda x: np.stack([x, 1.0, x]), [np.array(2.0)]),
    "vstack": (lambda x, y: np.vstack([x, y]), [array(4), M]),
    "hstack": (lambda x, y: np.hstack([x, y]), [M, array(3, 2)]),
    "hstack vectors": (lambda x, y: np.hstack((x, y, 3.0)), [V, np.array(2.0)]),
    "dstack": (lambda x, y: np.dstack([x, y]), [M, array(3, 4, 2)]),
    "column_stack": (lambda x, y: np.column_stack([x, y]), [array(3), M]),
    "append": (lambda x, y: np.append(x, y), [M, V]),
    "append along": (lambda x, y: np.append(x, y, 1), [M, array(3, 1)]),
    "block": (lambda x, y: np.block([[x, np.zeros((3, 2))], [np.ones((2, 4)), y]]), [M, array(2, 2)]),
    "block of a row": (lambda x, y: np.block([x, y, 1.0]), [V, np.array(2.0)]),
    "block of one": (lambda x: np.block(x), [M]),
    "block of cubes": (lambda x: np.block([[x, x], [x, x]]), [C]),
    "split": (lambda x: np.split(x, 2, axis=-1), [M]),
    "split at": (lambda x: np.split(x, [1, -1, 7]), [V]),
    "array_split": (lambda x: np.array_split(x, 3), [V]),
    "array_split into more": (lambda x: np.array_split(x, 4, 1), [array(2, 3)]),
    "hsplit": (lambda x: np.hsplit(x, 2), [M]),
    "hsplit a vector": (lambda x: np.hsplit(x, [2]), [V]),
    "vsplit": (lambda x: np.vsplit(x, 3), [M]),
    "dsplit": (lambda x: np.dsplit(x, [1, 3]), [C]),
}
REPEATS: dict[str, tuple[Call, list[np.ndarray]]] = {
    "tile": (lambda x: np.tile(x, 2), [M]),
    "tile by axes": (lambda x: np.tile(x, (2, 1, 3)), [M]),
    "tile fewer": (lambda x: np.tile(x, [2]), [C]),
    "tile a number": (lambda x: np.tile(x, (2, 2)), [np.array(2.0)]),
    "tile none": (lambda x: np.tile(x, (0, 2)), [M]),
    "repeat": (lambda x: np.repeat(x, 3), [M]),
    "repeat along": (lambda x: np.repeat(x, 2, axis=-1), [M]),
    "repeat by counts": (lambda x: np.repeat(x, [2, 0, 3], axis=0), [M]),
    "repeat by one count": (lambda x: np.repeat(x, [2], axis=1), [M]),
    "repeat none": (lambda x: np.repeat(x, 0, axis=1), [M]),
    "roll": (lambda x: np.roll(x, 2), [M]),
    "roll back": (lambda x: np.roll(x, -7), [V]),
    "roll along": (lambda x: np.roll(x, 1, -1), [M]),
    "roll by two": (lambda x: np.roll(x, (1, -2), (0, 1)), [M]),
    "roll one axis twice": (lambda x: np.roll(x, (1, 1), (0, 0)), [M]),
    "roll both": (lambda x: np.roll(x, 1, (0, 1)), [M]),
    "roll nothing": (lambda x: np.roll(x, 3), [np.zeros((0, 2))]),
    "resize": (lambda x: np.resize(x, (3, 5)), [M]),
    "resize shorter": (lambda x: np.resize(x, 4), [M]),
    "diag of a vector": (lambda x: np.diag(x), [V]),
    "diag above": (lambda x: np.diag(x, 2), [V]),
    "diag of a matrix": (lambda x: np.diag(x, -1), [M]),
    "diag outside": (lambda x: np.diag(x, 9), [M]),
    "diagflat": (lambda x: np.diagflat(x, 1), [array(2, 2)]),
    "diagonal": (lambda x: np.diagonal(x), [M]),
    "diagonal by axes": (lambda x: np.diagonal(x, 1, 2, 0), [C]),
    "tril": (lambda x: np.tril(x), [M]),
    "tril above": (lambda x: np.tril(x, 1), [C]),
    "tril of a vector": (lambda x: np.tril(x), [V]),
    "triu": (lambda x: np.triu(x, -1), [M]),
}
WIDTHS: list[Any] = [1, (2, 1), ((1, 0), (2, 3)), ((2,), (1,)), 0]
PADS: dict[str, tuple[Call, list[np.ndarray]]] = {
    **{
        f"{mode} {width}": (lambda x, mode=mode, width=width: np.pad(x, width, mode), [M])
        for mode in ("constant", "edge", "reflect", "symmetric", "wrap", "mean", "maximum", "linear_ramp")
        for width in WIDTHS
    },
    "wide": (lambda x: np.pad(x, 11, "reflect"), [V]),
    "values": (lambda x: np.pad(x, 2, constant_values=(3.0, -np.inf)), [V]),
    "values by axis": (lambda x: np.pad(x, 1, constant_values=((1, 2), (3, 4))), [M]),
    "means of few": (lambda x: np.pad(x, 2, "mean", stat_length=((1, 2), (3, 1))), [M]),
    "minima": (lambda x: np.pad(x, 1, "minimum"), [C]),
    "ramp": (lambda x: np.pad(x, (3, 2), "linear_ramp", end_values=(5, -4)), [V]),
    "nothing": (lambda x: np.pad(x, ((1, 1), (0, 2))), [np.zeros((0, 2))]),
    "number": (lambda x: np.pad(x, 3), [np.array(2.0)]),
}
TABLE = {f"{name}": case for table in (FORMS, JOINS, REPEATS) for name, case in table.items()}
TABLE |= {f"pad {name}": case for name, case in PADS.items()}
if NEW:
    TABLE |= {
        "unstack": (lambda x: np.unstack(x, axis=-1), [M]),
        "matrix_transpose": (lambda x: np.matrix_transpose(x), [C]),
        "permute_dims": (lambda x: np.permute_dims(x, (1, 0)), [M]),
        "concat": (lambda x, y: np.concat([x, y]), [V, V]),
        "reshape with copy": (lambda x: np.reshape(x, (4, 3), copy=True), [M]),
    }


@pytest.mark.parametrize("name", TABLE)
def test_value_is_numpys(name: str) -> None:
    f, arrays = TABLE[name]
    agrees(f, arrays)
    agrees(f, [a[..., ::-1] if a.ndim else a for a in arrays])  # negative strides
    if name != "concatenate in a dtype":
        keeps_float32(f, arrays)


@pytest.mark.parametrize("name", TABLE)
def test_derivatives_to_second_order_are_central_differences_in_both_modes(name: str) -> None:
    f, arrays = TABLE[name]
    if name != "pad values":  # its border is infinite: sin of it is nan
        differentiates(f, arrays)


EACH = sorted(TABLE)[::3]


@pytest.mark.parametrize("name", EACH)
def test_vmap_gives_each_example_what_it_has_alone(name: str) -> None:
    f, arrays = TABLE[name]
    if name not in ("pad values", "concatenate in a dtype"):
        maps(f, arrays)


def test_pads_border_of_tensors_has_their_gradient() -> None:
    x, c = np.arange(3.0), np.array(2.0)
    assert gradient(lambda x, c: np.pad(x, (1, 2), constant_values=c), x, c) == [[1, 1, 1], 3]
    np.testing.assert_array_equal(
        plain(np.pad(ad.tensor(x), (1, 2), constant_values=(ad.tensor(c), 7.0))), [2, 0, 1, 2, 7, 7]
    )


def test_a_dict_gives_pads_widths_by_axis() -> None:
    assert np.pad(ad.tensor(M), {-1: (1, 2)}).shape == (3, 7)
    assert np.pad(ad.tensor(M), {0: 2}).shape == (7, 4)


def test_repeats_counts_may_be_a_tensor_of_integers() -> None:
    counts = ad.tensor([2, 0, 1], requires_grad=False)
    assert gradient(lambda x: np.repeat(x, counts) * np.array([1.0, 10, 100]), [1.0, 2, 3]) == [11, 0, 100]


def test_a_copy_is_a_tensor_of_its_own_that_keeps_the_gradient() -> None:
    x = ad.tensor([1.0, 2.0])
    y = np.copy(x)
    with ad.no_grad():
        y += 1
    assert x.tolist() == [1, 2]
    assert gradient(lambda x: np.copy(x) * 3, [1.0, 2.0]) == [3, 3]


def test_integers_stay_constant_tensors_of_integers() -> None:
    t = ad.tensor([[1, 2], [3, 4]], requires_grad=False)
    for f in (np.ravel, np.flip, np.tril, np.diag, lambda x: np.roll(x, 1), lambda x: np.pad(x, 1, "mean")):
        result = f(t)
        assert isinstance(result, ad.Tensor)
        assert (result.dtype, result.requires_grad) == (np.int64, False)
        np.testing.assert_array_equal(plain(result), f(np.array([[1, 2], [3, 4]])))


x, m, t = ad.tensor([1.0, 2.0, 3.0]), ad.tensor(M), ad.tensor(2.0)
ERRORS: list[tuple[Call, type[Exception], str]] = [
    (lambda: np.reshape(x, (2, 2)), ValueError, r"reshape of \(3,\).*size 3 into shape \(2,\s*2\)"),
    (lambda: np.reshape(x, 3, order="Z"), ValueError, "reshape: order must be 'C', 'F' or 'A', not 'Z'"),
    (lambda: np.swapaxes(m, 0, 2), IndexError, "swapaxes of shape .*: axis 2 is out of bounds for 2 dimensions"),
    (lambda: np.moveaxis(m, (0, 1), 0), ValueError, "moveaxis: 2 axes from, 1 to"),
    (lambda: np.transpose(m, (0, 0)), ValueError, "transpose: an axis is given twice"),
    (lambda: np.transpose(m, (0,)), ValueError, r"transpose: 1 axes given for shape \(3, 4\)"),
    (lambda: np.squeeze(m, 0), ValueError, r"squeeze: an axis in 0 of shape \(3, 4\) is not of length 1"),
    (lambda: np.expand_dims(m, 3), IndexError, "expand_dims: axis 3"),
    (lambda: np.rollaxis(m, 0, 5), IndexError, "rollaxis: start 5"),
    (lambda: np.flip(m, 2), IndexError, "flip of shape .*: axis 2"),
    (lambda: np.fliplr(x), ValueError, r"fliplr needs two axes or more, not shape \(3,\)"),
    (lambda: np.rot90(m, 1, (0, 0)), ValueError, "rot90: an axis is given twice"),
    (lambda: np.broadcast_to(x, (2,)), ValueError, r"broadcast_to of \(3,\)"),
    (lambda: np.broadcast_arrays(x, m), ValueError, r"broadcast_arrays: shapes \(3,\) and \(3, 4\) do not broadcast"),
    (lambda: np.meshgrid(x, x, indexing="yx"), ValueError, "meshgrid: indexing must be 'xy' or 'ij'"),
    (lambda: np.concatenate([x, t]), ValueError, "concatenate: numbers have no axis"),
    (lambda: np.concatenate([x, m]), ValueError, r"concatenate of \(3,\) and \(3, 4\)"),
    (lambda: np.concatenate([x, x], 1), IndexError, "concatenate of shape .*: axis 1"),
    (lambda: np.concatenate([x, x], dtype=int), TypeError, "cannot join float64 into int64"),
    (lambda: np.concatenate([x, x], out=np.zeros(6)), TypeError, "np.concatenate of a tensor.*'out'.*result instead"),
    (lambda: np.stack([x, m]), ValueError, r"stack of \(3,\) and \(3, 4\)"),
    (lambda: np.stack([x, x], 2), IndexError, "stack: axis 2"),
    (lambda: np.vstack(t), TypeError, "0-d tensor"),
    (lambda: np.block([[x], x]), ValueError, "block: lists of different depths"),
    (lambda: np.block([[x], []]), ValueError, "block: an empty list"),
    (lambda: np.block((x, x)), TypeError, "tuple"),
    (lambda: np.split(x, 2), ValueError, "split: 3 elements do not split into 2 equal sections.*array_split"),
    (lambda: np.array_split(x, 0), ValueError, "array_split: the number of sections must be positive, not 0"),
    (lambda: np.vsplit(x, 1), ValueError, r"vsplit needs 2 axes or more, not shape \(3,\)"),
    (lambda: np.repeat(x, 1.5), TypeError, "repeat: repeats must hold integers, not float64"),
    (lambda: np.repeat(x, -1), ValueError, "repeat: repeats must not be negative, not -1"),
    (lambda: np.repeat(x, [1, 2]), ValueError, r"repeat of \(3,\)"),
    (lambda: np.roll(m, (1, 2, 3), (0, 1)), ValueError, r"roll: shift \(1, 2, 3\) and axis \(0, 1\)"),
    (lambda: np.roll(m, 1.5, 0), TypeError, "roll: shift must hold integers"),
    (lambda: np.resize(x, (-1,)), ValueError, "resize: lengths must not be negative"),
    (lambda: np.diag(t), ValueError, r"diag takes a vector or a matrix, not shape \(\)"),
    (lambda: np.diagonal(x), ValueError, r"diagonal needs two axes or more, not shape \(3,\)"),
    (lambda: np.tril(t), ValueError, "tril needs an axis"),
    (
        lambda: np.fill_diagonal(m, 1),
        RuntimeError,
        r"np.fill_diagonal on the leaf .* requires a gradient.*x.at\[index\].set",
    ),
    (lambda: np.pad(x, 1, "median"), ad.NoDerivative, "pad: mode 'median' has no derivative rule.*edge, reflect"),
    (lambda: np.pad(x, 1, "mirror"), ValueError, "pad: mode 'mirror' is unknown"),
    (lambda: np.pad(x, 1, "edge", constant_values=1), ValueError, "pad: mode 'edge' takes no constant_values"),
    (lambda: np.pad(x, 1, "reflect", reflect_type="odd"), ad.NoDerivative, "reflect_type='even'"),
    (lambda: np.pad(x, -1), ValueError, "pad: widths must not be negative"),
    (lambda: np.pad(x, ((1, 2), (3, 4))), ValueError, "pad: pad_width .* pair for each of 1 axes"),
    (lambda: np.pad(ad.tensor(np.zeros(0)), 1, "edge"), ValueError, r"pad with mode='edge' of \(0,\)"),
    (lambda: np.full_like(x, t, dtype=int), TypeError, "full_like: a value with a gradient does not fit into int64"),
]


@pytest.mark.parametrize(("call", "kind", "message"), ERRORS)
def test_errors_name_the_function_the_argument_and_what_is_accepted(call: Call, kind: Any, message: str) -> None:
    with pytest.raises(kind, match=message):
        call()


@pytest.mark.parametrize("f", [np.array, np.asarray, np.ascontiguousarray, np.sum])
def test_numpys_array_of_a_list_of_tensors_raises_with_a_cure(f: Call) -> None:
    for listed in ([t, t], [x, x], [[t]], [t, 1.0]):
        with pytest.raises(RuntimeError, match=r"would cut the graph silently.*stack\(\)"):
            f(listed)
    a = np.zeros(3)
    with pytest.raises((RuntimeError, ValueError)):  # NumPy gives float()'s refusal as the cause of its own
        a[0] = t
    with pytest.raises(RuntimeError, match="would cut the graph silently"):
        ad.jvp(lambda x: np.array([x, x]), (1.0,), (1.0,))

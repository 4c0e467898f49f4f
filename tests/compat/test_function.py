"""autograd.Function: an operation of the user's, as in PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import notebook_ad as ad

Function = ad.autograd.Function


def of(t: ad.Tensor) -> Any:
    assert t.grad is not None
    return t.grad.tolist()


class ExpTimes(Function):
    """Saves arguments and its result."""

    @staticmethod
    def forward(ctx: Any, x: Any, y: Any, scale: Any) -> Any:
        z = scale * np.exp(x) * y
        ctx.save_for_backward(x, y, z)
        return z

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        _, y, z = ctx.saved_tensors
        return grads[0] * z, grads[0] * z / y, None


class PowerAndSine(Function):
    """Several results, a constant on the context."""

    @staticmethod
    def forward(ctx: Any, x: Any, n: int) -> Any:
        ctx.n = n
        ctx.save_for_backward(x)
        return x**n, np.sin(x)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grads[0] * ctx.n * x ** (ctx.n - 1) + grads[1] * np.cos(x), None


class Product(Function):
    """The newer style."""

    @staticmethod
    def forward(x: Any, y: Any) -> Any:  # type: ignore[override]
        return x * y

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        x, y = ctx.saved_tensors
        return grads[0] * y, grads[0] * x


def test_backward_gives_the_gradients_of_tensors_and_none_for_the_rest() -> None:
    for value in (0.5, [0.5, 1.0]):
        x, y = ad.tensor(value), ad.tensor(np.asarray(value) + 2)
        z = ExpTimes.apply(x, y, 3.0)
        z.sum().backward()
        np.testing.assert_allclose(z.tolist(), 3 * np.exp(value) * (np.asarray(value) + 2))
        np.testing.assert_allclose(of(x), z.tolist())
        np.testing.assert_allclose(of(y), 3 * np.exp(value))


@pytest.mark.parametrize(
    "f",
    [lambda x: ExpTimes.apply(x, np.sin(x) + 2, 3.0), lambda x: np.multiply(*PowerAndSine.apply(x, 3)),
     lambda x: PowerAndSine.apply(x, 3)[0], lambda x: Product.apply(x, np.cos(x))],
    ids=["saved result", "two results", "one of two results", "setup_context"],
)  # fmt: skip
def test_a_function_is_differentiated_to_second_order_in_both_modes_and_under_vmap(f: Any) -> None:
    ad.check_grads(f, (np.array([0.4, 1.3]),), order=2)
    ad.check_grads(f, (0.4,), order=3)
    rows = np.array([[0.4, 1.3], [0.1, 0.2]])
    gradient = ad.grad(lambda x: np.sum(f(x)))
    np.testing.assert_allclose(ad.vmap(gradient)(rows), [gradient(r) for r in rows])


def test_create_graph_differentiates_through_what_was_saved() -> None:
    x, y = ad.tensor(0.5), ad.tensor(2.0)
    z = ExpTimes.apply(x, y, 1.0)
    gx, gy = ad.autograd.grad(z, [x, y], create_graph=True)
    second = [ad.autograd.grad(g, [x, y], create_graph=True, materialize_grads=True) for g in (gx, gy)]
    e = np.exp(0.5)
    np.testing.assert_allclose([[t.item() for t in row] for row in second], [[2 * e, e], [e, 0]], atol=1e-15)


def test_needs_input_grad_tells_what_is_wanted() -> None:
    seen = []

    class F(Function):
        @staticmethod
        def forward(ctx: Any, x: Any, y: Any, name: str) -> Any:
            ctx.save_for_backward(x, y)
            return x * y

        @staticmethod
        def backward(ctx: Any, *grads: Any) -> Any:
            seen.append(ctx.needs_input_grad)
            x, y = ctx.saved_tensors
            return (
                (grads[0] * y if ctx.needs_input_grad[0] else None),
                (grads[0] * x if ctx.needs_input_grad[1] else None),
                None,
            )

    x, y = ad.tensor(2.0), ad.tensor(3.0, requires_grad=False)
    F.apply(x, y, "name").backward()
    assert (seen, of(x), y.grad) == ([(True, False, False)], 3.0, None)


def test_results_marked_as_not_differentiable_and_integers_have_no_gradient() -> None:
    class Largest(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            where, twice = np.argmax(x), x * 2
            ctx.mark_non_differentiable(where, twice)
            ctx.save_for_backward(where)
            ctx.shape = x.shape
            return x.max(), where, twice

        @staticmethod
        def backward(ctx: Any, *grads: Any) -> Any:
            (where,) = ctx.saved_tensors
            return grads[0] * (np.arange(ctx.shape[0]) == int(where))

    x = ad.tensor([1.0, 5.0, 2.0])
    value, where, twice = Largest.apply(x)
    assert (where.dtype, where.requires_grad, twice.requires_grad) == (np.int64, False, False)
    value.backward()
    assert of(x) == [0.0, 1.0, 0.0]


def test_forward_may_use_plain_numpy_and_return_its_argument() -> None:
    class ByNumPy(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return np.exp(x.detach().numpy())

        @staticmethod
        def backward(ctx: Any, *grads: Any) -> Any:
            return grads[0] * np.exp(ctx.saved_tensors[0])

    class TenTimesTheGradient(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x

        @staticmethod
        def backward(ctx: Any, *grads: Any) -> Any:
            return grads[0] * 10

    assert ad.grad(ad.grad(lambda x: ByNumPy.apply(x)))(1.0) == pytest.approx(np.e)
    x = ad.tensor(3.0)
    y = TenTimesTheGradient.apply(x)
    assert y is not x
    y.backward()
    assert of(x) == 10.0


def test_no_grad_and_constants_record_nothing() -> None:
    x = ad.tensor(3.0)
    with ad.no_grad():
        assert not Product.apply(x, x).requires_grad
    assert not Product.apply(ad.tensor(1.0, requires_grad=False), 2.0).requires_grad


def wrong(found: Any) -> type[Function]:
    class Wrong(Function):
        @staticmethod
        def forward(ctx: Any, x: Any, y: Any) -> Any:
            return x * y

        @staticmethod
        def backward(ctx: Any, *grads: Any) -> Any:
            return found

    return Wrong


@pytest.mark.parametrize(
    ("found", "message"),
    [(1.0, "Wrong.backward returned 1 gradients; forward has 2 arguments"), ((1.0, 1.0, 1.0), "returned 3 gradients"),
     ((np.ones(3), None), r"Wrong gave a gradient of shape \(3,\) for an operand of \(\)")],
)  # fmt: skip
def test_gradients_that_do_not_fit_are_refused(found: Any, message: str) -> None:
    with pytest.raises((RuntimeError, ValueError), match=message):
        wrong(found).apply(ad.tensor(1.0), ad.tensor(2.0)).backward()


def test_a_missing_method_and_a_second_sweep_say_what_to_do() -> None:
    class NoBackward(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 2

    with pytest.raises(NotImplementedError, match="define backward"):
        NoBackward.apply(ad.tensor(1.0)).backward()
    y = Product.apply(ad.tensor(1.0), 2.0)
    y.backward()
    with pytest.raises(ad.ConsumedError, match="second time"):
        y.backward()


def test_a_value_of_a_transform_that_forward_closes_over_is_an_error() -> None:
    def f(w: Any) -> Any:
        class Scaled(Function):
            @staticmethod
            def forward(ctx: Any, x: Any) -> Any:
                return x * w

            @staticmethod
            def backward(ctx: Any, *grads: Any) -> Any:
                return grads[0] * w

        return Scaled.apply(2.0 * w)

    with pytest.raises(RuntimeError, match="closes over a value that jvp or vmap follows"):
        ad.jvp(f, (3.0,), (1.0,))


def test_gradients_that_are_not_materialized_are_none() -> None:
    class Both(ad.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.set_materialize_grads(False)
            return x * 2, x * 3

        @staticmethod
        def backward(ctx: Any, *grads: Any) -> Any:
            seen.append([g is None for g in grads])
            first, second = grads
            return (0 if first is None else 2 * first) + (0 if second is None else 3 * second)

    seen: list[list[bool]] = []
    for chosen, none, gradient in ((0, [False, True], 2.0), (1, [True, False], 3.0)):
        x = ad.tensor([1.0, 2.0])
        Both.apply(x)[chosen].sum().backward()
        assert seen.pop() == none
        assert x.grad is not None
        assert x.grad.tolist() == [gradient, gradient]

"""Batches, loaders, data sets, samplers and splits."""

from __future__ import annotations

from collections import Counter, namedtuple
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad import data

X, Y = np.arange(20.0).reshape(10, 2), np.arange(10)


def rows(loader: Any) -> list[float]:
    return [row[0] for batch in loader for row in (batch[0] if isinstance(batch, tuple | list) else batch).tolist()]


def test_batches_are_tensors_of_rows_in_order() -> None:
    found = list(data.batches(X, Y, 4, False))
    assert [(x.shape, y.tolist()) for x, y in found] == [
        ((4, 2), [0, 1, 2, 3]),
        ((4, 2), [4, 5, 6, 7]),
        ((2, 2), [8, 9]),
    ]
    assert not any(t.requires_grad for batch in found for t in batch)
    assert [t.dtype.name for t in found[0]] == ["float64", "int64"]
    assert np.concatenate([x.numpy() for x, _ in found]).tolist() == X.tolist()
    assert len(data.batches(X, Y, 4, drop_last=True)) == len(list(data.batches(X, Y, 4, drop_last=True))) == 2
    assert [x.shape for x in data.batches(X.astype(np.float32), batch_size=5)] == [(5, 2), (5, 2)]
    assert len(next(iter(data.batches(X, (Y, Y, X))))) == 4


def test_tensors_made_without_a_word_about_gradients_are_data() -> None:
    for labels in (ad.tensor([0, 1, 2]), ad.tensor(np.arange(3))):
        pairs = data.TensorDataset(ad.tensor(X[:3]), labels)
        x, y = next(iter(data.DataLoader(pairs, batch_size=3)))
        assert x.tolist() == X[:3].tolist()
        assert y.tolist() == [0, 1, 2]
        assert y.dtype == np.int64
        assert not x.requires_grad
    asked = ad.tensor(X).requires_grad_()
    with pytest.raises(RuntimeError, match="requires a gradient"):
        data.TensorDataset(asked)


def test_each_epoch_has_an_order_of_its_own_that_the_seed_repeats() -> None:
    loader = data.batches(X, Y, 3, seed=5)
    first, second = rows(loader), rows(loader)
    assert first != second
    assert sorted(first) == sorted(second) == X[:, 0].tolist()
    again = data.batches(X, Y, 3, seed=5)
    assert [rows(again), rows(again)] == [first, second]
    later = data.batches(X, Y, 3, seed=5)
    later.load_state_dict({"epoch": 1})
    assert rows(later) == second
    assert all((x.numpy()[:, 0] == 2 * y.numpy()).all() for x, y in loader)


def test_without_a_seed_the_order_is_manual_seeds() -> None:
    ad.manual_seed(3)
    loader = data.batches(X, batch_size=4)
    first = [rows(loader), rows(loader)]
    ad.manual_seed(3)
    assert [rows(loader), rows(loader)] == first


def test_batches_do_not_change_with_the_array_or_change_it() -> None:
    own = X.copy()
    batch = next(iter(data.batches(own, batch_size=10, shuffle=False)))
    own[:] = -1.0
    assert batch.tolist() == X.tolist()


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: data.batches(X, Y[:4]), ValueError, r"as many rows; shapes are \(10, 2\), \(4,\)"),
        (lambda: data.batches(X, Y, 0), ValueError, "batch_size must be a positive integer, not 0"),
        (lambda: data.batches(3.0), ValueError, "an array without axes has no rows"),
        (
            lambda: data.batches(ad.tensor(X, requires_grad=True)),
            RuntimeError,
            r"data of shape \(10, 2\) requires a gradient.*requires_grad=False\), or detach",
        ),
        (lambda: data.batches(ad.tensor(X) * 2), RuntimeError, r"data of shape \(10, 2\) requires a gradient"),
        (lambda: data.TensorDataset(X, Y[:4]), ValueError, "TensorDataset: all arrays must have as many rows"),
        (lambda: data.DataLoader(X, shuffle=True, sampler=[1]), ValueError, "a sampler is an order; leave out shuffle"),
        (lambda: data.DataLoader(X, 4, batch_sampler=[[1]]), ValueError, "with batch_sampler leave out batch_size"),
        (lambda: data.DataLoader(X, None, drop_last=True), ValueError, "there is no last one to drop"),
        (lambda: data.DataLoader(X, 2.5), ValueError, "batch_size must be a positive integer or None, not 2.5"),
        (lambda: data.DataLoader(iter([1]), shuffle=True), ValueError, "an iterable data set has its own order"),
        (lambda: data.DataLoader(3), TypeError, "int has neither __getitem__ nor __iter__; it is no data set"),
        (lambda: data.ConcatDataset([]), ValueError, "ConcatDataset needs at least one data set"),
        (lambda: data.random_split(X, [3, 4]), ValueError, r"lengths \[3, 4\] add up to 7; the data set has 10 items"),
        (lambda: data.train_test_split(X, test_size=0.0), ValueError, "holds 0 of 10 rows out"),
        (lambda: data.train_test_split(X, Y[:3]), ValueError, "all arrays must have as many rows"),
        (lambda: data.default_collate([np.zeros(2), np.zeros(3)]), ValueError, r"shapes \(2,\), \(3,\).*collate_fn"),
        (lambda: data.default_collate([{"a": 1}, {"b": 1}]), ValueError, "different keys; the first has a"),
        (lambda: data.default_collate([(1,), (1, 2)]), ValueError, r"lengths \[1, 2\]; pad them in a collate_fn"),
        (lambda: data.default_collate([object()]), TypeError, "a batch of object cannot be made a tensor"),
        (lambda: data.RandomSampler(X, num_samples=0), ValueError, "num_samples must be positive, not 0"),
        (lambda: data.WeightedRandomSampler([-1.0], 1), ValueError, "weights must be numbers of at least 0"),
        (lambda: data.WeightedRandomSampler([1.0, 0.0], 2, False), ValueError, "2 different items of 1"),
        (lambda: data.Dataset()[0], NotImplementedError, "Dataset needs __getitem__"),
        (lambda: data.DataLoader(X, shuffle=True, generator=3).__iter__().__next__(), TypeError, "not int; np.random"),
    ],
)
def test_bad_input_is_refused(make: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make()


class Squares:
    """A data set of the user's own: nothing is inherited."""

    def __len__(self) -> int:
        return 7

    def __getitem__(self, i: int) -> dict[str, Any]:
        if i >= 7:
            raise IndexError(i)
        return {"x": np.array([i, i * i], np.float32), "name": f"n{i}", "label": i, "pair": (float(i), True)}


def test_a_loader_collates_items_of_any_indexable() -> None:
    first, second = data.DataLoader(Squares(), batch_size=4)
    assert first["x"].dtype == np.float32
    assert first["x"].tolist() == [[0, 0], [1, 1], [2, 4], [3, 9]]
    assert first["name"] == ["n0", "n1", "n2", "n3"]
    assert second["label"].dtype == np.int64
    assert second["label"].tolist() == [4, 5, 6]
    assert second["pair"][0].tolist() == [4.0, 5.0, 6.0]
    assert second["pair"][1].dtype == np.bool_


def test_named_tuples_stay() -> None:
    point = namedtuple("point", "x y")
    found = data.default_collate([point(1, 2.0), point(3, 4.0)])
    assert type(found) is point
    assert found.y.tolist() == [2.0, 4.0]


def test_a_loader_of_arrays_and_of_tensors_takes_rows() -> None:
    assert rows(data.DataLoader(X, 3)) == X[:, 0].tolist()
    assert rows(data.DataLoader(ad.tensor(X, requires_grad=False), 4, drop_last=True)) == X[:8, 0].tolist()
    set_ = data.TensorDataset(X, Y)
    assert [t.tolist() for t in set_[3]] == [[6.0, 7.0], 3]
    taken, collated = data.DataLoader(set_, 4), data.DataLoader(set_, 4, collate_fn=lambda b: data.default_collate(b))
    for a, b in zip(taken, collated, strict=True):
        assert [t.tolist() for t in a] == [t.tolist() for t in b]
        assert [t.dtype for t in a] == [t.dtype for t in b]
        assert type(a) is type(b) is list


def test_a_shuffled_loader_repeats_with_its_generator() -> None:
    def loader(seed: int) -> data.DataLoader:
        return data.DataLoader(data.TensorDataset(X, Y), 3, shuffle=True, generator=np.random.default_rng(seed))

    a, b = loader(1), loader(1)
    assert rows(a) == rows(b)
    state = a.state_dict()
    later = rows(a)
    assert later == rows(b)
    c = loader(2)
    c.load_state_dict(state)
    assert rows(c) == later
    assert sorted(later) == X[:, 0].tolist()


class Rows:
    """What Hugging Face's data sets look like: columns, dicts as items, several at once by `__getitems__`."""

    column_names = ("text", "values")

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def __len__(self) -> int:
        return 5

    def __getitem__(self, i: int) -> dict[str, Any]:
        return {"text": "ab"[i % 2], "values": np.full(2, i)}

    def __getitems__(self, numbers: list[int]) -> list[dict[str, Any]]:
        self.asked.append(numbers)
        return [self[i] for i in numbers]


def test_several_items_are_asked_for_at_once_where_the_data_set_offers_it() -> None:
    given = Rows()
    found = list(data.DataLoader(given, 2))
    assert given.asked == [[0, 1], [2, 3], [4]]
    assert found[1]["values"].tolist() == [[2, 2], [3, 3]]
    assert found[1]["text"] == ["a", "b"]


class Foreign:
    """An array of another library."""

    def __init__(self, values: Any) -> None:
        self.values = values

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.asarray(self.values, dtype)


def test_arrays_of_other_libraries_become_tensors() -> None:
    (x, label), _ = data.DataLoader([(Foreign([1.0, 2.0]), 3), (Foreign([0.0, 1.0]), 4), (Foreign([2.0, 2.0]), 5)], 2)
    assert isinstance(x, ad.Tensor)
    assert x.tolist() == [[1.0, 2.0], [0.0, 1.0]]
    assert label.tolist() == [3, 4]


class Stream(data.IterableDataset):
    def __iter__(self) -> Any:
        return iter(range(7))


def test_iterable_data_sets_come_in_their_order() -> None:
    assert [b.tolist() for b in data.DataLoader(Stream(), 3)] == [[0, 1, 2], [3, 4, 5], [6]]
    assert [b.tolist() for b in data.DataLoader(Stream(), 3, drop_last=True)] == [[0, 1, 2], [3, 4, 5]]
    assert list(data.DataLoader(Stream(), None)) == list(range(7))
    assert [b.tolist() for b in data.DataLoader({4: 0, 5: 1}.keys(), 1)] == [[4], [5]]


def test_single_items_without_a_batch_size() -> None:
    found = list(data.DataLoader(data.TensorDataset(X, Y), None))
    assert len(found) == 10
    assert found[2][0].tolist() == [4.0, 5.0]


def test_samplers_and_batch_samplers_of_ones_own() -> None:
    assert rows(data.DataLoader(X, 2, sampler=[3, 1, 2])) == [6.0, 2.0, 4.0]
    loader = data.DataLoader(X, batch_sampler=[[0], [1, 2, 3]])
    assert [b.shape for b in loader] == [(1, 2), (3, 2)]
    assert len(loader) == 2
    generator = np.random.default_rng(0)
    assert sorted(data.SubsetRandomSampler([4, 7, 9], generator)) == [4, 7, 9]
    drawn = Counter(data.WeightedRandomSampler([0.0, 3.0, 1.0], 4000, generator=generator))
    assert drawn[0] == 0
    assert 2800 < drawn[1] < 3200
    assert len(list(data.RandomSampler(X, True, 25, generator))) == 25
    more = list(data.RandomSampler(X, False, 25, generator))
    assert len(more) == 25
    assert sorted(more[:10]) == sorted(more[10:20]) == list(range(10))
    assert [len(b) for b in data.BatchSampler(data.SequentialSampler(X), 4, True)] == [4, 4]


def test_data_sets_are_joined_and_cut() -> None:
    both = data.TensorDataset(X) + Squares()
    assert len(both) == 17
    assert both[12]["label"] == both[-5]["label"] == 2
    assert both[9][0].tolist() == [18.0, 19.0]
    with pytest.raises(IndexError, match="ConcatDataset has 17 items, there is none with number 17"):
        both[17]
    with pytest.raises(TypeError, match="a Stream has no length"):
        data.ConcatDataset([Stream()])
    part = data.Subset(data.Subset(data.TensorDataset(X, Y), [9, 8, 7, 6]), [3, 0])
    assert [t.tolist() for t in part[0]] == [[12.0, 13.0], 6]
    assert rows(data.DataLoader(part, 2)) == [12.0, 18.0]


def test_random_split_is_disjoint_and_repeats() -> None:
    a, b, c = data.random_split(Squares(), [0.5, 0.25, 0.25], np.random.default_rng(0))
    assert [len(a), len(b), len(c)] == [4, 2, 1]
    assert sorted([*a.indices, *b.indices, *c.indices]) == list(range(7))
    again = data.random_split(Squares(), [4, 2, 1], np.random.default_rng(0))
    assert [part.indices for part in again] == [a.indices, b.indices, c.indices]


def test_train_test_split_holds_rows_out() -> None:
    x, x_out, y, y_out = data.train_test_split(X, Y, test_size=0.3, seed=1)
    assert [len(part) for part in (x, x_out, y, y_out)] == [7, 3, 7, 3]
    assert (x[:, 0] == 2 * y).all()
    assert sorted([*y, *y_out]) == Y.tolist()
    assert data.train_test_split(Y, test_size=3, seed=1)[1].tolist() == y_out.tolist()
    assert data.train_test_split(Y, test_size=3, shuffle=False)[1].tolist() == [7, 8, 9]
    labels = np.array([0] * 80 + [1] * 20)
    _, held_out = data.train_test_split(labels, test_size=0.2, seed=0, stratify=labels)
    assert Counter(held_out.tolist()) == {0: 16, 1: 4}


def test_digits_need_no_network() -> None:
    images, labels = data.digits()
    assert images.shape == (1797, 64)
    assert images.dtype == np.float64
    assert (images.min(), images.max()) == (0.0, 1.0)
    assert sorted(set(labels.tolist())) == list(range(10))

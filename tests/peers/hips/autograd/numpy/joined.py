"""Lists in which tensors stand, as one tensor."""

import functools

import numpy as np

import notebook_ad as ad


def holds_tensor(a):
    return isinstance(a, ad.Tensor) or (isinstance(a, list | tuple) and any(map(holds_tensor, a)))


def joined(a):
    if isinstance(a, list | tuple) and holds_tensor(a):
        return np.stack([x if isinstance(x, ad.Tensor) else joined(x) for x in map(joined, a)])
    return a if isinstance(a, ad.Tensor) else np.asarray(a)


def joining(function):
    """A function of an array, of a list of tensors too."""

    @functools.wraps(function)
    def of_lists(a, *args, **kwargs):
        return function(joined(a) if isinstance(a, list | tuple) and holds_tensor(a) else a, *args, **kwargs)

    return of_lists


def array(a, *args, **kwargs):
    if not holds_tensor(a):
        return np.array(a, *args, **kwargs)
    t, least = joined(a), kwargs.get("ndmin", 0)
    return np.reshape(t, (1,) * (least - np.ndim(t)) + np.shape(t)) if np.ndim(t) < least else t


def append(arr, values, axis=None):
    return np.append(joined(arr), joined(values), axis)


class _Row:
    """np.r_ of tensors, arrays and ranges: joined along the first axis."""

    def __getitem__(self, key):
        parts = key if isinstance(key, tuple) else (key,)
        if not holds_tensor(parts):
            return np.r_[key]
        return np.concatenate([np.r_[p] if isinstance(p, slice) else np.atleast_1d(joined(p)) for p in parts])


class _Column:
    """np.c_ of tensors and arrays: joined along the last axis, vectors as columns."""

    def __getitem__(self, key):
        parts = key if isinstance(key, tuple) else (key,)
        if not holds_tensor(parts):
            return np.c_[key]
        parts = [np.atleast_1d(joined(p)) for p in parts]
        return np.concatenate([p[:, None] if np.ndim(p) == 1 else p for p in parts], axis=-1)


r_, c_ = _Row(), _Column()

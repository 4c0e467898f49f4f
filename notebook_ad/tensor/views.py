"""Which tensors show elements of another: there a write in place would have to change the other too, which it cannot."""

from __future__ import annotations

import weakref

from notebook_ad.tensor.tensor import Tensor, meta_of


def showing(view: Tensor, of: Tensor) -> Tensor:
    """The view, with a note of what it shows."""
    if view is not of:
        base = base_of(of)
        meta_of(view).view = weakref.ref(of if base is None else base)
    return view


def base_of(t: Tensor) -> Tensor | None:
    """The tensor whose elements another shows; None where nobody holds that any more, or there is none."""
    found: Tensor | None = t._meta.view() if t._meta is not None and t._meta.view is not None else None
    return found

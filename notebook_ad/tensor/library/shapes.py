"""Rearranging tensors: which of ours serves which of NumPy's."""

from __future__ import annotations

from notebook_ad.tensor.library import axes, flipping, joining, padding, repeating, splitting, spreading, triangles
from notebook_ad.tensor.library.given import Functions

FUNCTIONS: Functions = {
    **axes.FUNCTIONS,
    **flipping.FUNCTIONS,
    **spreading.FUNCTIONS,
    **joining.FUNCTIONS,
    **splitting.FUNCTIONS,
    **repeating.FUNCTIONS,
    **padding.FUNCTIONS,
    **triangles.FUNCTIONS,
}

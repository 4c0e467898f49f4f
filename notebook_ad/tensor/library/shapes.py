"""Rearranging tensors: which of ours serves which of NumPy's."""

from __future__ import annotations

from notebook_ad.tensor.library import axes, joining, padding, repeating, triangles
from notebook_ad.tensor.library.given import Functions

FUNCTIONS: Functions = {
    **axes.FUNCTIONS,
    **joining.FUNCTIONS,
    **repeating.FUNCTIONS,
    **padding.FUNCTIONS,
    **triangles.FUNCTIONS,
}

"""Selecting, sorting and searching in tensors: which of ours serves which of NumPy's."""

from __future__ import annotations

from notebook_ad.tensor.library import (
    applying,
    choosing,
    counting,
    differences,
    histograms,
    indexing,
    searching,
    sorting,
    trimming,
)
from notebook_ad.tensor.library.given import Functions

FUNCTIONS: Functions = {
    **indexing.FUNCTIONS,
    **choosing.FUNCTIONS,
    **sorting.FUNCTIONS,
    **searching.FUNCTIONS,
    **counting.FUNCTIONS,
    **histograms.FUNCTIONS,
    **differences.FUNCTIONS,
    **trimming.FUNCTIONS,
    **applying.FUNCTIONS,
}

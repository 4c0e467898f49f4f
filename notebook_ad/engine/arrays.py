"""The primitives of arrays: rearrangements, selection, products, extrema."""

from __future__ import annotations

import numpy as np

from notebook_ad.engine.primitive import declare

# A kernel `begins` where each element of an operand has one contribution, or it clears first.

sum_ = declare("sum", "Σ", "linear", numpy=np.sum, begins=True)
mean = declare("mean", "mean", "linear", numpy=np.mean, begins=True)
reshape = declare("reshape", "reshape", "linear", numpy=np.reshape, begins=True)
transpose = declare("transpose", "ᵀ", "linear", numpy=np.transpose, begins=True)
index = declare("index", "[ ]", "linear")
broadcast_to = declare("broadcast_to", "broadcast", "linear", numpy=np.broadcast_to)
concatenate = declare("concatenate", "concat", "linear", numpy=np.concatenate, begins=True)
stack = declare("stack", "stack", "linear", numpy=np.stack, begins=True)
gather = declare("gather", "[ ]", "gather")
put = declare("put", "[ ]=", "put")
cast = declare("cast", "cast", "cast")
matmul = declare("matmul", "@", "matmul", numpy=np.matmul, begins=True)
max_ = declare("max", "max", "extremum", numpy=np.max)
min_ = declare("min", "min", "extremum", numpy=np.min)

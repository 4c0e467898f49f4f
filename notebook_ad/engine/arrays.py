"""The primitives of arrays: rearrangements, selection, products, extrema."""

from __future__ import annotations

import numpy as np

from notebook_ad.engine.primitive import declare

sum_ = declare("sum", "Σ", "linear", numpy=np.sum)
mean = declare("mean", "mean", "linear", numpy=np.mean)
reshape = declare("reshape", "reshape", "linear", numpy=np.reshape)
transpose = declare("transpose", "ᵀ", "linear", numpy=np.transpose)
index = declare("index", "[ ]", "linear")
broadcast_to = declare("broadcast_to", "broadcast", "linear", numpy=np.broadcast_to)
concatenate = declare("concatenate", "concat", "linear", numpy=np.concatenate)
stack = declare("stack", "stack", "linear", numpy=np.stack)
gather = declare("gather", "[ ]", "gather")
put = declare("put", "[ ]=", "put")
cast = declare("cast", "cast", "cast")
matmul = declare("matmul", "@", "matmul", numpy=np.matmul)
max_ = declare("max", "max", "extremum", numpy=np.max)
min_ = declare("min", "min", "extremum", numpy=np.min)

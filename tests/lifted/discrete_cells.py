"""Cells with masks, indices and steps: written to, taken as Python values, handed to compiled code, or read as rows."""

from __future__ import annotations

START = """import functools, itertools, math, operator, random
import numpy as np
import notebook_ad as ad
w, x, n = 2.0, 1.6, 3
v = np.array([1.0, -2.0, 3.0, 0.5])
u = np.array([0.5, 1.0, -1.0, 2.0])
labels = np.array([0, 2, 1, 1])
A = np.array([[1.0, -2.0], [0.5, 3.0]])
"""
LINES = """
m = v > 0; m[0] = False; L = (v * m).sum() * w
m = v > 0; k = m[1:]; k[0] = True; L = (v * m).sum() * w
m = v > 0; m &= u > 0; L = v[m].sum() * w
m = v > 0; np.logical_or(m, u > 1, out=m); L = np.where(m, v, w * v).sum()
m = v > 0; m2 = m.copy(); m2[0] = False; L = (v * m).sum() * w + (u * m2).sum()
i = np.argsort(v); i.sort(); L = v[i][0] * w
i = np.argsort(v); i += 0; L = v[i][0] * w
i = np.argsort(v); i[0] = 1; L = v[i].sum() * v[i[0]] * w
i = np.argsort(v); random.Random(1).shuffle(i); L = v[i][0] * w + x
i = np.argsort(v); np.random.default_rng(0).shuffle(i); L = v[i][0] * w
L = labels[np.argmax(v)] * w + v.sum()
L = labels[v > 0].sum() * w + v.sum()
L = [w, 2 * w, 3 * w, 4 * w][np.argmax(v)] + v.sum()
L = [w, 2 * w, 3 * w, 4 * w][int(np.argmax(v))] + v.sum()
L = sum(w for _ in range(np.argmax(v))) + v.sum()
L = sum(w * i for i in np.argsort(v)[:2]) + v.sum()
L = sum(v[i] * k for k, i in enumerate(np.argsort(v)))
L = sum(v[i] for i in np.flatnonzero(v > 0)) * w
L = len(np.flatnonzero(v > 0)) * w + v.sum()
L = (v > 0).sum() * w + v.sum()
L = (v > 0).mean() * w + v.sum()
L = float((v > 0).mean()) * w + v.sum()
L = int((v > 0).sum()) * w + v.sum()
L = (v > 0).astype(float) @ v * w
L = (v > 0).astype(np.float32).sum() * w + v.sum()
L = (v > 0).astype(np.uint8).sum() * w + v.sum()
L = (~(v > 0).astype(np.uint8)).sum() * w + v.sum()
L = (v > 0).tolist().count(True) * w + v.sum()
L = (v > 0).tobytes().count(1) * w + v.sum()
L = bytes(v > 0).count(1) * w + v.sum()
L = sum(memoryview((v > 0).astype(np.uint8))) * w + v.sum()
L = list(v > 0).count(True) * w + v.sum()
L = str(v > 0).count("True") * w + v.sum()
L = f"{(v > 0).sum()}".count("3") * w + v.sum()
L = max(np.argsort(v)[:2]) * w + v.sum()
L = sorted(np.argsort(v)[:3])[0] * w + v.sum()
L = w if 2 in np.argsort(v)[:2] else v.sum()
L = w * v.sum() if (v > 0).any() else v.sum()
L = w * v.sum() if (v > 0)[1] else v.sum()
L = w * v.sum() if np.argmax(v) == 2 else v.sum()
L = {2: w}.get(np.argmax(v), 3.0) * v.sum()
L = np.zeros(np.argmax(v) + 1).size * w + v.sum()
L = np.ones(np.argmax(v) + 1).sum() * w + v.sum()
L = np.repeat(v, np.argmax(v) + 1).sum() * w
L = np.repeat(v, np.argsort(v)).sum() * w
L = v[:np.argmax(v)].sum() * w + x
L = v[np.argmax(v):].sum() * w
L = v.reshape(-1, 2)[np.argmax(v) // 2].sum() * w
L = np.tile(v, np.argmax(v) + 1).sum() * w
L = np.eye(4)[np.argmax(v)] @ v * w
L = np.arange(4.0)[np.argsort(v)] @ u * w + v.sum()
L = A[np.arange(2), np.argmax(A, axis=1)].sum() * w
L = A[A > 0].sum() * w
L = A[:, A.sum(axis=0) > 0].sum() * w
L = A[np.argmax(A.sum(axis=1))].sum() * w
L = A[np.unravel_index(np.argmax(A), A.shape)] * w
L = np.take_along_axis(A, np.argsort(A, axis=1), axis=1)[:, 0].sum() * w
L = np.take_along_axis(A, np.expand_dims(A.argmax(1), 1), 1).sum() * w
L = np.select([v > 1, v > 0], [v, w * v], -v).sum()
L = np.choose((v > 0).astype(int), [v, w * v]).sum()
L = np.where(v > 0)[0].sum() * w + v.sum()
r = np.where(v > 0)[0]; L = v[r].sum() * w
L = v[np.nonzero(v > 0)].sum() * w
L = np.compress(v > 0, v).sum() * w
L = np.extract(v > 0, v).sum() * w
L = v.compress(v > 0).sum() * w
z = np.zeros(4); z[v > 0] = 1.0; L = (z * v).sum() * w
z = np.zeros(4); z[v > 0] = v[v > 0]; L = z.sum() * w
z = v.copy(); z[z < 0] = 0.0; L = z.sum() * w
z = v.copy(); z[z < 0] *= 0.1; L = z.sum() * w
z = np.zeros(4); z[np.argmax(v)] = 1.0; L = (z * v).sum() * w
z = np.zeros(4, int); z[v > 0] = 1; L = (z * v).sum() * w
z = np.empty(4, bool); z[:] = v > 0; L = (z * v).sum() * w
z = np.sign(v); z[0] = 5.0; L = (z * v).sum() * w
z = np.sign(v); z += 1.0; L = (z * v).sum() * w
z = np.floor(v); z *= v; L = z.sum() * w
z = np.sign(v); y = z[::-1]; z[0] = 7.0; L = (y * v).sum() * w
z = np.sign(v).reshape(2, 2); z[0, 0] = 7.0; L = (z * A).sum() * w + v.sum()
L = np.sign(v) @ v * w
L = np.sign(x) * w + x
L = np.floor(x) * w + x
L = math.floor(np.floor(x)) * w + x
L = round(np.floor(x * 10)) * w + x
L = float(np.floor(x)) * w + x
L = [w, 2 * w][int(np.sign(x))] * x if x > 0 else x
L = str(np.floor(x)).count("1") * w + x
L = np.heaviside(x, 0.5) * w + x
L = np.array([np.argmax(v), 2]).sum() * w + v.sum()
L = np.array([v > 0, u > 0]).sum() * w + v.sum()
L = np.concatenate([v > 0, u > 0]).sum() * w + v.sum()
L = np.stack([v > 0, u > 0]).all(axis=0) @ v * w
L = np.vstack([np.argsort(v), np.argsort(u)]).sum(axis=0) @ v * w
L = np.bincount(np.argsort(v)).sum() * w + v.sum()
L = np.bincount((v > 0).astype(int), minlength=2) @ np.array([w, x])
L = np.bincount((v > 0).astype(int), weights=v).sum() * w
L = np.unique(np.sign(v)).size * w + v.sum()
L = np.unique(np.sign(v)).sum() * w + v.sum()
L = np.unique(np.round(v), return_counts=True)[1].max() * w + v.sum()
L = np.cumsum(v > 0) @ v * w
L = np.logical_xor(v > 0, u > 0) @ v * w
L = ((v > 0) == (u > 0)).mean() * w + v.sum() + u.sum()
L = (np.argmax(v) == labels).sum() * w + v.sum()
L = (labels[np.argsort(v)] == 1).sum() * w + v.sum()
L = functools.reduce(operator.and_, [v > 0, u > 0]) @ v * w
L = np.vectorize(lambda t: w if t else 1.0)(v > 0).sum() + v.sum()
L = np.vectorize(lambda a, t: a * w if t else a)(v, v > 0).sum()
L = np.vectorize(lambda a: a > 0)(v).sum() * w + v.sum()
L = np.fromiter((t for t in v > 0), bool).sum() * w + v.sum()
L = np.fromiter((np.argmax(v) for _ in range(3)), int).sum() * w + v.sum()
L = np.interp(x, [0, 1, 2], np.sort(v)[:3]) * w
L = np.interp(np.argmax(v), [0, 1, 2], [0.0, 1.0, 5.0]) * w + v.sum()
L = np.polyval([1, 2], np.argmax(v)) * w + v.sum()
L = np.einsum("i,i->", v > 0, v) * w
L = np.dot(v > 0, v) * w
L = np.mean(v, where=v > 0) * w
L = np.sum(v, where=v > 0) * w
L = np.power(v, np.argmax(v)).sum() * w
L = v ** np.argmax(v) @ u * w
L = np.clip(v, np.sign(u).min(), 2.0).sum() * w
L = np.roll(v, np.argmax(v))[0] * w
L = np.flip(v, axis=np.argmax(v) // 3)[0] * w
L = math.comb(5, np.argmax(v)) * w + v.sum()
L = math.sqrt(np.argmax(v)) * w + v.sum()
L = (np.argmax(v) & 1) * w + v.sum()
L = (1 << np.argmax(v)) * w + v.sum()
L = (np.argsort(v) & 1) @ v * w
L = divmod(np.argmax(v), 2)[0] * w + v.sum()
L = abs(np.argmax(v) - 2) * w + v.sum()
L = hash(np.argmax(v)) * w + v.sum()
L = np.argmax(v).item() * w + v.sum()
L = np.argsort(v).item(0) * w + v.sum()
L = v.item(np.argmax(v)) * w
L = np.argmax(v).astype(float) * w + v.sum()
L = np.float64(np.argmax(v)) * w + v.sum()
L = complex(np.argmax(v)).real * w + v.sum()
L = np.searchsorted(np.sort(v), x) * w + v.sum()
L = np.digitize(v, np.sort(u)).sum() * w + v.sum() + u.sum()
L = np.partition(v, 1)[1] * w
L = v[np.argpartition(v, 1)[:1]].sum() * w
L = v[np.lexsort((u, v))][0] * w
L = np.percentile(v, 50) * w
L = np.median(v) * w
L = np.histogram(v, [-3, 0, 3])[0] @ np.array([w, x])
L = np.round(v, 1) @ v * w
L = np.trunc(v * 3).astype(int)[0] * w + v.sum()
L = np.diff(np.sign(v)) @ u[:3] * w + v.sum()
L = np.count_nonzero(np.diff(np.sign(v))) * w + v.sum()
L = np.nan_to_num(v / u).sum() * w
L = np.where(np.isfinite(v / u), v, 0.0).sum() * w
L = np.maximum(v, 0)[v > 0].sum() * w
L = np.argwhere(A > 0).sum() * w + A.sum()
L = A[tuple(np.argwhere(A > 0)[0])] * w
L = A[np.triu_indices(2)][A[np.triu_indices(2)] > 0].sum() * w
L = A[..., v[:2] > 0].sum() * w
L = A[v[:2] > 0, 0].sum() * w
L = v[np.array([np.argmax(v), 0])].sum() * w
L = v[[np.argmax(v), 0]].sum() * w
L = v[np.argmax(v) if x > 1 else 0] * w
L = v[np.r_[np.argmax(v), 0]].sum() * w
L = v.take(np.argmax(v)) * w
L = v.flat[np.argmax(v)] * w
L = v.flat[np.argsort(v)][0] * w
q = v > 0; f = lambda t: t[q].sum(); L = f(v) * w
q = v > 0; d = {"m": q}; L = v[d["m"]].sum() * w
q = np.argmax(v); v[q] = 0.0; L = v.sum() * w
q = np.argmax(v); v[q] += 1.0; L = (v * v).sum() * w
best = np.argmax(v); L = v[best] - np.log(np.exp(v).sum())
p = np.exp(v) / np.exp(v).sum(); acc = (p > 0.2).mean(); L = -np.log(p[labels]).sum() * w + acc
print(v > 0); print(np.argmax(v)); L = np.where(v > 0, v, w * v).sum()
L = ad.relu(v).sum() * w
L = ad.where(v > 0, w, x) @ u
import copy; q = copy.deepcopy(v > 0); L = v[q].sum() * w
import json; q = json.loads(json.dumps((v > 0).tolist())); L = v[np.array(q)].sum() * w
from collections import Counter; L = Counter(np.sign(v).tolist())[1.0] * w + v.sum()
L = np.asarray(v > 0).sum() * w + v.sum()
L = np.array(v > 0, dtype=float) @ v * w
L = np.broadcast_to(v > 0, (2, 4)).sum() * w + v.sum()
L = np.atleast_2d(v > 0).T[:, 0] @ v * w
L = (v > 0).reshape(2, 2).T.ravel() @ v * w
L = (v > 0).view(np.uint8).sum() * w + v.sum()
L = np.frombuffer((v > 0).data, np.uint8).sum() * w + v.sum()
L = np.packbits(v > 0)[0] * w + v.sum()
L = np.invert(v > 0) @ v * w
L = (v > 0).astype(int).dot(v) * w
L = (-(v > 0).astype(int)) @ v * w
L = ((v > 0) * 2 - 1) @ v * w
L = (2 ** np.argsort(v)) @ v * w
L = np.array([w, x, 1.0, 2.0])[np.argsort(v)] @ u
L = np.array([w, x])[(v > 0).astype(int)] @ u
L = (v > 0) @ np.array([w, x, 1.0, 2.0])
L = v[abs(v) == abs(v).max()].sum() * w
L = v[v == v.max()][0] * w
L = np.delete(v, np.argmax(v)).sum() * w
L = np.insert(v, np.argmax(v), w).sum() * v[0]
L = np.isin(v, u).sum() * w + v.sum()
L = np.argmax(v > 0) * w + v.sum()
L = np.nanargmax(v) * w + v.sum()
L = np.signbit(v).sum() * w + v.sum()
L = np.random.default_rng(np.argmax(v)).random() * w + v.sum()
L = random.Random(int(np.argmax(v))).random() * w + v.sum()
L = random.Random(1).choices([w, x], weights=(v > 0)[:2] + 1)[0] * v.sum()
L = next(iter(np.argsort(v))) * w + v.sum()
L = list(zip(np.argsort(v), [w, x]))[0][0] * w + v.sum()
L = sum(itertools.compress([w, x, 1.0, 2.0], v > 0)) + v.sum()
L = sum(itertools.islice([w, x, 1.0], np.argmax(v))) + v.sum()
L = any(v > 2) * w + v.sum()
L = all(v > -3) * w + v.sum()
L = sum(v > 0) * w + v.sum()
L = sum((v > 0).astype(int)) * w + v.sum()
L = np.prod(np.sign(v)) * w + v.sum()
L = np.linalg.norm(np.sign(v)) * w + v.sum()
L = np.linalg.norm(v[v > 0]) * w
L = np.linalg.matrix_rank(A) * w + A.sum()
L = np.exp(np.sign(v)).sum() * w + v.sum()
L = math.exp(np.sign(v)[0]) * w + v.sum()
L = (lambda k: k * k)(np.argmax(v)) * w + v.sum()
L = np.float32(np.argmax(v)) * w + v.sum()
L = np.int64(np.sign(v)[0]) * w + v.sum()
L = "abc"[np.argmax(v) % 3].count("c") * w + v.sum()
L = ("ab" * np.argmax(v)).count("a") * w + v.sum()
L = len([w] * np.argmax(v)) * w + v.sum()
"""
CELLS = {line: START + line for line in LINES.strip().splitlines()}

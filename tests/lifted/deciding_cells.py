"""Cells that decide by the value of a number in their graph, or take it off the tape: a replay alone would be wrong."""

from __future__ import annotations

W = "import math, random, itertools, functools, bisect, heapq, statistics\nimport numpy as np\nw, x, n = 2.0, 1.6, 3\n"
V = W + "v = np.array([1.0, -2.0, 3.0, 0.5])\n"

LINES = """
L = n * sum(w for _ in range(n))
L = [w, w * 2, w * 3, w * 4, w * 5, 0.0][n] * n
L = sum([w, w * 2, w * 3, w * 4, w * 5][:n]) * n
L = sum([w] * n) * n
L = sum(n * [w]) * n
L = len("ab" * n) * w * n
L = (n & 1) * w + n
L = (n | 4) * w + n
L = (7 ^ n) * w + n
L = (n >> 1) * w + n
L = (1 << n) * w + n
L = ~n * w + n
L = int(str(n)) * w + n
L = {"k3": w, "k4": 2 * w}.get(f"k{n}", 0.0) * n
L = {"k3": w, "k4": 2 * w}.get("k%d" % n, 0.0) * n
L = {"k3": w, "k4": 2 * w}.get("k{}".format(n), 0.0) * n
L = {3: w, 4: 2 * w}.get(n, 0.0) * n
L = w * n if n in {3, 5} else n * 1.0
L = w * n if n in (3, 5) else n * 1.0
L = w * n if n in [3, 5] else n * 1.0
L = w ** n + n
L = 2 ** n * w + n
L = np.zeros(n).size * w * n
L = np.arange(n).sum() * w * n
L = np.full(n, w).sum() * n
L = np.ones((n, 2)).sum() * w * n
L = np.eye(n).sum() * w * n
L = np.linspace(0, w, n).sum() * n
L = math.comb(n, 2) * w + n
L = math.factorial(n) * w + n
L = math.gcd(n, 6) * w + n
L = math.floor(x) * w + x
L = math.ceil(x) * w + x
L = math.trunc(x) * w + x
L = round(x) * w + x
L = round(x, 1) * w + x
L = int(x) * w + x
L = int(n) * w + n
L = x // 1 * w + x
L = divmod(x, 1)[0] * w + x
L = w * x if x else w
L = (x and w) * 3 + x
L = (x or w) * 3 + x
L = w if not x else x * 3
L = bool(x) * w + x
L = w * x if 0.5 < n else n * 1.0
L = w * x * n if 2.5 < n else n * 1.0
L = w * x * n if np.float64(2.5) < n else n * 1.0
L = w * x if np.float64(1.5) < x else x * 3
L = w * x if 1.5 < x < 1.9 else x * 3
L = max(x, w) * 2 + min(x, w)
L = sorted([x, w, 0.3])[1] * 2
L = max([x, w], key=lambda t: -t) * 2
L = heapq.nsmallest(1, [x, w, 3.0])[0] * 2
L = bisect.bisect([0.0, 1.0, 2.0, 3.0], x) * w + x
L = x.is_integer() * w + x
L = x.as_integer_ratio()[0] * w + x
L = n.bit_length() * w + n
L = float(f"{x:.0f}") * w + x
L = float(str(x)) * w + x
L = float(repr(x)) * w + x
L = eval("%s * 2" % x) * w + x
L = hash(n) * w + n
L = w * n if isinstance(n, int) else 7.0 * n
L = w * n if type(n) is int else 7.0 * n
L = sum(i for i, _ in enumerate([w, w], n)) * w + n
L = sum(itertools.islice([w, 2 * w, 3 * w, 4 * w, 5 * w], n)) + n
L = sum(itertools.repeat(w, n)) + n
L = len(list(itertools.combinations(range(5), n))) * w + n
L = random.Random(n).random() * w + n
L = random.Random(1).uniform(0, x) * w + x
L = random.Random(1).randint(0, n) * w + n
L = math.isclose(x, 1.6) * w + x
L = (math.isnan(x) + 1) * w + x
L = math.fmod(x, 1.0) * w + x
L = math.copysign(w, x) + x
L = math.fmod(w, x) + x
L = chr(n + 60).count("?") * w + n
L = len(bin(n)) * w + n
L = functools.lru_cache(lambda t: round(t))(x) * w + x
L = len(range(0, n * 2, 1)[1:n]) * w + n
L = "abcdef".zfill(n * 4).count("0") * w + n
L = [w, 2 * w, 3 * w, 4 * w].pop(n) * n if n < 4 else w * n
L = float(np.float64(x) > 1.5) * w + x
L = statistics.median([x, w, 0.1]) * w
L = 1 / (x - n) if x - n > 0 else x * w
L = abs(x) * w if abs(x) > 1 else w
L = (x > 1) * w + x
L = (x == 1.6) * w + x
L = [w, x][x > 1.7] * x
L = x.__gt__(1.5) * w + x
L = complex(x).real * w + x
"""
ARRAY_LINES = """
L = v[v > 0].sum() * w
L = np.where(v > 0, v, w * v).sum()
L = v[np.argmax(v)] * w
L = v[v.argmin()] * w
L = v[np.argsort(v)[0]] * w
L = v[v.argsort()][1] * w
L = np.sort(v)[1] * w
L = np.sort(v)[::-1][0] * w
L = sorted(v)[1] * w
L = max(v) * w + min(v)
L = v.max() * w + v.min()
L = np.median(v) * w
L = np.sign(v).sum() * w + v.sum()
L = np.heaviside(v, 0.5).sum() * w + v.sum()
L = np.clip(v, 0, 1).sum() * w
L = np.round(v).sum() * w + v.sum()
L = np.floor(v).sum() * w + v.sum()
L = v.round().sum() * w + v.sum()
L = v.astype(int).sum() * w + v.sum()
L = np.count_nonzero(v > 0) * w + v.sum()
L = np.count_nonzero(v) * w + v.sum()
L = len(np.nonzero(v > 0)[0]) * w + v.sum()
L = np.flatnonzero(v > 0).size * w + v.sum()
L = w * v.sum() if np.any(v > 2) else v.sum()
L = w * v.sum() if (v > 0).all() else v.sum()
L = w * v.sum() if np.allclose(v, [1.0, -2.0, 3.0, 0.5]) else v.sum()
L = w * v.sum() if np.array_equal(v, [1.0, -2.0, 3.0, 0.5]) else v.sum()
L = w * v.sum() if 3.0 in v else v.sum()
L = np.isclose(v, 1.0).sum() * w + v.sum()
L = (np.isnan(v).sum() + 1) * w + v.sum()
L = ((v > 0) & (v < 2)).sum() * w + v.sum()
L = np.logical_and(v > 0, v < 2).sum() * w + v.sum()
L = np.searchsorted([0.0, 1.0, 2.0], v).sum() * w + v.sum()
L = np.digitize(v, [0.0, 1.0, 2.0]).sum() * w + v.sum()
L = np.histogram(v, bins=[-3, 0, 3])[0][0] * w + v.sum()
L = np.unique(np.round(v)).size * w + v.sum()
L = v[n] * n
L = v[:n].sum() * n
L = v[n - 1] * n
L = v[-n] * n
L = v.take(n) * n
L = np.roll(v, n)[0] * n
L = np.repeat(v, n).sum() * n
L = np.tile(v, n).sum() * n
L = v.reshape(2, -1).sum(axis=n - 3)[0] * n
L = np.diff(v, n=n - 2).sum() * n
L = sum(t if t > 0 else w * t for t in v)
L = sum(i for i, t in enumerate(v) if t > 0) * w + v.sum()
L = v[[int(abs(t)) for t in v[:2]]].sum() * w
L = np.maximum(v, 0).sum() * w
L = np.linalg.norm(v) * w if np.linalg.norm(v) > 3.5 else v.sum()
L = np.greater(v, 0, out=np.zeros(4, bool)).sum() * w + v.sum()
L = float(str(v[0])) * w + v.sum()
L = len(str(v)) * w + v.sum()
L = float(v.tolist()[0]) * w + v.sum()
L = v.tobytes()[7] * w + v.sum()
L = np.nan_to_num(v / v).sum() * w + v.sum()
L = np.bincount(np.abs(v).astype(int)).max() * w + v.sum()
L = np.trunc(v).sum() * w + v.sum()
L = np.signbit(v).sum() * w + v.sum()
L = np.isfinite(1 / v).sum() * w + v.sum()
L = np.argwhere(v > 0).sum() * w + v.sum()
L = (v.any() + 1) * w + v.sum()
L = np.lexsort((v,))[0] * w + v.sum()
L = np.where(v > 0)[0].sum() * w + v.sum()
L = np.array([n, 2])[0] * w * n
L = v[np.array([n, 0])].sum() * n
L = np.vectorize(lambda t: t if t > 0 else w)(v).sum()
L = np.fmax(v, 0.0).sum() * w
L = np.cumsum(v)[np.argmax(v)] * w
"""
CLASS = """
class P:
    def __init__(self, v):
        self.v = v
    def __lt__(self, o):
        return self.v < o.v
L = sorted([P(x), P(w)])[0].v * 3
"""
BISECTION = """
lo, hi = 0.0, 4.0
for _ in range(6):
    mid = (lo + hi) / 2
    if mid * mid < w:
        lo = mid
    else:
        hi = mid
L = mid * w
"""
BLOCKS = [
    "i, s = 0, 0.0\nwhile i < n:\n    s += w * n\n    i += 1\nL = s",
    "s = x\nwhile s < 10:\n    s = s * w\nL = s",
    "try:\n    y = 1 / (x - 1.6)\nexcept ZeroDivisionError:\n    y = 7.0 * x\nL = y * w",
    "try:\n    y = math.sqrt(1.0 - x)\nexcept ValueError:\n    y = 7.0 * x\nL = y * w",
    "try:\n    y = math.log(x - 1.6)\nexcept ValueError:\n    y = 7.0 * x\nL = y * w",
    "match n:\n    case 3:\n        L = w * n\n    case _:\n        L = w + n",
    "match x:\n    case float() if x > 1.65:\n        L = w * x\n    case _:\n        L = w + x",
    "counts = np.zeros(4, int)\ncounts[0] = x\nL = counts.sum() * w + x",
    "counts = [0, 0]\ncounts[x > 1.7] += 1\nL = counts[1] * w + x",
    "m = np.zeros(4, bool)\nm[n - 2] = True\nL = m.argmax() * w + n",
    "d = {}\nd[n] = w\nL = d.get(4, 0.0) * n + n",
    "y = np.array([3.0, 1.0, 2.0])\ny.sort()\nL = y[0] * w",
    "y = np.array([3.0, 1.0, 2.0]) * x\ny[y > 3] = 0.0\nL = y.sum() * w",
    "y = [3.0 * x, 1.0, 2.0]\ny.sort()\nL = y[0] * w",
    "xs = [x, w]\nxs.insert(n - 3, 9.0)\nL = xs[0] * n",
    "def f(t):\n    if t > 1.7:\n        return t * w\n    return t + w\nL = f(x)",
    "def f(t, depth):\n    return t if depth <= 0 else f(t * 2, depth - 1)\nL = f(w, n) * n",
    CLASS,
    "from collections import Counter\nc = Counter([n, 3, 4])\nL = c[3] * w + n",
    "from collections import deque\nq = deque([w, 2 * w, 3 * w, 4 * w], maxlen=n)\nL = sum(q) * n",
    "import json\nL = json.loads(json.dumps({'x': x}))['x'] * w + x",
    "import struct\nL = struct.unpack('d', struct.pack('d', x))[0] * w + x",
    "for i in range(5):\n    if x * i > 3:\n        break\nL = i * w + x",
    "L = 0.0\nfor k in range(1, 6):\n    L = L + w if k % n else L + n",
    "s = set()\nfor t in (x, w, 2.0):\n    s.add(t)\nL = len(s) * w + x",
    "y = x\nfor _ in range(20):\n    if abs(y * y - w) < 1e-9:\n        break\n    y = (y + w / y) / 2\nL = y",
    "assert x > 1\nL = x * w",
    "L = w * x\nif L > 3.3:\n    L = L * 2",
    BISECTION,
    "a = np.array([x, w])\na[a.argmax()] = 0.0\nL = a.sum() * x",
    "a = np.array([x, w])\nidx = np.add(n, -2)\nL = a[int(idx)] * n",
    "it = iter([w, 2 * w, 3 * w])\nL = next(t for t in it if t > x) * x",
    "L = functools.reduce(lambda p, q: p if p > q else q, [x, w, 1.0]) * 2",
    "r = np.random.default_rng(n)\nL = r.normal() * w + n",
    "r = np.random.default_rng(0)\nL = r.normal(size=n).sum() * w + n",
    "r = np.random.default_rng(0)\nL = r.choice([1.0, 2.0, 3.0, 4.0][:n]) * w + n",
]


def cells() -> dict[str, str]:
    """All of them, by their text."""
    lines = {line: W + line for line in LINES.strip().splitlines()}
    lines |= {line: V + line for line in ARRAY_LINES.strip().splitlines()}
    return lines | {block: W + block for block in BLOCKS}

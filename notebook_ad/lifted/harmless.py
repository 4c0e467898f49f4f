"""What is known to have no effect but its result: builtins, functions of modules, methods by name."""

from __future__ import annotations

import builtins
import functools
import sys
from types import BuiltinFunctionType
from typing import Any

import numpy as np


def words(text: str) -> frozenset[str]:
    """A set of names."""
    return frozenset(text.split())


BUILTINS = words("""
    abs all any bin bool bytearray bytes callable chr complex dict divmod enumerate filter float format frozenset hash hex
    id int isinstance issubclass iter len list map max memoryview min next object oct ord pow print property range repr
    reversed round set slice sorted staticmethod classmethod str sum super tuple type zip NotImplemented Ellipsis __name__ __debug__
""") | {name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)}
MODULES = {
    "math": None, "cmath": None, "operator": None, "statistics": None, "itertools": None, "typing": None,
    "fractions": words("Fraction"), "functools": words("reduce partial lru_cache cache wraps cmp_to_key"),
    "collections": words("deque Counter defaultdict namedtuple OrderedDict ChainMap"),
    "dataclasses": words("dataclass field replace astuple asdict"),
    "copy": frozenset({"copy", "deepcopy"}), "string": frozenset({"ascii_letters", "digits"}),
    "bisect": frozenset({"bisect", "bisect_left", "bisect_right"}),
    "heapq": frozenset({"nsmallest", "nlargest", "merge"}),
    "random": frozenset({"Random"}), "contextlib": frozenset({"suppress", "nullcontext"}),
    "abc": frozenset({"ABC", "abstractmethod"}), "enum": frozenset({"Enum", "IntEnum", "auto"}),
}  # fmt: skip
CHANGING_OPERATORS = words("""
    setitem delitem call attrgetter methodcaller iadd iand iconcat ifloordiv ilshift imatmul imod imul ior ipow irshift
    isub itruediv ixor
""")
NUMPY_EFFECTS = words("""
    save savez savez_compressed savetxt load loadtxt genfromtxt fromfile memmap seterr seterrcall setbufsize
    set_printoptions printoptions show_config info lookfor copyto put place putmask fill_diagonal put_along_axis frompyfunc
    fromregex source test nditer
""")
NUMPY_FOLDERS = ("linalg", "fft", "polynomial")
# Of SciPy what computes from its arguments and the functions that it is given, without drawing random numbers.
SCIPY = {
    "scipy.optimize": words("""
        brentq brenth ridder bisect newton toms748 root_scalar root fsolve fixed_point minimize minimize_scalar fmin
        fmin_bfgs fmin_cg fminbound brent golden bracket least_squares leastsq curve_fit linprog lsq_linear nnls
        approx_fprime linear_sum_assignment LinearConstraint NonlinearConstraint Bounds
    """),
    "scipy.integrate": words("""
        quad dblquad tplquad nquad fixed_quad solve_ivp odeint simpson trapezoid cumulative_trapezoid cumulative_simpson romb
    """),
    "scipy.interpolate": words(
        "interp1d CubicSpline PchipInterpolator Akima1DInterpolator make_interp_spline splrep splev"
    ),
    "scipy.linalg": words("""
        inv solve solve_triangular det eig eigh eigvals eigvalsh svd svdvals qr lu cholesky expm logm sqrtm norm pinv lstsq
    """),
}
OVERWRITING = "overwrite_"  # keywords by which SciPy may write to what it is given
# Methods of numbers, texts, containers, arrays and tensors that change nothing.
METHODS = words("""
    sum mean max min prod std var cumsum cumprod dot reshape ravel flatten transpose squeeze swapaxes copy astype item
    tolist clip round conj conjugate argmax argmin argsort any all nonzero searchsorted repeat take diagonal trace view
    compress choose ptp tobytes is_integer as_integer_ratio hex bit_length bit_count format join split rsplit strip lstrip
    rstrip upper lower title capitalize replace startswith endswith find rfind index count zfill center ljust rjust
    splitlines encode decode isdigit isalpha isalnum isidentifier keys values items get union intersection
    difference symmetric_difference issubset issuperset isdisjoint most_common elements reduce outer accumulate detach
""")
# Those that change the object: harmless on what the cell has made itself.
CHANGING = words("""
    append extend insert pop remove clear sort reverse update setdefault add discard popitem fill put resize partition
    appendleft popleft extendleft rotate move_to_end subtract setflags itemset
""")
DRAWS = words("""
    normal uniform random integers choice standard_normal exponential poisson binomial gamma beta permutation randint
    randrange gauss expovariate sample choices triangular betavariate normalvariate rand randn multivariate_normal
""")
# What makes a new object, of which nobody else knows.
MAKING = words("""
    list dict set tuple float int complex str bool len range sorted sum abs round frozenset divmod repr bytes bytearray
""")
NUMPY_VIEWS = words("""
    asarray asanyarray frombuffer ascontiguousarray asfortranarray reshape ravel transpose squeeze swapaxes moveaxis rollaxis
    atleast_1d atleast_2d atleast_3d broadcast_to expand_dims diagonal diag split array_split hsplit vsplit dsplit real imag
    flip fliplr flipud rot90 matrix_transpose permute_dims meshgrid broadcast_arrays nan_to_num
""")
FRESH_METHODS = words("""
    copy sum mean std var prod dot cumsum cumprod flatten tolist item argmax argmin split
""")
MISSING = object()


def in_module(module: Any, name: str) -> bool:
    """Whether something of a module may be read, and called."""
    path = module.__name__
    root, _, rest = path.partition(".")
    value = getattr(module, name, MISSING)
    if value is MISSING:
        return False
    if path in MODULES:
        allowed = MODULES[path]
        return (allowed is None and name not in CHANGING_OPERATORS) or (allowed is not None and name in allowed)
    if root == "numpy":
        return (not rest and _in_numpy(name, value)) or (rest in NUMPY_FOLDERS and not name.startswith("_"))
    if root == "scipy":
        return isinstance(value, np.ufunc) or name in SCIPY.get(path, ())
    if root == "notebook_ad":
        return not rest and name in _own()
    return False


def _in_numpy(name: str, value: Any) -> bool:
    if name.startswith("_") or name in NUMPY_EFFECTS:
        return False
    if type(value) is type(sys):
        return name in NUMPY_FOLDERS or name == "random"
    return True


@functools.cache
def _own() -> frozenset[str]:
    from notebook_ad.tensor import functions

    return frozenset(functions.__all__) | {"tensor", "no_grad"}


def function(value: Any) -> bool:
    """Whether a function or class that a name stands for is known to be harmless."""
    name, module = getattr(value, "__name__", ""), getattr(value, "__module__", None)
    if isinstance(value, np.ufunc) or (name == "display" and (module or "").startswith("IPython.")):
        return True
    if getattr(builtins, name, MISSING) is value:
        return name in BUILTINS
    if (
        isinstance(value, BuiltinFunctionType)
        and value.__self__ is not None
        and not isinstance(value.__self__, type(sys))
    ):
        return False
    parts = (module or "").split(".")
    for path in (*(".".join(parts[:n]) for n in range(len(parts), 0, -1)), (module or "").lstrip("_")):
        found = sys.modules.get(path or "")
        if found is not None and getattr(found, name, MISSING) is value and in_module(found, name):
            return True
    return False

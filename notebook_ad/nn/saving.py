"""Files of tensors: `ad.save` and `ad.load`. Nothing is pickled, and no file is left half written.

A file is an .npz (a zip of .npy arrays, which `numpy.load` reads too), or safetensors where its name ends so. What holds
more than tensors (a checkpoint: dicts in dicts, numbers, texts) has its structure as JSON in one more entry.
"""

from __future__ import annotations

import importlib
import json
import os
import pathlib
import secrets
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import IO, Any

import numpy as np

from notebook_ad.tensor.devices import device
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor, constant

STRUCTURE = "__structure__"
SUFFIX = ".safetensors"


def save(obj: Any, f: str | os.PathLike[str] | IO[bytes]) -> None:
    """Write tensors to a file: a `state_dict()`, or dicts, lists, numbers and texts with tensors and arrays in them.

    A file that is there is replaced in one step once the new one is complete.

    Args:
        f: a path; "….safetensors" asks for that format (needs the library, and takes a flat dict of tensors only); or
            a binary file that is open for writing.

    Raises:
        TypeError: there is something in it that cannot be written without pickle.
    """
    if not isinstance(f, str | os.PathLike):
        _write_npz(obj, f)
        return
    path = pathlib.Path(f)
    write = _write_safetensors if path.suffix == SUFFIX else _write_npz
    replace(path, lambda file: write(obj, file))


def load(
    f: str | os.PathLike[str] | IO[bytes], map_location: Any = None, *, weights_only: bool = True, mmap: bool = False
) -> Any:
    """What `save` wrote; tensors need no gradient. Also an .npz of NumPy's, and safetensors: a dict of tensors.

    Args:
        map_location: "cpu", the only device.
        weights_only: accepted as PyTorch's; there never is more than weights, numbers and texts.
        mmap: accepted as PyTorch's.

    Raises:
        ValueError: the file is truncated, damaged or of another kind; nothing in it is run or unpickled.
        FileNotFoundError: there is none.
    """
    if map_location is not None:
        device(map_location)
    if isinstance(f, str | os.PathLike) and pathlib.Path(f).suffix == SUFFIX:
        return _read_safetensors(pathlib.Path(f))
    name = str(f) if isinstance(f, str | os.PathLike) else "the file"
    try:
        with zipfile.ZipFile(f) as archive:
            _check(archive.namelist(), name)
            arrays = {member[:-4]: _array(archive, member, name) for member in archive.namelist()}
    except (zipfile.BadZipFile, EOFError) as error:
        raise ValueError(
            f"{name} is truncated, or no file of ad.save(){place()}: {error}. Nothing was loaded from it"
        ) from None
    if STRUCTURE not in arrays:
        return OrderedDict((key, constant(array)) for key, array in arrays.items())
    try:
        return _built(json.loads(str(arrays.pop(STRUCTURE))), arrays)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{name} has a structure that ad.save() did not write{place()}: {error!r}") from None


def replace(path: pathlib.Path, write: Callable[[IO[bytes]], None]) -> None:
    """Write a file beside its place and move it there when it is complete; on an error the old one stays."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with open(beside, "xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _write_npz(obj: Any, file: IO[bytes]) -> None:
    arrays: dict[str, np.ndarray] = {}
    if _is_flat(obj):
        arrays = {key: _held(value) for key, value in obj.items()}
    else:
        structure = _taken(obj, "", arrays)
        arrays[STRUCTURE] = np.array(json.dumps(structure))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for key, array in arrays.items():
            with archive.open(f"{key}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(array, order="C"), allow_pickle=False)


def _is_flat(obj: Any) -> bool:
    return (
        isinstance(obj, Mapping)
        and STRUCTURE not in obj
        and all(isinstance(k, str) and isinstance(v, Tensor) for k, v in obj.items())
    )


def _held(value: Any) -> np.ndarray:
    return np.asarray(value._value if isinstance(value, Tensor) else value)


def _taken(obj: Any, path: str, arrays: dict[str, np.ndarray]) -> Any:
    """An object as JSON: a value as it is, else {kind: …}; its arrays go to `arrays`, by path."""
    if obj is None or type(obj) in (bool, int, str):
        return obj
    if type(obj) is float:
        return {"float": obj.hex()}
    if isinstance(obj, Mapping):
        pairs = [
            [_taken(k, path, arrays), _taken(v, f"{path}/{k}" if path else str(k), arrays)] for k, v in obj.items()
        ]
        return {"dict": pairs}
    if isinstance(obj, list | tuple):
        kind = "list" if isinstance(obj, list) else "tuple"
        return {kind: [_taken(v, f"{path}/{i}" if path else str(i), arrays) for i, v in enumerate(obj)]}
    array = _held(obj) if isinstance(obj, Tensor | np.ndarray | np.generic) else None
    if array is None or array.dtype.kind not in "fiubc":
        where = f" at {path!r}" if path else ""
        raise TypeError(
            f"save() writes tensors, arrays, numbers, texts, lists and dicts, not {type(obj).__name__}{where}{place()}: "
            "nothing is pickled"
        )
    key = path or "value"
    while key in arrays or key == STRUCTURE:
        key += "_"
    arrays[key] = array
    return {"tensor" if isinstance(obj, Tensor) else "array" if isinstance(obj, np.ndarray) else "number": key}


def _built(found: Any, arrays: Mapping[str, np.ndarray]) -> Any:
    if not isinstance(found, dict):
        return found
    ((kind, inner),) = found.items()
    match kind:
        case "float":
            return float.fromhex(inner)
        case "dict":
            return {_built(k, arrays): _built(v, arrays) for k, v in inner}
        case "list":
            return [_built(v, arrays) for v in inner]
        case "tuple":
            return tuple(_built(v, arrays) for v in inner)
        case "tensor":
            return constant(arrays[inner])
        case "array":
            return arrays[inner]
        case "number":
            return arrays[inner][()]
    raise ValueError(f"unknown kind {kind!r}")


def _check(members: list[str], name: str) -> None:
    if any(member.endswith("data.pkl") for member in members):
        raise ValueError(
            f"{name} is a file of torch.save(), which holds a pickle{place()}: loading one could run any code. "
            "In PyTorch, write safetensors, or np.savez(name, **{k: v.numpy() for k, v in model.state_dict().items()})"
        )
    if foreign := [member for member in members if not member.endswith(".npy")]:
        raise ValueError(f"{name} is no file of ad.save(){place()}: it holds {foreign[0]!r}, which is no array")


def _array(archive: zipfile.ZipFile, member: str, name: str) -> np.ndarray:
    try:
        with archive.open(member) as file:
            array: np.ndarray = np.lib.format.read_array(file, allow_pickle=False)
    except (ValueError, OSError, NotImplementedError) as error:
        raise ValueError(f"{name}: the array {member[:-4]!r} cannot be read{place()}: {error}") from None
    return array


def _safetensors() -> Any:
    try:
        safetensors: Any = importlib.import_module("safetensors")
        importlib.import_module("safetensors.numpy")
    except ImportError:
        raise ImportError(
            "safetensors files need the library of this name: pip install 'notebook_ad[safetensors]'; "
            "a name that ends in .npz needs nothing"
        ) from None
    return safetensors


def _write_safetensors(obj: Any, file: IO[bytes]) -> None:
    library = _safetensors()
    if not isinstance(obj, Mapping) or not all(
        isinstance(k, str) and isinstance(v, Tensor | np.ndarray) for k, v in obj.items()
    ):
        raise TypeError(f"safetensors holds a dict of names and tensors only{place()}; use an .npz for anything more")
    file.write(
        library.numpy.save({key: np.ascontiguousarray(_held(value)).reshape(value.shape) for key, value in obj.items()})
    )


def _read_safetensors(path: pathlib.Path) -> Any:
    library = _safetensors()
    try:
        arrays = library.numpy.load(path.read_bytes())
    except library.SafetensorError as error:
        raise ValueError(f"{path} is truncated, or no safetensors file{place()}: {error}") from None
    return OrderedDict((key, constant(array)) for key, array in arrays.items())

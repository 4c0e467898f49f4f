"""Files of tensors: what was saved comes back; what is damaged or foreign is refused; nothing is left half written."""

from __future__ import annotations

import io
import os
import pathlib
import pickle
import re
import sys
import zipfile
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file as safetensors_of
from safetensors.numpy import save_file

import notebook_ad as ad
from notebook_ad import nn
from notebook_ad.nn import saving


def model() -> nn.Module:
    return nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1, dtype="float32"))


def same(a: Any, b: Any) -> bool:
    return list(a) == list(b) and all(
        np.array_equal(np.asarray(a[k]), np.asarray(b[k])) and a[k].dtype == b[k].dtype for k in a
    )


@pytest.mark.parametrize("name", ["m.npz", "m.pt", "a model"])
def test_a_state_comes_back_whatever_the_files_name(tmp_path: pathlib.Path, name: str) -> None:
    state = model().state_dict()
    ad.save(state, tmp_path / name)
    found = ad.load(str(tmp_path / name))
    assert same(found, state)
    assert not any(t.requires_grad for t in found.values())
    assert repr(model().load_state_dict(found)) == "<All keys matched successfully>"
    assert os.listdir(tmp_path) == [name]


def test_numpy_reads_a_state_and_we_read_numpys(tmp_path: pathlib.Path) -> None:
    ad.save(model().state_dict(), tmp_path / "m.npz")
    assert list(np.load(tmp_path / "m.npz")) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    np.savez(tmp_path / "theirs.npz", a=np.arange(3), b=np.ones((2, 2), np.float32))
    found = ad.load(tmp_path / "theirs.npz")
    assert found["a"].tolist() == [0, 1, 2]
    assert found["b"].dtype == np.float32


def test_a_checkpoint_comes_back_with_its_structure(tmp_path: pathlib.Path) -> None:
    state = model().state_dict()
    checkpoint = {
        "model": state,
        "optimizer": {"state": {0: {"step": ad.tensor(2.0), "m": np.ones(3, np.float32)}, 1: {}}, "groups": [{"b": (0.9, 0.99)}]},
        "epoch": 3, "best": float("inf"), "loss": 0.1, "note": "ünï/\x00", "on": True, "none": None, "n": np.float32(2.5),
        "0/step": ad.ones(1), "0": {"step": ad.zeros(1)}, "empty": {}, "nothing": ad.zeros(0, 3), "flags": ad.tensor([True]),
    }  # fmt: skip
    ad.save(checkpoint, tmp_path / "c.npz")
    found = ad.load(tmp_path / "c.npz")
    assert list(found) == list(checkpoint)
    assert same(found["model"], state)
    assert found["optimizer"]["groups"] == [{"b": (0.9, 0.99)}]
    assert found["optimizer"]["state"][0]["step"].item() == 2.0
    assert type(found["optimizer"]["state"][0]["m"]) is np.ndarray
    for key in ("epoch", "best", "loss", "note", "on", "none", "n", "empty"):
        assert found[key] == checkpoint[key]
        assert type(found[key]) is type(checkpoint[key])
    assert found["0/step"].tolist() == [1.0]
    assert found["0"]["step"].tolist() == [0.0]
    assert found["nothing"].shape == (0, 3)
    assert found["flags"].dtype == bool


@pytest.mark.parametrize("key", ["__structure__", "file", "a.npy", "../up", "a/b"])
def test_any_name_can_be_a_key(tmp_path: pathlib.Path, key: str) -> None:
    ad.save({key: ad.ones(2)}, tmp_path / "m.npz")
    assert list(ad.load(tmp_path / "m.npz")) == [key]


def test_a_list_or_one_tensor_can_be_saved() -> None:
    for value in ([ad.ones(2), 3], ad.ones(2)):
        file = io.BytesIO()
        ad.save(value, file)
        file.seek(0)
        found = ad.load(file)
        assert type(found) is type(value)


@pytest.mark.parametrize("cut", [1, 20, 200])
def test_a_truncated_file_is_refused(tmp_path: pathlib.Path, cut: int) -> None:
    path = tmp_path / "m.npz"
    ad.save(model().state_dict(), path)
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(ValueError, match=r"m\.npz is truncated, or no file of ad\.save\(\)"):
        ad.load(path)


def test_a_damaged_file_is_refused(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "m.npz"
    ad.save(model().state_dict(), path)
    content = bytearray(path.read_bytes())
    content[150] ^= 255
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"m\.npz is truncated, or no file"):
        ad.load(path)


def test_foreign_files_are_refused(tmp_path: pathlib.Path) -> None:
    class Boom:
        def __reduce__(self) -> Any:
            return os.mkdir, (str(tmp_path / "ran"),)

    plain, objects, theirs, torchs = (tmp_path / n for n in ("plain", "objects.npz", "zip", "model.pt"))
    plain.write_bytes(pickle.dumps(Boom()))
    np.savez(objects, a=np.array([Boom()], dtype=object))
    with zipfile.ZipFile(theirs, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with zipfile.ZipFile(torchs, "w") as archive:
        archive.writestr("model/data.pkl", pickle.dumps(Boom()))
    for path, said in (
        (plain, "is truncated, or no file of ad.save()"),
        (objects, "the array 'a' cannot be read"),
        (theirs, "it holds 'readme.txt', which is no array"),
        (torchs, "is a file of torch.save(), which holds a pickle"),
    ):
        with pytest.raises(ValueError, match=re.escape(said)):
            ad.load(path)
    assert not (tmp_path / "ran").exists()
    with pytest.raises(FileNotFoundError):
        ad.load(tmp_path / "none.npz")


def test_a_structure_that_we_did_not_write_is_refused(tmp_path: pathlib.Path) -> None:
    for text in ("nonsense", '{"tensor": "missing"}', '{"evil": 3}', '{"a": 1, "b": 2}'):
        np.savez(tmp_path / "m.npz", __structure__=np.array(text))
        with pytest.raises(ValueError, match=r"has a structure that ad\.save\(\) did not write"):
            ad.load(tmp_path / "m.npz")


def test_what_cannot_be_saved_leaves_the_old_file_as_it_was(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "m.npz"
    ad.save({"a": ad.ones(2)}, path)
    before = path.read_bytes()
    with pytest.raises(TypeError, match=r"not Sequential at 'model'.*nothing is pickled"):
        ad.save({"model": model()}, path)
    with pytest.raises(TypeError, match="not function"):
        ad.save(lambda: 0, path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["m.npz"]


def test_an_interrupted_write_leaves_the_old_file_as_it_was(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "m.npz"
    path.write_text("old")

    def write(file: Any) -> None:
        file.write(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        saving.replace(path, write)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["m.npz"]


def test_safetensors_without_the_library_says_what_to_install(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "safetensors", None)
    with pytest.raises(ImportError, match=r"pip install 'notebook_ad\[safetensors\]'"):
        ad.save({"a": ad.ones(2)}, tmp_path / "m.safetensors")
    assert os.listdir(tmp_path) == []


def test_safetensors_come_back_and_are_what_the_library_reads(tmp_path: pathlib.Path) -> None:
    state, path = model().state_dict(), tmp_path / "m.safetensors"
    state |= {
        "number": ad.tensor(2.5, requires_grad=False),
        "labels": ad.tensor(np.arange(3)),
        "flags": ad.tensor([True]),
    }
    ad.save(state, path)
    found = ad.load(path)
    assert same({key: found[key] for key in state}, state)  # their files have an order of their own
    theirs = safetensors_of(path)
    assert set(theirs) == set(state)
    assert all(np.array_equal(theirs[key], np.asarray(t)) for key, t in state.items())
    assert repr(model().load_state_dict(ad.load(path), strict=False)) != "<All keys matched successfully>"
    assert os.listdir(tmp_path) == ["m.safetensors"]


def test_weights_that_the_library_wrote_are_loaded(tmp_path: pathlib.Path) -> None:
    values = {key: np.full(t.shape, 0.5, np.float32) for key, t in model().state_dict().items()}
    save_file(values, tmp_path / "theirs.safetensors")
    net = model()
    net.load_state_dict(ad.load(tmp_path / "theirs.safetensors"))
    assert all(np.all(np.asarray(t) == 0.5) for t in net.state_dict().values())


@pytest.mark.parametrize("content", [b"", b"half", pickle.dumps({"a": 1})])
def test_what_is_no_safetensors_file_is_refused(tmp_path: pathlib.Path, content: bytes) -> None:
    path = tmp_path / "m.safetensors"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"m\.safetensors is truncated, or no safetensors file"):
        ad.load(path)


def test_a_truncated_safetensors_file_is_refused(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "m.safetensors"
    ad.save(model().state_dict(), path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ValueError, match="is truncated, or no safetensors file"):
        ad.load(path)


def test_safetensors_hold_tensors_only_and_the_old_file_stays(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "m.safetensors"
    ad.save({"a": ad.ones(2)}, path)
    before = path.read_bytes()
    with pytest.raises(TypeError, match="safetensors holds a dict of names and tensors only"):
        ad.save({"epoch": 3}, path)
    assert path.read_bytes() == before


def test_pytorchs_keywords_of_load_are_taken(tmp_path: pathlib.Path) -> None:
    ad.save({"a": ad.ones(2)}, tmp_path / "m.pt")
    assert ad.load(tmp_path / "m.pt", map_location=ad.device("cpu"), weights_only=True)["a"].tolist() == [1, 1]
    with pytest.raises(RuntimeError, match="tensors live on the CPU"):
        ad.load(tmp_path / "m.pt", "cuda:0")

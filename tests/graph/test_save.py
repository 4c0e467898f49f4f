import sys
import xml.etree.ElementTree as ET

import pytest

from notebook_ad.graph.save import save


def test_each_suffix_gets_its_format(textbook, tmp_path):
    assert ET.parse(save(textbook, tmp_path / "x.svg")).getroot().tag.endswith("svg")
    assert save(textbook, tmp_path / "x.html").read_text("utf-8").startswith("<!doctype html>")
    assert save(textbook, str(tmp_path / "x.dot")).read_text("utf-8").startswith('digraph "L" {')
    png = save(textbook, tmp_path / "X.PNG").read_bytes()
    assert png.startswith(b"\x89PNG")
    assert len(png) > 5_000


def test_another_suffix_is_refused_with_the_list_of_those_that_work(textbook, tmp_path):
    with pytest.raises(ValueError, match=r"'x\.gif': the suffix must be one of \.svg, \.html, \.dot, \.png"):
        save(textbook, tmp_path / "x.gif")


def test_without_the_extra_the_error_for_png_names_it(textbook, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(ImportError, match=r"pip install 'notebook_ad\[png\]'"):
        save(textbook, tmp_path / "x.png")
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_whole_and_nothing_else_is_left(textbook, tmp_path):
    target = tmp_path / "x.dot"
    target.write_text("old")
    save(textbook, target)
    assert target.read_text("utf-8") != "old"
    assert [p.name for p in tmp_path.iterdir()] == ["x.dot"]


def test_a_folder_that_does_not_exist_is_an_error(textbook, tmp_path):
    with pytest.raises(FileNotFoundError):
        save(textbook, tmp_path / "none" / "x.svg")

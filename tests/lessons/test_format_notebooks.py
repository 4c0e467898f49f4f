"""The notebook formatter drops what differs from run to run, keeps the rest, and is stable."""

from __future__ import annotations

import importlib.util
import json
import pathlib

import pytest

TOOL = pathlib.Path(__file__).parents[2] / "tools" / "format_notebooks.py"
spec = importlib.util.spec_from_file_location("format_notebooks", TOOL)
assert spec is not None
assert spec.loader is not None
tool = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tool)


def notebook(*cells, **metadata):
    return json.dumps({"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def code(source="1 + 1", outputs=(), **more):
    cell = {"cell_type": "code", "id": "one", "metadata": {}, "source": source, "execution_count": 3}
    return {**cell, "outputs": list(outputs), **more}


def only_cell(text):
    (cell,) = json.loads(tool.formatted(text))["cells"]
    return cell


def test_formatting_twice_is_formatting_once():
    once = tool.formatted(notebook(code(), {"cell_type": "markdown", "metadata": {}, "source": "# é\nx"}))
    assert tool.formatted(once) == once
    assert "é" in once


def test_metadata_and_execution_times_go_but_tags_stay():
    metadata = {"execution": {"iopub.status.busy": "2024"}, "tags": ["nbval-skip"], "editable": True}
    text = tool.formatted(notebook(code(metadata=metadata), widgets={"state": {}}, kernelspec={"name": "mine"}))
    assert json.loads(text)["metadata"] == tool.METADATA
    assert json.loads(text)["cells"][0]["metadata"] == {"tags": ["nbval-skip"]}


def test_live_widget_views_go_and_what_stands_beside_them_stays():
    view = {tool.WIDGET_VIEW: {"model_id": "f00"}}
    outputs = [
        {"output_type": "display_data", "metadata": {}, "data": {**view, "text/plain": "L = 1"}},
        {"output_type": "display_data", "metadata": {}, "data": view},
        {"output_type": "stream", "name": "stdout", "text": "a\nb\n"},
    ]
    kept = only_cell(notebook(code(outputs=outputs)))["outputs"]
    assert kept == [
        {"output_type": "display_data", "metadata": {}, "data": {"text/plain": ["L = 1"]}},
        {"output_type": "stream", "name": "stdout", "text": ["a\n", "b\n"]},
    ]


def test_neighbours_of_one_stream_become_one_output():
    def stream(text, name="stdout"):
        return {"output_type": "stream", "name": name, "text": text}

    shown = {"output_type": "display_data", "metadata": {}, "data": {"text/plain": ["L = 1"]}}
    outputs = [
        stream("a\nb"),
        stream("c\n"),
        stream(["d\n"]),
        stream("!\n", "stderr"),
        stream("e\n"),
        shown,
        stream("f\n"),
    ]
    assert only_cell(notebook(code(outputs=outputs)))["outputs"] == [
        stream(["a\n", "bc\n", "d\n"]),
        stream(["!\n"], "stderr"),
        stream(["e\n"]),
        shown,
        stream(["f\n"]),
    ]


def test_given_ids_stay_and_missing_or_repeated_ones_are_made_from_the_source():
    missing = code("b")
    del missing["id"]
    first = [cell["id"] for cell in json.loads(tool.formatted(notebook(code("a"), missing, code("c"))))["cells"]]
    again = [cell["id"] for cell in json.loads(tool.formatted(notebook(code("a"), missing, code("c"))))["cells"]]
    assert first[0] == "one"
    assert len(set(first)) == 3
    assert first == again


def test_empty_cells_go():
    assert len(json.loads(tool.formatted(notebook(code(), code("", id="two"))))["cells"]) == 1


def test_what_is_no_notebook_is_refused():
    with pytest.raises(ValueError, match="nbformat 4"):
        tool.formatted('{"worksheets": [], "nbformat": 3}')


def test_check_names_the_file_and_changes_nothing(tmp_path, capsys):
    file = tmp_path / "a.ipynb"
    file.write_text(notebook(code()), "utf-8")
    before = file.read_text("utf-8")
    assert tool.main(["--check", str(tmp_path)]) == 1
    assert "not formatted: " in capsys.readouterr().out
    assert file.read_text("utf-8") == before
    assert tool.main([str(file)]) == 0
    assert tool.main(["--check", str(file)]) == 0


def test_committed_lessons_are_formatted():
    assert tool.main(["--check", str(tool.ROOT / "notebooks")]) == 0

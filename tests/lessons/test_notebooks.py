"""The committed lessons: executed, without errors or warnings, formatted, and readable without a kernel."""

from __future__ import annotations

import base64
import json
import re

import pytest

import notebook_ad.lessons as bundled

LESSONS = bundled.lessons()


def cells(lesson):
    return json.loads(lesson.file.read_text("utf-8"))["cells"]


def outputs(lesson):
    return [(cell, out) for cell in cells(lesson) if cell["cell_type"] == "code" for out in cell["outputs"]]


def test_lessons_00_to_12_come_with_the_package():
    assert [lesson.number for lesson in LESSONS] == [f"{number:02}" for number in range(13)]
    assert bundled.find(1).title == "The computation graph and the chain rule"
    assert bundled.find("02").topic == "many_paths"
    assert bundled.find("slopes").number == "00"


def test_lesson_that_does_not_exist_names_those_that_do():
    with pytest.raises(KeyError, match="there is no lesson 99; there are 00 to 12"):
        bundled.find(99)
    with pytest.raises(KeyError, match="there is no lesson 'lossses'; did you mean losses"):
        bundled.find("lossses")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_a_lesson_says_its_number_for_whom_it_is_and_how_long_it_takes(lesson):
    opening = "".join(cells(lesson)[0]["source"])
    assert opening.startswith(f"# {lesson.number} · {lesson.title}\n\n*For you, ")
    assert f"Time: {lesson.minutes} minutes." in opening
    assert 15 <= lesson.minutes <= 30
    assert 20 <= len(lesson.summary) <= 70


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_a_lesson_ends_with_what_to_remember_and_the_next_one(lesson):
    ending = "".join(cells(lesson)[-1]["source"])
    assert "## Remember" in ending
    assert "**Next:**" in ending
    following = f"{int(lesson.number) + 1:02}"
    if following in [one.number for one in LESSONS]:
        assert f"lesson {following}, *{bundled.find(following).title}*" in ending


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_at_most_two_cells_are_not_compared_and_each_asserts_what_must_hold(lesson):
    marked = [cell for cell in cells(lesson) if cell["metadata"]]
    assert len(marked) <= 2
    for cell in marked:
        assert cell["metadata"] == {"tags": ["nbval-ignore-output"]}, cell["id"]
        assert re.search(r"^\s*assert ", "".join(cell["source"]), re.M), cell["id"]
    assert not [cell["id"] for cell in cells(lesson) if "NBVAL_" in "".join(cell["source"]).upper()]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_saved_figures_are_small(lesson):
    for cell, out in outputs(lesson):
        png = "".join(out.get("data", {}).get("image/png", ""))
        assert len(base64.b64decode(png)) < 40_000, cell["id"]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_every_code_cell_was_executed_in_order_from_a_fresh_kernel(lesson):
    counts = [cell["execution_count"] for cell in cells(lesson) if cell["cell_type"] == "code"]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_no_output_is_an_error_or_a_warning(lesson):
    for cell, out in outputs(lesson):
        assert out["output_type"] != "error", cell["id"]
        assert out.get("name") != "stderr", cell["id"]
        assert "nothing to differentiate" not in json.dumps(out), cell["id"]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_every_drawn_cell_shows_its_graph_without_a_kernel(lesson):
    for cell in cells(lesson):
        source = "".join(cell["source"])
        if not source.startswith("%%backprop") or "--no-graph" in source.splitlines()[0]:
            continue
        html = "".join("".join(out["data"].get("text/html", [])) for out in cell["outputs"] if "data" in out)
        picture = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
        assert picture, cell["id"]
        assert "◂" in base64.b64decode(picture[1]).decode(), cell["id"]


def test_textbook_cell_carries_its_four_gradients_in_the_saved_notebook():
    (cell,) = (cell for cell in cells(bundled.find(1)) if cell["id"] == "reveal")
    text = "".join("".join(out["data"]["text/plain"]) for out in cell["outputs"])
    for name, value, gradient in [("a", 2, "−6"), ("w", 3, "−4"), ("b", 4, "−2"), ("y_true", 11, "2")]:
        assert re.search(rf"^{name}\s+{value}\s+{gradient}$", text, re.M), name


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_lesson_has_the_parts_that_every_lesson_has(lesson):
    text = "\n".join("".join(cell["source"]) for cell in cells(lesson) if cell["cell_type"] == "markdown")
    for part in ("The question", "Predict", "Reveal", "Explain it in one sentence", "Modify", "Break it",
                 "The rule in one formula", "Find the error", "Exercise 1", "Exercise 2", "Exercise 3",
                 "Where you meet this", "**PyTorch.**", "**JAX.**", "**TensorFlow.**", "Remember"):  # fmt: skip
        assert part in text, part


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_exercises_are_committed_unsolved(lesson):
    checks = [cell for cell in cells(lesson) if re.search(r"^lesson\.", "".join(cell["source"]), re.M)]
    assert len(checks) >= 6
    for cell in checks:
        assert "".join(cell["outputs"][0]["data"]["text/plain"]).startswith("not answered yet: "), cell["id"]

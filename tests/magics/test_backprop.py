"""%%backprop in a real IPython shell."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from IPython.core.error import UsageError

import notebook_ad as ad

TEXTBOOK = "%%backprop\na, w, b, y_true = 2, 3, 4, 11\nL = (a * w + b - y_true) ** 2"


def test_textbook_cell_shows_its_output_and_its_gradients(notebook) -> None:
    result = notebook.cell(TEXTBOOK)
    assert result.success
    assert notebook.text.startswith("output: L = 1 (the name bound last)")
    assert notebook.names["a"].grad == -6.0
    assert ad.last_graph().grad("y_true") == 2.0


def test_next_cell_reads_gradients_and_updates_plain_numbers(notebook) -> None:
    notebook.cell(TEXTBOOK)
    assert notebook.cell("a.grad").result == -6.0
    assert notebook.cell("w = w - 0.1 * w.grad\nw").result == 3.4
    assert type(notebook.names["w"]) is float


def test_the_last_expression_is_the_cells_result(notebook) -> None:
    result = notebook.cell("%%backprop\nx = 2.0\nx ** 2")
    assert result.result == 4.0
    assert repr(result.result) == "4.0"
    assert notebook.names["_"] == 4.0


def test_a_semicolon_suppresses_the_result(notebook) -> None:
    assert notebook.cell("%%backprop\nx = 2.0\nx ** 2;").result is None


def test_a_traceback_points_at_the_users_line_and_shows_no_frame_of_ours(notebook) -> None:
    result = notebook.cell("%%backprop\nx = 2.0\ndef f(v):\n    return v / 0\ny = f(x)")
    assert isinstance(result.error_in_exec, ZeroDivisionError)
    (traceback,) = notebook.tracebacks
    assert "line 4" in traceback
    assert "return v / 0" in traceback
    assert "notebook_ad/" not in traceback
    assert "run_cell_magic" not in traceback


def test_the_cell_counts_as_failed(notebook) -> None:
    assert not notebook.cell("%%backprop\n1 / 0").success


def test_the_traceback_has_the_number_of_the_cell(notebook) -> None:
    number = notebook.shell.execution_count
    notebook.cell("%%backprop\nx = 2.0\nx / 0")
    assert f"In[{number}], line 2" in notebook.tracebacks[0]


def test_a_syntax_error_is_shown_with_its_line(notebook) -> None:
    result = notebook.cell("%%backprop\nx = 2.0\ny = = 3")
    assert isinstance(result.error_in_exec, SyntaxError)
    assert result.error_in_exec.lineno == 2
    assert "x" not in notebook.names


def test_an_unknown_option_runs_nothing_and_names_the_nearest(notebook) -> None:
    result = notebook.cell("%%backprop --wtr a\na = 2.0\nL = a * 2")
    assert isinstance(result.error_in_exec, UsageError)
    assert "did you mean --wrt?" in str(result.error_in_exec)
    assert "a" not in notebook.names


def test_an_unknown_name_runs_nothing_and_names_the_nearest(notebook) -> None:
    result = notebook.cell("%%backprop --wrt wieght\nweight = 2.0\nL = weight * 2")
    assert "did you mean weight?" in str(result.error_in_exec)
    assert "weight" not in notebook.names


def test_wrt_const_and_seed_work_together(notebook) -> None:
    notebook.cell("%%backprop L --wrt a,w --const w --seed 5 --no-graph\na, w = 2.0, 3.0\nL = a * w\nM = a")
    assert notebook.text == "output: L = 6 (asked for, seed 5)"
    assert [n.name for n in ad.last_graph().leaves] == ["a"]
    assert notebook.names["a"].grad == 15.0


def test_a_seed_may_be_a_name_of_the_notebook(notebook) -> None:
    notebook.cell("import numpy as np\nv = np.array([1.0, 0.0])")
    notebook.cell("%%backprop y --seed v\nx = np.array([1.0, 2.0])\ny = x ** 2")
    np.testing.assert_array_equal(notebook.names["x"].grad, [2.0, 0.0])


def test_a_seed_that_cannot_be_evaluated_says_so(notebook) -> None:
    result = notebook.cell("%%backprop --seed nothing\nx = 1.0\ny = x * 2")
    assert "--seed nothing: NameError" in str(result.error_in_exec)


def test_an_unknown_name_in_a_seed_is_answered_with_the_nearest(notebook) -> None:
    result = notebook.cell("%%backprop --seed wieght\nweight = 1.0\ny = weight * 2")
    assert "did you mean weight?" in str(result.error_in_exec)


@pytest.mark.parametrize("seed", ["'x'", "{}", "[[1], [2, 3]]", "1j"])
def test_a_seed_that_is_no_number_is_refused_before_anything_runs(notebook, seed: str) -> None:
    result = notebook.cell(f"%%backprop --seed {seed}\nx = 1.0\ny = x * 2")
    assert isinstance(result.error_in_exec, UsageError)
    assert f"--seed {seed} is no number" in str(result.error_in_exec)
    assert "x" not in notebook.names


def test_a_seed_that_is_no_expression_is_refused(notebook) -> None:
    result = notebook.cell("%%backprop --seed x+\nx = 1.0\ny = x * 2")
    assert "--seed x+ is no expression; write --seed 1.0" in str(result.error_in_exec)


def test_a_name_that_holds_no_number_is_no_seed(notebook) -> None:
    result = notebook.cell("%%backprop --seed s\ns = 'text'\nx = 1.0\ny = x * 2")
    assert "--seed s is no number" in str(result.error_in_exec)


def test_a_seed_of_a_wrong_shape_is_named_with_both_shapes(notebook) -> None:
    notebook.cell("%%backprop --seed [1, 2]\nx = 1.0\nL = x * 2")
    assert "--seed [1, 2] has shape (2,), but L has shape ()" in notebook.text


@pytest.mark.parametrize("magic", ["%%time", "%%capture out", "%%timeit"])
def test_a_cell_magic_below_is_sent_above(notebook, magic: str) -> None:
    result = notebook.cell(f"%%backprop\n{magic}\nx = 2.0\nL = x * 2")
    assert f"put {magic.split()[0]} above %%backprop" in str(result.error_in_exec)
    assert "x" not in notebook.names


def test_a_magic_given_twice_says_so(notebook) -> None:
    assert "twice" in str(notebook.cell("%%backprop\n%%backprop\nx = 2.0").error_in_exec)


def test_a_timed_cell_shows_its_graph(notebook) -> None:
    notebook.cell("%%time\n%%backprop\nx = 2.0\nL = x * 2")
    assert notebook.text.startswith("output: L = 4")


def test_help_on_the_line_points_to_the_help(notebook) -> None:
    result = notebook.cell("%%backprop --help\nx = 2.0")
    assert "%%backprop?" in str(result.error_in_exec)


def test_header_and_table_call_the_output_the_same(notebook) -> None:
    notebook.cell("%%backprop --table --no-graph\na, b = 2.0, 3.0\na * b")
    assert notebook.text.startswith("output = a * b = 6 (the last expression)\noutput = 6")


def test_a_long_expression_is_cut_in_the_header(notebook) -> None:
    terms = "\n  + ".join(f"a * {i}.0" for i in range(20))
    notebook.cell(f"%%backprop --no-graph\na = 2.0\n({terms})")
    header = notebook.text.splitlines()[0]
    assert header.startswith("output = a * 0.0 + a * 1.0")
    assert "… = 380" in header


def test_an_element_and_an_attribute_can_be_the_output(notebook) -> None:
    notebook.cell("%%backprop d['x'] --no-graph\na = 2.0\nd = {'x': a * 3}")
    assert notebook.text == "output: d['x'] = 6 (asked for)"
    notebook.cell("%%backprop m.loss --no-graph\nclass M: pass\nm = M()\na = 2.0\nm.loss = a * 3")
    assert notebook.text == "output: m.loss = 6 (asked for)"


def test_a_non_scalar_output_asks_for_a_seed_and_keeps_the_result(notebook) -> None:
    result = notebook.cell("%%backprop\nimport numpy as np\nx = np.array([1.0, 2.0])\nx * 2")
    assert result.success
    assert "give --seed" in notebook.text
    np.testing.assert_array_equal(result.result, [2.0, 4.0])


def test_nothing_to_differentiate_is_said_and_nothing_is_lost(notebook) -> None:
    result = notebook.cell("%%backprop\nname = 'x'\nname.upper()")
    assert result.success
    assert result.result == "X"
    assert notebook.text.startswith("%%backprop: nothing to differentiate")


def test_a_table_lists_the_paths_where_there_are_several(notebook) -> None:
    notebook.cell("%%backprop --table --no-graph\nx = 2.0\nL = x * x + x")
    assert "path to" in notebook.text
    assert "3 of 3 paths" in notebook.text


UNITS = """import notebook_ad as ad
w1, w2, v1, v2 = 1, 2, 2, -1
h1 = ad.relu(w1 * 2); h2 = ad.relu(w2 * 2)
out = v1 * h1 + v2 * h2
L = (out - 1) ** 2
"""


def test_names_bound_to_tensors_name_their_nodes(notebook) -> None:
    notebook.cell("%%backprop --steps --no-graph\n" + UNITS)
    lines = notebook.text.split("\n")
    assert any(line.startswith("∂L/∂out += ∂L/∂(out − 1) · 1 = ") for line in lines)
    assert any(line.startswith("∂L/∂h1 += ∂L/∂(v1·h1) · v1 = ") for line in lines)
    assert notebook.names["h1"].name is None


def test_a_tensor_bound_again_has_strokes_on_its_earlier_versions(notebook) -> None:
    notebook.cell("%%backprop\nimport notebook_ad as ad\nx = 0.5\nh = x * 2\nh = ad.tanh(h)\nh = ad.tanh(h)\nL = h * h")
    names = [node.name for node in ad.last_graph().nodes if node.name]
    assert names == ["x", "h′", "h″", "h", "L"]


def test_leaves_and_lists_of_tensors_bear_the_names_that_hold_them(notebook) -> None:
    notebook.cell("import notebook_ad as ad\nw = ad.tensor(3.0)")
    notebook.cell("%%backprop\nb = ad.tensor(1.0)\nhs = [ad.relu(w * 2.0)]\nL = hs[0] + b")
    graph = ad.last_graph()
    assert [leaf.name for leaf in graph.leaves] == ["w", "b"]
    assert graph.node("hs[0]").value == 6.0
    assert notebook.names["w"].name is None


def test_a_name_that_the_user_gave_a_tensor_stays(notebook) -> None:
    notebook.cell("%%backprop\nimport notebook_ad as ad\nx = 0.5\nh = ad.tanh(x)\nh.name = 'hidden'\nL = h * h")
    assert "hidden" in [node.name for node in ad.last_graph().nodes]


def test_steps_write_the_chain_rule_with_numbers(notebook) -> None:
    notebook.cell(TEXTBOOK.replace("%%backprop", "%%backprop --steps --no-graph"))
    assert "∂L/∂(a·w) · w = −2 × 3 = −6" in notebook.text


def test_no_graph_shows_no_picture(notebook) -> None:
    notebook.cell("%%backprop --no-graph\nx = 2.0\nL = x * 2")
    assert len(notebook.displays) == 1


def test_a_picture_is_shown_by_default(notebook) -> None:
    notebook.cell(TEXTBOOK)
    assert len(notebook.displays) >= 2
    assert "a" in notebook.text


def test_a_picture_that_fails_falls_back_to_text(notebook, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no drawing today")

    monkeypatch.setattr("notebook_ad.widgets.display.show", broken)
    assert notebook.cell(TEXTBOOK).success
    assert "no drawing today" in notebook.text
    assert "∂L/∂leaf" in notebook.text


def test_plain_leaves_the_names_alone(notebook) -> None:
    notebook.cell(TEXTBOOK.replace("%%backprop", "%%backprop --plain"))
    assert type(notebook.names["a"]) is int
    assert ad.last_graph().grad("a") == -6.0


def test_accumulate_marks_what_came_from_before(notebook) -> None:
    notebook.cell(TEXTBOOK)
    notebook.cell(TEXTBOOK.replace("%%backprop", "%%backprop --accumulate"))
    assert notebook.names["a"].grad == -12.0
    assert ad.last_graph().node("a").accumulated == -6.0


def test_running_a_cell_twice_gives_the_same(notebook) -> None:
    notebook.cell(TEXTBOOK)
    first = notebook.text
    notebook.cell(TEXTBOOK)
    assert notebook.text == first
    assert notebook.names["a"].grad == -6.0


def test_functions_of_earlier_cells_keep_the_graph(notebook) -> None:
    notebook.cell("def loss(n):\n    return 0.5 * n ** 2")
    notebook.cell("%%backprop\nn = 3\nL = loss(n)")
    assert notebook.names["n"].grad == 3.0


def test_functions_of_an_earlier_magic_cell_keep_the_graph(notebook) -> None:
    notebook.cell("%%backprop\ndef loss(n):\n    return 0.5 * n ** 2\nn = 2\nL = loss(n)")
    notebook.cell("%%backprop\nm = 3\nL = loss(m)")
    assert notebook.names["m"].grad == 3.0


def test_globals_that_a_function_of_the_notebook_reads_are_leaves(notebook) -> None:
    notebook.cell("w, b = 2.0, 1.0\ndef model(x):\n    return w * x + b")
    notebook.cell("%%backprop\nx = 3.0\nL = model(x) ** 2")
    assert (notebook.names["w"].grad, notebook.names["b"].grad) == (42.0, 14.0)


def test_line_magics_and_shell_lines_in_the_cell_work(notebook) -> None:
    result = notebook.cell("%%backprop\nx = 2.0\n%precision 3\nout = !echo hi\nL = x ** 2")
    assert result.success
    assert notebook.names["out"] == ["hi"]
    assert notebook.names["x"].grad == 4.0


def test_a_future_import_reaches_later_cells(notebook) -> None:
    notebook.cell("%%backprop\nfrom __future__ import annotations\nx = 2.0\nL = x * 2")
    notebook.cell("def f(v: Undefined): pass\nf.__annotations__")
    assert notebook.names["f"].__annotations__ == {"v": "Undefined"}


def test_await_outside_a_function_is_refused_before_anything_runs(notebook) -> None:
    result = notebook.cell("%%backprop\nx = 2.0\nawait x")
    assert "line 2: a cell magic cannot await" in str(result.error_in_exec)
    assert "x" not in notebook.names


def test_source_of_a_function_of_the_cell_can_be_read(notebook) -> None:
    notebook.cell("%%backprop\ndef f(x):\n    return x * 2\na = 2.0\nL = f(a)")
    assert notebook.cell("import inspect\ninspect.getsource(f)").result == "def f(x):\n    return x * 2\n"


def test_every_expression_is_shown_when_the_shell_says_so(notebook) -> None:
    notebook.shell.ast_node_interactivity = "all"
    notebook.cell("%%backprop --no-graph\nx = 2.0\nx * 2\nx * 3")
    assert "4.0" in notebook.printed
    assert "6.0" in notebook.printed


def test_an_assignment_is_shown_when_the_shell_says_so(notebook) -> None:
    notebook.shell.ast_node_interactivity = "last_expr_or_assign"
    assert notebook.cell("%%backprop\nx = 2.0\nL = x * 2").result == 4.0


def test_help_shows_examples(notebook) -> None:
    help_text = notebook.shell.find_cell_magic("backprop").__doc__
    assert "%%backprop --wrt a,w" in help_text
    assert "L = (a * w + b - y_true) ** 2" in help_text


def test_plotting_a_variable_afterwards_works(notebook) -> None:
    notebook.cell("%%backprop\nimport numpy as np\nx = np.linspace(0, 1, 5)\ny = x ** 2\nL = y.sum()")
    result = notebook.cell(
        "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\n"
        "fig, ax = plt.subplots()\nline, = ax.plot(x, y)\nfig.canvas.draw()\nline.get_ydata().tolist()"
    )
    assert result.result == [0.0, 0.0625, 0.25, 0.5625, 1.0]


def test_plotting_inside_the_cell_works(notebook) -> None:
    result = notebook.cell(
        "%%backprop\nimport matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\nimport numpy as np\n"
        "w = 0.5\nx = np.linspace(0, 1, 5)\ny = w * x\nL = y.sum()\nfig, ax = plt.subplots()\nax.plot(x, y)\n"
        "ax.axhline(w)\nax.set_title(f'{L:.2f}')\nfig.canvas.draw()\nplt.close(fig)"
    )
    assert result.success
    assert notebook.names["w"].grad == 2.5


def test_an_interrupt_leaves_the_notebook_usable(notebook) -> None:
    notebook.cell("%%backprop\nx = 2.0\nh = x ** 2\nraise KeyboardInterrupt")
    assert ad.last_graph().grad("x") == 4.0
    assert notebook.cell("x * 2").result == 4.0


def test_a_cell_can_be_timed_and_captured(notebook) -> None:
    notebook.cell("%%capture out\nget_ipython().run_cell_magic('backprop', '', 'x = 2.0\\nL = x * 2')")
    assert notebook.names["x"].grad == 2.0


def test_importing_the_package_loads_no_ipython_and_no_widgets() -> None:
    code = "import sys, notebook_ad\nassert not {'IPython', 'ipywidgets', 'anywidget'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_extension_can_be_unloaded_and_loaded_again(notebook) -> None:
    notebook.cell("%unload_ext notebook_ad")
    assert notebook.shell.find_cell_magic("backprop") is None
    notebook.cell("%load_ext notebook_ad")
    assert notebook.cell(TEXTBOOK).success

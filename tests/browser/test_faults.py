"""Hostile texts, kernels and comms that go away, cells that run again and again: nothing breaks, nothing piles up."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import labserver  # beside tools/labpage.py: conftest.py says where
import pytest

LOAD = "%load_ext notebook_ad"
TEXTBOOK = "%%backprop\na, w, b, y_true = 2, 3, 4, 11\nL = (a * w + b - y_true) ** 2"
IMG = '<img src=x onerror="window.__hit=1">'
SCRIPT = "</title></text></pre></svg><script>window.__hit=2</script>"
DOT = r'"]; a -> b [label=<<b>hi</b>>]; \\N {x|y}'
SCALARS = f'''%%backprop
# comment "quoted" <script>window.__hit=3</script> {IMG}
def f(x):
    """docstring ]]> --> {SCRIPT} {IMG}"""
    return x * 2
d = {{'{IMG}': 2.0, '{SCRIPT}': 3.0, '{DOT}': 4.0, '🙂 é': 5.0}}
s = '<svg onload=window.__hit=4>&lt;&amp;"'
キー値, שלום, Ὀδυσσεύς = 6.0, 7.0, 8.0
L = f(d['{IMG}']) * d['{SCRIPT}'] + d['{DOT}'] * キー値 - שלום * Ὀδυσσεύς * d['🙂 é'] * len(s)'''
ARRAYS = f"""%%backprop
import numpy as np
d = {{'{IMG}': np.arange(-8.0, 7.0).reshape(3, 5), '{SCRIPT}': np.ones((5, 2))}}
h = np.maximum(d['{IMG}'] @ d['{SCRIPT}'], 0)
L = h.sum()"""
EXPLORE = f"""import notebook_ad as ad
def f(**k):
    if k['{IMG}'] > 1:
        return k['{IMG}'] * k['{SCRIPT}']
    raise ValueError('{IMG}')
ad.explore(f, **{{'{IMG}': (0, 3), '{SCRIPT}': (-1, 1)}})"""
TAME = """live => [...live.querySelectorAll('img, script, b, iframe, object, embed, link, [onerror], [onload]')]
    .map(e => e.outerHTML)"""
SET = "(e, k) => { e.value = k; e.dispatchEvent(new Event('input')) }"
SAVE = "() => window.jupyterapp.commands.execute('docmanager:save')"
RESTART = "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
ACTIVE = "i => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = i }"
WRITE = "code => window.jupyterapp.shell.currentWidget.content.widgets[2].model.sharedModel.setSource(code)"
DO = "command => window.jupyterapp.commands.execute(command)"
CLAIMS = "() => window[Symbol.for('notebook_ad.claims')].size"
GONE = "the kernel that holds this graph is gone: run the cell again"


def run(page: Any, index: int) -> None:
    page.page.evaluate(ACTIVE, index)
    page.page.evaluate(DO, "notebook:run-cell")
    page.ready()


def opened(notebook: Callable[..., Any], *cells: str) -> tuple[Any, Any]:
    page = notebook([LOAD, *cells])
    page.run_all()
    live = page.cell(1).locator(".nad-live")
    live.locator("svg").first.wait_for()
    return page, live


def slider(live: Any, leaf: str = "0") -> Any:
    return live.locator(f"tr[data-leaf='{leaf}'] input[type=range]")


def slot(live: Any, name: str, text: str) -> None:
    live.locator(f"[data-t='{name}']").get_by_text(text, exact=True).wait_for()


def works(live: Any) -> None:
    """The view draws, steps, and follows a slider."""
    live.locator(".nad-track").press("Home")
    live.locator(".nad-counter").get_by_text("forward 0/4 · backward 0/8", exact=True).wait_for()
    live.locator(".nad-track").press("End")
    slider(live).evaluate(SET, 3)
    slot(live, "nout.v", "4")


def test_texts_of_the_reader_are_text_everywhere(notebook: Callable[..., Any]) -> None:
    page, live = opened(notebook, SCALARS, ARRAYS, EXPLORE)
    assert [line.strip() for line in SCALARS.split("\n")[1:]] == [
        row.removeprefix(str(i)).strip() for i, row in enumerate(live.locator(".nad-row").all_text_contents(), 1)
    ]
    names = live.locator(".nad-leavespanel th.nad-leaf").all_text_contents()
    for name in (IMG, SCRIPT, "a -> b [label=<<b>hi</b>>]", "🙂 é", "キー値", "\u2068שלום\u2069", "Ὀδυσσεύς"):
        assert any(name in shown for shown in names), name
    titles = live.locator("title").all_text_contents()
    assert any(IMG in title for title in titles)
    assert any(SCRIPT in title for title in titles)
    live.locator(".nad-track").press("Home")
    for _ in range(20):
        live.locator(".nad-track").press("ArrowRight")
    for cell in (1, 2, 3):
        live = page.cell(cell).locator(".nad-live")
        live.locator("[data-node='0'] .shape").first.click()
        live.locator(".nad-paths tbody tr").first.wait_for()
        assert IMG in str(live.locator(".nad-paths").text_content())
        live.get_by_role("button", name="why?").click()
        live.locator(".nad-answer li").first.wait_for()
        assert "<img src=x" in str(live.locator(".nad-answer").text_content())
        live.locator("[data-edge]").last.hover()
    arrays = page.cell(2).locator(".nad-live")
    arrays.locator(".nad-heat [tabindex='0']").first.press("Enter")
    arrays.locator(".nad-element svg").wait_for()
    arrays.locator(".nad-leavespanel button").first.click()
    assert f"d['{IMG}'][0, 0] = −8" in arrays.locator("[role=gridcell]").evaluate_all("all => all.map(e => e.title)")
    explored = page.cell(3).locator(".nad-live")
    slider(explored).evaluate(SET, 0.5)  # the function raises there, with markup in its message
    explored.locator(".nad-said").get_by_text(f"ValueError: {IMG}").first.wait_for()
    for cell in (1, 2, 3):
        assert page.cell(cell).locator(".nad-live").evaluate(TAME) == []
    assert page.page.evaluate("window.__hit") is None


def test_a_restarted_kernel_leaves_a_view_that_steps_and_says_so(notebook: Callable[..., Any]) -> None:
    page, live = opened(notebook, TEXTBOOK)
    page.page.evaluate(RESTART)
    page.ready()
    slider(live).evaluate(SET, 3)
    live.locator(".nad-foot .nad-said").get_by_text(GONE).wait_for()
    assert slider(live).input_value() == "2"  # as the graph shows it
    live.locator(".nad-track").press("Home")
    live.locator(".nad-track").press("ArrowRight")
    live.locator(".nad-rule .nad-sentence").get_by_text("a·w = 2 × 3 = 6").wait_for()
    live.locator("[data-node='0'] .shape").click()
    live.get_by_role("button", name="why?").click()
    live.locator(".nad-answer").get_by_text(GONE).wait_for()
    live.get_by_role("button", name="reset values").click()
    page.run_all()
    assert page.page.locator(".nad-live").count() == 1
    works(page.cell(1).locator(".nad-live"))


CLOSE = """from notebook_ad.widgets import registry
[view] = [v for _, group in registry._open.values() for v in group]
view.close()"""
GARBAGE = """from notebook_ad.widgets import registry
[view] = [v for _, group in registry._open.values() for v in group]
whole = view.picture
view.picture = {"svg": "<svg><g", "steps": [], "leaves": [{"node": "9"}]}
view.picture = whole
view.send({"what": "frame", "frame": {"texts": {"n0.v": None, "zz.q": "<b>"}}})
view.send({"what": "unheard of"}); view.send({"what": "tick"}); view.send({})"""
BROKEN = """from notebook_ad.graph import svg
from notebook_ad.widgets import drawing
kept = svg.draw, drawing.walk
def broken(*args, **options): raise RuntimeError('no ink')
svg.draw = broken"""
HALF = "svg.draw, drawing.walk = kept[0], broken"
MEND = "svg.draw, drawing.walk = kept"
SAY = "print('value', L, a.grad)"


@pytest.mark.usefixtures("own_page")
def test_a_closed_comm_leaves_the_static_picture(notebook: Callable[..., Any]) -> None:
    page, live = opened(notebook, TEXTBOOK, "1 + 1")
    slider(live).evaluate(SET, 3)
    slot(live, "nout.v", "4")
    page.page.evaluate(
        "code => window.jupyterapp.shell.currentWidget.content.widgets[2].model.sharedModel.setSource(code)", GARBAGE
    )
    run(page, 2)
    works(live)
    page.page.evaluate(
        "code => window.jupyterapp.shell.currentWidget.content.widgets[2].model.sharedModel.setSource(code)", CLOSE
    )
    run(page, 2)
    live.wait_for(state="detached")
    assert page.cell(1).locator(".nad-static img").is_visible()
    assert page.page.evaluate(CLAIMS) == 0


def test_a_fault_in_drawing_costs_no_value(notebook: Callable[..., Any]) -> None:
    page = notebook([LOAD, BROKEN, TEXTBOOK, SAY, HALF, TEXTBOOK, SAY, MEND, TEXTBOOK])
    page.run_all()
    for cell in (3, 6):
        page.cell(cell).get_by_text("value 1 -6.0").wait_for()
    assert "no picture: RuntimeError: no ink" in page.cell(2).locator(".jp-Cell-outputArea").inner_text()
    assert "no live view: RuntimeError: no ink" in page.cell(5).locator(".jp-Cell-outputArea").inner_text()
    assert page.cell(5).locator(".nad-static img").is_visible()
    assert page.page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    works(page.cell(8).locator(".nad-live"))


COUNT = """() => {
    const listening = window.__listening = new Set();
    const names = new Map([[window, 'window'], [document, 'document'], [document.body, 'body']]);
    const lasting = target => names.get(target) ?? (target instanceof MediaQueryList ? target.media : null);
    const {addEventListener: add, removeEventListener: remove} = EventTarget.prototype;
    const same = (one, target, type, f) => one.target === target && one.type === type && one.f === f;
    const forget = (...of) => { for (const one of listening) if (same(one, ...of)) listening.delete(one); };
    EventTarget.prototype.addEventListener = function (type, f, options) {
        const target = this ?? window;
        if (lasting(target) && new Error().stack.includes('blob:')) {
            listening.add({target, type, f, said: `${lasting(target)} ${type}`});
            options?.signal?.addEventListener('abort', () => forget(target, type, f));
        }
        return add.call(target, type, f, options);
    };
    EventTarget.prototype.removeEventListener = function (type, f, options) {
        forget(this ?? window, type, f);
        return remove.call(this ?? window, type, f, options);
    };
}"""
LISTENING = "() => [...window.__listening].map(one => one.said).sort()"
VIEWS = "function () { return this.filter(e => e.classList.contains('nad-live')).length }"


def views(page: Any) -> int:
    """How many views the browser holds, on the page or off it, after the garbage was collected."""
    session = page.page.context.new_cdp_session(page.page)
    kind = session.send("Runtime.evaluate", {"expression": "HTMLDivElement.prototype"})["result"]["objectId"]
    session.send("HeapProfiler.collectGarbage")
    held = session.send("Runtime.queryObjects", {"prototypeObjectId": kind})["objects"]["objectId"]
    asked = {"objectId": held, "functionDeclaration": VIEWS, "returnByValue": True}
    found = session.send("Runtime.callFunctionOn", asked)["result"]["value"]
    session.detach()
    return int(found)


@pytest.mark.usefixtures("own_page")
def test_twenty_runs_leave_one_view_and_nothing_else(notebook: Callable[..., Any]) -> None:
    page, _ = opened(notebook, TEXTBOOK)
    page.page.evaluate(COUNT)

    def runs(count: int) -> list[str]:
        for _ in range(count):
            run(page, 1)
            live = page.cell(1).locator(".nad-live")
            slider(live).evaluate(SET, 3)
        slot(live, "nout.v", "4")
        return list(page.page.evaluate(LISTENING))

    one = runs(1)
    assert one  # the theme, at least: what outlives a view is seen
    assert runs(19) == one
    page.page.wait_for_timeout(2500)  # anywidget's own timer holds a model for 2 s
    assert page.page.locator(".nad-live").count() == 1
    assert page.page.evaluate(CLAIMS) == 1
    assert views(page) == 1


TWO = """import notebook_ad as ad
a, w = ad.tensor(2.0, name="a"), ad.tensor(3.0, name="w")
L = (a * w + 4.0 - 11.0) ** 2
ad.show(L)
ad.show(L)"""


def test_two_views_of_one_graph_are_apart(notebook: Callable[..., Any]) -> None:
    page = notebook([LOAD, TWO, TEXTBOOK, "ad.show(ad.last_graph())"])
    page.run_all()
    both = page.cell(1).locator(".nad-live")
    both.nth(1).wait_for()
    slider(both.nth(0)).evaluate(SET, 3)
    slot(both.nth(0), "nout.v", "4")
    slot(both.nth(1), "nout.v", "1")
    both.nth(1).locator(".nad-track").press("Home")
    slot(both.nth(0), "nout.v", "4")
    run(page, 2)  # the other view of that graph stays
    page.cell(3).locator(".nad-live .nad-track").press("Home")
    works(page.cell(2).locator(".nad-live"))
    assert page.page.locator(".nad-live").count() == 4


@pytest.mark.usefixtures("own_page")
def test_a_notebook_opened_again_finds_its_kernel_or_its_picture(notebook: Callable[..., Any], lab: Any) -> None:
    page, live = opened(notebook, TEXTBOOK)
    slider(live).evaluate(SET, 3)
    slot(live, "nout.v", "4")
    page.page.evaluate(SAVE)
    file = max(lab.root.glob("*.ipynb"), key=lambda f: f.stat().st_mtime)
    again = type(page)(page.page.context.new_page())
    again.page.goto(page.page.url)
    page.page.close()
    again.ready()
    works(again.cell(1).locator(".nad-live"))
    assert again.complaints == []
    content = json.loads(file.read_text())
    content["cells"][0]["source"] = f"# outputs that nobody signed\n{LOAD}"
    for source in (file, content):  # with kernels of their own
        page = notebook(source)
        page.cell(1).locator(".nad-static img").wait_for()
        run(page, 0)
        assert page.page.locator(".nad-live").count() == 0
        run(page, 1)
        works(page.cell(1).locator(".nad-live"))


def test_a_closed_notebook_lets_go_of_its_outputs(notebook: Callable[..., Any], lab: Any) -> None:
    page, _ = opened(notebook, TEXTBOOK, "1 + 1")
    held = page.page.evaluate(CLAIMS)
    for name in ("first copy.ipynb", "second copy.ipynb"):  # the same code, in the same page
        (lab.root / name).write_text(json.dumps(labserver.as_notebook([LOAD, TEXTBOOK, "1 + 1"])))
        page.page.evaluate(labserver.OPEN, name)
        page.ready()
        page.run_all()
        works(page.cell(1).locator(".nad-live"))
        assert page.page.evaluate(CLAIMS) == held
    assert held == 1


TRAIN = """import time, notebook_ad as ad
w = ad.tensor(1.0, name="w")
with ad.live() as view:
    for step in range(300):
        loss = (w * 2.0 - 1.0) ** 2
        loss.backward()
        with ad.no_grad():
            w -= 0.001 * w.grad
        w.grad = None
        time.sleep(0.005)
print("steps", view.steps)"""


def test_views_that_go_while_messages_are_on_their_way(notebook: Callable[..., Any]) -> None:
    page = notebook([LOAD, TEXTBOOK, TRAIN, TEXTBOOK, TRAIN])
    page.run_all()
    live = page.cell(3).locator(".nad-live")
    slider(live).evaluate(SET, 3)
    live.locator("[data-node='0'] .shape").click()
    page.page.evaluate(ACTIVE, 3)
    page.page.evaluate(DO, "notebook:delete-cell")
    page.page.evaluate(ACTIVE, 3)  # the second loop: cleared, then deleted while it runs
    page.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-cell') }")
    running = page.cell(3).locator(".nad-live")
    running.wait_for()
    page.page.evaluate(DO, "notebook:clear-cell-output")
    running.wait_for(state="detached")
    page.page.evaluate(ACTIVE, 2)
    page.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-cell') }")
    page.page.evaluate(ACTIVE, 3)
    page.page.evaluate(DO, "notebook:delete-cell")
    page.ready()
    page.cell(2).get_by_text("steps 300").wait_for()
    works(page.cell(1).locator(".nad-live"))

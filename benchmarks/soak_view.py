"""A cell run again 500 times in a real JupyterLab: `make soakview`. Widgets, comms, listeners, nodes must not pile up."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import labpage
import labserver

WARM, RUNS = 20, 500
CELLS = [
    "%load_ext notebook_ad",
    "%%backprop\na, w, b, y_true = 2, 3, 4, 11\nL = (a * w + b - y_true) ** 2",
    """import gc, json
from ipywidgets.widgets.widget import _instances
gc.collect()
print(json.dumps([len(_instances), len(get_ipython().kernel.comm_manager.comms)]))""",
]
ALLOWED = {  # over all runs; a plain cell: 516 nodes, 1,620 listeners, 3 MB, of JupyterLab's own, at 200 runs as at 500
    "kernel widgets": 0.0,
    "kernel comms": 0.0,
    "DOM nodes": 800.0,
    "listeners": 2000.0,
    "JS heap, MB": 20.0,
}
RUN = """async ([index, drag]) => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = index;
    await window.jupyterapp.commands.execute('notebook:run-cell');
    if (!drag) return;
    const cell = notebook.widgets[index].node;
    while (!cell.querySelector('.nad-live svg')) await new Promise(done => setTimeout(done, 10));
    const slider = cell.querySelector('.nad-leaves input[type=range]');
    slider.value = '3';
    slider.dispatchEvent(new Event('input'));
}"""
SAID = "() => window.jupyterapp.shell.currentWidget.content.widgets[2].node.querySelector('.jp-OutputArea-output').innerText"


def measured(page: Any) -> dict[str, float]:
    """What is alive in kernel and browser, garbage aside."""
    page.wait_for_function(labserver.READY)
    page.evaluate(RUN, [2, False])
    page.wait_for_function(labserver.READY)
    page.wait_for_timeout(2500)  # anywidget's own timer holds a model for 2 s
    widgets, comms = json.loads(page.evaluate(SAID))
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    found = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
    session.detach()
    numbers = (widgets, comms, found["Nodes"], found["JSEventListeners"], found["JSHeapUsedSize"] / 1e6)
    return dict(zip(ALLOWED, map(float, numbers), strict=True))


def growth(page: Any) -> dict[str, float]:
    """What the runs after the first few left behind."""
    page.evaluate(labserver.RUN_ALL)
    page.wait_for_function(labserver.READY, timeout=60_000)
    for _ in range(WARM):
        page.evaluate(RUN, [1, True])
    measured(page)  # JupyterLab dresses a cell when it becomes the active one
    page.evaluate(RUN, [1, True])
    before = measured(page)
    for _ in range(RUNS):
        page.evaluate(RUN, [1, True])
    after = measured(page)
    assert page.locator(".nad-live").count() == 1
    return {what: after[what] - before[what] for what in ALLOWED}


def main() -> int:
    """Run; the exit code counts what grew too much and what the page complained of."""
    with labpage.opened(CELLS) as (page, complaints):
        grown = growth(page)
    for what, amount in grown.items():
        print(f"{what:16} {amount:+8.1f} over {RUNS} runs of a cell (allowed {ALLOWED[what]:g})", flush=True)
    print(*complaints, sep="\n")
    return sum(grown[what] > most for what, most in ALLOWED.items()) + len(complaints)


if __name__ == "__main__":
    sys.exit(main())

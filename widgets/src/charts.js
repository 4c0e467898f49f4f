// Loss and gradient norm over the steps of a training loop.
import { chart } from "./chart.js";
import { h } from "./dom.js";
import { trainingOf } from "./training.js";

/** @typedef {import("./types").View} View */

/** @param {View} view */
export function chartsPanel(view) {
  const root = h("section", { class: "nad-panel nad-charts", "aria-label": "training" });
  const training = trainingOf(view.model);
  let request = 0;

  function draw() {
    request = 0;
    const points = training.points();
    root.hidden = points.length < 2;
    if (root.hidden) return;
    const shown = training.chosen() === null ? null : (training.shown()?.step ?? null);
    const choose = (/** @type {number} */ step) => training.choose(step);
    root.replaceChildren(
      ...[
        { title: "loss", dots: points.map((p) => ({ x: p.step, y: p.loss })) },
        { title: "gradient norm", dots: points.map((p) => ({ x: p.step, y: p.norm })) },
      ]
        .filter(({ dots }) => dots.some((dot) => Number.isFinite(dot.y)))
        .map(({ title, dots }) => chart(title, dots, shown, choose)),
    );
  }

  function soon() {
    if (!request) request = requestAnimationFrame(draw);
  }
  const off = training.on(soon);
  draw();
  return {
    root,
    close() {
      off();
      cancelAnimationFrame(request);
    },
  };
}

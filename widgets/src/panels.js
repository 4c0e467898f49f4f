// The panels under the graph, in their order.
import { chartsPanel } from "./charts.js";
import { WAITS } from "./cursor.js";
import { detailPanel } from "./detail.js";
import { h } from "./dom.js";
import { leavesPanel } from "./leaves.js";
import { pathsPanel } from "./paths.js";
import { predictPanel } from "./predict.js";
import { scrubPanel } from "./scrub.js";
import { sparks } from "./sparks.js";
import { whyPanel } from "./why.js";

/** @typedef {import("./types").Frame} Frame */
/** @typedef {import("./types").Panel} Panel */
/** @typedef {import("./types").Texts} Texts */
/** @typedef {import("./types").View} View */

/** @param {View} view */
export function panels(view) {
  const leaves = leavesPanel({ ...view, frame: () => walked(view) });
  const before = [predictPanel, scrubPanel, chartsPanel].map((panel) => panel(view));
  const after = [pathsPanel, whyPanel, detailPanel].map((panel) => panel(view));
  /** @type {Panel[]} */
  const all = [...before, leaves, ...after];
  const unfollow = view.on("cursor", leaves.frame);
  const lines = sparks(view);
  return {
    root: h("div", { class: "nad-panels" }, all.map((panel) => panel.root)),
    mark: leaves.mark,
    close() {
      unfollow();
      lines.close();
      for (const panel of all) panel.close?.();
    },
  };
}

/**
 * The frame without the gradients that the cursor has not reached.
 * @param {View} view
 * @returns {Frame}
 */
function walked(view) {
  const frame = view.frame();
  /** @type {Texts} */
  const states = {};
  const rows = frame.table.rows.map(({ node, cells }) => {
    if (view.text(`n${node}.state`) !== "pending") return { node, cells };
    states[`n${node}.state`] = "pending";
    return { node, cells: cells.map((cell, i) => (i < 2 ? cell : i === 2 ? WAITS : "")) };
  });
  return { ...frame, texts: { ...frame.texts, ...states }, table: { ...frame.table, rows } };
}

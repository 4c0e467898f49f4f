// One live view in one place: header, code beside the rule, the graph, the table of leaves.
import { codePanel } from "./code.js";
import { h } from "./dom.js";
import { graphPanel } from "./graph.js";
import { rulePanel } from "./rule.js";
import { leafTable } from "./table.js";
import { followTheme } from "./theme.js";

/** @typedef {import("./types").Model} Model */
/** @typedef {import("./types").Target} Target */
/** @typedef {import("./types").Cleanup} Cleanup */

/**
 * @param {Model} model
 * @param {HTMLElement} place
 * @returns {Cleanup}
 */
export function mount(model, place) {
  /** @type {Cleanup} */
  let clear = () => {};
  const draw = () => {
    clear();
    clear = build(model, place);
  };
  draw();
  model.on("change:picture", draw);
  return () => {
    model.off("change:picture", draw);
    clear();
  };
}

/**
 * @param {Model} model
 * @param {HTMLElement} place
 * @returns {Cleanup}
 */
function build(model, place) {
  const picture = model.get("picture");
  const code = codePanel(picture.code);
  const output = picture.nodes[picture.output];
  const rule = rulePanel({
    where: "Point at an edge or a node; click to hold it.",
    lines: output ? output.lines.slice(0, 1) : [],
    source: null,
  });

  /** @param {Target | null} target */
  const show = (target) => {
    const part = target && (target.kind === "edge" ? picture.edges : picture.nodes)[target.key];
    code.mark(part?.source ?? null);
    rule.show(part ?? null);
    table.mark(target?.kind === "node" ? target.key : null);
  };
  const graph = graphPanel(picture.svg, show);
  const table = leafTable(picture.table, (key) => graph.point(key === null ? null : { kind: "node", key }));
  const root = h("div", { class: "nad-live", "data-lm-suppress-shortcuts": "true" }, [
    picture.header ? h("div", { class: "nad-header" }, [picture.header]) : null,
    h("div", { class: "nad-top" }, [picture.code.length ? code.root : null, rule.root]),
    graph.root,
    table.root,
    ...picture.notes.map((note) => h("div", { class: "nad-note" }, [note])),
  ]);
  place.replaceChildren(root);
  const unfollow = followTheme(root);
  return () => {
    unfollow();
    graph.close();
    root.remove();
  };
}

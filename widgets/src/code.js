// The cell's code: the line of what is pointed at is tinted, its sub-expression marked.
import { h } from "./dom.js";
import { pieces } from "./lines.js";

/** @typedef {import("./types").Source} Source */

/** @param {string[]} lines */
export function codePanel(lines) {
  const rows = lines.map((line) => h("span", { class: "nad-row" }));
  const root = h("pre", { class: "nad-code", "aria-label": "code" }, rows);

  /** @param {Source | null} source */
  function mark(source) {
    rows.forEach((row, i) => {
      const number = h("span", { class: "nad-ln", "aria-hidden": "true" }, [String(i + 1)]);
      const parts = pieces(lines[i] ?? "", i + 1, source);
      row.classList.toggle("nad-on", parts.some((p) => p.marked));
      row.replaceChildren(number, ...parts.map((p) => (p.marked ? h("span", { class: "nad-mark" }, [p.text]) : p.text)));
    });
  }
  mark(null);
  return { root, mark };
}

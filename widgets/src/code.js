// The cell's code: the line of what is shown is tinted, its sub-expression marked.
import { h } from "./dom.js";
import { pieces } from "./lines.js";

/** @typedef {import("./types").Source} Source */

export function codePanel() {
  const root = h("pre", { class: "nad-code", "aria-label": "code" });
  /** @type {string[]} */
  let lines = [];
  let marked = "";

  /** @param {string[]} code */
  function set(code) {
    lines = code;
    marked = "";
    root.hidden = lines.length === 0;
    root.replaceChildren(...lines.map((_, i) => row(i, null)));
  }

  /**
   * @param {number} i
   * @param {Source | null} source
   */
  function row(i, source) {
    const number = h("span", { class: "nad-ln", "aria-hidden": "true" }, [String(i + 1)]);
    const parts = pieces(lines[i] ?? "", i + 1, source);
    const on = parts.some((p) => p.marked);
    const words = parts.map((p) => (p.marked ? h("span", { class: "nad-mark" }, [p.text]) : p.text));
    return h("span", { class: on ? "nad-row nad-on" : "nad-row" }, [number, ...words]);
  }

  /** @param {Source | null} source */
  function mark(source) {
    if (marked === String(source)) return;
    marked = String(source);
    root.replaceChildren(...lines.map((_, i) => row(i, source)));
    const first = source && root.children[source[0] - 1];
    if (first instanceof HTMLElement) follow(first);
  }

  /** @param {HTMLElement} line to be seen in the box, which alone scrolls */
  function follow(line) {
    const [box, seen] = [root.getBoundingClientRect(), line.getBoundingClientRect()];
    if (seen.top < box.top) root.scrollTop -= box.top - seen.top + 8;
    else if (seen.bottom > box.bottom) root.scrollTop += seen.bottom - box.bottom + 8;
  }
  return { root, set, mark };
}

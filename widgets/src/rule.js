// The rule box: what the pointed-at step does, with its numbers.
import { h } from "./dom.js";
import { formula } from "./formula.js";

/** @typedef {import("./types").Part} Part */

/** @param {Part} rest what it says while nothing is pointed at */
export function rulePanel(rest) {
  const root = h("div", { class: "nad-rule", role: "status" });

  /** @param {Part | null} part */
  function show(part) {
    const { where, lines } = part ?? rest;
    const formulas = lines.map((line) =>
      h("div", { class: "nad-formula" }, formula(line).map((p) => h("span", { class: `nad-${p.role}` }, [p.text]))),
    );
    root.replaceChildren(h("div", { class: "nad-where" }, [where]), ...formulas);
  }
  show(null);
  return { root, show };
}

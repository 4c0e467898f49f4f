// The rule box: what a step does, with its numbers; derivatives are set as fractions.
import { h } from "./dom.js";
import { formula, fractions } from "./formula.js";

/** @typedef {import("./types").Part} Part */

export function rulePanel() {
  const root = h("div", { class: "nad-rule", role: "status" });
  let shown = "";

  /**
   * @param {Pick<Part, "where" | "lines">} part
   * @param {boolean} [late] the numbers are older than those in the graph
   */
  function show({ where, lines }, late = false) {
    root.classList.toggle("nad-late", late);
    const said = [where, ...lines].join("\n");
    if (said === shown) return; // to scroll would lay the page out
    shown = said;
    root.replaceChildren(h("div", { class: "nad-where" }, [where]), ...lines.map(line));
    root.scrollTop = 0;
  }
  return { root, show };
}

/** @param {string} rule */
function line(rule) {
  return h("div", { class: "nad-sentence" }, formula(rule).map((p) => h("span", { class: `nad-${p.role}` }, typeset(p.text))));
}

/** @param {string} text */
function typeset(text) {
  return fractions(text).map((token) => ("text" in token ? token.text : fraction(token.over, token.under)));
}

/**
 * @param {string} over
 * @param {string} under
 */
function fraction(over, under) {
  const slash = h("span", { class: "nad-slash" }, ["/"]); // unseen, but read and copied
  return h("span", { class: "nad-frac" }, [h("span", {}, [over]), slash, h("span", { class: "nad-under" }, [under])]);
}

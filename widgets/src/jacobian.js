// A small Jacobian as a table, and one element's scalar subgraph: what the detail panel shows on request.
import { h } from "./dom.js";

/** @typedef {import("./paneltypes").JacobianReply} JacobianReply */
/** @typedef {import("./paneltypes").ElementReply} ElementReply */

/** @param {JacobianReply} reply */
export function jacobianTable(reply) {
  const head = h("tr", {}, [h("td"), ...reply.columns.map((text) => h("th", { scope: "col" }, [text]))]);
  const rows = reply.cells.map((cells, r) =>
    h("tr", {}, [h("th", { scope: "row" }, [reply.rows[r] ?? ""]), ...cells.map((text, c) => cell(reply, text, r, c))]),
  );
  const table = h("table", { class: "nad-jacobian", "aria-label": reply.title }, [h("thead", {}, [head]), h("tbody", {}, rows)]);
  return h("div", { class: "nad-scrollx" }, [h("div", { class: "nad-title" }, [reply.title]), table]);
}

/**
 * @param {JacobianReply} reply
 * @param {string} text
 * @param {number} r
 * @param {number} c
 */
function cell(reply, text, r, c) {
  const kind = { "-1": "nad-minus", 0: "nad-zero", 1: "nad-plus" }[String(reply.signs[r]?.[c] ?? 0)] ?? "";
  const made = h("td", { class: kind }, [text]);
  made.style.setProperty("--strength", String(reply.strength[r]?.[c] ?? 0));
  return made;
}

/** @param {ElementReply} reply */
export function elementGraph(reply) {
  const parsed = new DOMParser().parseFromString(reply.svg, "image/svg+xml").documentElement;
  const drawn = parsed.localName === "svg" ? document.importNode(parsed, true) : null;
  drawn?.setAttribute("aria-label", reply.title);
  return h("div", { class: "nad-element" }, [
    h("div", { class: "nad-title" }, [reply.title]),
    drawn ? h("div", { class: "nad-scrollx" }, [drawn]) : null,
    h("ul", { class: "nad-lines" }, reply.lines.map((line) => h("li", {}, [line]))),
  ]);
}

// The leaves as a table: the picture's information for those who read, or listen.
import { h } from "./dom.js";

const KINDS = ["nad-leaf", "nad-value", "nad-gradient", "nad-how"];

/**
 * @param {import("./types").Picture["table"]} table
 * @param {(node: string | null) => void} point called with the leaf whose row is pointed at
 */
export function leafTable(table, point) {
  const rows = table.rows.map(({ node, cells }) => {
    const row = h("tr", { "data-leaf": node }, cells.map((cell, i) => h("td", { class: KINDS[i] ?? "" }, [cell])));
    row.addEventListener("pointerenter", () => point(node));
    row.addEventListener("pointerleave", () => point(null));
    return row;
  });
  const head = h("tr", {}, table.head.map((cell) => h("th", { scope: "col" }, [cell])));
  const root = h("table", { class: "nad-leaves" }, [h("thead", {}, [head]), h("tbody", {}, rows)]);

  /** @param {string | null} node */
  function mark(node) {
    for (const row of rows) row.classList.toggle("nad-on", row.dataset.leaf === node);
  }
  return { root, mark };
}

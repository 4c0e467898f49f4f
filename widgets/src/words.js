// What the rule box says about a part of the graph, and while it is about none.

/** @typedef {import("./types").Part} Part */
/** @typedef {import("./types").Target} Target */
/** @typedef {import("./types").Walk} Walk */

/**
 * The output's box stands for the output's node.
 * @param {Walk} walk
 * @param {string} output
 * @param {Target} target
 * @returns {Part | undefined}
 */
export function partAt({ nodes, edges }, output, { kind, key }) {
  return kind === "edge" ? edges[key] : (nodes[key] ?? (key === "out" ? nodes[output] : undefined));
}

/**
 * @param {Walk} walk
 * @param {string} output
 * @param {number} cursor
 * @returns {Pick<Part, "where" | "lines">}
 */
export function resting({ steps, nodes }, output, cursor) {
  if (cursor === 0 && steps.length) return { where: "Before the first step: only the leaves have values. Press ▶ or →.", lines: [] };
  return { where: "Point at an edge or a node; click to hold it.", lines: nodes[output]?.lines.slice(0, 1) ?? [] };
}

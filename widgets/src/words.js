// What the rule box says about a part of the graph, and while it is about none.

/** @typedef {import("./types").Part} Part */
/** @typedef {import("./types").Target} Target */
/** @typedef {import("./types").Texts} Texts */
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
 * The output's line says the number that the graph shows: of the training step that is scrubbed to, of the leaf that is dragged.
 * @param {Walk} walk
 * @param {string} output
 * @param {number} cursor
 * @param {Texts} [texts] what the graph shows
 * @returns {Pick<Part, "where" | "lines">}
 */
export function resting({ steps, nodes }, output, cursor, texts = {}) {
  if (cursor === 0 && steps.length) return { where: "Before the first step: only the leaves have values. Press ▶ or →.", lines: [] };
  const lines = nodes[output]?.lines.slice(0, 1) ?? [];
  return { where: "Point at an edge or a node; click to hold it.", lines: lines.map((line) => valued(line, texts["nout.v"])) };
}

/**
 * `L = (a·w)² = 4` with another number at its end; an array's shape stays.
 * @param {string} line
 * @param {Texts[string] | undefined} value
 */
function valued(line, value) {
  const at = line.lastIndexOf(" = ");
  if (typeof value !== "string" || at < 0) return line;
  return line.slice(0, at + 3) + value + (/\s\([\d, ]*\)$/.exec(line)?.[0] ?? "");
}

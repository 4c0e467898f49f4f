// What the table of leaves says about a leaf in a frame; answers that are still asked for stay hidden.

/** @typedef {import("./types").Frame} Frame */
/** @typedef {import("./types").Picture} Picture */
/** @typedef {import("./types").Texts} Texts */
/** @typedef {{ value: string, gradient: string, how: string, check: string, state: string }} LeafTexts */

/**
 * Whether a slot's text is still a blank.
 * @param {unknown} text
 */
export function isBlank(text) {
  return typeof text !== "string" || text.includes("?") || text.trim() === "·" || text.trim() === "";
}

/**
 * @param {Picture} picture
 * @param {Frame} frame
 * @param {string} node
 * @returns {LeafTexts}
 */
export function leafTexts(picture, frame, node) {
  const [, value = "", gradient = "", how = "", check = ""] = frame.table.rows.find((r) => r.node === node)?.cells ?? [];
  const state = String(frame.texts[`n${node}.state`] ?? "plain");
  const slot = `n${node}.g`;
  const known = frame.texts[slot];
  if (!picture.predict?.slots.includes(slot)) return { value, gradient, how, check, state };
  return { value, gradient: isBlank(known) ? "?" : String(known), how: "", check: "", state: isBlank(known) ? "pending" : state };
}

/**
 * The frame of a training step: the texts of that step, in the graph and in the table.
 * @param {Frame} frame
 * @param {Texts} texts
 * @returns {Frame}
 */
export function frameAt(frame, texts) {
  const rows = frame.table.rows.map(({ node, cells }) => {
    const [name = "", value = "", gradient = ""] = cells;
    const shape = /\s(\([\d, ]*\))$/.exec(value)?.[0] ?? "";
    const now = texts[`n${node}.v`];
    const slope = texts[`n${node}.g`];
    return {
      node,
      cells: [
        name,
        typeof now === "string" ? now.replace(/^\s*=\s*/, "") + shape : value,
        typeof slope === "string" ? slope.replace(/^◂\s*/, "") : gradient,
        ...cells.slice(3).map(() => ""),
      ],
    };
  });
  return { ...frame, texts: { ...frame.texts, ...texts }, table: { ...frame.table, rows } };
}

/**
 * Of a check against differences: right, wrong, or a word of caution.
 * @param {string} text
 */
export function verdict(text) {
  if (text.startsWith("✓")) return "right";
  return text.startsWith("✗") ? "wrong" : "plain";
}

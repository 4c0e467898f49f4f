// What the slots of gradients are called.

/** @typedef {import("./types").Target} Target */
/** @typedef {import("./paneltypes").PanelPicture} PanelPicture */

/**
 * The part that a slot belongs to.
 * @param {string} slot `n3.g`, `e5.g`
 * @returns {Target}
 */
export function partOfSlot(slot) {
  return { kind: slot.startsWith("e") ? "edge" : "node", key: slot.slice(1, slot.lastIndexOf(".")) };
}

/**
 * What is asked for in a slot: `∂L/∂w`, or the step.
 * @param {PanelPicture} picture
 * @param {string} slot
 */
export function nameOf(picture, slot) {
  const { kind, key } = partOfSlot(slot);
  const leaf = picture.table.rows.find((row) => row.node === key)?.cells[0];
  if (kind === "node" && leaf) return picture.table.head[2]?.replace("leaf", leaf) ?? leaf;
  const part = kind === "edge" ? picture.edges[key] : (picture.nodes[key] ?? picture.nodes[picture.output]);
  return part?.where.replace(/^backward, /, "") ?? slot;
}

/**
 * The texts of a blank and of what belongs to it, hidden again.
 * @param {import("./types").Texts} texts
 * @param {string} slot
 * @returns {[string, string][]}
 */
export function blanked(texts, slot) {
  const stem = slot.slice(0, slot.lastIndexOf("."));
  /** @type {[string, string][]} */
  const all = [[slot, "?"], [`${stem}.s`, ""], [`${stem}.w`, "0"], [`${stem}.state`, "none"]];
  return all.filter(([name]) => texts[name] !== undefined);
}

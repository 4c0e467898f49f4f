// Which parts are selected: one, or two nodes; picked again a part is free.
import { nameOf } from "./targets.js";

/** @typedef {import("./types").Target} Target */

/**
 * @param {Target[]} selected
 * @param {Target | null} target null: none
 * @param {boolean} more a second node beside the first
 * @returns {Target[]}
 */
export function picked(selected, target, more) {
  const [first] = selected;
  if (!target) return [];
  if (selected.some((s) => nameOf(s) === nameOf(target))) return selected.filter((s) => nameOf(s) !== nameOf(target));
  return more && first?.kind === "node" && target.kind === "node" ? [first, target] : [target];
}

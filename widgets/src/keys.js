// What a key does among the graph's parts.

/** @typedef {{ move: number } | { pin: true } | { free: true } | null} Deed */

/**
 * @param {string} key
 * @param {number} at index of the focused part
 * @param {number} count how many parts there are
 * @returns {Deed} the index to move to, pin or free what is focused, or null for a key that is not ours
 */
export function deed(key, at, count) {
  if (key === "ArrowRight" || key === "ArrowDown") return { move: (at + 1) % count };
  if (key === "ArrowLeft" || key === "ArrowUp") return { move: (at - 1 + count) % count };
  if (key === "Home") return { move: 0 };
  if (key === "End") return { move: count - 1 };
  if (key === "Enter" || key === " ") return { pin: true };
  if (key === "Escape") return { free: true };
  return null;
}

/** @typedef {"first" | "back" | "toggle" | "forward" | "last"} Move */

/** @type {Record<string, Move>} */
const MOVES = { ArrowLeft: "back", ArrowRight: "forward", Home: "first", End: "last", " ": "toggle" };

/**
 * What a key does to the cursor over the steps.
 * @param {string} key
 * @returns {Move | null}
 */
export function move(key) {
  return MOVES[key] ?? null;
}

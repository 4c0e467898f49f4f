// What the reader attends to: what is pointed at, else what was selected or stepped to last.

/** @typedef {import("./types").Target} Target */

export function attention() {
  /** @type {Target | null} */
  let pointed = null;
  /** @type {Target[]} */
  let selected = [];
  let held = false; // whether a part was selected since the last step
  let walked = false; // once the reader has stepped, the last stop is a step like the others

  return {
    /** @returns {Target | null} null: the step */
    target: () => pointed ?? (held ? selected.at(-1) : null) ?? null,
    walked: () => walked,
    /** @param {Target | null} target */
    point(target) {
      pointed = target;
    },
    /** @param {Target[]} targets */
    select(targets) {
      [selected, held] = [targets, true];
    },
    step() {
      [pointed, held, walked] = [null, false, true];
    },
    /** The graph is another one. */
    forget() {
      [pointed, selected] = [null, []];
    },
  };
}

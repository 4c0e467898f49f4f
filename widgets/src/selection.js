// What the panels need to know of a selected part.

/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Target} Target */

/** @type {Record<string, string>} */
const WORDS = {
  none: "no gradient (None)",
  zero: "exactly 0",
  nan: "not a number",
  inf: "infinite",
  tiny: "vanishing: below 1e−7",
  huge: "exploding: 1e6 and more",
  accumulated: "added to what an earlier call left",
  pending: "not run yet",
};

/**
 * A key for the kernel: the output's box stands for the output's node.
 * @param {View} view
 * @param {Target} target
 */
export function asked(view, target) {
  return target.kind === "node" && target.key === "out" ? view.picture().output : target.key;
}

/**
 * @param {View} view
 * @param {Target} target
 */
export function message(view, target) {
  const key = asked(view, target);
  return target.kind === "node" ? { node: key } : { edge: key };
}

/**
 * @param {Target} target
 * @param {string} part `v`, `g`, `state`
 */
export function slotOf(target, part) {
  return `${target.kind === "node" ? "n" : "e"}${target.key}.${part}`;
}

/**
 * The state of a part's gradient, in words; empty for a plain one.
 * @param {View} view
 * @param {Target} target
 */
export function stateOf(view, target) {
  const state = String(view.frame().texts[slotOf(target, "state")] ?? "plain");
  return { state, words: WORDS[state] ?? "", strange: ["none", "zero", "nan", "inf", "tiny", "huge"].includes(state) };
}

/**
 * Whether a part's value has a shape.
 * @param {View} view
 * @param {Target} target
 */
export function isArray(view, target) {
  const texts = view.frame().texts;
  if (texts[slotOf(target, "hv")] !== undefined || view.slot(slotOf(target, "hv"))) return true;
  return ["v", "g"].some((part) => String(texts[slotOf(target, part)] ?? "").includes("‖"));
}

/**
 * @param {View} view
 * @param {Target} target
 */
export function partOf(view, target) {
  const picture = view.picture();
  return (target.kind === "node" ? picture.nodes[target.key] ?? picture.nodes[asked(view, target)] : picture.edges[target.key]) ?? null;
}

/**
 * Does `seen` on every selection and, when the numbers changed and then rested, again.
 * @param {View} view
 * @param {(targets: Target[], fresh: boolean) => void} seen `fresh`: another selection than before
 * @param {number} [quiet]
 */
export function follow(view, seen, quiet = 150) {
  /** @type {Target[]} */
  let targets = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const offs = [
    view.on("select", (chosen) => {
      clearTimeout(timer);
      targets = view.picture().predict ? [] : chosen; // while the reader predicts, nothing gives an answer away
      seen(targets, true);
    }),
    view.on("frame", () => {
      clearTimeout(timer);
      if (targets.length) timer = setTimeout(() => seen(targets, false), quiet);
    }),
    view.on("picture", () => {
      clearTimeout(timer);
      targets = [];
      seen(targets, true);
    }),
  ];
  return () => {
    clearTimeout(timer);
    for (const off of offs) off();
  };
}

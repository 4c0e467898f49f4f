// The cursor over the recorded order: what every slot says at a stop, and which parts the stop is about.

/** @typedef {import("./types").Frame} Frame */
/** @typedef {import("./types").Step} Step */
/** @typedef {import("./types").Texts} Texts */
/** @typedef {import("./types").Walk} Walk */

export const WAITS = "·"; // not run yet

/** @type {Record<string, string>} */
const UNSAID = { v: WAITS, g: WAITS, s: "", w: "0", state: "pending" };

/**
 * What every slot says after `k` steps. With `late` the steps are older than the frame (a leaf was dragged since): then
 * what has its last word by `k` takes it from the frame.
 * @param {Pick<Walk, "steps" | "blank">} walk
 * @param {Texts} final the frame's texts
 * @param {number} k
 * @param {boolean} [late]
 * @returns {Texts}
 */
export function textsAt(walk, final, k, late = false) {
  const { steps, blank } = walk;
  if (k >= steps.length) return { ...endOf(walk), ...final };
  /** @type {Texts} */
  const texts = { ...final, ...blank };
  /** @type {Set<string>} */
  const changing = new Set();
  for (const [i, step] of steps.entries()) {
    for (const slot of Object.keys(step.sets)) {
      if (!changing.has(slot) && blank[slot] === undefined) texts[slot] = unsaid(slot);
      changing.add(slot);
    }
    if (i < k) Object.assign(texts, step.sets);
  }
  if (late) takeLastWords(texts, walk, final, k, changing);
  for (const slot of Object.keys(final)) {
    if (/\.h[vg]$/.test(slot) && blank[slot] === undefined && !changing.has(slot)) {
      texts[slot] = mapAt(slot, texts, final);
    }
  }
  return texts;
}

/** @type {WeakMap<object, Texts>} */
const ends = new WeakMap();

/**
 * What slots say after all steps: asked for with every new number while a leaf is dragged.
 * @param {Pick<Walk, "steps" | "blank">} walk
 * @returns {Texts}
 */
function endOf({ steps, blank }) {
  const end = ends.get(steps) ?? Object.assign({}, blank, ...steps.map((step) => step.sets));
  ends.set(steps, end);
  return end;
}

/**
 * @param {Texts} texts changed
 * @param {Pick<Walk, "steps" | "blank">} walk
 * @param {Texts} final
 * @param {number} k
 * @param {Set<string>} changing the slots that steps set
 */
function takeLastWords(texts, { steps, blank }, final, k, changing) {
  const later = new Set(steps.slice(k).flatMap((step) => Object.keys(step.sets)));
  for (const [slot, last] of Object.entries(final)) {
    const first = blank[slot];
    const waits = !changing.has(slot) && (first === WAITS || first === "pending" || first === null);
    if (!later.has(slot) && !waits) texts[slot] = last;
  }
}

/**
 * A heat map of which no step speaks: it is there once its number has its last word.
 * @param {string} slot
 * @param {Texts} texts
 * @param {Texts} final
 */
function mapAt(slot, texts, final) {
  const number = slot.replace(/\.h([vg])$/, ".$1");
  return texts[number] === final[number] ? (final[slot] ?? null) : null;
}

/** @param {string} slot */
function unsaid(slot) {
  const what = slot.slice(slot.lastIndexOf(".") + 1);
  return what.startsWith("h") ? null : (UNSAID[what] ?? "");
}

/**
 * How far the passes are after `k` steps; the seed counts as the first step backward.
 * @param {Step[]} steps
 * @param {number} k
 */
export function progress(steps, k) {
  const forward = steps.filter((step) => step.phase === "forward").length;
  const done = steps.slice(0, k).filter((step) => step.phase === "forward").length;
  return { forward: done, forwards: forward, backward: k - done, backwards: steps.length - forward };
}

/**
 * The nodes that are still to be computed after `k` steps.
 * @param {Step[]} steps
 * @param {number} k
 */
export function uncomputed(steps, k) {
  return new Set(steps.slice(k).filter((step) => step.phase === "forward").map((step) => step.node));
}

/**
 * The parts that a step is about.
 * @param {Step | undefined} step
 */
export function partsOf(step) {
  if (!step) return { nodes: [], edges: [] };
  const edges = new Set(step.edges ?? []);
  if (step.edge !== null && step.edge !== undefined) edges.add(step.edge);
  return { nodes: step.phase === "seed" ? [step.node, "out"] : [step.node], edges: [...edges] };
}

/**
 * Where a cursor stands when its graph is replaced: at the end if it was there, else where it was.
 * @param {number} k
 * @param {number} before how many steps there were
 * @param {number} now
 */
export function carried(k, before, now) {
  return k >= before ? now : Math.min(k, now);
}

/**
 * Milliseconds between two steps while playing: a long walk goes faster.
 * @param {number} count
 */
export function pace(count) {
  return Math.min(900, Math.max(150, 40_000 / Math.max(1, count)));
}

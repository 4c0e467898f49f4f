// What a model's numbers are now: the picture, changed by what the kernel answered since; kept for the next mount.

/** @typedef {import("./types").Frame} Frame */
/** @typedef {import("./types").Model} Model */
/** @typedef {import("./types").Picture} Picture */
/** @typedef {import("./types").Walk} Walk */
/** @typedef {import("./types").Table} Table */
/** @typedef {import("./types").Texts} Texts */
/** @typedef {{ picture: Picture, walk: Walk, frame: Frame, titles: Texts, late: boolean, local: boolean, version: number }} Current */

/** @type {WeakMap<Model, { sent: Picture, current: Current }>} */
const kept = new WeakMap();

/**
 * The numbers of a model, also those that came while it was not on the page.
 * @param {Model} model
 * @returns {Current}
 */
export function currentOf(model) {
  const sent = model.get("picture");
  const old = kept.get(model);
  if (old && old.sent === sent) return old.current;
  const current = fresh(whole(sent ?? {}));
  kept.set(model, { sent, current });
  return current;
}

/**
 * A picture with empty values for what its sender left out.
 * @param {Partial<Picture>} sent
 * @returns {Picture}
 */
export function whole(sent) {
  const table = sent.table ?? { head: [], rows: [] };
  const empty = { header: "", svg: "", code: [], notes: [], output: "", steps: [], blank: {}, nodes: {}, edges: {} };
  const frame = { texts: {}, table, stale: false, note: "", ...sent.frame };
  return { ...empty, start: "end", leaves: [], predict: null, ...sent, table, frame };
}

/**
 * @param {Picture} picture
 * @returns {Current}
 */
export function fresh(picture) {
  const { steps, blank, nodes, edges, frame } = picture;
  return { picture, walk: { steps, blank, nodes, edges }, frame, titles: {}, late: false, local: false, version: 0 };
}

/**
 * Take a frame in: what it leaves out stays, the steps' texts are older than it from now on.
 * @param {Current} current
 * @param {Partial<Frame>} frame
 * @param {boolean} [local] the kernel may hold other numbers
 */
export function takeFrame(current, frame, local = false) {
  current.frame = { ...current.frame, ...frame, texts: { ...current.frame.texts, ...frame.texts } };
  current.late = true;
  current.local = local;
  current.version++;
}

/**
 * Whether steps end in these texts, so that they are about the same numbers.
 * @param {Partial<Walk>} walk
 * @param {Texts} final
 * @param {string[]} [but] slots that may differ
 */
export function agrees(walk, final, but = []) {
  /** @type {Texts} */
  const last = Object.assign({}, walk.blank, ...(walk.steps ?? []).map((step) => step.sets));
  const words = Object.entries(last).filter(([slot, text]) => typeof text === "string" && !but.includes(slot));
  return words.every(([slot, text]) => final[slot] === undefined || final[slot] === text);
}

/**
 * Take in the texts of the steps for the numbers that were shown at `version`, and what else was worked out meanwhile.
 * @param {Current} current
 * @param {Partial<Walk> & { titles?: Texts, table?: Table }} walk
 * @param {number} version
 */
export function takeWalk(current, walk, version) {
  const { steps, blank, nodes, edges } = { ...current.walk, ...walk };
  current.walk = { steps, blank, nodes, edges };
  current.titles = walk.titles ?? current.titles;
  current.late = current.version !== version;
  if (!current.late && walk.table) current.frame = { ...current.frame, table: walk.table };
}

/**
 * A message about a leaf of one picture, for another one: leaves are known by their names.
 * @param {import("./types").Message} message
 * @param {Picture} before
 * @param {Picture} now
 */
export function relinked(message, before, now) {
  if (message.do !== "drag") return null;
  const name = before.leaves.find((leaf) => leaf.node === message.leaf)?.name;
  const leaf = now.leaves.find((other) => other.name === name);
  return leaf ? { ...message, leaf: leaf.node } : null;
}

// What the reader predicted: kept in the browser, counted.

/** @typedef {"open" | "right" | "wrong" | "shown"} Verdict */
/** @typedef {{ answers: Record<string, string>, shown: string[] }} Kept */

const PREFIX = "notebook_ad.predict.";

/**
 * What was kept under the key; nothing where there is no storage.
 * @param {() => Storage} storage
 * @param {string} key
 * @returns {Kept}
 */
export function load(storage, key) {
  try {
    const found = JSON.parse(storage().getItem(PREFIX + key) ?? "{}");
    const entries = Object.entries(found?.answers ?? {}).filter(([, answer]) => typeof answer === "string");
    const shown = Array.isArray(found?.shown) ? found.shown.filter((/** @type {unknown} */ s) => typeof s === "string") : [];
    return { answers: /** @type {Record<string, string>} */ (Object.fromEntries(entries)), shown };
  } catch {
    return { answers: {}, shown: [] };
  }
}

/**
 * @param {() => Storage} storage
 * @param {string} key
 * @param {Kept} kept
 */
export function save(storage, key, kept) {
  try {
    if (Object.keys(kept.answers).length + kept.shown.length) storage().setItem(PREFIX + key, JSON.stringify(kept));
    else storage().removeItem(PREFIX + key);
  } catch {
    // no storage, or it is full: the answers live as long as the page
  }
}

/**
 * What the reader did with the blanks of one picture, kept with every change.
 * @param {() => Storage} storage
 * @param {string} key of the picture
 */
export function keeper(storage, key) {
  let kept = load(storage, key);
  return {
    answers: () => kept.answers,
    shown: () => kept.shown,
    /**
     * @param {string} slot
     * @param {string} answer empty: taken back
     */
    answer(slot, answer) {
      if (answer) kept.answers[slot] = answer;
      else delete kept.answers[slot];
      save(storage, key, kept);
    },
    /** @param {string[]} slots that were revealed, whatever was answered there */
    reveal(slots) {
      for (const slot of slots) {
        delete kept.answers[slot];
        if (!kept.shown.includes(slot)) kept.shown.push(slot);
      }
      save(storage, key, kept);
    },
    forget() {
      kept = { answers: {}, shown: [] };
      save(storage, key, kept);
    },
  };
}

/**
 * The score in words.
 * @param {Verdict[]} verdicts one of each blank
 */
export function score(verdicts) {
  const count = (/** @type {Verdict} */ what) => verdicts.filter((v) => v === what).length;
  const parts = [`${count("right")} of ${verdicts.length} right`];
  if (count("wrong")) parts.push(`${count("wrong")} to look at again`);
  if (count("shown")) parts.push(`${count("shown")} revealed`);
  if (count("right") === verdicts.length) parts.push("all of them");
  return parts.join(" · ");
}

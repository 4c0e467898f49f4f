// A bounded record of what came by: of too many every other one is dropped, the newest is always there.

/**
 * @template {{ step: number }} T
 * @param {number} limit
 */
export function kept(limit) {
  /** @type {T[]} */
  let items = [];
  /** @type {T | null} */
  let newest = null;
  let stride = 1;
  let count = 0;
  return {
    /** @param {T} item */
    add(item) {
      newest = item;
      if (count % stride === 0) items.push(item);
      count += 1;
      if (items.length <= limit) return;
      items = items.filter((_, i) => i % 2 === 0);
      stride *= 2;
    },
    /** @returns {T[]} */
    all: () => (newest && items.at(-1) !== newest ? [...items, newest] : [...items]),
    /** @param {T[]} next */
    replace(next) {
      items = [...next];
      newest = items.at(-1) ?? null;
      stride = 1;
      count = items.length;
    },
    newest: () => newest,
  };
}

/**
 * The place of the item whose step is next to `step`; −1 of none.
 * @param {{ step: number }[]} items in the order of their steps
 * @param {number} step
 */
export function nearest(items, step) {
  let best = -1;
  let least = Infinity;
  items.forEach((item, i) => {
    const far = Math.abs(item.step - step);
    if (far < least) [best, least] = [i, far];
  });
  return best;
}

// Who listens to what happens in a view.

/** @typedef {import("./types").Cleanup} Cleanup */
/** @typedef {import("./types").Events} Events */

export function emitter() {
  /** @type {Map<string, Set<(what: any) => void>>} */
  const listeners = new Map();
  return {
    /**
     * @template {keyof Events} K
     * @param {K} event
     * @param {(what: Events[K]) => void} fn
     * @returns {Cleanup}
     */
    on(event, fn) {
      const all = listeners.get(event) ?? new Set();
      listeners.set(event, all.add(fn));
      return () => all.delete(fn);
    },
    /**
     * @template {keyof Events} K
     * @param {K} event
     * @param {Events[K]} what
     */
    tell(event, what) {
      for (const fn of [...(listeners.get(event) ?? [])]) fn(what);
    },
    clear: () => listeners.clear(),
  };
}

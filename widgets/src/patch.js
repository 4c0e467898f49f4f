// Slots → DOM: what changed is written at once, and at most once per frame of the screen.
import { boxed, fit } from "./fit.js";
import { write } from "./slotwrite.js";

/** @typedef {import("./types").Heat} Heat */
/** @typedef {import("./types").Texts} Texts */

const FRAME = 16; // ms

/**
 * The part and the matter of a slot: `n3.state` → n3, state.
 * @param {string} slot
 * @returns {[part: string, what: string]}
 */
export function split(slot) {
  const at = slot.lastIndexOf(".");
  return at < 0 ? [slot, ""] : [slot.slice(0, at), slot.slice(at + 1)];
}

/**
 * The slots whose words differ from what is shown.
 * @param {Map<string, string | Heat | null>} shown
 * @param {Texts} texts
 */
export function changes(shown, texts) {
  return Object.entries(texts).filter(([slot, text]) => !same(shown.get(slot), text));
}

/**
 * @param {string | Heat | null | undefined} a
 * @param {string | Heat | null} b
 */
function same(a, b) {
  if (a === b || !a || !b || typeof a !== "object" || typeof b !== "object") return a === b;
  return a.dashes === b.dashes && a.crosses === b.crosses && String(a.squares) === String(b.squares);
}

/** @param {SVGElement} svg */
export function patcher(svg) {
  /** @type {Map<string, SVGElement>} */
  const slots = new Map();
  for (const element of svg.querySelectorAll("[data-t]")) {
    if (element instanceof SVGElement) slots.set(element.dataset.t ?? "", element);
  }
  /** @type {Map<string, SVGElement>} */
  const groups = new Map();
  for (const group of svg.querySelectorAll("[data-node],[data-edge]")) {
    if (!(group instanceof SVGElement)) continue;
    const { node, edge } = group.dataset;
    groups.set(node !== undefined ? `n${node}` : `e${edge}`, group);
  }
  const places = boxed(svg);
  /** @type {Map<string, string | Heat | null>} */
  const shown = new Map();
  /** @type {Texts} */
  let wanted = {};
  let frame = 0;
  let flushed = -Infinity;

  function flush() {
    cancelAnimationFrame(frame);
    frame = 0;
    flushed = performance.now();
    for (const [slot, text] of changes(shown, wanted)) {
      shown.set(slot, text);
      const [part, what] = split(slot);
      const element = slots.get(slot) ?? null;
      write(element, groups.get(part) ?? null, what, text);
      fit(places, element);
    }
  }

  return {
    /**
     * Show these texts now, or if some were shown since the last frame by the next; what they leave out stays.
     * @param {Texts} texts
     */
    show(texts) {
      wanted = texts;
      if (!frame && performance.now() - flushed > FRAME) flush();
      else frame ||= requestAnimationFrame(flush);
    },
    flush,
    /** @param {string} id */
    slot: (id) => slots.get(id) ?? null,
    close() {
      cancelAnimationFrame(frame);
      slots.clear();
      groups.clear();
    },
  };
}

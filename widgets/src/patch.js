// Slots → DOM: what changed is written at once, and at most once per frame of the screen.

/** @typedef {import("./types").Heat} Heat */
/** @typedef {import("./types").Texts} Texts */

const SVG = "http://www.w3.org/2000/svg";
const LEVELS = 8;
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
      write(slots.get(slot) ?? null, groups.get(part) ?? null, what, text);
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

/**
 * @param {SVGElement | null} element the slot's own, if the picture has one
 * @param {SVGElement | null} group of the node or edge
 * @param {string} what
 * @param {string | Heat | null} text
 */
function write(element, group, what, text) {
  if (what === "hv" || what === "hg") {
    if (element) paint(element, typeof text === "object" ? text : null);
  } else if (typeof text !== "string") {
    return;
  } else if (what === "state") {
    if (group) group.setAttribute("class", stated(group.getAttribute("class") ?? "", text));
  } else if (what === "w") {
    const band = group?.querySelector(".band");
    if (band instanceof SVGElement) band.style.strokeWidth = text;
  } else if (what === "t") {
    retitle(group, text);
  } else if (element) {
    element.textContent = text;
  }
}

/**
 * A group's classes with another state.
 * @param {string} classes
 * @param {string} state
 */
export function stated(classes, state) {
  return [...classes.split(/\s+/).filter((c) => c && !c.startsWith("s-")), `s-${state}`].join(" ");
}

/**
 * @param {SVGElement | null} group
 * @param {string} text
 */
function retitle(group, text) {
  const title = group?.querySelector(":scope > title");
  if (title) title.textContent = text;
  group?.setAttribute("aria-label", text.replaceAll("\n", ". "));
}

/**
 * @param {SVGElement} place
 * @param {Heat | null} heat
 */
function paint(place, heat) {
  const squares = (heat?.squares ?? []).map((d, level) => path(d, { opacity: (0.08 + (0.92 * level) / LEVELS).toFixed(2) }));
  const marks = [heat?.dashes, heat?.crosses].map((d) => path(d ?? "", { class: "mark" }));
  place.replaceChildren(...[...squares, ...marks].filter((p) => p !== null));
}

/**
 * @param {string} d
 * @param {Record<string, string>} attributes
 */
function path(d, attributes) {
  if (!d) return null;
  const made = document.createElementNS(SVG, "path");
  for (const [name, value] of Object.entries({ d, ...attributes })) made.setAttribute(name, value);
  return made;
}

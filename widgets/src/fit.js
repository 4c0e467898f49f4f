// Texts that outgrow their box when a leaf is dragged: set smaller, and beyond that narrower. By columns, as measuring is slow.

const ADVANCE = 0.605; // width of a monospaced character, in ems
const SMALLEST = 0.75; // of the font's size
const PAD = 4; // px between a text and its box, each side
const INVISIBLE = /[\u2066-\u2069\u200c\u200d\p{Mn}]/gu;

/** @typedef {{ size: number, room: number }} Room the font's size and the width for a text, in px */

/** @param {string} text */
export const columns = (text) => [...text.replace(INVISIBLE, "")].length;

/**
 * How a text of so many columns fits: the share of its font's size, and the width it is pressed into (0: none).
 * @param {number} count
 * @param {Room} place
 * @returns {[scale: number, pressed: number]}
 */
export function fitted(count, { size, room }) {
  const scale = room / (count * size * ADVANCE);
  return scale >= 1 ? [1, 0] : scale >= SMALLEST ? [scale, 0] : [SMALLEST, room];
}

/**
 * The width for each text at its place between the edges of its box and the texts beside it.
 * @param {{ x: number, y: number, wide: number }[]} texts with the width that they were drawn in, which fits
 * @param {number} left of the box
 * @param {number} right
 */
export function rooms(texts, left, right) {
  return texts.map(({ x, y, wide }) => {
    const beside = texts.filter((other) => other.y === y && other.x !== x).map((other) => Math.abs(other.x - x) / 2);
    return Math.max(wide, 2 * Math.min(x - left - PAD, right - x - PAD, ...beside));
  });
}

/**
 * The lines of text in boxes, with the room for each.
 * @param {SVGElement} svg
 */
export function boxed(svg) {
  /** @type {Map<Element, Room>} */
  const found = new Map();
  for (const box of svg.querySelectorAll(".node > rect.shape:first-of-type")) {
    const lines = [...(box.parentElement?.querySelectorAll(":scope > text") ?? [])].filter(changing);
    const left = number(box, "x");
    const texts = lines.map((line) => ({ x: number(line, "x"), y: number(line, "y"), wide: columns(words(line)) * size(line) * ADVANCE }));
    const widths = rooms(texts, left, left + number(box, "width"));
    lines.forEach((line, i) => found.set(line, { size: size(line), room: widths[i] ?? 0 }));
  }
  return found;
}

/**
 * Press a line into its room, if it has one, after one of its parts was written.
 * @param {Map<Element, Room>} places
 * @param {Element | null} part
 */
export function fit(places, part) {
  const line = part?.closest("text");
  const place = line && places.get(line);
  if (!line || !place) return;
  const [scale, pressed] = fitted(columns(words(line)), place);
  line.style.fontSize = scale < 1 ? `${(scale * place.size).toFixed(2)}px` : "";
  if (!pressed) return line.removeAttribute("textLength");
  line.setAttribute("textLength", pressed.toFixed(1));
  line.setAttribute("lengthAdjust", "spacingAndGlyphs");
}

/** @param {Element} line */
const changing = (line) => line.matches("[data-t]") || line.querySelector("[data-t]") !== null;

/** @param {Element} line */
const size = (line) => (line.matches(".small, .sum") ? 12 : line.matches(".dims") ? 11 : 13);

/** @param {Element} line */
const words = (line) => line.textContent ?? "";

/**
 * @param {Element} element
 * @param {string} attribute
 */
const number = (element, attribute) => Number(element.getAttribute(attribute));

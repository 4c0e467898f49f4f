// Which part of each code line is marked; columns count code points, as Python does.

/** @typedef {import("./types").Source} Source */
/** @typedef {{ text: string, marked: boolean }} Piece */

/**
 * The pieces of line `number` (from 1) when `source` is marked.
 * @param {string} line
 * @param {number} number
 * @param {Source | null} source
 * @returns {Piece[]}
 */
export function pieces(line, number, source) {
  if (!source || number < source[0] || number > source[2]) return [{ text: line, marked: false }];
  const points = Array.from(line);
  const indent = points.findIndex((c) => c.trim() !== "");
  const from = number === source[0] ? source[1] : Math.max(0, indent);
  const to = number === source[2] ? source[3] : points.length;
  const cut = [points.slice(0, from), points.slice(from, to), points.slice(to)];
  return cut.map((part, i) => ({ text: part.join(""), marked: i === 1 })).filter((piece) => piece.text);
}

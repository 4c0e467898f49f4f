// An array of any shape as a grid of rows and columns: the last axis runs along the rows.

/**
 * @param {number[]} shape
 * @returns {{ rows: number, columns: number }}
 */
export function gridOf(shape) {
  const columns = shape.at(-1) ?? 1;
  return { rows: shape.slice(0, -1).reduce((a, b) => a * b, 1), columns };
}

/**
 * The index of a flat place: (2, 3), 4 → [1, 1].
 * @param {number[]} shape
 * @param {number} flat
 * @returns {number[]}
 */
export function indexOf(shape, flat) {
  /** @type {number[]} */
  const index = [];
  let rest = flat;
  for (const size of [...shape].reverse()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
}

/**
 * Where a key leads from the cell `at`; null for a key that is not ours.
 * @param {string} key
 * @param {number} at flat place
 * @param {number} rows
 * @param {number} columns
 * @returns {number | null}
 */
export function moved(key, at, rows, columns) {
  const row = Math.floor(at / columns);
  const column = at % columns;
  if (key === "ArrowRight") return row * columns + Math.min(columns - 1, column + 1);
  if (key === "ArrowLeft") return row * columns + Math.max(0, column - 1);
  if (key === "ArrowDown") return Math.min(rows - 1, row + 1) * columns + column;
  if (key === "ArrowUp") return Math.max(0, row - 1) * columns + column;
  if (key === "Home") return row * columns;
  if (key === "End") return row * columns + columns - 1;
  return null;
}

/**
 * Where a window of `size` out of `count` starts, so that `at` is in its middle where it can be.
 * @param {number} at
 * @param {number} count
 * @param {number} size
 */
export function windowStart(at, count, size) {
  return Math.max(0, Math.min(at - Math.floor(size / 2), count - size));
}

/**
 * `x[1, 2]`
 * @param {string} name
 * @param {number[]} index
 */
export function element(name, index) {
  return `${name}[${index.join(", ")}]`;
}

/** @param {number[]} shape */
export function shapeText(shape) {
  return `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
}

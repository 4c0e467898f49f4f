// Geometry of bars: a share with its sign, a histogram's counts.

/** @typedef {{ x: number, y: number, width: number, height: number }} Bar */

/**
 * A bar that starts at the middle: to the right for what adds, to the left for what takes away.
 * @param {number} fraction −1 … 1
 * @param {number} width of the whole
 */
export function shareBar(fraction, width) {
  const size = (Math.min(1, Math.abs(Number.isFinite(fraction) ? fraction : 0)) * width) / 2;
  return { x: fraction < 0 ? width / 2 - size : width / 2, width: size };
}

/**
 * Bars side by side, the largest as high as the whole; a count above zero is never invisible.
 * @param {number[]} counts
 * @param {number} width
 * @param {number} height
 * @returns {Bar[]}
 */
export function histogramBars(counts, width, height) {
  const largest = Math.max(1, ...counts);
  const step = width / Math.max(1, counts.length);
  return counts.map((count, i) => {
    const high = count > 0 ? Math.max(1.5, (count / largest) * height) : 0;
    return { x: i * step, y: height - high, width: Math.max(1, step - 1), height: high };
  });
}

/**
 * Where zero lies between low and high, as a share of the width; null outside.
 * @param {number} low
 * @param {number} high
 */
export function zeroAt(low, high) {
  return low < 0 && high > 0 ? -low / (high - low) : null;
}

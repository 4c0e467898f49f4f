// Scales of the charts: linear, or logarithmic where positive numbers range widely; ticks; lines with gaps.

const WIDE = 100;

/**
 * Whether a logarithmic scale serves better.
 * @param {number[]} values
 */
export function isWide(values) {
  const [least, most] = bounds(values);
  return least > 0 && most < Infinity && most / least >= WIDE;
}

/**
 * Least and largest of the finite values, never equal.
 * @param {number[]} values
 * @returns {[number, number]}
 */
export function extent(values) {
  const [low, high] = bounds(values);
  if (low > high) return [0, 1];
  if (low < high) return [low, high];
  const room = Math.abs(low) * 0.1 || 0.5;
  return [low - room, high + room];
}

/**
 * Least and largest of the finite values; [∞, −∞] where there is none.
 * @param {number[]} values
 * @returns {[number, number]}
 */
export function bounds(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const x of values) {
    if (!Number.isFinite(x)) continue;
    if (x < low) low = x;
    if (x > high) high = x;
  }
  return [low, high];
}

/**
 * @param {[number, number]} domain
 * @param {[number, number]} range in pixels
 * @param {boolean} wide logarithmic
 * @returns {(x: number) => number}
 */
export function scale([low, high], [from, to], wide) {
  const at = wide ? Math.log10 : (/** @type {number} */ x) => x;
  const [a, b] = [at(low), at(high)];
  return (x) => from + ((at(x) - a) / (b - a || 1)) * (to - from);
}

/**
 * Round numbers within the domain, about `count` of them.
 * @param {[number, number]} domain
 * @param {number} count
 */
export function niceTicks([low, high], count) {
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((m) => m * power >= rough * 0.75) ?? 10) * power;
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i += 1) ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

/**
 * Powers of ten within the domain, at most `count`; where there is only one or none, the ends.
 * @param {[number, number]} domain
 * @param {number} count
 */
export function logTicks([low, high], count) {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const stride = Math.max(1, Math.ceil((last - first + 1) / count));
  const ticks = [];
  for (let power = first; power <= last; power += stride) ticks.push(Number(`1e${power}`));
  return ticks.length > 1 ? ticks : [low, high];
}

/**
 * An SVG path through the points; it breaks where a number is none.
 * @param {[number, number][]} points
 */
export function linePath(points) {
  let pen = false;
  let path = "";
  for (const [x, y] of points) {
    if (Number.isFinite(x) && Number.isFinite(y)) path += `${pen ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = Number.isFinite(x) && Number.isFinite(y);
  }
  return path;
}

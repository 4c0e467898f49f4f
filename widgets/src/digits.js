// Numbers as the picture writes them, and read back.

/**
 * At most `digits` significant digits, a true minus sign: `−6`, `0.3333`, `1.5e−9`, `∞`, `NaN`.
 * @param {number} x
 * @param {number} [digits]
 */
export function short(x, digits = 4) {
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  const [mantissa = "0", exponent] = scientific(x, digits);
  const tidy = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  return (exponent === undefined ? tidy : `${tidy}e${Number(exponent)}`).replaceAll("-", "−").replace(/^−0$/, "0");
}

/**
 * @param {number} x
 * @param {number} digits
 */
function scientific(x, digits) {
  const size = Math.abs(x);
  const text = size !== 0 && size < 1e-4 ? x.toExponential(digits - 1) : x.toPrecision(digits);
  return text.split("e");
}

/**
 * The number at the end of a text: `a = −2` → −2; NaN where there is none.
 * @param {string} text
 */
export function parse(text) {
  const plain = text.replaceAll("−", "-").trim();
  if (/(^|\s)-?∞$/.test(plain)) return plain.endsWith("-∞") ? -Infinity : Infinity;
  const found = /(?:^|[\s=])([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)$/i.exec(plain);
  return found ? Number(found[1]) : NaN;
}

/**
 * Whether a text with few digits may stand for the value.
 * @param {number} value
 * @param {string} text
 */
export function agrees(value, text) {
  const read = parse(text);
  return Number.isNaN(read) || read === value || Math.abs(read - value) <= 1e-3 * Math.abs(value);
}

/**
 * The multiple of `step` next to `value`, without the dust of floating point.
 * @param {number} value
 * @param {number} step
 */
export function quantise(value, step) {
  return step > 0 ? Number((Math.round(value / step) * step).toPrecision(12)) : value;
}

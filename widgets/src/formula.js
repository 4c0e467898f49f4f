// A rule's text taken apart, so that its numbers can be coloured by what they are.

/** @typedef {"formula" | "upstream" | "local" | "gradient" | "value" | "plain" | "note"} Role */
/** @typedef {{ text: string, role: Role }} Piece */

/**
 * `∂L/∂w += ∂L/∂(a·w) · a = −2 × 2 = −4` → the formula, upstream −2, local 2, gradient −4. Of other derivatives the last
 * ` = number` is the gradient; `a·w = 2 × 3 = 6` is forward: the numbers are local, the last is the value. What stands behind two spaces (shapes, "(the seed)") is a note.
 * @param {string} rule
 * @returns {Piece[]}
 */
export function formula(rule) {
  const noted = /^(.*?\S)( {2}\S.*)$/su.exec(rule);
  if (noted) return [...formula(noted[1] ?? ""), { text: noted[2] ?? "", role: "note" }];
  const product = /^(∂.+) = (\S+) × (\S+) = (\S.*)$/su.exec(rule);
  if (product) {
    const [, left = "", upstream = "", local = "", total = ""] = product;
    return [
      { text: left, role: "formula" },
      { text: " = ", role: "plain" },
      { text: upstream, role: "upstream" },
      { text: " × ", role: "plain" },
      { text: local, role: "local" },
      { text: " = ", role: "plain" },
      { text: total, role: "gradient" },
    ];
  }
  const at = rule.lastIndexOf(" = ");
  if (!rule.startsWith("∂") && at >= 0) return computed(rule.split(" = "));
  if (at < 0) return [{ text: rule, role: "formula" }];
  return [
    { text: rule.slice(0, at), role: "formula" },
    { text: " = ", role: "plain" },
    { text: rule.slice(at + 3), role: "gradient" },
  ];
}

/**
 * @param {string[]} sides of a forward step: what is computed, how, the value
 * @returns {Piece[]}
 */
function computed(sides) {
  const last = sides.length - 1;
  return sides.flatMap((text, i) => {
    /** @type {Role} */
    const role = i === last ? "value" : i > 0 && !/\p{L}/u.test(text.replaceAll(/\de[−\d]/gu, "")) ? "local" : "formula";
    return i ? [{ text: " = ", role: /** @type {Role} */ ("plain") }, { text, role }] : [{ text, role }];
  });
}

/** @typedef {{ text: string } | { over: string, under: string }} Token */

const OPEN = "([{\u2066\u2067\u2068";
const CLOSE = ")]}\u2069";

/**
 * A formula's text with its derivatives as fractions: `∂L/∂w += G` → ∂L over ∂w, ` += G`.
 * @param {string} text
 * @returns {Token[]}
 */
export function fractions(text) {
  /** @type {Token[]} */
  const tokens = [];
  let from = 0;
  for (let at = text.indexOf("∂"); at >= 0; at = text.indexOf("∂", at + 1)) {
    const slash = at + reach(text.slice(at), "/ ");
    if (!text.startsWith("/∂", slash)) continue;
    const end = slash + 2 + reach(text.slice(slash + 2), " ,");
    if (at > from) tokens.push({ text: text.slice(from, at) });
    tokens.push({ over: text.slice(at, slash), under: text.slice(slash + 1, end) });
    from = end;
    at = end - 1;
  }
  if (from < text.length) tokens.push({ text: text.slice(from) });
  return tokens;
}

/**
 * How far a text goes before one of `stops`, or a bracket that it did not open; stops inside brackets do not count.
 * @param {string} text
 * @param {string} stops
 */
function reach(text, stops) {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (OPEN.includes(c)) depth++;
    else if (CLOSE.includes(c) && --depth < 0) return i;
    else if (depth === 0 && stops.includes(c)) return i;
  }
  return text.length;
}

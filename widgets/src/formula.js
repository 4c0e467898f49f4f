// A rule's text taken apart, so that its numbers can be coloured by what they are.

/** @typedef {"formula" | "upstream" | "local" | "gradient" | "plain"} Role */
/** @typedef {{ text: string, role: Role }} Piece */

/**
 * `∂L/∂w += ∂L/∂(a·w) · a = −2 × 2 = −4` → the formula, upstream −2, local 2, gradient −4. Other texts stay whole but
 * for a last ` = number`, which is the gradient.
 * @param {string} rule
 * @returns {Piece[]}
 */
export function formula(rule) {
  const product = /^(.+) = (\S+) × (\S+) = (\S.*)$/su.exec(rule);
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
  if (!rule.startsWith("∂") || at < 0) return [{ text: rule, role: "formula" }];
  return [
    { text: rule.slice(0, at), role: "formula" },
    { text: " = ", role: "plain" },
    { text: rule.slice(at + 3), role: "gradient" },
  ];
}

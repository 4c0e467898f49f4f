import assert from "node:assert/strict";
import { test } from "node:test";
import { formula, fractions } from "../src/formula.js";

/** @param {string} rule */
const roles = (rule) => Object.fromEntries(formula(rule).map((p) => [p.role, p.text]));

test("the numbers of a product get their roles", () => {
  const found = roles("∂L/∂w += ∂L/∂(a·w) · a = −2 × (−1) = 2");
  assert.equal(found.formula, "∂L/∂w += ∂L/∂(a·w) · a");
  assert.equal(found.upstream, "−2");
  assert.equal(found.local, "(−1)");
  assert.equal(found.gradient, "2");
});

test("nothing of the text is lost", () => {
  for (const rule of ["∂L/∂w = G · a = −2 × 2 = −4", "∂L/∂W = xᵀ @ ∂L/∂h = ‖1.2‖", "a·w = 6", "c is a constant: no gradient"]) {
    assert.equal(formula(rule).map((p) => p.text).join(""), rule);
  }
});

test("a rule without a product ends in its contribution", () => {
  assert.equal(roles("∂L/∂W = xᵀ @ ∂L/∂h = ‖1.2‖").gradient, "‖1.2‖");
});

test("a forward step ends in its value, the numbers before it are local", () => {
  const found = formula("h = a·w = 2e−9 × (−3) = −6e−9");
  assert.deepEqual(found.filter((p) => p.role !== "plain"), [
    { text: "h", role: "formula" },
    { text: "a·w", role: "formula" },
    { text: "2e−9 × (−3)", role: "local" },
    { text: "−6e−9", role: "value" },
  ]);
  assert.deepEqual(formula("a = 2").map((p) => p.role), ["formula", "plain", "value"]);
});

test("what stands behind two spaces is a note", () => {
  assert.deepEqual(formula("∂L/∂L = 1  (the seed)").at(-1), { text: "  (the seed)", role: "note" });
  assert.equal(roles("∂L/∂W += xᵀ @ ∂L/∂h = ‖1.2‖  (5,4)@(4,5)").gradient, "‖1.2‖");
});

/** @param {string} text */
const typeset = (text) => fractions(text).map((t) => ("text" in t ? t.text : `[${t.over}|${t.under}]`)).join("");

test("derivatives are fractions", () => {
  assert.equal(typeset("∂L/∂w += ∂L/∂(a·w) · a"), "[∂L|∂w] += [∂L|∂(a·w)] · a");
  assert.equal(typeset("xᵀ @ ∂L/∂h, summed"), "xᵀ @ [∂L|∂h], summed");
  assert.equal(typeset("−(∂L/∂z)·2"), "−([∂L|∂z])·2");
});

test("names with brackets, slashes and spaces stay in one piece", () => {
  assert.equal(typeset("∂L/∂(a / b) = 2"), "[∂L|∂(a / b)] = 2");
  assert.equal(typeset('∂L/∂d["x y"] = 2'), '[∂L|∂d["x y"]] = 2');
  assert.equal(typeset("∂\u2068שלום\u2069/∂\u2068א ב\u2069 = 1"), "[∂\u2068שלום\u2069|∂\u2068א ב\u2069] = 1");
  assert.equal(typeset("a ∂ alone, ∂L and ∂(open"), "a ∂ alone, ∂L and ∂(open");
});

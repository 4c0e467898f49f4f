import assert from "node:assert/strict";
import { test } from "node:test";
import { formula } from "../src/formula.js";

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

test("a value is no gradient", () => {
  assert.deepEqual(formula("a·w = 6"), [{ text: "a·w = 6", role: "formula" }]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { slide } from "../src/scroll.js";

test("what is in view is not scrolled to", () => {
  assert.equal(slide(100, 200, 500), 0);
});

test("what is outside comes to the middle", () => {
  assert.equal(slide(450, 520, 500), 235);
  assert.equal(slide(-30, 40, 500), -245);
});

test("what is too large shows its start", () => {
  assert.equal(slide(400, 1200, 500), 376);
  assert.equal(slide(-100, 700, 500), -124);
  assert.equal(slide(30, 700, 500), 0);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { deed, move } from "../src/keys.js";

test("arrows go round, Home and End go to the ends", () => {
  assert.deepEqual(deed("ArrowRight", 4, 5), { move: 0 });
  assert.deepEqual(deed("ArrowLeft", 0, 5), { move: 4 });
  assert.deepEqual(deed("Home", 3, 5), { move: 0 });
  assert.deepEqual(deed("End", 3, 5), { move: 4 });
});

test("Enter and space hold, Escape frees, other keys are left alone", () => {
  assert.deepEqual(deed("Enter", 0, 5), { pin: true });
  assert.deepEqual(deed(" ", 0, 5), { pin: true });
  assert.deepEqual(deed("Escape", 0, 5), { free: true });
  assert.equal(deed("a", 0, 5), null);
  assert.equal(deed("Tab", 0, 5), null);
});

test("keys move the cursor over the steps", () => {
  assert.deepEqual(["ArrowLeft", "ArrowRight", "Home", "End", " ", "x", "Enter"].map(move), ["back", "forward", "first", "last", "toggle", null, null]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { more } from "../src/edges.js";
import { columns, fitted, rooms } from "../src/fit.js";

const place = { size: 12, room: 120 };

test("what fits keeps its size", () => {
  assert.deepEqual(fitted(16, place), [1, 0]);
});

test("what is a little too long is set smaller, what is far too long is pressed too", () => {
  const [scale, pressed] = fitted(20, place);
  assert.ok(scale < 1 && scale > 0.75 && pressed === 0);
  assert.ok(20 * 12 * scale * 0.605 <= 120.01);
  assert.deepEqual(fitted(40, place), [0.75, 120]);
});

test("a text has the room to the nearer edge, or to the text beside it, and at least what it was drawn in", () => {
  assert.deepEqual(rooms([{ x: 50, y: 0, wide: 10 }], 0, 100), [92]);
  assert.deepEqual(rooms([{ x: 30, y: 0, wide: 10 }, { x: 70, y: 0, wide: 60 }], 0, 100), [40, 60]);
});

test("columns are counted without marks that take no room", () => {
  assert.equal(columns("\u2068Σ 1\u2069"), 3);
});

test("a box fades out where there is more to see", () => {
  assert.deepEqual(more(0, 500, 900), { before: false, after: true });
  assert.deepEqual(more(200, 500, 900), { before: true, after: true });
  assert.deepEqual(more(400, 500, 900), { before: true, after: false });
  assert.deepEqual(more(0, 500, 500), { before: false, after: false });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { partAt, resting } from "../src/words.js";

const part = (/** @type {string} */ where) => ({ where, lines: [`${where} = 1`, "more"], source: null });
const WALK = /** @type {any} */ ({ steps: [{}], nodes: { 3: part("L") }, edges: { out: part("seed") }, blank: {} });

test("the output's box speaks for the output", () => {
  assert.equal(partAt(WALK, "3", { kind: "node", key: "out" })?.where, "L");
  assert.equal(partAt(WALK, "3", { kind: "edge", key: "out" })?.where, "seed");
  assert.equal(partAt(WALK, "3", { kind: "node", key: "9" }), undefined);
});

test("at rest the output is told with the number that the graph shows", () => {
  assert.deepEqual(resting(WALK, "3", 1, { "nout.v": "0.5" }).lines, ["L = 0.5"]);
  const whole = /** @type {any} */ ({ steps: [{}], nodes: { 3: { lines: ["y = tanh(x) = ‖3‖ (2, 3)"] } }, edges: {}, blank: {} });
  assert.deepEqual(resting(whole, "3", 1, { "nout.v": "‖5‖" }).lines, ["y = tanh(x) = ‖5‖ (2, 3)"]);
});

test("at rest the output is told, before the first step how to start", () => {
  assert.deepEqual(resting(WALK, "3", 1).lines, ["L = 1"]);
  assert.deepEqual(resting(WALK, "3", 0).lines, []);
  assert.deepEqual(resting({ ...WALK, steps: [] }, "none", 0).lines, []);
});

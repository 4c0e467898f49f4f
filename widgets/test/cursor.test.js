import assert from "node:assert/strict";
import { test } from "node:test";
import { carried, pace, partsOf, progress, textsAt, uncomputed } from "../src/cursor.js";

/** @typedef {import("../src/types").Step} Step */

/**
 * @param {import("../src/types").Phase} phase
 * @param {string} node
 * @param {string | null} edge
 * @param {import("../src/types").Texts} sets
 * @returns {Step}
 */
const step = (phase, node, edge, sets) => ({ phase, node, edge, edges: edge ? [edge] : [], where: "", lines: [], source: null, sets });

// y = a·a: node 0 is a, node 1 the product; edges 0 and 1 lead from a to it
const WALK = {
  steps: [
    step("forward", "1", null, { "n1.v": "4", "n1.hv": { squares: ["M"], dashes: "", crosses: "" } }),
    step("seed", "1", "out", { "eout.g": "◂ 1" }),
    step("backward", "0", "0", { "e0.g": "◂ 2", "n0.g": "2 + …", "e0.w": "3" }),
    step("backward", "0", "1", { "e1.g": "◂ 2", "n0.g": "4", "n0.s": "Σ 2 + 2 = 4", "n0.state": "plain" }),
  ],
  blank: { "n0.v": "2", "n1.v": "·", "n1.hv": null, "eout.g": "·", "e0.g": "·", "e1.g": "·", "n0.g": "·", "n0.s": "", "n0.state": "pending", "e0.w": "0" },
};
const FINAL = textsAt(WALK, {}, 4);

test("before the first step everything is blank but the leaves' values", () => {
  const texts = textsAt(WALK, FINAL, 0);
  assert.equal(texts["n0.v"], "2");
  assert.equal(texts["n1.v"], "·");
  assert.equal(texts["n1.hv"], null);
  assert.equal(texts["n0.state"], "pending");
});

test("steps fill in what they set, in order; a step back takes it away again", () => {
  assert.equal(textsAt(WALK, FINAL, 1)["n1.v"], "4");
  assert.equal(textsAt(WALK, FINAL, 3)["n0.g"], "2 + …");
  assert.equal(textsAt(WALK, FINAL, 4)["n0.g"], "4");
  assert.equal(textsAt(WALK, FINAL, 2)["e0.g"], "·");
});

test("at the end the frame has the last word", () => {
  assert.equal(textsAt(WALK, { ...FINAL, "n0.g": "6" }, 4)["n0.g"], "6");
});

test("after a drag, what has its last word by now follows the frame, the rest waits", () => {
  const dragged = { ...FINAL, "n0.v": "3", "n1.v": "9", "n0.g": "6", "e0.g": "◂ 3" };
  const texts = textsAt(WALK, dragged, 3, true);
  assert.equal(texts["n0.v"], "3"); // no step sets a leaf's value
  assert.equal(texts["n1.v"], "9");
  assert.equal(texts["e0.g"], "◂ 3");
  assert.equal(texts["n0.g"], "2 + …"); // the sum is not complete
  assert.equal(texts["e1.g"], "·");
});

test("what no blank speaks of is blank by its kind, and a map follows its number", () => {
  const steps = [step("forward", "1", null, { "n1.v": "4" }), step("backward", "0", "0", { "e0.g": "1", "e0.w": "2", "e0.state": "plain" })];
  const map = { squares: [], dashes: "", crosses: "" };
  const final = { "n1.v": "4", "n1.hv": map, "e0.g": "1", "e0.w": "2", "e0.state": "plain", "n9.v": "7" };
  const blank = textsAt({ steps, blank: {} }, final, 0);
  assert.deepEqual(blank, { "n1.v": "·", "n1.hv": null, "e0.g": "·", "e0.w": "0", "e0.state": "pending", "n9.v": "7" });
  assert.equal(textsAt({ steps, blank: {} }, final, 1)["n1.hv"], map);
});

test("a picture without steps shows its frame", () => {
  assert.deepEqual(textsAt({ steps: [], blank: {} }, { "n0.v": "1" }, 0), { "n0.v": "1" });
});

test("progress counts the seed as the first step backward", () => {
  assert.deepEqual(progress(WALK.steps, 0), { forward: 0, forwards: 1, backward: 0, backwards: 3 });
  assert.deepEqual(progress(WALK.steps, 2), { forward: 1, forwards: 1, backward: 1, backwards: 3 });
});

test("a step is about its node and edges, the seed also about the output's box", () => {
  assert.deepEqual(partsOf(WALK.steps[2]), { nodes: ["0"], edges: ["0"] });
  assert.deepEqual(partsOf(WALK.steps[1]), { nodes: ["1", "out"], edges: ["out"] });
  assert.deepEqual(partsOf(undefined), { nodes: [], edges: [] });
});

test("nodes wait until their forward step", () => {
  assert.deepEqual([...uncomputed(WALK.steps, 0)], ["1"]);
  assert.deepEqual([...uncomputed(WALK.steps, 1)], []);
});

test("a cursor at the end stays at the end of another graph", () => {
  assert.equal(carried(4, 4, 9), 9);
  assert.equal(carried(3, 4, 9), 3);
  assert.equal(carried(3, 4, 2), 2);
});

test("long walks play faster, within reason", () => {
  assert.equal(pace(10), 900);
  assert.equal(pace(100_000), 150);
  assert.ok(pace(100) < 900 && pace(100) > 150);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { load, save, score } from "../src/answers.js";
import { histogramBars, shareBar, zeroAt } from "../src/bars.js";
import { element, gridOf, indexOf, moved, windowStart } from "../src/cells.js";
import { agrees, parse, quantise, short } from "../src/digits.js";
import { endsOf } from "../src/lit.js";
import { frameAt, leafTexts } from "../src/rows.js";

test("numbers are written as Python's side writes them", () => {
  const written = [-6, 1 / 3, 1.5e-9, Infinity, 0, -0, 1234567, 12, 100, 0.1 + 0.2, NaN].map((x) => short(x));
  assert.deepEqual(written, ["−6", "0.3333", "1.5e−9", "∞", "0", "0", "1.235e6", "12", "100", "0.3", "NaN"]);
});

test("a number is read back from the end of a text", () => {
  assert.deepEqual([" = −2", "3e7", "1.5e−9", "−∞", ".5"].map(parse), [-2, 3e7, 1.5e-9, -Infinity, 0.5]);
  assert.ok(Number.isNaN(parse("‖1.9‖")));
  assert.ok(agrees(1 / 3, "0.3333") && !agrees(0.4, "0.3333"));
});

test("a slider's value has no dust of floating point", () => {
  assert.equal(quantise(0.30000000000000004, 0.1), 0.3);
  assert.equal(quantise(2.4, 1), 2);
});

test("a share's bar starts in the middle and goes to its sign's side", () => {
  assert.deepEqual(shareBar(1, 56), { x: 28, width: 28 });
  assert.deepEqual(shareBar(-0.5, 56), { x: 14, width: 14 });
  assert.equal(shareBar(NaN, 56).width, 0);
});

test("a histogram's bars fill the height, small counts stay visible", () => {
  const [a, b, c] = histogramBars([0, 1, 1000], 30, 50);
  assert.equal(a?.height, 0);
  assert.equal(b?.height, 1.5);
  assert.deepEqual([c?.y, c?.height], [0, 50]);
  assert.equal(zeroAt(-1, 3), 0.25);
  assert.equal(zeroAt(1, 3), null);
});

test("cells of any shape are rows along the last axis, and keys stay inside", () => {
  assert.deepEqual(gridOf([2, 3, 4]), { rows: 6, columns: 4 });
  assert.deepEqual(gridOf([5]), { rows: 1, columns: 5 });
  assert.deepEqual(indexOf([2, 3, 4], 23), [1, 2, 3]);
  assert.equal(element("x", [1, 2]), "x[1, 2]");
  assert.deepEqual(["ArrowRight", "ArrowDown", "ArrowUp", "Home", "End"].map((key) => moved(key, 3, 2, 4)), [3, 7, 3, 0, 3]);
  assert.equal(moved("a", 0, 2, 4), null);
  assert.deepEqual([windowStart(0, 40, 8), windowStart(20, 40, 8), windowStart(39, 40, 8), windowStart(1, 3, 8)], [0, 16, 32, 0]);
});

test("nodes at the ends of a path's edges, with the output's box", () => {
  const step = (phase, node, edge, edges) => ({ phase, node, edge, edges });
  const steps = [step("forward", "2", null, ["0", "1"]), step("seed", "2", "out", []), step("backward", "0", "0", []), step("backward", "1", "1", [])];
  assert.deepEqual(endsOf(/** @type {any} */ (steps), ["0"], "2"), ["2", "0", "out"]);
});

/** @param {Record<string, string>} texts */
const frameOf = (texts) => ({
  texts,
  table: { head: [], rows: [{ node: "1", cells: ["w", "3", "−4", "−2 × 2", "✓ −4.000"] }] },
  stale: false,
  note: "",
});

test("answers that are asked for stay hidden in the table until they are known", () => {
  const picture = /** @type {any} */ ({ predict: { slots: ["n1.g"], key: "k" } });
  assert.deepEqual(leafTexts(picture, frameOf({ "n1.g": "?" }), "1"), { value: "3", gradient: "?", how: "", check: "", state: "pending" });
  assert.equal(leafTexts(picture, frameOf({ "n1.g": "−5" }), "1").gradient, "−5");
  const plain = /** @type {any} */ ({ predict: null });
  assert.deepEqual(leafTexts(plain, frameOf({ "n1.state": "zero" }), "1"), { value: "3", gradient: "−4", how: "−2 × 2", check: "✓ −4.000", state: "zero" });
});

test("a training step's texts reach the table; what it does not know is empty", () => {
  const frame = frameAt(frameOf({ "n1.v": " = 3" }), { "n1.v": " = 2.5", "n1.g": "0.1" });
  assert.deepEqual(frame.table.rows[0]?.cells, ["w", "2.5", "0.1", "", ""]);
  assert.equal(frame.texts["n1.v"], " = 2.5");
});

function memory() {
  const held = new Map();
  return { getItem: (k) => held.get(k) ?? null, setItem: (k, v) => held.set(k, v), removeItem: (k) => held.delete(k), held };
}

test("predictions come back; rubbish in the store and no store are no error", () => {
  const storage = /** @type {any} */ (memory());
  save(() => storage, "k", { answers: { "n1.g": "−4" }, shown: ["e5.g"] });
  assert.deepEqual(load(() => storage, "k"), { answers: { "n1.g": "−4" }, shown: ["e5.g"] });
  save(() => storage, "k", { answers: {}, shown: [] });
  assert.equal(storage.held.size, 0);
  for (const rubbish of ["{", "null", '{"answers": 3, "shown": 4}', '{"answers": {"a": 1}}']) {
    storage.setItem("notebook_ad.predict.k", rubbish);
    assert.deepEqual(load(() => storage, "k"), { answers: {}, shown: [] });
  }
  const none = () => { throw new Error("denied"); };
  assert.deepEqual(load(none, "k"), { answers: {}, shown: [] });
  save(none, "k", { answers: { a: "1" }, shown: [] });
});

test("the score counts what is right and names what is not", () => {
  assert.equal(score(["right", "open"]), "1 of 2 right");
  assert.equal(score(["right", "wrong", "shown"]), "1 of 3 right · 1 to look at again · 1 revealed");
  assert.equal(score(["right"]), "1 of 1 right · all of them");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { kept, nearest } from "../src/kept.js";
import { extent, isWide, linePath, logTicks, niceTicks, scale } from "../src/scale.js";
import { sizeIn, spark } from "../src/sparks.js";
import { trainingOf } from "../src/training.js";

test("a wide range of positive numbers gets a logarithmic scale, others do not", () => {
  assert.ok(isWide([100, 1]) && isWide([1e-9, NaN, 5]));
  assert.ok(!isWide([99, 1]) && !isWide([100, 0]) && !isWide([-1, 100]) && !isWide([NaN]) && !isWide([]));
});

test("scales map the ends to the ends", () => {
  const y = scale([1, 1e4], [100, 0], true);
  assert.deepEqual([y(1), y(100), y(1e4)], [100, 50, 0]);
  assert.equal(scale([0, 10], [0, 100], false)(2.5), 25);
  assert.deepEqual(extent([3, 3]), [2.7, 3.3]);
  assert.deepEqual(extent([NaN]), [0, 1]);
});

test("ticks are round and inside", () => {
  assert.deepEqual(niceTicks([0, 97], 4), [0, 20, 40, 60, 80]);
  assert.deepEqual(niceTicks([0, 0.31], 3), [0, 0.1, 0.2, 0.3]);
  assert.deepEqual(niceTicks([-1, 1], 4), [-1, -0.5, 0, 0.5, 1]);
  assert.deepEqual(logTicks([0.003, 40], 4), [0.01, 0.1, 1, 10]);
  assert.deepEqual(logTicks([1e-12, 1], 4).length <= 4, true);
  assert.deepEqual(logTicks([2, 9], 4), [2, 9]);
});

test("a line breaks where a number is none", () => {
  assert.equal(linePath([[0, 1], [1, NaN], [2, 3], [3, 4]]), "M0.0 1.0M2.0 3.0L3.0 4.0");
});

test("what is kept is bounded, evenly thinned, and ends with the newest", () => {
  const record = kept(10);
  for (let step = 0; step < 1000; step += 1) record.add({ step });
  const steps = record.all().map((item) => item.step);
  assert.ok(steps.length <= 11);
  assert.equal(steps[0], 0);
  assert.equal(steps.at(-1), 999);
  const gaps = new Set(steps.slice(1, -1).map((s, i) => s - (steps[i] ?? 0)));
  assert.equal(gaps.size, 1);
  assert.equal(nearest(record.all(), 0), 0);
  assert.equal(nearest([], 3), -1);
});

function fakeModel() {
  const listeners = new Set();
  return {
    on: (_, fn) => listeners.add(fn),
    off: (_, fn) => listeners.delete(fn),
    say: (content) => [...listeners].forEach((fn) => fn(content)),
    listeners,
  };
}

test("ticks are heard while someone listens; a chosen step stays while the loop goes on", () => {
  const model = fakeModel();
  const training = trainingOf(/** @type {any} */ (model));
  let told = 0;
  const off = training.on(() => (told += 1));
  model.say({ what: "tick", step: 1, texts: { "n1.v": "1", "n2.v": "7" }, charts: { loss: 3, norm: null } });
  model.say({ what: "tick", step: 2, texts: { "n1.v": "2" }, charts: { loss: 2, norm: 1 } });
  model.say({ what: "frame" });
  assert.equal(told, 2);
  assert.deepEqual(training.shown(), { step: 2, texts: { "n1.v": "2", "n2.v": "7" } });
  training.choose(1);
  model.say({ what: "tick", step: 3, texts: { "n1.v": "3" }, charts: { loss: 1, norm: 1 } });
  assert.equal(training.shown()?.step, 1);
  training.choose(null);
  assert.equal(training.shown()?.step, 3);
  model.say({ what: "done", step: 4, loss: [3, 1], norm: [1, 1], at: [0, 4], frames: { 0: { "n1.v": "0" }, 4: { "n1.v": "4" } } });
  assert.deepEqual(training.moments().map((m) => [m.step, m.texts["n1.v"]]), [[0, "0"], [4, "4"]]);
  assert.ok(training.done());
  model.say({ what: "done", step: 9, loss: [3], norm: [1], at: [9], frames: { 2: { "n1.v": "2" } } });
  assert.deepEqual(training.moments().map((m) => m.step), [2], "a moment after the last of the drawn form is of another one");
  training.recall(/** @type {any} */ ({ step: 9, loss: [3], norm: [1], at: [9], frames: { 9: {} } }));
  assert.deepEqual(training.moments().map((m) => m.step), [9]);
  model.say({ what: "tick", step: 0, texts: {}, charts: {} });
  assert.ok(!training.done() && training.moments().length === 1);
  off();
  assert.equal(model.listeners.size, 0);
});

test("a sparkline tells sizes from an edge's texts and leaves out what is no number", () => {
  assert.deepEqual(["◂ ‖0.48‖", "◂ −1.5e−9 ↓", "◂ 0 ⊘", "◂ 3e7 ↑"].map(sizeIn), [0.48, 1.5e-9, 0, 3e7]);
  assert.ok(Number.isNaN(sizeIn("◂ NaN ⚠")));
  assert.equal(spark([1, 2, 3]), "0.0,9.0 18.0,4.5 36.0,0.0");
  assert.equal(spark([1, NaN, 3, 2]), "0.0,9.0 24.0,0.0 36.0,4.5");
  assert.equal(spark([1, 100, 10000]), "0.0,9.0 18.0,4.5 36.0,0.0"); // logarithmic
  assert.equal(spark([1, NaN, 2]), "");
});

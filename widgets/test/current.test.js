import assert from "node:assert/strict";
import { test } from "node:test";
import { agrees, currentOf, relinked, takeFrame, takeWalk, whole } from "../src/current.js";

/** @param {object} picture */
const modelOf = (picture) => /** @type {any} */ ({ get: () => picture });

test("a picture with fields missing is whole", () => {
  const picture = whole({ svg: "<svg/>" });
  assert.deepEqual(picture.steps, []);
  assert.deepEqual(picture.frame.texts, {});
  assert.equal(picture.predict, null);
  assert.deepEqual(currentOf(modelOf(/** @type {any} */ (undefined))).walk.steps, []);
});

test("the next mount of a model sees what was dragged; another picture starts anew", () => {
  const sent = { frame: { texts: { "n0.v": "1", "n1.v": "2" } } };
  const model = modelOf(sent);
  takeFrame(currentOf(model), { texts: { "n0.v": "5" } });
  assert.deepEqual(currentOf(model).frame.texts, { "n0.v": "5", "n1.v": "2" });
  assert.equal(currentOf(model).late, true);
  model.get = () => ({ ...sent });
  assert.deepEqual(currentOf(model).frame.texts, sent.frame.texts);
});

test("steps are up to date if nothing moved since they were asked for", () => {
  const current = currentOf(modelOf({}));
  takeFrame(current, {});
  const asked = current.version;
  takeFrame(current, {});
  takeWalk(current, { blank: { "n0.v": "1" } }, asked);
  assert.equal(current.late, true);
  takeWalk(current, { table: { head: [], rows: [{ node: "0", cells: ["a"] }] } }, current.version);
  assert.equal(current.late, false);
  assert.equal(current.frame.table.rows.length, 1);
  assert.deepEqual(current.walk.blank, { "n0.v": "1" });
});

test("steps agree with the numbers that they end in", () => {
  const walk = { blank: { "n0.v": "2", "n1.v": "·" }, steps: /** @type {any} */ ([{ sets: { "n1.v": "4" } }]) };
  assert.equal(agrees(walk, { "n0.v": "2", "n1.v": "4" }), true);
  assert.equal(agrees(walk, { "n0.v": "2", "n1.v": "5" }), false);
  assert.equal(agrees(walk, { "n0.v": "2", "n1.v": "5" }, ["n1.v"]), true);
});

test("a drag that waited follows its leaf by name into another graph", () => {
  /** @param {string} node @param {string} name */
  const leaf = (node, name) => /** @type {any} */ ({ node, name });
  const [before, now] = [whole({ leaves: [leaf("0", "a"), leaf("1", "b")] }), whole({ leaves: [leaf("4", "a")] })];
  assert.deepEqual(relinked({ do: "drag", leaf: "0", value: 2 }, before, now), { do: "drag", leaf: "4", value: 2 });
  assert.equal(relinked({ do: "drag", leaf: "1", value: 2 }, before, now), null);
  assert.equal(relinked({ do: "why", node: "0" }, before, now), null);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { attention } from "../src/attention.js";
import { picked } from "../src/picking.js";

/** @type {(key: string) => import("../src/types").Target} */
const node = (key) => ({ kind: "node", key });

test("what is pointed at goes before what is selected, and a step before that", () => {
  const attended = attention();
  assert.equal(attended.target(), null);
  attended.select([node("1"), node("2")]);
  assert.deepEqual(attended.target(), node("2"));
  attended.point(node("3"));
  assert.deepEqual(attended.target(), node("3"));
  attended.point(null);
  assert.deepEqual(attended.target(), node("2"));
  attended.step();
  assert.equal(attended.target(), null);
  assert.equal(attended.walked(), true);
});

test("a pick replaces, a second node joins, the same one again is free", () => {
  const edge = /** @type {const} */ ({ kind: "edge", key: "1" });
  assert.deepEqual(picked([node("1")], node("2"), false), [node("2")]);
  assert.deepEqual(picked([node("1")], node("2"), true), [node("1"), node("2")]);
  assert.deepEqual(picked([node("1")], edge, true), [edge]);
  assert.deepEqual(picked([node("1"), node("2")], node("1"), true), [node("2")]);
  assert.deepEqual(picked([node("1")], null, false), []);
});

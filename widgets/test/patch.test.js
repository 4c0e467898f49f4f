import assert from "node:assert/strict";
import { test } from "node:test";
import { changes, split } from "../src/patch.js";
import { stated } from "../src/slotwrite.js";

test("a slot names its part and what of it", () => {
  assert.deepEqual(split("n3.state"), ["n3", "state"]);
  assert.deepEqual(split("eout.g"), ["eout", "g"]);
});

test("only what differs is written; heat maps differ by what they draw", () => {
  const map = () => ({ squares: ["", "M0 0"], dashes: "M1 1", crosses: "" });
  const shown = new Map(/** @type {[string, any][]} */ ([["a.v", "1"], ["b.v", "2"], ["c.hv", map()], ["d.hv", map()], ["e.hv", null]]));
  const texts = { "a.v": "1", "b.v": "3", "c.hv": map(), "d.hv": { ...map(), dashes: "" }, "e.hv": null, "f.v": "new" };
  assert.deepEqual(changes(shown, texts).map(([slot]) => slot), ["b.v", "d.hv", "f.v"]);
  assert.deepEqual(changes(shown, { "e.hv": map() }).map(([slot]) => slot), ["e.hv"]);
  assert.deepEqual(changes(shown, { "c.hv": null }).map(([slot]) => slot), ["c.hv"]);
});

test("another state leaves the other classes alone", () => {
  assert.equal(stated("edge s-plain active", "nan"), "edge active s-nan");
  assert.equal(stated("node", "zero"), "node s-zero");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { pieces } from "../src/lines.js";

const LINE = "L = (a * w + b) ** 2";

test("a sub-expression on one line is marked by its columns", () => {
  assert.deepEqual(pieces(LINE, 2, [2, 5, 2, 10]), [
    { text: "L = (", marked: false },
    { text: "a * w", marked: true },
    { text: " + b) ** 2", marked: false },
  ]);
});

test("other lines and no source leave the line whole", () => {
  assert.deepEqual(pieces(LINE, 1, [2, 5, 2, 10]), [{ text: LINE, marked: false }]);
  assert.deepEqual(pieces(LINE, 2, null), [{ text: LINE, marked: false }]);
});

test("columns count code points, as Python does", () => {
  assert.deepEqual(pieces("𝒙𝒚 * 変", 1, [1, 1, 1, 2]), [
    { text: "𝒙", marked: false },
    { text: "𝒚", marked: true },
    { text: " * 変", marked: false },
  ]);
});

test("an expression over several lines is marked on each, without the indentation", () => {
  const source = /** @type {import("../src/types").Source} */ ([1, 4, 3, 5]);
  const marked = ["L = (a", "    + b", "    )x"].map((line, i) =>
    pieces(line, i + 1, source).filter((p) => p.marked).map((p) => p.text).join(""),
  );
  assert.deepEqual(marked, ["(a", "+ b", ")"]);
});

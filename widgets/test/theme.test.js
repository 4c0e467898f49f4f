import assert from "node:assert/strict";
import { test } from "node:test";
import { isDark } from "../src/theme.js";

test("JupyterLab's theme comes before the system's", () => {
  assert.equal(isDark({ jpThemeLight: "true" }, true), false);
  assert.equal(isDark({ jpThemeLight: "false" }, false), true);
});

test("VS Code says its theme too", () => {
  assert.equal(isDark({ vscodeThemeKind: "vscode-dark" }, false), true);
  assert.equal(isDark({ vscodeThemeKind: "vscode-high-contrast-light" }, true), false);
});

test("elsewhere the system decides", () => {
  assert.equal(isDark({}, true), true);
  assert.equal(isDark({}, false), false);
});

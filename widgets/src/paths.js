// Every path to the selected leaf, or between two selected nodes, with what each contributes.
import { shareBar } from "./bars.js";
import { h } from "./dom.js";
import { light } from "./lit.js";
import { asked, follow } from "./selection.js";
import { s } from "./svgdom.js";

/** @typedef {import("./types").View} View */
/** @typedef {import("./paneltypes").PathsReply} PathsReply */
/** @typedef {import("./paneltypes").PathRow} PathRow */
/** @typedef {import("./types").Target} Target */

const BAR = 56;

/** @param {View} view */
export function pathsPanel(view) {
  const root = h("section", { class: "nad-panel nad-paths", "aria-label": "paths" });
  let current = "";
  /** @type {PathsReply | null} */
  let shown = null;
  /** @type {string[]} the selected nodes */
  let ends = [];

  /**
   * @param {Target[]} targets
   * @param {boolean} fresh
   */
  function seen(targets, fresh) {
    const nodes = targets.filter((t) => t.kind === "node").map((t) => asked(view, t));
    const [source, target = null] = nodes;
    const output = view.picture().output;
    const fits = source !== undefined && nodes.length === targets.length && !(target === null && source === output);
    const key = fits ? `${source}>${target}` : "";
    if (key !== current || !fits) clear();
    current = key;
    ends = targets.map((t) => t.key);
    if (!fits) return;
    view.ask({ do: "paths", source, target }, (/** @type {any} */ reply) => {
      if (current !== key) return;
      if (reply.what === "problem") tell(String(reply.text ?? ""));
      else if (reply.what === "paths") draw(reply, fresh);
    });
  }

  function clear() {
    if (shown) view.light(null);
    shown = null;
    root.hidden = true;
    root.replaceChildren();
  }

  /** @param {string} text */
  function tell(text) {
    root.hidden = false;
    root.replaceChildren(h("div", { class: "nad-said" }, [text]));
  }

  /**
   * @param {PathsReply} reply
   * @param {boolean} fresh
   */
  function draw(reply, fresh) {
    shown = reply;
    const at = [...root.querySelectorAll("tr[tabindex]")].indexOf(/** @type {Element} */ (document.activeElement));
    const head = [reply.title, "product of local derivatives", "contribution", "share"];
    const rows = reply.rows.map((row, i) => rowOf(row, i));
    const many = `${reply.rows.length} of ${reply.count} ${String(reply.count) === "1" ? "path" : "paths"}`;
    const sum = h("tr", { class: "nad-sum" }, [
      h("th", { scope: "row" }, ["Σ"]),
      h("td"),
      h("td", { class: "nad-gradient" }, [reply.total]),
      h("td", {}, [many]),
    ]);
    const table = h("table", { class: "nad-leaves nad-table", "aria-label": reply.title }, [
      h("thead", {}, [h("tr", {}, head.map((text) => h("th", { scope: "col" }, [text])))]),
      h("tbody", {}, rows),
      h("tfoot", {}, [sum]),
    ]);
    const notes = [reply.left_out, reply.note].filter(Boolean).map((text) => h("div", { class: "nad-note" }, [text]));
    root.hidden = false;
    root.replaceChildren(table, ...notes);
    if (at >= 0) rows[Math.min(at, rows.length - 1)]?.focus();
    else light(view, reply.lit, ends);
    if (fresh) view.announce(`${reply.title}: ${many}, sum ${reply.total}`);
  }

  /**
   * @param {PathRow} row
   * @param {number} i
   */
  function rowOf(row, i) {
    const line = h("tr", { tabindex: i === 0 ? "0" : "-1" }, [
      h("td", {}, [row.path]),
      h("td", {}, [row.product]),
      h("td", { class: "nad-gradient" }, [row.contribution]),
      h("td", { class: "nad-share" }, [bar(row.fraction), h("span", {}, [row.share])]),
    ]);
    for (const name of ["pointerenter", "focus"]) line.addEventListener(name, () => light(view, row.edges, ends));
    for (const name of ["pointerleave", "blur"]) line.addEventListener(name, () => shown && light(view, shown.lit, ends));
    return line;
  }

  root.addEventListener("keydown", (event) => {
    const rows = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("tr[tabindex]")]);
    const at = rows.indexOf(/** @type {HTMLElement} */ (event.target));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    const next = at < 0 || to === undefined ? undefined : rows[to];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    event.stopPropagation();
    if (!next) return;
    for (const row of rows) row.tabIndex = row === next ? 0 : -1;
    next.focus();
  });
  const unfollow = follow(view, seen);
  clear();
  return {
    root,
    close() {
      unfollow();
      clear();
    },
  };
}

/** @param {number} fraction */
function bar(fraction) {
  const { x, width } = shareBar(fraction, BAR);
  return s("svg", { class: "nad-bar", width: BAR, height: 12, viewBox: `0 0 ${BAR} 12`, "aria-hidden": "true" }, [
    s("rect", { class: fraction < 0 ? "nad-minus" : "nad-plus", x, y: 2, width, height: 8 }),
    s("path", { class: "nad-axis", d: `M${BAR / 2} 0V12` }),
  ]);
}

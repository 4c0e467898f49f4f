// An array from close by: shape, statistics, histograms, heat maps; one element's graph and the Jacobian on request.
import { h } from "./dom.js";
import { heatMaps } from "./heatmap.js";
import { histogram } from "./histogram.js";
import { elementGraph, jacobianTable } from "./jacobian.js";
import { follow, isArray, message } from "./selection.js";

/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Target} Target */
/** @typedef {import("./types").Reply} Reply */
/** @typedef {import("./paneltypes").DetailReply} DetailReply */

/** @param {View} view */
export function detailPanel(view) {
  const title = h("span", { class: "nad-title" });
  const jacobian = h("button", { type: "button", class: "nad-button" }, ["Jacobian"]);
  const shut = h("button", { type: "button", class: "nad-button", "aria-label": "close the details" }, ["×"]);
  const body = h("div", { class: "nad-detailbody" });
  const extra = h("div", { class: "nad-extra" });
  const root = h("section", { class: "nad-panel nad-detail", "aria-label": "details" }, [
    h("div", { class: "nad-line" }, [title, jacobian, shut]),
    body,
    extra,
  ]);
  /** @type {Target | null} */
  let target = null;
  /** @type {(() => void) | null} what fills the extra part, asked again when the numbers change */
  let more = null;
  /** @type {ReturnType<typeof heatMaps> | null} */
  let maps = null;

  /**
   * @param {Target[]} targets
   * @param {boolean} fresh
   */
  function seen(targets, fresh) {
    const [only] = targets;
    if (fresh) close();
    if (fresh) target = only && targets.length === 1 && isArray(view, only) ? only : null;
    if (!target) return;
    query({ do: "detail", ...message(view, target) }, draw);
    more?.();
  }

  /**
   * @param {import("./types").Message} what
   * @param {(reply: any) => void} done
   */
  function query(what, done) {
    const of = target;
    view.ask(what, (reply) => {
      if (of !== target) return;
      if (reply.what === what.do) return done(reply);
      if (reply.what !== "problem") return;
      if (root.hidden) [title.textContent, jacobian.hidden] = ["", true];
      root.hidden = false;
      extra.replaceChildren(h("div", { class: "nad-said" }, [String(reply.text ?? "")]));
    });
  }

  function close() {
    target = null;
    more = null;
    maps = null;
    root.hidden = true;
    body.replaceChildren();
    extra.replaceChildren();
  }

  /** @param {DetailReply} reply */
  function draw(reply) {
    const [at, held] = [maps?.at() ?? 0, maps?.focused() ?? false];
    title.textContent = `${reply.title} ${reply.shape}`;
    jacobian.hidden = !reply.jacobian || target?.kind !== "edge";
    const { value, gradient } = reply.histogram;
    maps = reply.cells && reply.cells.value.length ? heatMaps(reply.title, reply.cells, element) : null;
    body.replaceChildren(
      statistics(reply.rows),
      h("div", { class: "nad-hists" }, [
        value && histogram("value", value, "v"),
        gradient && histogram("gradient", gradient, "g"),
      ]),
      ...(maps ? [maps.root] : []),
    );
    if (maps && (at || held)) maps.go(at, held);
    root.hidden = false;
  }

  /** @param {number[]} index */
  function element(index) {
    if (!target) return;
    const of = message(view, target);
    more = () => query({ do: "element", ...of, index }, (reply) => extra.replaceChildren(elementGraph(reply)));
    more();
  }

  jacobian.addEventListener("click", () => {
    if (target?.kind !== "edge") return;
    const edge = target.key;
    more = () => query({ do: "jacobian", edge }, (reply) => extra.replaceChildren(jacobianTable(reply)));
    more();
  });
  shut.addEventListener("click", close);
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  const unfollow = follow(view, seen, 250);
  close();
  return { root, close: unfollow };
}

/** @param {string[][]} rows */
function statistics(rows) {
  const head = h("tr", {}, ["", "value", "gradient"].map((text) => h(text ? "th" : "td", text ? { scope: "col" } : {}, [text])));
  const lines = rows.map(([label = "", value = "", gradient = ""]) =>
    h("tr", {}, [
      h("th", { scope: "row" }, [label]),
      h("td", { class: "nad-value" }, [value]),
      h("td", { class: "nad-gradient" }, [gradient]),
    ]),
  );
  return h("table", { class: "nad-leaves nad-stats", "aria-label": "statistics" }, [h("thead", {}, [head]), h("tbody", {}, lines)]);
}

// The table of leaves: values to drag or to type, gradients, how they came about, and the check by differences.
import { h } from "./dom.js";
import { leafRow } from "./leafrow.js";
import { leafTexts } from "./rows.js";

/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Leaf} Leaf */
/** @typedef {import("./leafrow").LeafRow} LeafRow */

const PATIENCE = 20_000; // ms after which an answer counts as lost

/** @param {View} view */
export function leavesPanel(view) {
  const head = h("tr");
  const body = h("tbody");
  const table = h("table", { class: "nad-leaves", "aria-label": "leaves" }, [h("thead", {}, [head]), body]);
  const reset = h("button", { type: "button", class: "nad-button", disabled: "" }, ["reset values"]);
  const rerun = h("button", { type: "button", class: "nad-button" }, ["run the cell's code again"]);
  const said = h("span", { class: "nad-said", role: "status" });
  const foot = h("div", { class: "nad-foot" }, [reset, said, rerun]);
  const root = h("section", { class: "nad-panel nad-leavespanel", "aria-label": "leaves" }, [table, foot]);
  /** @type {Map<string, LeafRow>} by node */
  let rows = new Map();
  /** @type {Map<string, number[]>} by name: what the values were at first */
  const origins = new Map();
  let sent = 0;
  let flying = 0; // the newest drag whose answer is awaited, 0 for none
  let since = 0;
  let runnable = true; // whether there is code to run again where the values are stale

  /** @param {import("./types").Reply} reply */
  function receive(reply) {
    said.textContent = reply.what === "problem" ? String(reply.text ?? "") : "";
    runnable = reply.rerun !== false;
    if (reply.frame) view.apply(reply.frame);
    else frame();
  }

  /** Whether the values on the sliders are newer than the frame's. */
  const ahead = () => flying !== 0 && performance.now() - since < PATIENCE;

  /**
   * @param {Leaf} leaf
   * @param {number | null} index
   * @param {number} value
   */
  function drag(leaf, index, value) {
    reset.disabled = false;
    flying = sent += 1;
    since = performance.now();
    const mine = flying;
    view.ask({ do: "drag", leaf: leaf.node, index, value }, (reply) => {
      const last = mine === flying;
      if (last) flying = 0;
      if (reply.what !== "problem" || last) rows.get(leaf.node)?.settle(index, value, reply.what !== "problem");
      receive(reply);
    });
  }

  function build() {
    const picture = view.picture();
    const leaves = new Map((picture.leaves ?? []).map((leaf) => [leaf.node, leaf]));
    const [name = "leaf", value = "value", gradient = "gradient", how = "upstream × local", check = "central difference"] =
      picture.table.head;
    head.replaceChildren(
      ...[name, value, "", gradient, how, check].map((text) => h(text ? "th" : "td", text ? { scope: "col" } : {}, [text])),
    );
    const old = [...rows.values()];
    rows = new Map();
    for (const { node, cells } of picture.table.rows) {
      const leaf = leaves.get(node) ?? null;
      const title = cells[0] ?? leaf?.name ?? "";
      const kept = old.findIndex((row) => row.name === title && row.fits(leaf));
      const row = old.splice(kept, kept < 0 ? 0 : 1)[0] ?? leafRow(title, leaf, drag);
      row.relink(leaf);
      if (leaf && kept >= 0 && !ahead()) row.set(leaf.values);
      if (leaf && !origins.has(title)) origins.set(title, [...leaf.values]);
      rows.set(node, row);
    }
    for (const row of old) {
      row.row.remove();
      row.more?.remove();
    }
    place([...rows.values()].flatMap((row) => (row.more ? [row.row, row.more] : [row.row])));
    for (const [node, row] of rows) row.row.dataset.leaf = node;
    reset.hidden = leaves.size === 0;
    root.hidden = rows.size === 0;
    frame();
  }

  /** @param {HTMLElement[]} wanted rows that stay where they are keep the focus and a drag under way */
  function place(wanted) {
    wanted.forEach((element, i) => {
      if (body.children[i] !== element) body.insertBefore(element, body.children[i] ?? null);
    });
  }

  function frame() {
    const [picture, now] = [view.picture(), view.frame()];
    for (const [node, row] of rows) row.show(leafTexts(picture, now, node), !ahead());
    root.classList.toggle("nad-stale", now.stale);
    rerun.hidden = !now.stale || !runnable;
    foot.hidden = reset.hidden && rerun.hidden && !said.textContent;
  }

  reset.addEventListener("click", () => {
    flying = 0;
    for (const row of rows.values()) {
      const values = origins.get(row.name);
      if (values) row.set(values);
    }
    reset.disabled = true;
    view.ask({ do: "reset" }, receive);
  });
  rerun.addEventListener("click", () => view.ask({ do: "rerun" }, receive));
  const leafAt = (/** @type {Event} */ event) =>
    event.target instanceof Element ? (event.target.closest("tr")?.getAttribute("data-leaf") ?? null) : null;
  for (const name of ["pointerover", "focusin"]) {
    table.addEventListener(name, (event) => {
      const node = leafAt(event);
      view.point(node === null ? null : { kind: "node", key: node });
    });
  }
  for (const name of ["pointerleave", "focusout"]) table.addEventListener(name, () => view.point(null));
  const offs = [view.on("frame", frame), view.on("picture", build)];
  build();
  if (!reset.hidden) view.ask({ do: "now" }, moved);

  /**
   * The page was loaded again while leaves were moved: the kernel knows where they are.
   * @param {import("./types").Reply} reply
   */
  function moved(reply) {
    if (!reply.values || ahead()) return;
    for (const [node, values] of Object.entries(reply.values)) rows.get(node)?.set(values);
    reset.disabled = false;
    receive(reply);
  }

  return {
    root,
    frame,
    /** @param {string | null} node */
    mark(node) {
      for (const [key, row] of rows) row.row.classList.toggle("nad-on", key === node);
    },
    close() {
      for (const off of offs) off();
    },
  };
}

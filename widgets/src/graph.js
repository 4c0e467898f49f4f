// The SVG, and which of its parts are dressed as active, selected, lit or still to do.
import { h } from "./dom.js";
import { edges as sides } from "./edges.js";
import { patcher } from "./patch.js";
import { picked } from "./picking.js";
import { pointing } from "./pointing.js";
import { reveal } from "./scroll.js";
import { PARTS, nameOf, targetOf } from "./targets.js";

/** @typedef {import("./types").Target} Target */
/** @typedef {import("./types").Texts} Texts */

const SMALLEST = 0.7; // a wide graph shrinks to this, then it scrolls

/**
 * @param {(target: Target | null) => void} point
 * @param {(targets: Target[]) => void} select
 */
export function graphPanel(point, select) {
  const root = h("div", { class: "nad-scroll" });
  const off = new AbortController();
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  /** @type {SVGElement[]} */
  let parts = [];
  /** @type {Map<string, SVGElement>} */
  let byKey = new Map();
  /** @type {ReturnType<typeof patcher> | null} */
  let patch = null;
  /** @type {SVGElement | null} */
  let svg = null;
  /** @type {Target[]} */
  let selected = [];
  const fading = sides(root, () => svg);

  /** @param {string} markup the SVG's source, made by the kernel from an element tree */
  function draw(markup) {
    patch?.close();
    const parsed = new DOMParser().parseFromString(markup, "image/svg+xml").documentElement;
    const whole = /** @type {unknown} */ (parsed.querySelector("parsererror") ? null : document.importNode(parsed, true));
    svg = whole instanceof SVGSVGElement ? whole : null;
    root.replaceChildren(svg ?? "");
    if (svg) svg.style.minWidth = `${SMALLEST * Number(svg.getAttribute("width"))}px`;
    parts = /** @type {SVGElement[]} */ ([...(svg?.querySelectorAll(PARTS) ?? [])]);
    byKey = new Map(parts.map((part) => [nameOf(targetOf(part)), part]));
    parts[0]?.setAttribute("tabindex", "0");
    patch = svg && patcher(svg);
    fading.renew();
    selected = [];
  }

  /**
   * The parts that the rule box speaks of, and in which pass.
   * @param {Target[]} targets
   * @param {string} [phase]
   */
  function highlight(targets, phase = "") {
    dress("active", targets);
    if (svg) svg.dataset.phase = phase;
  }

  /**
   * @param {string} name
   * @param {Target[]} targets
   */
  function dress(name, targets) {
    const wanted = new Set(targets.map((target) => byKey.get(nameOf(target))));
    for (const part of parts) part.classList.toggle(name, wanted.has(part));
  }

  /** @param {Target[]} targets to be seen, the nodes at least */
  function follow(targets) {
    const found = (/** @type {Target[]} */ some) => some.flatMap((target) => byKey.get(nameOf(target)) ?? []);
    reveal(root, found(targets), found(targets.filter((target) => target.kind === "node")), still.matches);
  }

  /**
   * @param {string[] | null} edges
   * @param {string[]} nodes
   */
  function light(edges, nodes = []) {
    const keys = new Set([...(edges ?? []).map((key) => `e${key}`), ...nodes.map((key) => `n${key}`)]);
    for (const [name, part] of byKey) {
      part.classList.toggle("lit", edges !== null && keys.has(name));
      part.classList.toggle("dim", edges !== null && !keys.has(name));
    }
  }

  /** @param {Target[]} targets */
  function choose(targets) {
    if (targets.length === 0 && selected.length === 0) return;
    selected = targets;
    dress("pinned", selected);
    select(selected);
  }

  pointing(root, () => parts, point, (target, more) => choose(picked(selected, target, more)), off.signal);
  return {
    root,
    draw,
    highlight,
    reveal: follow,
    light,
    choose,
    /** @param {Set<string>} nodes the nodes that are not computed yet */
    todo: (nodes) => dress("todo", [...nodes].map((key) => ({ kind: "node", key }))),
    /** @param {Texts} texts */
    show: (texts) => patch?.show(texts),
    /** @param {string} id */
    slot: (id) => patch?.slot(id) ?? null,
    close() {
      off.abort();
      fading.close();
      patch?.close();
    },
  };
}

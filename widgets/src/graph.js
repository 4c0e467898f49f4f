// The SVG: pointing at a part or focusing it shows it, a click or Enter selects it.
import { h } from "./dom.js";
import { deed } from "./keys.js";
import { patcher } from "./patch.js";
import { reveal } from "./scroll.js";

/** @typedef {import("./types").Target} Target */
/** @typedef {import("./types").Texts} Texts */

const PARTS = "[data-edge],[data-node]";
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

  /**
   * @param {Target | null} target
   * @param {boolean} more a second node beside the first
   */
  function pick(target, more) {
    const [first] = selected;
    if (!target) return choose([]);
    if (selected.some((s) => nameOf(s) === nameOf(target))) return choose(selected.filter((s) => nameOf(s) !== nameOf(target)));
    choose(more && first?.kind === "node" && target.kind === "node" ? [first, target] : [target]);
  }

  /** @param {KeyboardEvent} event */
  function press(event) {
    const part = partOf(event);
    const found = part && deed(event.key, parts.indexOf(part), parts.length);
    if (!found || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const next = "move" in found ? parts[found.move] : null;
    if (next) focus(next);
    else if (!("move" in found)) pick("pin" in found ? targetOf(part) : null, event.shiftKey || event.ctrlKey);
  }

  /** @param {SVGElement} part */
  function focus(part) {
    for (const other of parts) other.setAttribute("tabindex", other === part ? "0" : "-1");
    part.focus();
  }

  /** @param {Event} event */
  const pointAt = (event) => point(targetOf(partOf(event)));
  const options = { signal: off.signal };
  root.addEventListener("pointerover", pointAt, options);
  root.addEventListener("pointerleave", () => point(null), options);
  root.addEventListener("focusin", pointAt, options);
  root.addEventListener("focusout", () => point(null), options);
  root.addEventListener("click", (e) => pick(targetOf(partOf(e)), e.shiftKey || e.ctrlKey || e.metaKey), options);
  root.addEventListener("keydown", press, options);
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
      patch?.close();
    },
  };
}

/** @param {Event} event */
function partOf(event) {
  const element = event.target instanceof Element ? event.target.closest(PARTS) : null;
  return element instanceof SVGElement ? element : null;
}

/**
 * @param {SVGElement | null} part
 * @returns {Target | null}
 */
function targetOf(part) {
  if (!part) return null;
  const { edge, node } = part.dataset;
  return edge !== undefined ? { kind: "edge", key: edge } : { kind: "node", key: node ?? "" };
}

/** @param {Target | null} target */
const nameOf = (target) => (target ? (target.kind === "edge" ? "e" : "n") + target.key : "");

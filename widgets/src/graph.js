// The SVG: pointing at a part or focusing it shows it, a click or Enter holds it.
import { h } from "./dom.js";
import { deed } from "./keys.js";

/** @typedef {import("./types").Target} Target */

const SMALLEST = 0.7; // a wide graph shrinks to this, then it scrolls

/**
 * @param {string} markup the SVG's source, made by the kernel from an element tree
 * @param {(target: Target | null) => void} show
 */
export function graphPanel(markup, show) {
  const parsed = new DOMParser().parseFromString(markup, "image/svg+xml").documentElement;
  const svg = /** @type {SVGSVGElement} */ (/** @type {unknown} */ (document.importNode(parsed, true)));
  svg.style.minWidth = `${SMALLEST * Number(svg.getAttribute("width"))}px`;
  const root = h("div", { class: "nad-scroll" }, [svg]);
  const parts = /** @type {SVGElement[]} */ ([...svg.querySelectorAll("[data-edge],[data-node]")]);
  parts[0]?.setAttribute("tabindex", "0");
  const off = new AbortController();

  /** @type {Target | null} */
  let pinned = null;
  /** @type {SVGElement | null} */
  let active = null;

  /** @param {Target | null} target */
  function point(target) {
    const shown = target ?? pinned;
    active?.classList.remove("active");
    active = shown && find(shown);
    active?.classList.add("active");
    show(shown);
  }

  /** @param {Target} target */
  const find = (target) =>
    parts.find((p) => (target.kind === "edge" ? p.dataset.edge : p.dataset.node) === target.key) ?? null;

  /** @param {Target | null} target */
  function pin(target) {
    const same = target && pinned && target.kind === pinned.kind && target.key === pinned.key;
    pinned = same ? null : target;
    for (const part of parts) part.classList.remove("pinned");
    if (pinned) find(pinned)?.classList.add("pinned");
    point(pinned);
  }

  /** @param {SVGElement} part */
  function focus(part) {
    for (const other of parts) other.setAttribute("tabindex", other === part ? "0" : "-1");
    part.focus();
  }

  const options = { signal: off.signal };
  root.addEventListener("pointerover", (event) => point(targetOf(event)), options);
  root.addEventListener("pointerleave", () => point(null), options);
  root.addEventListener("focusin", (event) => point(targetOf(event)), options);
  root.addEventListener("focusout", () => point(null), options);
  root.addEventListener("click", (event) => pin(targetOf(event)), options);
  root.addEventListener(
    "keydown",
    (event) => {
      const part = partOf(event);
      const found = part && deed(event.key, parts.indexOf(part), parts.length);
      if (!found || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      if ("move" in found) {
        const next = parts[found.move];
        if (next) focus(next);
      } else {
        pin("pin" in found ? targetOf(event) : null);
      }
    },
    options,
  );
  return { root, point, close: () => off.abort() };
}

/** @param {Event} event */
function partOf(event) {
  const element = event.target instanceof Element ? event.target.closest("[data-edge],[data-node]") : null;
  return element instanceof SVGElement ? element : null;
}

/**
 * @param {Event} event
 * @returns {Target | null}
 */
function targetOf(event) {
  const part = partOf(event);
  if (!part) return null;
  if (part.dataset.edge !== undefined) return { kind: "edge", key: part.dataset.edge };
  return { kind: "node", key: part.dataset.node ?? "" };
}

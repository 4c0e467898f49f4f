// Pointing at the graph's parts, with the mouse or with the keys, which go from part to part: one of them has the tab stop.
import { deed } from "./keys.js";
import { partOf, targetOf } from "./targets.js";

/** @typedef {import("./types").Target} Target */

/**
 * @param {HTMLElement} root
 * @param {() => SVGElement[]} parts in the order of the keys
 * @param {(target: Target | null) => void} point
 * @param {(target: Target | null, more: boolean) => void} pick
 * @param {AbortSignal} signal
 */
export function pointing(root, parts, point, pick, signal) {
  /** @param {KeyboardEvent} event */
  function press(event) {
    const [part, all] = [partOf(event), parts()];
    const found = part && deed(event.key, all.indexOf(part), all.length);
    if (!found || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const next = "move" in found ? all[found.move] : null;
    if (next) focus(next);
    else if (!("move" in found)) pick("pin" in found ? targetOf(part) : null, event.shiftKey || event.ctrlKey);
  }

  /** @param {SVGElement} part */
  function focus(part) {
    for (const other of parts()) other.setAttribute("tabindex", other === part ? "0" : "-1");
    part.focus();
  }

  /** @param {Event} event */
  const pointAt = (event) => point(targetOf(partOf(event)));
  root.addEventListener("pointerover", pointAt, { signal });
  root.addEventListener("pointerleave", () => point(null), { signal });
  root.addEventListener("focusin", pointAt, { signal });
  root.addEventListener("focusout", () => point(null), { signal });
  root.addEventListener("click", (e) => pick(targetOf(partOf(e)), e.shiftKey || e.ctrlKey || e.metaKey), { signal });
  root.addEventListener("keydown", press, { signal });
}

// A small 'why?' beside a part of the graph, for the mouse; the keyboard has the same button in the panel.
import { box } from "./places.js";
import { slotOf } from "./selection.js";
import { s } from "./svgdom.js";

/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Target} Target */

/**
 * @param {View} view
 * @param {() => void} ask
 */
export function whyChip(view, ask) {
  /** @type {SVGGElement | null} */
  let chip = null;

  function hide() {
    chip?.remove();
    chip = null;
  }

  /** @param {Target} target */
  function show(target) {
    hide();
    const text = view.slot(slotOf(target, "g")) ?? view.slot(slotOf(target, "state"));
    const svg = text?.ownerSVGElement;
    if (!text || !svg) return;
    const { x, y, width, height } = box(text, svg);
    chip = s("g", { class: "nad-chip", transform: `translate(${x + width + 4} ${y + height / 2 - 9})` }, [
      s("rect", { width: 40, height: 18, rx: 9 }),
      s("text", { x: 20, y: 13 }, ["why?"]),
    ]);
    chip.addEventListener("click", (event) => {
      event.stopPropagation();
      ask();
    });
    svg.append(chip);
  }
  return { show, hide };
}

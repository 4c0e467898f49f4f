// After training steps were kept: on each edge a small line of how its gradient's size went, first step to last.
import { bounds, isWide } from "./scale.js";
import { s } from "./svgdom.js";
import { trainingOf } from "./training.js";

/** @typedef {import("./types").View} View */

const WIDTH = 36;
const HEIGHT = 9;
const LEAST = 3; // moments that make a line

/**
 * The size that a slot's text tells: `◂ ‖0.48‖`, `◂ −1.5e−9 ↓`; NaN where it tells none.
 * @param {unknown} text
 */
export function sizeIn(text) {
  const found = /[\d.]+(e[−-]?\d+)?/.exec(String(text ?? ""));
  return found ? Number(found[0].replace("−", "-")) : NaN;
}

/**
 * Points of a line through the finite ones of these sizes, logarithmic where they range widely.
 * @param {number[]} sizes
 */
export function spark(sizes) {
  const scaled = isWide(sizes.filter((x) => x > 0)) ? sizes.map((x) => (x > 0 ? Math.log(x) : NaN)) : sizes;
  const [low, high] = bounds(scaled);
  const points = scaled.map((x, i) => {
    const level = high > low ? (x - low) / (high - low) : 0.5;
    return [(WIDTH * i) / (scaled.length - 1), HEIGHT * (1 - level)];
  });
  const finite = points.filter(([, y]) => Number.isFinite(y));
  return finite.length < LEAST ? "" : finite.map(([x, y]) => `${x?.toFixed(1)},${y?.toFixed(1)}`).join(" ");
}

/** @param {View} view */
export function sparks(view) {
  const training = trainingOf(view.model);
  /** @type {Element[]} */
  let drawn = [];

  function clear() {
    for (const line of drawn) line.remove();
    drawn = [];
  }

  function draw() {
    clear();
    const moments = training.moments();
    if (!training.done() || moments.length < LEAST) return;
    for (const key of Object.keys(view.picture().edges)) {
      const label = view.slot(`e${key}.g`);
      const points = label ? spark(moments.map((moment) => sizeIn(moment.texts[`e${key}.g`]))) : "";
      if (!label || !points) continue;
      const at = `translate(${Number(label.getAttribute("x")) - WIDTH / 2} ${Number(label.getAttribute("y")) + 5})`;
      const line = s("polyline", { class: "nad-spark", points, transform: at });
      label.after(line);
      drawn.push(line);
    }
  }
  const offs = [training.on(draw), view.on("picture", draw)];
  draw();
  return {
    close() {
      clear();
      for (const off of offs) off();
    },
  };
}

// A histogram, drawn: counts as bars, the ends of the range under them, a line at zero.
import { histogramBars, zeroAt } from "./bars.js";
import { short } from "./digits.js";
import { h } from "./dom.js";
import { s } from "./svgdom.js";

/** @typedef {import("./paneltypes").Hist} Hist */

const WIDTH = 200;
const HEIGHT = 56;

/**
 * @param {string} name
 * @param {Hist} hist
 * @param {"v" | "g"} kind
 */
export function histogram(name, hist, kind) {
  const [low, high] = [hist.low, hist.high].map((end) => (typeof end === "number" ? short(end) : end));
  const total = hist.counts.reduce((a, b) => a + b, 0);
  const label = `histogram of the ${name}: ${total} numbers from ${low} to ${high}`;
  const zero = zeroAt(Number(hist.low), Number(hist.high));
  const edges = hist.counts.map((_, i) => Number(hist.low) + (i * (Number(hist.high) - Number(hist.low))) / hist.counts.length);
  const bars = histogramBars(hist.counts, WIDTH, HEIGHT).map(({ x, y, width, height }, i) =>
    s("rect", { x, y, width, height }, [
      s("title", {}, [`${hist.counts[i]} from ${short(edges[i] ?? NaN, 3)} to ${short(edges[i + 1] ?? Number(hist.high), 3)}`]),
    ]),
  );
  const line = zero === null ? null : s("path", { class: "nad-axis", d: `M${zero * WIDTH} 0V${HEIGHT}` });
  const svg = s(
    "svg",
    { class: `nad-hist nad-${kind}`, width: WIDTH, height: HEIGHT + 16, viewBox: `0 0 ${WIDTH} ${HEIGHT + 16}`, role: "img", "aria-label": label },
    [
      ...bars,
      line,
      s("path", { class: "nad-axis", d: `M0 ${HEIGHT}H${WIDTH}` }),
      s("text", { x: 0, y: HEIGHT + 13 }, [low ?? ""]),
      s("text", { x: WIDTH, y: HEIGHT + 13, "text-anchor": "end" }, [high ?? ""]),
    ],
  );
  return h("figure", { class: "nad-figure" }, [h("figcaption", {}, [name]), svg]);
}

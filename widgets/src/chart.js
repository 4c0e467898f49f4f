// One line chart in SVG: axes with round numbers, gaps where a number is none, a line at the step that is shown.
import { short } from "./digits.js";
import { extent, isWide, linePath, logTicks, niceTicks, scale } from "./scale.js";
import { s } from "./svgdom.js";

/** @typedef {{ x: number, y: number }} Dot */

const SIZE = { width: 360, height: 130, left: 52, right: 10, top: 20, bottom: 30 };
const DIGIT = 7; // px, at most

/**
 * @param {string} title
 * @param {Dot[]} dots
 * @param {number | null} at the step that is shown
 * @param {(step: number) => void} chosen
 */
export function chart(title, dots, at, chosen) {
  const { width, height, left, right, top, bottom } = SIZE;
  const ys = dots.map((dot) => dot.y);
  const wide = isWide(ys);
  const [across, up] = [extent(dots.map((dot) => dot.x)), extent(ys)];
  const x = scale(across, [left, width - right], false);
  const y = scale(up, [height - bottom, top], wide);
  const last = dots.at(-1);
  const told = at === null ? last : (dots.findLast((dot) => dot.x <= at) ?? dots[0]); // the heading's number is that of the step
  const bad = dots.find((dot) => !Number.isFinite(dot.y));
  const label = `${title} over ${dots.length} steps, from ${short(dots[0]?.y ?? NaN)} to ${short(last?.y ?? NaN)}${wide ? ", logarithmic" : ""}`;
  const svg = s("svg", { class: "nad-chart", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label });
  const ticks = wide ? logTicks(up, 4) : niceTicks(up, 3);
  const line = linePath(dots.map((dot) => [x(dot.x), y(dot.y)]));
  svg.append(
    ...ticks.flatMap((tick) => [
      s("path", { class: "nad-grid", d: `M${left} ${y(tick)}H${width - right}` }),
      s("text", { x: left - 6, y: y(tick) + 4, "text-anchor": "end" }, [short(tick, 3)]),
    ]),
    ...niceTicks(across, 4)
      .filter(Number.isInteger)
      .map((tick) => {
        const text = short(tick, 6);
        const whole = Math.min(x(tick), width - (text.length * DIGIT) / 2); // the last one's text ends within the chart
        return s("text", { x: whole, y: height - bottom + 14, "text-anchor": "middle" }, [text]);
      }),
    s("path", { class: "nad-axis", d: `M${left} ${height - bottom}H${width - right}` }),
    s("text", { class: "nad-charttitle", x: left, y: 12 }, [wide ? `${title} (log)` : title]),
    s("text", { class: "nad-axisname", x: width - right, y: height - 3, "text-anchor": "end" }, ["step"]),
    s("path", { class: "nad-curve", d: line }),
  );
  if (bad) svg.append(s("text", { class: "nad-bad", x: width - right, y: 12, "text-anchor": "end" }, [`⚠ no number from step ${bad.x}`]));
  else if (told) svg.append(s("text", { class: "nad-last", x: width - right, y: 12, "text-anchor": "end" }, [short(told.y)]));
  if (at !== null) {
    const here = x(Math.min(across[1], Math.max(across[0], at)));
    svg.append(s("path", { class: "nad-now", d: `M${here} ${top}V${height - bottom}` }));
  }
  svg.addEventListener("click", (event) => {
    const box = svg.getBoundingClientRect();
    const px = ((event.clientX - box.left) / box.width) * width;
    const share = Math.min(1, Math.max(0, (px - left) / (width - right - left)));
    chosen(across[0] + share * (across[1] - across[0]));
  });
  return svg;
}

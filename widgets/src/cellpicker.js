// A grid of an array's cells: one is chosen, by the mouse or by the arrow keys; large arrays show a window.
import { element, gridOf, indexOf, moved, windowStart } from "./cells.js";
import { h } from "./dom.js";
import { short } from "./digits.js";
import { bounds } from "./scale.js";

const ROWS = 8;
const COLUMNS = 12;

/**
 * @param {string} name
 * @param {number[]} shape
 * @param {() => number[]} values flat
 * @param {(flat: number) => void} picked
 */
export function cellPicker(name, shape, values, picked) {
  const { rows, columns } = gridOf(shape);
  const grid = h("div", { class: "nad-cells", role: "grid", "aria-label": `cells of ${name}` });
  const where = h("div", { class: "nad-window" });
  const root = h("div", { class: "nad-picker" }, [grid, where]);
  let at = 0;

  /** @param {boolean} [focus] */
  function draw(focus = false) {
    const top = windowStart(Math.floor(at / columns), rows, ROWS);
    const left = windowStart(at % columns, columns, COLUMNS);
    const all = values();
    const largest = Math.max(...bounds(all).map(Math.abs).filter(Number.isFinite), 1e-300);
    const lines = [];
    for (let r = top; r < Math.min(rows, top + ROWS); r += 1) {
      const line = h("div", { role: "row", class: "nad-cellrow" });
      for (let c = left; c < Math.min(columns, left + COLUMNS); c += 1) {
        line.append(cell(r * columns + c, all[r * columns + c] ?? NaN, largest));
      }
      lines.push(line);
    }
    grid.replaceChildren(...lines);
    where.textContent = clipped(top, left);
    if (focus) chosen()?.focus();
  }

  /**
   * @param {number} flat
   * @param {number} value
   * @param {number} largest
   */
  function cell(flat, value, largest) {
    const label = `${element(name, indexOf(shape, flat))} = ${short(value)}`;
    const button = h(
      "div",
      {
        role: "gridcell",
        class: "nad-cell",
        "data-flat": String(flat),
        "aria-label": label,
        "aria-selected": String(flat === at),
        tabindex: flat === at ? "0" : "-1",
        title: label,
      },
      [short(value, 3)],
    );
    button.style.setProperty("--strength", String(Number.isFinite(value) ? Math.abs(value) / largest : 1));
    return button;
  }

  /**
   * @param {number} top
   * @param {number} left
   */
  function clipped(top, left) {
    if (rows <= ROWS && columns <= COLUMNS) return "";
    const rowsShown = `rows ${top}–${Math.min(rows, top + ROWS) - 1} of ${rows}`;
    const columnsShown = `columns ${left}–${Math.min(columns, left + COLUMNS) - 1} of ${columns}`;
    return `${rowsShown}, ${columnsShown}; the arrow keys move on`;
  }

  const chosen = () => /** @type {HTMLElement | null} */ (grid.querySelector("[tabindex='0']"));

  /**
   * @param {number} flat
   * @param {boolean} focus
   */
  function pick(flat, focus) {
    at = flat;
    draw(focus);
    picked(flat);
  }

  grid.addEventListener("click", (event) => {
    const found = event.target instanceof Element ? event.target.closest("[data-flat]") : null;
    if (found instanceof HTMLElement) pick(Number(found.dataset.flat), true);
  });
  grid.addEventListener("keydown", (event) => {
    const next = event.ctrlKey || event.metaKey || event.altKey ? null : moved(event.key, at, rows, columns);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (next !== at) pick(next, true);
  });

  draw();
  return { root, draw: () => draw(grid.contains(document.activeElement)), at: () => at };
}

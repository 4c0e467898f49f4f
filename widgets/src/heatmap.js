// Two heat maps on the same indices: strength by opacity, a dash for negative, a cross for what is no number.
import { element, indexOf, moved } from "./cells.js";
import { h } from "./dom.js";
import { s } from "./svgdom.js";

/** @typedef {import("./paneltypes").Cells} Cells */

/**
 * @param {string} name
 * @param {Cells} cells
 * @param {(index: number[]) => void} asked called when a cell is chosen
 */
export function heatMaps(name, cells, asked) {
  const rows = cells.value.length;
  const columns = cells.value[0]?.length ?? 0;
  const size = Math.max(8, Math.min(22, Math.floor(260 / Math.max(1, columns)), Math.floor(220 / Math.max(1, rows))));
  const said = h("div", { class: "nad-readout", "aria-hidden": "true" });
  const maps = [map("value", cells.value, cells.strength, "v")];
  if (cells.gradient) maps.push(map("gradient", cells.gradient, cells.gstrength ?? cells.strength, "g"));
  const root = h("div", { class: "nad-maps" }, [...maps, said]);
  let at = 0;

  /** @param {number} flat */
  function words(flat) {
    const [r, c] = [Math.floor(flat / columns), flat % columns];
    const gradient = cells.gradient ? ` · gradient ${cells.gradient[r]?.[c] ?? ""}` : "";
    return `${element(name, index(flat))} = ${cells.value[r]?.[c] ?? ""}${gradient}`;
  }

  /** @param {number} flat */
  function index(flat) {
    return cells.shape.length === 0 ? [] : indexOf([...cells.shape.slice(0, -1), columns], flat);
  }

  /**
   * @param {string} title
   * @param {string[][]} texts
   * @param {number[][]} strength
   * @param {"v" | "g"} kind
   */
  function map(title, texts, strength, kind) {
    const svg = s("svg", { class: `nad-heat nad-${kind}`, width: columns * size, height: rows * size });
    svg.setAttribute("role", "group");
    svg.setAttribute("aria-label", `heat map of the ${title} of ${name}`);
    texts.forEach((row, r) =>
      row.forEach((text, c) => {
        const flat = r * columns + c;
        const group = s("g", { "data-flat": flat, transform: `translate(${c * size} ${r * size})`, tabindex: kind === "v" && flat === 0 ? 0 : -1 });
        if (kind === "v") {
          group.setAttribute("role", "button");
          group.setAttribute("aria-label", words(flat));
        } else {
          group.setAttribute("aria-hidden", "true");
        }
        const opacity = (0.08 + 0.92 * Math.max(0, Math.min(1, strength[r]?.[c] ?? 0))).toFixed(2);
        group.append(s("rect", { class: "nad-fill", width: size - 1, height: size - 1, opacity }));
        const mark = sign(text, size - 1);
        if (mark) group.append(s("path", { class: "nad-sign", d: mark }));
        group.append(s("rect", { class: "nad-frame", width: size - 1, height: size - 1 }));
        svg.append(group);
      }),
    );
    return h("figure", { class: "nad-figure" }, [h("figcaption", {}, [title]), svg]);
  }

  /**
   * @param {number} flat
   * @param {boolean} focus
   */
  function go(flat, focus) {
    at = flat;
    said.textContent = words(flat);
    for (const cell of root.querySelectorAll("[data-flat]")) {
      const here = cell.getAttribute("data-flat") === String(flat);
      cell.classList.toggle("nad-here", here);
      if (cell.getAttribute("role") !== "button") continue;
      cell.setAttribute("tabindex", here ? "0" : "-1");
      if (here && focus && cell instanceof SVGElement) cell.focus();
    }
  }

  const flatOf = (/** @type {Event} */ event) => {
    const cell = event.target instanceof Element ? event.target.closest("[data-flat]") : null;
    return cell ? Number(cell.getAttribute("data-flat")) : null;
  };
  for (const name of ["pointerover", "focusin"]) {
    root.addEventListener(name, (event) => {
      const flat = flatOf(event);
      if (flat !== null) go(flat, false);
    });
  }
  root.addEventListener("click", (event) => {
    const flat = flatOf(event);
    if (flat === null) return;
    go(flat, true);
    asked(index(flat));
  });
  root.addEventListener("keydown", (event) => {
    if (flatOf(event) === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = moved(event.key, at, rows, columns);
    if (next === null && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    if (next === null) asked(index(at));
    else go(next, true);
  });
  return {
    root,
    at: () => at,
    focused: () => root.contains(document.activeElement),
    go,
  };
}

/**
 * @param {string} text
 * @param {number} size
 */
function sign(text, size) {
  const middle = size / 2;
  const reach = size * 0.25;
  const [from, to] = [middle - reach, middle + reach];
  if (/NaN|∞/.test(text)) return `M${from} ${from}L${to} ${to}M${from} ${to}L${to} ${from}`;
  return /^[-−]/.test(text) ? `M${from} ${middle}H${to}` : "";
}

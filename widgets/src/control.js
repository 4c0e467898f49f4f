// A slider and a number field for one number.
import { h } from "./dom.js";
import { quantise, short } from "./digits.js";

const MOMENT = 30; // ms: by then the answer of a small graph is there

/** @typedef {{ low: number, high: number, step: number, integer: boolean }} Span */

/**
 * @param {string} name
 * @param {number} value
 * @param {Span} span
 * @param {(value: number) => void} changed called with every value that the reader chooses
 */
export function control(name, value, span, changed) {
  const field = h("input", { type: "number", class: "nad-field", autocomplete: "off" });
  const slider = h("input", { type: "range", class: "nad-slider", step: "any" });
  let now = value;
  let range = span;
  let later = 0;

  /**
   * @param {number} next
   * @param {boolean} [dragged] the field may follow a moment later
   */
  function show(next, dragged = false) {
    now = next;
    const finite = Number.isFinite(next);
    slider.min = String(finite ? Math.min(range.low, next) : range.low);
    slider.max = String(finite ? Math.max(range.high, next) : range.high);
    if (finite) slider.value = String(next);
    slider.setAttribute("aria-valuetext", short(next));
    if (dragged) later ||= window.setTimeout(write, MOMENT);
    else write();
  }

  /** The field's text: it moves the selection, and then every editor on the page asks for the layout. */
  function write() {
    window.clearTimeout(later);
    later = 0;
    if (document.activeElement !== field) field.value = Number.isFinite(now) ? String(Number(now.toPrecision(12))) : "";
  }

  /** @param {number} next */
  function choose(next) {
    if (!Number.isFinite(next)) return;
    const fit = range.integer ? Math.round(next) : next;
    if (fit === now) return;
    changed(fit);
    show(fit, true);
  }

  /** @param {string} label */
  function rename(label) {
    field.setAttribute("aria-label", `value of ${label}`);
    slider.setAttribute("aria-label", label);
  }

  slider.addEventListener("input", () => choose(quantise(Number(slider.value), range.step)));
  slider.addEventListener("keydown", (event) => {
    const many = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (many === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = quantise(now + many * range.step, range.step);
    choose(Math.min(Number(slider.max), Math.max(Number(slider.min), next)));
  });
  field.addEventListener("input", () => choose(field.valueAsNumber));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") field.blur();
  });
  field.addEventListener("blur", () => show(now));

  /** @param {Span} next */
  function respan(next) {
    range = next;
    field.step = next.integer ? "1" : "any";
  }
  respan(span);
  rename(name);
  show(value);
  return {
    field,
    slider,
    show,
    rename,
    respan,
    value: () => now,
  };
}

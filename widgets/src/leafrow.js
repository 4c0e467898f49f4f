// The rows of one leaf: its numbers, the slider and the field, for an array a picker of its cells beneath.
import { cellPicker } from "./cellpicker.js";
import { element, indexOf } from "./cells.js";
import { control } from "./control.js";
import { h } from "./dom.js";
import { agrees, parse } from "./digits.js";
import { verdict } from "./rows.js";

/** @typedef {import("./types").Leaf} Leaf */
/** @typedef {import("./rows").LeafTexts} LeafTexts */
/** @typedef {(leaf: Leaf, index: number | null, value: number) => void} Drag */
/** @typedef {ReturnType<typeof leafRow>} LeafRow */

/**
 * @param {string} name
 * @param {Leaf | null} first null for a leaf that cannot be changed
 * @param {Drag} drag
 */
export function leafRow(name, first, drag) {
  const cell = (/** @type {string} */ kind) => h("td", { class: kind });
  const value = cell("nad-value");
  const slide = cell("nad-slide");
  const gradient = cell("nad-gradient");
  const how = cell("nad-how");
  const check = cell("nad-check");
  const title = h("th", { class: "nad-leaf", scope: "row" }, [name]);
  const row = h("tr", {}, [title, value, slide, gradient, how, check]);
  let leaf = first;
  let values = [...(first?.values ?? [])];
  let sure = [...values]; // as the kernel has them
  const scalar = first !== null && first.shape.length === 0;
  const more = first !== null && !scalar ? h("tr", { class: "nad-more" }) : null;
  const knob = first && values.length ? control(name, values[0] ?? NaN, first, (x) => change(scalar ? null : at(), x)) : null;
  const said = h("span");
  const picker = first && more && knob ? cellPicker(first.name, first.shape, () => values, choose) : null;
  const toggle = picker ? h("button", { type: "button", class: "nad-button", "aria-expanded": "false" }, ["cells"]) : null;
  const chosen = h("span", { class: "nad-chosen" });

  function at() {
    return picker?.at() ?? 0;
  }

  /**
   * @param {number | null} index
   * @param {number} next
   */
  function change(index, next) {
    values[index ?? 0] = next;
    picker?.draw();
    if (leaf) drag(leaf, index, next);
  }

  /** @param {number} flat */
  function choose(flat) {
    if (!leaf || !knob) return;
    const label = element(leaf.name, indexOf(leaf.shape, flat));
    chosen.textContent = label;
    knob.rename(label);
    knob.show(values[flat] ?? NaN);
  }

  if (knob && scalar) {
    value.append(knob.field);
    slide.append(knob.slider);
  } else {
    value.append(said);
  }
  if (toggle && more && knob && picker) {
    toggle.setAttribute("aria-label", `cells of ${name}`);
    slide.append(toggle);
    const choice = h("div", { class: "nad-choice" }, [chosen, knob.field, knob.slider]);
    more.append(h("td", { colspan: "6" }, [picker.root, choice]));
    more.hidden = true;
    toggle.addEventListener("click", () => {
      more.hidden = !more.hidden;
      toggle.setAttribute("aria-expanded", String(!more.hidden));
    });
    choose(0);
  }

  return {
    name,
    row,
    more,
    /** @param {Leaf | null} other whether this row can serve another picture's leaf */
    fits: (other) => (other ? String([other.shape, other.integer]) : "") === (leaf ? String([leaf.shape, leaf.integer]) : ""),
    /** @param {Leaf | null} next */
    relink(next) {
      leaf = next;
      if (next) knob?.respan(next);
    },
    /**
     * What was chosen came to pass, or did not.
     * @param {number | null} index
     * @param {number} value
     * @param {boolean} done
     */
    settle(index, value, done) {
      if (done) sure[index ?? 0] = value;
      else this.set(sure);
    },
    /** @param {number[]} next */
    set(next) {
      values = [...next];
      sure = [...next];
      picker?.draw();
      knob?.show(values[scalar ? 0 : at()] ?? NaN);
    },
    /**
     * @param {LeafTexts} texts
     * @param {boolean} follow whether a value that came from elsewhere moves the slider
     */
    show(texts, follow) {
      const read = parse(texts.value);
      if (scalar && knob && follow && !agrees(knob.value(), texts.value) && Number.isFinite(read)) knob.show((values[0] = read));
      said.textContent = texts.value;
      gradient.textContent = texts.gradient;
      gradient.className = `nad-gradient nad-s-${texts.state}`;
      how.textContent = texts.how;
      check.textContent = texts.check;
      check.className = `nad-check nad-${verdict(texts.check)}`;
    },
  };
}

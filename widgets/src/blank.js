// One blank: an input in the graph at the place of the gradient, its twin in the list below, and what was found.
import { h } from "./dom.js";
import { box } from "./places.js";
import { s } from "./svgdom.js";

/** @typedef {import("./answers").Verdict} Verdict */
/** @typedef {ReturnType<typeof blank>} Blank */

const WIDTH = 86;
const HEIGHT = 24;
const TIP = { width: 240, height: 80 };
const LINE = 20; // px: a leaf's name and value, which stand above its blank
const DROP = 2; // px below the text that it stands for, clear of the value above

/**
 * @param {string} label
 * @param {{ check: (answer: string) => void, reveal: () => void, focus: () => void, next: (back: boolean) => boolean }} does
 */
export function blank(label, does) {
  const small = h("input", { type: "text", class: "nad-blank", tabindex: "-1", autocomplete: "off", "aria-label": label, placeholder: "?" });
  const field = h("input", { type: "text", class: "nad-blank", autocomplete: "off", "aria-label": label, placeholder: "?" });
  const smallMark = h("span", { class: "nad-tick" });
  const mark = h("span", { class: "nad-tick" });
  const bubble = h("div", { class: "nad-bubble" });
  const hint = h("span", { class: "nad-hint" });
  const show = h("button", { type: "button", class: "nad-button", "aria-label": `reveal ${label}` }, ["reveal"]);
  const inside = h("div", { class: "nad-ask" }, ["[", small, smallMark, "]"]);
  const item = h("li", { class: "nad-item" }, [h("span", { class: "nad-asklabel" }, [label]), h("span", { class: "nad-ask" }, ["[", field, mark, "]"]), hint, show]);
  const place = s("foreignObject", { width: WIDTH, height: HEIGHT, class: "nad-fo", tabindex: -1 }); // else a tab stop: it could scroll
  place.append(inside);
  const tip = s("foreignObject", { ...TIP, class: "nad-fo nad-tip", tabindex: -1 });
  tip.append(h("div", { class: "nad-tipbox" }, [bubble]));
  let checked = "";
  /** @type {Verdict} */
  let verdict = "open";

  for (const input of [small, field]) {
    const other = input === small ? field : small;
    input.addEventListener("input", () => {
      other.value = input.value;
      if (verdict !== "wrong") return;
      checked = ""; // the same answer, given again, is judged again
      set("open", input.value, "");
    });
    input.addEventListener("focus", does.focus);
    input.addEventListener("blur", commit);
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") commit();
      else if (event.key === "Escape") input.blur();
      else if (event.key === "Tab" && input === small && does.next(event.shiftKey)) event.preventDefault();
    });
  }
  for (const [name, open] of /** @type {const} */ ([["focusin", true], ["pointerenter", true], ["focusout", false], ["pointerleave", false]])) {
    place.addEventListener(name, () => tip.classList.toggle("nad-open", open || place.matches(":hover, :focus-within")));
  }
  for (const name of ["pointerover", "pointerdown", "click", "focusin", "focusout"]) {
    place.addEventListener(name, (event) => event.stopPropagation());
  }
  show.addEventListener("click", does.reveal);

  function commit() {
    const answer = small.value.trim();
    if (answer === checked || verdict === "right" || verdict === "shown") return;
    checked = answer;
    does.check(answer);
  }

  /**
   * @param {Verdict} now
   * @param {string} text what stands in the blank
   * @param {string} why
   */
  function set(now, text, why) {
    verdict = now;
    const done = now === "right" || now === "shown";
    const shown = done ? text.replaceAll("-", "−") : text;
    if (now !== "open") checked = text;
    for (const input of [small, field]) {
      if (input.value.trim() !== shown) input.value = shown;
      input.readOnly = done;
      input.setAttribute("aria-invalid", String(now === "wrong"));
      input.size = Math.max(3, Math.min(9, text.length));
    }
    for (const sign of [smallMark, mark]) sign.textContent = { open: "", right: "✓", wrong: "✗", shown: "⊙" }[now];
    for (const part of [inside, item]) {
      for (const name of ["right", "wrong", "shown"]) part.classList.toggle(`nad-${name}`, now === name);
    }
    bubble.textContent = why;
    hint.textContent = now === "shown" ? "revealed" : why;
    show.hidden = done;
  }

  /** @param {SVGElement | null} slot the text that the blank stands for */
  function over(slot) {
    const svg = slot?.ownerSVGElement;
    if (!slot || !svg) return;
    const { x, y, width, height } = box(slot, svg);
    place.setAttribute("x", String(x + width / 2 - WIDTH / 2));
    place.setAttribute("y", String(y + height / 2 - HEIGHT / 2 + DROP));
    const [middle, whole] = [y + height / 2, svg.viewBox.baseVal];
    const up = middle - HEIGHT / 2 - LINE - TIP.height;
    const above = middle + HEIGHT / 2 + TIP.height > whole.height && up > 0;
    tip.classList.toggle("nad-above", above);
    tip.setAttribute("x", String(Math.max(0, Math.min(x + width / 2 - TIP.width / 2, whole.width - TIP.width))));
    tip.setAttribute("y", String(above ? up : middle + HEIGHT / 2));
    slot.classList.add("nad-asked");
    svg.append(place);
  }

  set("open", "", "");
  return {
    item,
    set,
    over,
    verdict: () => verdict,
    /** The hint lies above all blanks. */
    raise: () => place.ownerSVGElement?.append(tip),
    inGraph: () => document.activeElement === small,
    focus: () => small.focus(),
    /** @param {SVGElement | null} slot */
    remove(slot) {
      place.remove();
      tip.remove();
      slot?.classList.remove("nad-asked");
    },
  };
}

// What is selected, and on request why its gradient is as it is.
import { h } from "./dom.js";
import { light } from "./lit.js";
import { follow, message, partOf, slotOf, stateOf } from "./selection.js";
import { whyChip } from "./whychip.js";

/** @typedef {import("./types").View} View */
/** @typedef {import("./paneltypes").WhyReply} WhyReply */
/** @typedef {import("./types").Target} Target */

/** @param {View} view */
export function whyPanel(view) {
  const what = h("span", { class: "nad-what" });
  const where = h("span", { class: "nad-where" });
  const state = h("span", { class: "nad-state" });
  const button = h("button", { type: "button", class: "nad-button nad-whybutton" }, ["why?"]);
  const answer = h("div", { class: "nad-answer" });
  const root = h("section", { class: "nad-panel nad-why", "aria-label": "selection" }, [
    h("div", { class: "nad-line" }, [what, where, state, button]),
    answer,
  ]);
  /** @type {Target | null} */
  let target = null;
  /** @type {WhyReply | null} */
  let shown = null;
  const chip = whyChip(view, () => ask());

  /**
   * @param {Target[]} targets
   * @param {boolean} fresh
   */
  function seen(targets, fresh) {
    target = targets.length === 1 ? (targets[0] ?? null) : null;
    if (fresh || !target) clear();
    root.hidden = !target;
    chip.hide();
    if (!target) return;
    const { state: kind, words, strange } = stateOf(view, target);
    const part = partOf(view, target);
    what.textContent = target.kind === "node" ? (part?.lines[0] ?? "") : "";
    where.textContent = part?.where ?? "";
    state.textContent = words && `${String(view.frame().texts[slotOf(target, "g")] ?? "").replace(/^◂\s*/, "")} · ${words}`;
    state.className = `nad-state nad-s-${kind}`;
    button.classList.toggle("nad-strange", strange);
    if (strange) chip.show(target);
    if (shown) ask();
  }

  function ask() {
    if (!target) return;
    const of = target;
    view.ask({ do: "why", ...message(view, of) }, (/** @type {any} */ reply) => {
      if (target !== of) return;
      if (reply.what === "problem") answer.replaceChildren(h("div", { class: "nad-said" }, [String(reply.text ?? "")]));
      else if (reply.what === "why") draw(reply);
    });
  }

  function clear() {
    if (shown) view.light(null);
    shown = null;
    answer.replaceChildren();
  }

  /** @param {WhyReply} reply */
  function draw(reply) {
    const again = shown !== null;
    shown = reply;
    const lines = reply.lines.map(({ text, source, node }) => {
      const line = h("li", source || node !== null ? { tabindex: "0" } : {}, [text]);
      for (const name of ["pointerenter", "focus"]) {
        line.addEventListener(name, () => {
          if (node !== null) view.point({ kind: "node", key: node });
          if (source) view.mark(source);
          light(view, reply.lit, node === null ? [] : [node]);
        });
      }
      for (const name of ["pointerleave", "blur"]) {
        line.addEventListener(name, () => {
          view.point(null);
          light(view, reply.lit);
        });
      }
      return line;
    });
    answer.replaceChildren(h("div", { class: "nad-title" }, [reply.title]), h("ol", {}, lines));
    light(view, reply.lit);
    if (!again) view.announce([reply.title, ...reply.lines.map((line) => line.text)].join(". "));
  }

  button.addEventListener("click", ask);
  const unfollow = follow(view, seen);
  root.hidden = true;
  return {
    root,
    close() {
      unfollow();
      chip.hide();
      clear();
    },
  };
}

// Predict the gradients: blanks in the graph and in a list, each answer checked by the kernel at once.
import { keeper } from "./answers.js";
import { blank } from "./blank.js";
import { h } from "./dom.js";
import { predictHead } from "./predicthead.js";
import { blanked, nameOf, partOfSlot } from "./slotnames.js";

/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Texts} Texts */
/** @typedef {import("./paneltypes").PanelPicture} PanelPicture */
/** @typedef {import("./paneltypes").Checked} Checked */
/** @typedef {import("./blank").Blank} Blank */

const storage = () => localStorage;

/** @param {View} view */
export function predictPanel(view) {
  const head = predictHead(() => reveal(null), restart);
  const list = h("ol", { class: "nad-asks" });
  const root = h("section", { class: "nad-panel nad-predict", "aria-label": "predictions" }, [head.root, list]);
  /** @type {Map<string, Blank>} by slot */
  let blanks = new Map();
  let kept = keeper(storage, "");
  let frameRequest = 0;

  function build() {
    const picture = /** @type {PanelPicture} */ (view.picture());
    for (const [slot, made] of blanks) made.remove(view.slot(slot));
    root.hidden = !picture.predict;
    blanks = new Map();
    if (!picture.predict) return;
    const { slots, labels, key } = picture.predict;
    kept = keeper(storage, key);
    for (const slot of slots) blanks.set(slot, make(slot, labels?.[slot] ?? nameOf(picture, slot)));
    list.replaceChildren(...[...blanks.values()].map((made) => made.item));
    cancelAnimationFrame(frameRequest);
    frameRequest = requestAnimationFrame(() => {
      for (const [slot, made] of blanks) made.over(view.slot(slot));
      for (const made of blanks.values()) made.raise();
    });
    for (const [slot, answer] of Object.entries(kept.answers())) if (blanks.has(slot)) check(slot, answer, true);
    for (const slot of kept.shown()) if (blanks.has(slot)) reveal(slot);
    count();
  }

  /**
   * @param {string} slot
   * @param {string} name
   */
  function make(slot, name) {
    return blank(name, {
      check: (answer) => check(slot, answer, false),
      reveal: () => reveal(slot),
      focus: () => view.point(partOfSlot(slot)),
      next: (back) => step(slot, back),
    });
  }

  /**
   * @param {string} slot
   * @param {string} answer
   * @param {boolean} silent restored, not typed now
   */
  function check(slot, answer, silent) {
    kept.answer(slot, answer);
    const of = blanks.get(slot);
    if (!of) return;
    if (!answer) {
      of.set("open", "", "");
      return count();
    }
    if (silent) of.set("open", answer, "");
    view.ask({ do: "check", slot, answer }, (reply) => {
      if (blanks.get(slot) !== of || kept.answers()[slot] !== answer) return;
      if (reply.what === "problem") return of.set("open", answer, String(reply.text ?? ""));
      if (reply.what === "checked") take(of, slot, answer, /** @type {Checked} */ (/** @type {unknown} */ (reply)), silent);
    });
  }

  /**
   * @param {Blank} of
   * @param {string} slot
   * @param {string} answer
   * @param {Checked} found
   * @param {boolean} silent
   */
  function take(of, slot, answer, found, silent) {
    const held = of.inGraph();
    of.set(found.right ? "right" : "wrong", answer, found.right ? "" : found.hint);
    if (found.right) reveal(slot); // the rest that belongs to it: the band, the sum
    count();
    if (silent) return;
    view.announce(found.right ? `Right: ${answer}. ${head.said()}` : `Not ${answer}. ${found.hint}`);
    if (found.right && held) step(slot, false);
  }

  /** @param {string | null} slot null: all that are open */
  function reveal(slot) {
    view.ask({ do: "reveal", slot }, (reply) => {
      /** @type {Record<string, string>} */
      const texts = reply.texts ?? {};
      const open = Object.keys(texts).filter((name) => blanks.has(name) && blanks.get(name)?.verdict() !== "right");
      for (const name of open) blanks.get(name)?.set("shown", (texts[name] ?? "").replace(/^◂\s*/, ""), "");
      kept.reveal(open);
      know(texts);
      count();
    });
  }

  /** @param {Texts} texts what is known now and need not be hidden any more */
  function know(texts) {
    view.apply({ texts: { ...view.frame().texts, ...texts } });
  }

  /**
   * Go to the next open blank in the graph.
   * @param {string} slot
   * @param {boolean} back
   */
  function step(slot, back) {
    const all = [...blanks];
    const at = all.findIndex(([name]) => name === slot);
    const rest = back ? all.slice(0, at).reverse() : all.slice(at + 1);
    const next = rest.find(([, made]) => made.verdict() !== "right" && made.verdict() !== "shown");
    next?.[1].focus();
    return next !== undefined;
  }

  const count = () => head.count([...blanks.values()].map((made) => made.verdict()));

  function restart() {
    kept.forget();
    const texts = view.frame().texts;
    know(Object.fromEntries([...blanks.keys()].flatMap((slot) => blanked(texts, slot))));
    build();
  }

  const off = view.on("picture", build);
  build();
  return {
    root,
    close() {
      cancelAnimationFrame(frameRequest);
      off();
      for (const [slot, made] of blanks) made.remove(view.slot(slot));
    },
  };
}

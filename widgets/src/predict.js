// Predict the gradients: blanks in the graph and in a list, each answer checked by the kernel at once.
import { load, save, score } from "./answers.js";
import { blank } from "./blank.js";
import { h } from "./dom.js";
import { blanked, nameOf, partOfSlot } from "./slotnames.js";

/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Texts} Texts */
/** @typedef {import("./paneltypes").PanelPicture} PanelPicture */
/** @typedef {import("./paneltypes").Checked} Checked */
/** @typedef {import("./blank").Blank} Blank */

const storage = () => localStorage;

/** @param {View} view */
export function predictPanel(view) {
  const tally = h("span", { class: "nad-score" });
  const all = h("button", { type: "button", class: "nad-button" }, ["reveal all"]);
  const again = h("button", { type: "button", class: "nad-button" }, ["start over"]);
  const list = h("ol", { class: "nad-asks" });
  const root = h("section", { class: "nad-panel nad-predict", "aria-label": "predictions" }, [
    h("div", { class: "nad-line" }, [h("span", { class: "nad-title" }, ["Fill in the gradients"]), tally, all, again]),
    list,
  ]);
  /** @type {Map<string, Blank>} by slot */
  let blanks = new Map();
  /** @type {import("./answers").Kept} */
  let kept = { answers: {}, shown: [] };
  let key = "";
  let frameRequest = 0;
  let settled = false;

  function build() {
    const picture = /** @type {PanelPicture} */ (view.picture());
    for (const [slot, made] of blanks) made.remove(view.slot(slot));
    root.hidden = !picture.predict;
    blanks = new Map();
    if (!picture.predict) return;
    const { slots, labels } = picture.predict;
    key = picture.predict.key;
    kept = load(storage, key);
    for (const slot of slots) blanks.set(slot, make(slot, labels?.[slot] ?? nameOf(picture, slot)));
    list.replaceChildren(...[...blanks.values()].map((made) => made.item));
    cancelAnimationFrame(frameRequest);
    frameRequest = requestAnimationFrame(() => {
      for (const [slot, made] of blanks) made.over(view.slot(slot));
      for (const made of blanks.values()) made.raise();
    });
    for (const [slot, answer] of Object.entries(kept.answers)) if (blanks.has(slot)) check(slot, answer, true);
    for (const slot of kept.shown) if (blanks.has(slot)) reveal(slot);
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
    if (answer) kept.answers[slot] = answer;
    else delete kept.answers[slot];
    save(storage, key, kept);
    const of = blanks.get(slot);
    if (!of) return;
    if (!answer) {
      of.set("open", "", "");
      return count();
    }
    if (silent) of.set("open", answer, "");
    view.ask({ do: "check", slot, answer }, (reply) => {
      if (blanks.get(slot) !== of || kept.answers[slot] !== answer) return;
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
    view.announce(found.right ? `Right: ${answer}. ${tally.textContent}` : `Not ${answer}. ${found.hint}`);
    if (found.right && held) step(slot, false);
  }

  /** @param {string | null} slot null: all that are open */
  function reveal(slot) {
    view.ask({ do: "reveal", slot }, (reply) => {
      /** @type {Record<string, string>} */
      const texts = reply.texts ?? {};
      for (const [name, text] of Object.entries(texts)) {
        const of = blanks.get(name);
        if (!of || of.verdict() === "right") continue;
        of.set("shown", text.replace(/^◂\s*/, ""), "");
        delete kept.answers[name];
        if (!kept.shown.includes(name)) kept.shown.push(name);
      }
      save(storage, key, kept);
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

  function count() {
    const verdicts = [...blanks.values()].map((made) => made.verdict());
    tally.textContent = score(verdicts);
    settled = verdicts.every((v) => v === "right" || v === "shown");
    all.textContent = settled ? "explore the graph" : "reveal all";
    again.disabled = verdicts.every((v) => v === "open");
  }

  all.addEventListener("click", () => reveal(null));
  again.addEventListener("click", () => {
    kept = { answers: {}, shown: [] };
    save(storage, key, kept);
    const texts = view.frame().texts;
    know(Object.fromEntries([...blanks.keys()].flatMap((slot) => blanked(texts, slot))));
    build();
  });
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

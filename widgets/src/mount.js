// One live view in one place: the cursor and what is pointed at decide what the graph, the rule and the code show.
import { attention } from "./attention.js";
import { codePanel } from "./code.js";
import { carried, textsAt, uncomputed } from "./cursor.js";
import { h } from "./dom.js";
import { emitter } from "./emitter.js";
import { graphPanel } from "./graph.js";
import { panels } from "./panels.js";
import { player } from "./player.js";
import { rulePanel } from "./rule.js";
import { source } from "./source.js";
import { targetsOf } from "./targets.js";
import { followTheme } from "./theme.js";
import { partAt, resting } from "./words.js";

/** @typedef {import("./types").Cleanup} Cleanup */
/** @typedef {import("./types").Model} Model */
/** @typedef {import("./types").Target} Target */
/** @typedef {import("./types").View} View */

/**
 * @param {Model} model
 * @param {HTMLElement} place
 * @returns {Cleanup}
 */
export function mount(model, place) {
  const { on, tell, clear } = emitter();
  const numbers = source(model, {
    numbers() {
      render();
      tell("frame", now().frame);
    },
    steps() {
      cursor = Math.min(cursor, count());
      render();
      tell("frame", now().frame);
    },
    picture(before) {
      cursor = carried(cursor, before.walk.steps.length, count());
      draw();
      tell("picture", now().picture);
    },
  });
  const { now, ask, apply } = numbers;
  const count = () => now().walk.steps.length;

  let cursor = now().picture.start === "start" ? 0 : count();
  const attended = attention();
  /** @type {import("./types").Texts} */
  let texts = {};
  /** @type {ReturnType<typeof panels> | null} */
  let below = null;

  const code = codePanel();
  const rule = rulePanel();
  const controls = player(go);
  const graph = graphPanel(point, (targets) => {
    attended.select(targets);
    show();
    tell("select", targets);
  });
  const header = h("div", { class: "nad-header" });
  const news = h("div", { class: "nad-news", role: "status" });
  const notes = h("div", { class: "nad-notes" });
  const aloud = h("div", { class: "nad-aloud", "aria-live": "polite" });

  /** @param {number} to how many steps are done */
  function go(to) {
    cursor = to;
    attended.step();
    render();
    graph.reveal(atCursor());
    numbers.freshen();
    tell("cursor", cursor);
  }

  const atCursor = () => targetsOf(now().walk.steps[cursor - 1]);

  /** Everything that depends on the cursor and the numbers. */
  function render() {
    const { walk, frame, titles, late } = now();
    texts = textsAt(walk, frame.texts, cursor, late);
    graph.show({ ...texts, ...titles });
    graph.todo(uncomputed(walk.steps, cursor));
    graph.root.classList.toggle("nad-stale", frame.stale);
    controls.show(walk.steps, cursor);
    if (news.textContent !== frame.note) news.textContent = frame.note;
    show();
  }

  /** What is pointed at, else what was selected or stepped to last: in the rule box, the code and the graph. */
  function show() {
    const target = attended.target();
    const step = attended.walked() || cursor < count() ? now().walk.steps[cursor - 1] : undefined;
    const { walk, picture, late } = now();
    const part = target ? partAt(walk, picture.output, target) : step;
    rule.show(part ?? resting(walk, picture.output, cursor, texts), late && part !== undefined);
    code.mark(part?.source ?? null);
    below?.mark(target ? (target.kind === "node" ? target.key : null) : (step?.node ?? null));
    graph.highlight(target ? [target] : step ? atCursor() : [], target ? "" : (step?.phase ?? ""));
  }

  /** @param {Target | null} target */
  function point(target) {
    attended.point(target);
    if (target) numbers.freshen();
    show();
  }

  function draw() {
    const { picture } = now();
    controls.pause();
    attended.forget();
    header.textContent = picture.header;
    header.hidden = !picture.header;
    notes.replaceChildren(...picture.notes.map((note) => h("div", { class: "nad-note" }, [note])));
    code.set(picture.code);
    graph.draw(picture.svg);
    render();
  }

  /** @type {View} */
  const view = {
    model,
    picture: () => ({ ...now().picture, ...now().walk }),
    frame: () => now().frame,
    apply,
    ask,
    light: graph.light,
    point,
    mark: (at) => (at ? code.mark(at) : show()),
    on,
    select: graph.choose,
    slot: graph.slot,
    text: (id) => String(texts[id] ?? ""),
    announce(text) {
      aloud.textContent = text;
    },
  };
  draw();
  below = panels(view);
  const top = h("div", { class: "nad-top" }, [code.root, rule.root]);
  const parts = [header, top, controls.root, graph.root, news, below.root, notes, aloud];
  const root = h("div", { class: "nad-live", tabindex: "-1", "data-lm-suppress-shortcuts": "true" }, parts);
  root.addEventListener("keydown", (event) => {
    if (event.target === root) controls.press(event);
  });
  place.replaceChildren(root);
  const unfollow = followTheme(root);
  return () => {
    numbers.close();
    clear();
    below?.close();
    controls.close();
    graph.close();
    unfollow();
    root.remove();
  };
}

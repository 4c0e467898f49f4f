// Back in time through the steps of a training loop, in the browser alone: the kernel may be busy.
import { h } from "./dom.js";
import { nearest } from "./kept.js";
import { frameAt } from "./rows.js";
import { trainingOf } from "./training.js";

/** @typedef {import("./types").View} View */
/** @typedef {import("./paneltypes").PanelPicture} PanelPicture */

/** @param {View} view */
export function scrubPanel(view) {
  const pause = h("button", { type: "button", class: "nad-button" }, ["pause view"]);
  const range = h("input", { type: "range", class: "nad-slider nad-scrubber", min: "0", step: "1", "aria-label": "training step" });
  const live = h("button", { type: "button", class: "nad-button nad-livebutton" }, ["live"]);
  const said = h("span", { class: "nad-count" });
  const root = h("section", { class: "nad-panel nad-scrub nad-line", "aria-label": "training steps" }, [pause, range, live, said]);
  const training = trainingOf(view.model);
  /** @type {import("./training").Moment | null} */
  let applied = null;

  function draw() {
    const all = training.moments();
    root.hidden = all.length < 2;
    const shown = training.shown();
    if (!shown) return;
    const held = training.chosen() !== null;
    range.max = String(Math.max(0, all.length - 1));
    range.disabled = all.length < 2;
    range.value = String(nearest(all, shown.step));
    range.style.setProperty("--at", `${all.length > 1 ? (100 * Number(range.value)) / (all.length - 1) : 100}%`);
    const newest = all.at(-1)?.step ?? shown.step;
    range.setAttribute("aria-valuetext", `step ${shown.step} of ${newest}`);
    said.textContent = `step ${shown.step} of ${newest}${training.done() ? "" : held ? " · paused" : " · running"}`;
    live.textContent = training.done() ? "last" : "live";
    live.setAttribute("aria-label", training.done() ? "go to the last step" : "follow the running loop");
    live.disabled = !held;
    pause.hidden = training.done();
    pause.textContent = held ? "resume view" : "pause view";
    apply(held || !end() ? shown : null);
  }

  /** @param {import("./training").Moment | null} moment null: what the picture itself says, when the training is over */
  function apply(moment) {
    if (applied === moment) return;
    applied = moment;
    const { frame } = view.picture();
    view.apply(moment ? frameAt(view.frame(), { ...frame.texts, ...moment.texts }) : frame);
  }

  pause.addEventListener("click", () => training.choose(training.chosen() === null ? (training.shown()?.step ?? null) : null));
  live.addEventListener("click", () => {
    training.choose(null);
    range.focus();
  });
  range.addEventListener("input", () => {
    const moment = training.moments()[Number(range.value)];
    if (moment) training.choose(moment.step);
  });

  const end = () => /** @type {PanelPicture} */ (view.picture()).training;

  function redrawn() {
    applied = null;
    if (end()) training.recall(end());
    else training.forget(); // steps of a graph of another form
    draw();
  }
  const offs = [training.on(draw), view.on("picture", redrawn)];
  root.hidden = true;
  training.recall(end());
  draw();
  return {
    root,
    close() {
      for (const off of offs) off();
    },
  };
}

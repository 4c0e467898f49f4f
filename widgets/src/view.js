// The front-end as loader.js imports it: `initialize` brings outputs to life, `render` shows the view where it is displayed.
import "./view.css";
import { attend } from "./claim.js";
import { mount } from "./mount.js";

/** @typedef {import("./types").Model} Model */

const HEAVY = /** @type {const} */ (["picture", "_front", "_css"]); // JupyterLab's comms keep closed models in memory

export default {
  /** @param {{ model: Model }} context */
  initialize({ model }) {
    const leave = attend(model, (place) => mount(model, place));
    return () => {
      leave();
      for (const heavy of [...HEAVY, ...HEAVY]) model.set(heavy, null); // again: a model knows what it was before
    };
  },

  /** @param {{ model: Model, el: HTMLElement }} context */
  render({ model, el }) {
    return mount(model, el);
  },
};

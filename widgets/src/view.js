// The module that anywidget loads: `initialize` brings outputs to life, `render` shows the view where it is displayed.
import "./view.css";
import { attend } from "./claim.js";
import { mount } from "./mount.js";

/** @typedef {import("./types").Model} Model */

export default {
  /** @param {{ model: Model }} context */
  initialize({ model }) {
    return attend(model, (place) => mount(model, place));
  },

  /** @param {{ model: Model, el: HTMLElement }} context */
  render({ model, el }) {
    return mount(model, el);
  },
};

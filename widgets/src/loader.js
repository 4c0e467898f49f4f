// What anywidget imports anew for every model, so it is small: it loads the front-end once and shares it on the page.

/** @typedef {import("./types").Model} Model */
/** @typedef {typeof import("./view.js").default} Front */

const SHARED = Symbol.for("notebook_ad.modules");

/**
 * The front-end that a model brings; of equal ones the first is used.
 * @param {Model} model
 * @returns {Promise<Front>}
 */
function front(model) {
  const page = /** @type {{ [key: symbol]: Map<string, Promise<Front>> | undefined }} */ (/** @type {unknown} */ (globalThis));
  const modules = (page[SHARED] ??= new Map());
  const code = model.get("_front");
  const found = modules.get(code) ?? load(code);
  modules.set(code, found);
  found.catch(() => modules.delete(code));
  return found;
}

/**
 * @param {string} code
 * @returns {Promise<Front>}
 */
async function load(code) {
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  try {
    return (await import(url)).default;
  } finally {
    URL.revokeObjectURL(url);
  }
}

export default {
  /** @param {{ model: Model }} context */
  initialize: async (context) => (await front(context.model)).initialize(context),
  /** @param {{ model: Model, el: HTMLElement }} context */
  render: async (context) => (await front(context.model)).render(context),
};

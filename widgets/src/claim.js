// Finds the outputs that belong to a model and mounts the live view in them, for as long as they are on the page.

/** @typedef {import("./types").Model} Model */
/** @typedef {import("./types").Cleanup} Cleanup */
/** @typedef {{ ident: string, offer: (fragment: HTMLElement, takeOver: boolean) => void, sweep: () => void }} Claim */

const FRAGMENT = ".nad-static";
const CLAIMED = "nad-claimed";
const RELEASE = "nad-release";
const SHARED = Symbol.for("notebook_ad.claims");

/**
 * Mount the view in every fragment of the model's ident, now and when one appears; returns the clean-up.
 * @param {Model} model
 * @param {(place: HTMLElement) => Cleanup} mount
 * @returns {Cleanup}
 */
export function attend(model, mount) {
  /** @type {Map<HTMLElement, Cleanup>} */
  const held = new Map();

  /** @type {Claim} */
  const claim = {
    ident: model.get("ident"),
    offer(fragment, takeOver) {
      if (isClosed(model)) return end();
      if (held.has(fragment) || !inDocumentOf(model, fragment)) return;
      if (fragment.classList.contains(CLAIMED)) {
        if (!takeOver) return;
        fragment.dispatchEvent(new Event(RELEASE));
      }
      held.set(fragment, hold(fragment, mount, () => held.delete(fragment)));
    },
    sweep() {
      if (isClosed(model)) return end();
      for (const [fragment, release] of [...held]) if (!fragment.isConnected) release();
    },
  };
  let leave = join(claim);
  const clear = () => {
    leave();
    for (const release of [...held.values()]) release();
  };
  const follow = () => {
    clear(); // a view of a loop moves from its first output to its last
    claim.ident = model.get("ident");
    leave = join(claim);
  };
  const end = () => {
    model.off("change:ident", follow);
    clear();
  };
  model.on("change:ident", follow);
  return end;
}

/**
 * @param {HTMLElement} fragment
 * @param {(place: HTMLElement) => Cleanup} mount
 * @param {() => void} forget
 * @returns {Cleanup}
 */
function hold(fragment, mount, forget) {
  const place = document.createElement("div");
  place.className = "nad-place";
  fragment.append(place);
  fragment.classList.add(CLAIMED);
  /** @type {Cleanup} */
  let unmount = () => {};
  const release = () => {
    fragment.removeEventListener(RELEASE, release);
    unmount();
    place.remove();
    fragment.classList.remove(CLAIMED);
    forget();
  };
  fragment.addEventListener(RELEASE, release);
  try {
    unmount = mount(place);
  } catch (problem) {
    console.error("notebook_ad:", problem); // the static picture is there
    release();
  }
  return release;
}

/**
 * Take part in the page's one observer (each model loads a copy of this module, so it hangs on the window).
 * @param {Claim} claim
 * @returns {Cleanup}
 */
function join(claim) {
  const page = /** @type {{ [key: symbol]: Set<Claim> | undefined }} */ (/** @type {unknown} */ (globalThis));
  const claims = (page[SHARED] ??= watched(new Set()));
  claims.add(claim);
  for (const fragment of fragmentsIn(document.body)) {
    if (fragment.dataset.nad === claim.ident) claim.offer(fragment, true);
  }
  return () => claims.delete(claim);
}

/**
 * @param {Set<Claim>} claims
 * @returns {Set<Claim>}
 */
function watched(claims) {
  new MutationObserver((records) => {
    if (claims.size === 0) return;
    if (records.some((r) => r.removedNodes.length > 0)) for (const claim of claims) claim.sweep();
    for (const record of records) {
      for (const node of record.addedNodes) {
        if (!(node instanceof HTMLElement)) continue;
        for (const fragment of fragmentsIn(node)) {
          for (const claim of claims) if (claim.ident === fragment.dataset.nad) claim.offer(fragment, false);
        }
      }
    }
  }).observe(document.body, { childList: true, subtree: true });
  return claims;
}

/**
 * @param {HTMLElement} root
 * @returns {HTMLElement[]}
 */
function fragmentsIn(root) {
  const inside = /** @type {HTMLElement[]} */ ([...root.querySelectorAll(FRAGMENT)]);
  return root.matches(FRAGMENT) ? [root, ...inside] : inside;
}

/**
 * A notebook that was closed leaves its models on the page: they must not take the outputs of the next one.
 * @param {Model} model
 */
function isClosed(model) {
  return model.widget_manager?.context?.isDisposed === true;
}

/**
 * Two notebooks on one page may hold equal idents: where JupyterLab's tab tells whose the output is, heed it.
 * @param {Model} model
 * @param {HTMLElement} fragment
 */
function inDocumentOf(model, fragment) {
  const file = model.widget_manager?.context?.path?.split(/[:/]/).pop();
  const panel = fragment.closest(".jp-NotebookPanel");
  const tab = panel && document.querySelector(`.lm-TabBar-tab[data-id="${CSS.escape(panel.id)}"]`);
  const title = tab?.getAttribute("title");
  return !file || !title || title.includes(file);
}

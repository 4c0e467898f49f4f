// What the kernel told of a training loop: shared by the charts and the scrubber of all views of a model.
import { kept, nearest } from "./kept.js";

/** @typedef {import("./types").Model} Model */
/** @typedef {import("./types").Texts} Texts */
/** @typedef {import("./types").Cleanup} Cleanup */
/** @typedef {import("./paneltypes").Tick} Tick */
/** @typedef {import("./paneltypes").Done} Done */
/** @typedef {{ step: number, texts: Texts }} Moment */
/** @typedef {{ step: number, loss: number, norm: number }} Point */
/** @typedef {ReturnType<typeof training>} Training */

const MOMENTS = 120; // texts of steps kept while the loop runs; the kernel sends its own when it is done
const POINTS = 600;

/** @type {WeakMap<Model, Training>} */
const known = new WeakMap();

/** @param {Model} model */
export function trainingOf(model) {
  const found = known.get(model) ?? training(model);
  known.set(model, found);
  return found;
}

/** @param {Model} model */
function training(model) {
  /** @type {ReturnType<typeof kept<Moment>>} */
  const moments = kept(MOMENTS);
  /** @type {ReturnType<typeof kept<Point>>} */
  const points = kept(POINTS);
  /** @type {Set<() => void>} */
  const listeners = new Set();
  /** @type {number | null} the step that is shown; null: the newest */
  let chosen = null;
  let done = false;
  /** @type {Done | null} */
  let recalled = null;

  /** @param {Tick} tick */
  function take(tick) {
    const before = moments.newest();
    if (done || (before && tick.step < before.step)) restart();
    moments.add({ step: tick.step, texts: { ...moments.newest()?.texts, ...tick.texts } });
    points.add({ step: tick.step, loss: number(tick.charts?.loss), norm: number(tick.charts?.norm) });
  }

  function restart() {
    moments.replace([]);
    points.replace([]);
    chosen = null;
    done = false;
  }

  /** @param {Done} end */
  function finish(end) {
    const base = moments.newest()?.texts ?? {};
    const all = Object.entries(end.frames ?? {}).map(([step, texts]) => ({ step: Number(step), texts }));
    const last = moments.newest();
    if (last && all.length === 0) all.push(last); // else the newest one may be of a form that is not drawn any more
    if (all.length) moments.replace(all.sort((a, b) => a.step - b.step).map((m) => ({ ...m, texts: { ...base, ...m.texts } })));
    points.replace((end.at ?? []).map((step, i) => ({ step, loss: number(end.loss?.[i]), norm: number(end.norm?.[i]) })));
    done = true;
  }

  /** @param {any} content */
  function hear(content) {
    if (content?.what === "tick") take(content);
    else if (content?.what === "done") finish(content);
    else return;
    tell();
  }

  function tell() {
    for (const listener of [...listeners]) listener();
  }

  return {
    moments: moments.all,
    points: points.all,
    done: () => done,
    chosen: () => chosen,
    /** The moment to be shown. */
    shown() {
      const all = moments.all();
      return (chosen === null ? moments.newest() : all[nearest(all, chosen)]) ?? null;
    },
    /** @param {number | null} step */
    choose(step) {
      chosen = step;
      tell();
    },
    /** @param {Done | null | undefined} end as the picture holds it when the training is over */
    recall(end) {
      if (!end || end === recalled) return;
      recalled = end;
      finish(end);
      tell();
    },
    /** Other steps than those that come from now on cannot be shown any more. */
    forget() {
      moments.replace([]);
      chosen = null;
      tell();
    },
    /**
     * @param {() => void} listener
     * @returns {Cleanup}
     */
    on(listener) {
      if (listeners.size === 0) model.on("msg:custom", hear);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) model.off("msg:custom", hear);
      };
    },
  };
}

/** @param {unknown} x null or a text where JSON has no number for it */
function number(x) {
  return typeof x === "number" ? x : NaN;
}

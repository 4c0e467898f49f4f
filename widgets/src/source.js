// Where a view's numbers come from: the trait `picture`, frames for other values, and the steps' texts asked for them.
import { asker } from "./ask.js";
import { agrees, currentOf, relinked, takeFrame, takeWalk } from "./current.js";

/** @typedef {import("./types").Frame} Frame */
/** @typedef {import("./types").Message} Message */
/** @typedef {import("./types").Model} Model */
/** @typedef {import("./types").Reply} Reply */
/** @typedef {import("./types").Walk} Walk */
/** @typedef {import("./current").Current} Current */

const IDLE = 400; // ms after the last new number until the steps' texts are asked for: they keep the kernel busy for a while

/**
 * @param {Model} model
 * @param {{ numbers: () => void, steps: () => void, picture: (before: Current) => void }} changed what to do when the
 *   frame, the steps, or the whole graph are others
 */
export function source(model, changed) {
  let now = currentOf(model);
  let idle = 0;
  let refused = -1; // the version of the numbers that the kernel's steps are not about
  /** @type {WeakSet<object>} */
  const received = new WeakSet();
  const { ask, settle, close } = asker(model, (reply) => {
    if (reply.what !== "frame" || !reply.frame) return;
    received.add(reply.frame); // another view of this graph was dragged
    apply(reply.frame);
  });

  /**
   * @param {Message} message
   * @param {(reply: Reply) => void} onReply
   */
  function asking(message, onReply) {
    ask(message, (reply) => {
      if (typeof reply.frame === "object" && reply.frame) received.add(reply.frame);
      onReply(reply);
    });
  }

  /** @param {Partial<Frame>} frame the kernel's, or one that a panel made up of what it kept */
  function apply(frame) {
    const local = !received.has(frame);
    takeFrame(now, frame, local);
    window.clearTimeout(idle);
    if (!local) idle = window.setTimeout(freshen, IDLE);
    changed.numbers();
  }

  /** Ask for the steps' texts if they are older than the numbers. */
  function freshen() {
    window.clearTimeout(idle);
    const [asked, version] = [now, now.version];
    if (!now.late || version === refused) return;
    ask({ do: "walk" }, (reply) => {
      if (reply.what !== "walk" || asked !== now) return;
      const walk = /** @type {Partial<Walk>} */ (/** @type {unknown} */ (reply));
      if (now.local && !agrees(walk, now.frame.texts, now.picture.predict?.slots)) {
        refused = version;
        return;
      }
      takeWalk(now, walk, version);
      changed.steps();
    });
  }

  /** Another graph: a leaf was dragged into another branch, or the code was run again. */
  function redraw() {
    const before = now;
    now = currentOf(model);
    if (now === before) return;
    refused = -1;
    changed.picture(before);
    settle((message) => relinked(message, before.picture, now.picture));
  }

  model.on("change:picture", redraw);
  return {
    now: () => now,
    ask: asking,
    apply,
    freshen,
    close() {
      model.off("change:picture", redraw);
      window.clearTimeout(idle);
      close();
    },
  };
}

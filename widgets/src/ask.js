// Messages to the kernel: numbered, one of a kind on its way at a time, the newest of each matter waits for its turn.

/** @typedef {import("./types").Message} Message */
/** @typedef {import("./types").Model} Model */
/** @typedef {import("./types").Reply} Reply */
/** @typedef {{ message: Message, matter: string, onReply: (reply: Reply) => void }} Wish */

const PATIENCE = 20_000; // ms after which a message without an answer holds up no other

const GONE = "the kernel that holds this graph is gone: run the cell again";

let count = Math.floor(Math.random() * 2 ** 40); // other pages may talk to the same kernel

/**
 * What a message is about: a newer one about the same replaces one that waits.
 * @param {Message} message
 */
export function matter(message) {
  const { do: kind, leaf, index, slot } = message;
  return JSON.stringify([kind, leaf ?? null, index ?? null, slot ?? null]);
}

/**
 * @param {Model} model
 * @param {(reply: Reply) => void} unasked hears what this asker did not ask for
 * @param {() => number} [clock]
 */
export function asker(model, unasked, clock = () => performance.now()) {
  /** @type {Map<string, { seq: number, since: number, onReply: Wish["onReply"] }>} */
  const flying = new Map();
  /** @type {Map<string, Wish[]>} */
  const waiting = new Map();
  let closed = false;

  /** @param {Wish} wish */
  function send(wish) {
    const kind = wish.message.do;
    const seq = ++count;
    flying.set(kind, { seq, since: clock(), onReply: wish.onReply });
    try {
      model.send({ ...wish.message, seq });
    } catch {
      const refused = [wish, ...(waiting.get(kind) ?? [])]; // the comm is closed: the kernel restarted, or the view was dropped
      flying.delete(kind);
      waiting.delete(kind);
      queueMicrotask(() => {
        if (!closed) for (const { onReply } of refused) onReply({ what: "problem", text: GONE });
      });
    }
  }

  /**
   * @param {Message} message
   * @param {(reply: Reply) => void} onReply
   */
  function ask(message, onReply) {
    if (closed) return;
    const kind = message.do;
    const wish = { message, matter: matter(message), onReply };
    const ahead = flying.get(kind);
    if (!ahead || clock() - ahead.since > PATIENCE) return send(wish);
    const others = (waiting.get(kind) ?? []).filter((other) => other.matter !== wish.matter);
    waiting.set(kind, [...others, wish]);
  }

  /** @param {Reply} reply */
  function hear(reply) {
    if (closed || typeof reply !== "object" || reply === null) return;
    const found = [...flying].find(([, flight]) => flight.seq === reply.seq);
    if (!found) return unasked(reply);
    const [kind, flight] = found;
    flying.delete(kind);
    const next = waiting.get(kind)?.shift();
    if (next) send(next);
    flight.onReply(reply);
  }

  /**
   * The graph was drawn anew: that answers all that was asked. What waited is asked of the new graph.
   * @param {(message: Message) => Message | null} again the message for the new graph, if it still has a meaning
   */
  function settle(again) {
    const [over, later] = [[...flying.values()], [...waiting.values()].flat()];
    flying.clear();
    waiting.clear();
    for (const flight of over) flight.onReply({ what: "redrawn" });
    for (const { message, onReply } of later) {
      const next = again(message);
      if (next) ask(next, onReply);
      else onReply({ what: "redrawn" });
    }
  }

  model.on("msg:custom", hear);
  return {
    ask,
    settle,
    close() {
      closed = true;
      model.off("msg:custom", hear);
      flying.clear();
      waiting.clear();
    },
  };
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { asker } from "../src/ask.js";

/** @typedef {import("../src/types").Message} Message */
/** @typedef {import("../src/types").Reply} Reply */

function kernel() {
  /** @type {Set<(reply: any) => void>} */
  const listeners = new Set();
  return {
    /** @type {any[]} */
    sent: [],
    closed: false,
    /** @type {any} */
    get: () => null,
    /** @param {string} _ @param {(reply: any) => void} fn */
    on: (_, fn) => void listeners.add(fn),
    /** @param {string} _ @param {(reply: any) => void} fn */
    off: (_, fn) => void listeners.delete(fn),
    /** @param {object} message */
    send(message) {
      if (this.closed) throw new Error("Cannot send");
      this.sent.push(message);
    },
    /** @param {object} reply */
    say: (reply) => [...listeners].forEach((fn) => fn(reply)),
    listeners,
  };
}

/** @param {number} value */
const drag = (value, leaf = "0") => ({ do: "drag", leaf, index: null, value });
const nothing = () => {};

test("one drag at a time; the newest value of every leaf waits", () => {
  const model = kernel();
  const { ask } = asker(model, nothing);
  for (const value of [1, 2, 3]) ask(drag(value), nothing);
  ask(drag(7, "5"), nothing);
  assert.deepEqual(model.sent.map((m) => m.value), [1]);
  model.say({ what: "frame", seq: model.sent[0].seq });
  assert.deepEqual(model.sent.map((m) => m.value), [1, 3]);
  model.say({ what: "frame", seq: model.sent[1].seq });
  assert.deepEqual(model.sent.map((m) => [m.leaf, m.value]), [["0", 1], ["0", 3], ["5", 7]]);
});

test("replies reach who asked, other messages the listener", () => {
  const model = kernel();
  /** @type {string[]} */
  const heard = [];
  const { ask } = asker(model, (reply) => heard.push(`unasked ${reply.what}`));
  ask({ do: "why", node: "1" }, (reply) => heard.push(`why ${reply.title}`));
  ask({ do: "paths", source: "1" }, (reply) => heard.push(`paths ${reply.title}`));
  model.say({ what: "paths", seq: model.sent[1].seq, title: "b" });
  model.say({ what: "why", seq: model.sent[0].seq, title: "a" });
  model.say({ what: "tick" });
  model.say({ what: "frame", seq: -1 });
  assert.deepEqual(heard, ["paths b", "why a", "unasked tick", "unasked frame"]);
});

test("a closed comm is no exception but said, and later messages are tried anew", async () => {
  const model = kernel();
  model.closed = true;
  const { ask } = asker(model, nothing);
  const reply = await new Promise((resolve) => ask(drag(1), resolve));
  assert.equal(reply.what, "problem");
  model.closed = false;
  ask(drag(2), nothing);
  assert.deepEqual(model.sent.map((m) => m.value), [2]);
});

test("a lost answer holds nothing up for ever", () => {
  const model = kernel();
  let time = 0;
  const { ask } = asker(model, nothing, () => time);
  ask(drag(1), nothing);
  time = 30_000;
  ask(drag(2), nothing);
  assert.deepEqual(model.sent.map((m) => m.value), [1, 2]);
});

test("a new graph answers what was asked; what waited is asked of it", () => {
  const model = kernel();
  const { ask, settle } = asker(model, nothing);
  /** @type {string[]} */
  const heard = [];
  ask(drag(1), (reply) => heard.push(reply.what));
  ask(drag(2), (reply) => heard.push(reply.what));
  ask(drag(3, "gone"), (reply) => heard.push(reply.what));
  settle((message) => (message.leaf === "gone" ? null : { ...message, leaf: "8" }));
  assert.deepEqual(heard, ["redrawn", "redrawn"]);
  assert.deepEqual(model.sent.map((m) => [m.leaf, m.value]), [["0", 1], ["8", 2]]);
});

test("after closing nothing is sent, heard or left behind", () => {
  const model = kernel();
  let heard = 0;
  const { ask, close } = asker(model, () => heard++);
  ask(drag(1), () => heard++);
  close();
  model.say({ what: "frame", seq: model.sent[0].seq });
  ask(drag(2), nothing);
  assert.equal(heard, 0);
  assert.equal(model.sent.length, 1);
  assert.equal(model.listeners.size, 0);
});

// The controls of the cursor: buttons, a track in two colours, a counter; and the clock that plays.
import { pace, progress } from "./cursor.js";
import { h } from "./dom.js";
import { move } from "./keys.js";

/** @typedef {import("./types").Step} Step */
/** @typedef {import("./keys.js").Move} Move */

/** @type {[Move, string][]} what a button does, and its name; the icons are in view.css */
const BUTTONS = [
  ["first", "to the start"],
  ["back", "one step back"],
  ["toggle", "play"],
  ["forward", "one step on"],
  ["last", "to the end"],
];

/** @param {(k: number) => void} go asked to put the cursor after `k` steps */
export function player(go) {
  /** @type {Step[]} */
  let steps = [];
  let at = 0;
  let timer = 0;

  const buttons = BUTTONS.map(([what, label]) => {
    const button = h("button", { type: "button", class: "nad-move", "data-move": what, "aria-label": label, title: label });
    button.addEventListener("click", () => act(what));
    return button;
  });
  const track = h("input", { type: "range", class: "nad-track", min: "0", step: "1", "aria-label": "step of the two passes" });
  const counter = h("span", { class: "nad-counter" });
  const root = h("div", { class: "nad-player", role: "group", "aria-label": "steps" }, [...buttons, track, counter]);
  track.addEventListener("input", () => {
    pause();
    go(Number(track.value));
  });

  /** @param {Move} what */
  function act(what) {
    if (what === "toggle") return timer ? pause() : play();
    pause();
    go({ first: 0, back: Math.max(0, at - 1), forward: Math.min(steps.length, at + 1), last: steps.length }[what]);
  }

  function play() {
    if (steps.length === 0) return;
    if (at >= steps.length) go(0);
    timer = window.setTimeout(tick, pace(steps.length));
    dress();
  }

  function tick() {
    timer = 0;
    if (!root.isConnected) return;
    go(Math.min(steps.length, at + 1));
    if (at < steps.length) timer = window.setTimeout(tick, pace(steps.length));
    dress();
  }

  function pause() {
    window.clearTimeout(timer);
    timer = 0;
    dress();
  }

  function dress() {
    const button = buttons[2];
    const label = timer ? "pause" : "play";
    if (!button || button.title === label) return;
    button.title = label;
    button.setAttribute("aria-label", label);
    button.dataset.move = timer ? "pause" : "toggle";
  }

  /**
   * @param {Step[]} order
   * @param {number} k
   */
  function show(order, k) {
    [steps, at] = [order, k];
    root.hidden = steps.length === 0;
    const { forward, forwards, backward, backwards } = progress(steps, k);
    track.max = String(steps.length);
    track.value = String(k);
    const passes = [["forward", forward, forwards], ["backward", backward, backwards]].filter(([, , all]) => all);
    track.setAttribute("aria-valuetext", passes.map(([name, done, all]) => `${name} ${done} of ${all}`).join(", "));
    counter.textContent = passes.map(([name, done, all]) => `${name} ${done}/${all}`).join(" · ");
    const whole = steps.length || 1;
    for (const [name, part] of Object.entries({ forwards, forward, at: k })) {
      track.style.setProperty(`--nad-${name}`, String(part / whole));
    }
    track.classList.toggle("nad-backward", backward > 0);
  }

  /**
   * A key pressed on the player or the view itself.
   * @param {KeyboardEvent} event
   */
  function press(event) {
    const what = move(event.key);
    if (!what || steps.length === 0 || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (what === "toggle" && event.target instanceof HTMLButtonElement) return; // the button's own key
    event.preventDefault();
    event.stopPropagation();
    act(what);
  }
  root.addEventListener("keydown", press);
  return { root, show, press, pause, close: pause };
}

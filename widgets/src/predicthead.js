// The line above the blanks: the score, and the ways out.
import { score } from "./answers.js";
import { h } from "./dom.js";

/** @typedef {import("./answers").Verdict} Verdict */

/**
 * @param {() => void} revealAll
 * @param {() => void} restart
 */
export function predictHead(revealAll, restart) {
  const tally = h("span", { class: "nad-score" });
  const all = h("button", { type: "button", class: "nad-button" }, ["reveal all"]);
  const again = h("button", { type: "button", class: "nad-button" }, ["start over"]);
  all.addEventListener("click", revealAll);
  again.addEventListener("click", restart);
  return {
    root: h("div", { class: "nad-line" }, [h("span", { class: "nad-title" }, ["Fill in the gradients"]), tally, all, again]),
    said: () => tally.textContent ?? "",
    /** @param {Verdict[]} verdicts one of each blank */
    count(verdicts) {
      tally.textContent = score(verdicts);
      const settled = verdicts.every((v) => v === "right" || v === "shown");
      all.textContent = settled ? "explore the graph" : "reveal all";
      again.disabled = verdicts.every((v) => v === "open");
    },
  };
}

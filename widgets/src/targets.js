// The parts of the graph, nodes and edges: found in the picture, by an event, by a step.
import { partsOf } from "./cursor.js";

/** @typedef {import("./types").Step} Step */
/** @typedef {import("./types").Target} Target */

export const PARTS = "[data-edge],[data-node]";

/** @param {Event} event */
export function partOf(event) {
  const element = event.target instanceof Element ? event.target.closest(PARTS) : null;
  return element instanceof SVGElement ? element : null;
}

/**
 * @param {SVGElement | null} part
 * @returns {Target | null}
 */
export function targetOf(part) {
  if (!part) return null;
  const { edge, node } = part.dataset;
  return edge !== undefined ? { kind: "edge", key: edge } : { kind: "node", key: node ?? "" };
}

/** @param {Target | null} target */
export const nameOf = (target) => (target ? (target.kind === "edge" ? "e" : "n") + target.key : "");

/**
 * The parts that a step is about.
 * @param {Step | undefined} step
 * @returns {Target[]}
 */
export function targetsOf(step) {
  const { nodes, edges } = partsOf(step);
  const [node, edge] = [/** @type {const} */ ("node"), /** @type {const} */ ("edge")];
  return [...nodes.map((key) => ({ kind: node, key })), ...edges.map((key) => ({ kind: edge, key }))];
}

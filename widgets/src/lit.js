// Edges set in relief together with the nodes at their ends.

/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Step} Step */

/**
 * The nodes at the ends of edges, by the recorded steps.
 * @param {Pick<Step, "phase" | "node" | "edge" | "edges">[]} steps
 * @param {string[]} edges
 * @param {string} output
 */
export function endsOf(steps, edges, output) {
  const wanted = new Set(edges);
  const ends = new Set();
  for (const step of steps) {
    if (step.phase === "forward" && step.edges.some((edge) => wanted.has(edge))) ends.add(step.node);
    if (step.phase === "backward" && step.edge !== null && wanted.has(step.edge)) ends.add(step.node);
  }
  if (ends.has(output)) ends.add("out");
  return /** @type {string[]} */ ([...ends]);
}

/**
 * @param {View} view
 * @param {string[]} edges
 * @param {string[]} [nodes] more nodes
 */
export function light(view, edges, nodes = []) {
  const { steps, output } = view.picture();
  const ends = endsOf(steps ?? [], edges, output);
  view.light(ends.includes(output) ? [...edges, "out"] : edges, [...new Set([...ends, ...nodes])]);
}

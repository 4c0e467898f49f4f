// What a slot's text does to its part of the picture: a word, a state, the width of a band, a heat map.
import { s } from "./svgdom.js";

/** @typedef {import("./types").Heat} Heat */

const LEVELS = 8;

/**
 * Write a slot's text.
 * @param {SVGElement | null} element the slot's own, if the picture has one
 * @param {SVGElement | null} group of the node or edge
 * @param {string} what
 * @param {string | Heat | null} text
 */
export function write(element, group, what, text) {
  if (what === "hv" || what === "hg") {
    if (element) paint(element, typeof text === "object" ? text : null);
  } else if (typeof text !== "string") {
    return;
  } else if (what === "state") {
    if (group) group.setAttribute("class", stated(group.getAttribute("class") ?? "", text));
  } else if (what === "w") {
    const band = group?.querySelector(".band");
    if (band instanceof SVGElement) band.style.strokeWidth = text;
  } else if (what === "t") {
    retitle(group, text);
  } else if (element) {
    element.textContent = text;
  }
}

/**
 * A group's classes with another state.
 * @param {string} classes
 * @param {string} state
 */
export function stated(classes, state) {
  return [...classes.split(/\s+/).filter((c) => c && !c.startsWith("s-")), `s-${state}`].join(" ");
}

/**
 * @param {SVGElement | null} group
 * @param {string} text
 */
function retitle(group, text) {
  const title = group?.querySelector(":scope > title");
  if (title) title.textContent = text;
  group?.setAttribute("aria-label", text.replaceAll("\n", ". "));
}

/**
 * @param {SVGElement} place
 * @param {Heat | null} heat
 */
function paint(place, heat) {
  const squares = (heat?.squares ?? []).map((d, level) => path(d, { opacity: (0.08 + (0.92 * level) / LEVELS).toFixed(2) }));
  const marks = [heat?.dashes, heat?.crosses].map((d) => path(d ?? "", { class: "mark" }));
  place.replaceChildren(...[...squares, ...marks].filter((p) => p !== null));
}

/**
 * @param {string} d
 * @param {Record<string, string>} attributes
 */
const path = (d, attributes) => (d ? s("path", { d, ...attributes }) : null);

// Where something in the SVG stands, in the SVG's own units.

/**
 * @param {SVGElement} element
 * @param {SVGSVGElement} svg
 */
export function box(element, svg) {
  const graphics = /** @type {SVGGraphicsElement} */ (element);
  const own = graphics.getBBox();
  const [inner, outer] = [graphics.getScreenCTM(), svg.getScreenCTM()];
  if (!inner || !outer) return own;
  const map = outer.inverse().multiply(inner);
  const [from, to] = [new DOMPoint(own.x, own.y), new DOMPoint(own.x + own.width, own.y + own.height)].map((p) =>
    p.matrixTransform(map),
  );
  if (!from || !to) return own;
  return new DOMRect(from.x, from.y, to.x - from.x, to.y - from.y);
}

// Scrolling within the graph's box, never the page: what the cursor speaks of is to be seen.

const MARGIN = 24; // px around what is seen

/**
 * @param {HTMLElement} box
 * @param {Element[]} all to be seen, if they fit
 * @param {Element[]} least to be seen in any case
 * @param {boolean} still without motion
 */
export function reveal(box, all, least, still) {
  if (box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight) return;
  const frame = box.getBoundingClientRect();
  const whole = around(all);
  const fits = whole && whole.right - whole.left < frame.width && whole.bottom - whole.top < frame.height;
  const seen = fits ? whole : (around(least) ?? whole);
  if (!seen) return;
  const left = slide(seen.left - frame.left, seen.right - frame.left, box.clientWidth);
  const top = slide(seen.top - frame.top, seen.bottom - frame.top, box.clientHeight);
  if (left || top) box.scrollBy({ left, top, behavior: still ? "instant" : "smooth" });
}

/** @param {Element[]} parts */
function around(parts) {
  const found = parts.map((part) => part.getBoundingClientRect());
  if (found.length === 0) return null;
  const [left, top] = [Math.min(...found.map((r) => r.left)), Math.min(...found.map((r) => r.top))];
  return { left, top, right: Math.max(...found.map((r) => r.right)), bottom: Math.max(...found.map((r) => r.bottom)) };
}

/**
 * How far to scroll for from…to to be seen within 0…size: to its middle, or to the start of what is too large.
 * @param {number} from
 * @param {number} to
 * @param {number} size
 */
export function slide(from, to, size) {
  if (to - from > size - 2 * MARGIN) return from < 0 || from > size / 2 ? from - MARGIN : 0;
  return from >= MARGIN && to <= size - MARGIN ? 0 : (from + to - size) / 2;
}

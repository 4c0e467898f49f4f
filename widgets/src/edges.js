// Which sides of a scrolled box have more to show: it fades out there.

/**
 * The sides on which there is more.
 * @param {number} at scrolled so far
 * @param {number} shown
 * @param {number} whole
 */
export function more(at, shown, whole) {
  return { before: at > 1, after: at + shown < whole - 1 };
}

/**
 * Keep a box's fading sides right; returns what ends it.
 * @param {HTMLElement} box
 * @param {() => Element | null} content
 */
export function edges(box, content) {
  const update = () => {
    const { before, after } = more(box.scrollLeft, box.clientWidth, box.scrollWidth);
    box.classList.toggle("nad-before", before);
    box.classList.toggle("nad-after", after);
  };
  const watch = new ResizeObserver(update);
  watch.observe(box);
  box.addEventListener("scroll", update, { passive: true });
  return {
    /** The content is another one. */
    renew() {
      const inside = content();
      if (inside) watch.observe(inside);
      update();
    },
    close() {
      watch.disconnect();
      box.removeEventListener("scroll", update);
    },
  };
}

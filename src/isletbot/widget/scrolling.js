// Where the log stands while a reply grows.

/** In a low window the whole panel scrolls below its notice, not the log; the page never does. */
export class Scroller {
  #log;
  #panel;
  #notice;
  #last = 0;

  constructor({ log, node, notice }) {
    this.#log = log;
    this.#panel = node;
    this.#notice = notice.node;
  }

  to(node) {
    for (const box of [this.#log, this.#panel]) {
      if (getComputedStyle(box).overflowY !== "auto") continue;
      const covered = box === this.#log ? 0 : this.#notice.offsetHeight;
      box.scrollTop += node.getBoundingClientRect().top - box.getBoundingClientRect().top - covered - 8;
      this.#last = box.scrollTop;
    }
  }

  /** The question stays on top as its reply grows, unless the person has scrolled since. */
  keep(node) {
    if ([this.#log, this.#panel].some((box) => Math.abs(box.scrollTop - this.#last) < 2)) this.to(node);
  }
}

// Where the launcher and the panel stand in the page.

const NARROW = "(max-width: 40em)";

export class Placement {
  #launcher;
  #node;
  #inline;
  #life = null;
  #narrow = matchMedia(NARROW);

  constructor(launcher, node, inline) {
    this.#launcher = launcher;
    this.#node = node;
    this.#inline = inline;
  }

  /** `isOpen()` tells whether the panel is to be seen. */
  enter(isOpen) {
    this.#life = new AbortController();
    const { signal } = this.#life;
    if (!this.#inline) this.#launcher.showPopover();
    document.addEventListener("focusin", (event) => this.#makeWay(event.target), { signal });
    this.#narrow.addEventListener("change", () => isOpen() && this.show(), { signal });
  }

  leave() {
    this.#life?.abort();
    this.hide();
  }

  /** A sheet over the whole of a phone. */
  get isSheet() {
    return this.#narrow.matches && !this.#inline;
  }

  /** A sheet is modal; a panel beside the page is not, and leaves the page usable. */
  show() {
    const node = this.#node;
    const root = node.getRootNode();
    const focused = root.activeElement ?? document.activeElement;
    this.#close();
    this.#launcher.classList.add("away");
    if (this.#inline) node.hidden = false;
    else if (node.matches(".printing")) return;
    else if (this.isSheet) node.showModal();
    else {
      node.popover = "manual";
      node.showPopover();
    }
    // A dialog takes the focus as it opens; only a modal one must have it.
    if (root.contains(focused) || !this.isSheet) focused?.focus({ preventScroll: true });
    if (focused === document.body && !this.isSheet) root.activeElement?.blur();
  }

  hide() {
    this.#close();
    this.#launcher.classList.remove("away");
  }

  #close() {
    this.#node.hidden = this.#inline;
    this.#node.popover = null;
    if (this.#node.open) this.#node.close();
  }

  /** What the page focuses is never hidden: the launcher or panel above it moves to another edge. */
  #makeWay(target) {
    if (target === this.#node.getRootNode().host || this.#inline) return;
    const focused = target.getBoundingClientRect();
    for (const node of [this.#launcher, this.#node]) {
      node.classList.remove("aside");
      const own = node.getBoundingClientRect();
      const apart = own.right <= focused.left || focused.right <= own.left || own.bottom <= focused.top || focused.bottom <= own.top;
      node.classList.toggle("aside", own.width > 0 && !apart);
    }
  }
}

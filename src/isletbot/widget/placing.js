// Where the launcher and the panel stand in the page: apart from its last line, from what it focuses, and from other chats.

import { watchKeyboard } from "./keyboard.js";

const NARROW = "(max-width: 40em)";
const APART = 8;

/** Everything of a page that stands in its corner, lowest first. */
const standing = new Set();
/** Chats whose button the person has hidden, until the page is loaded anew. */
const dismissed = new Set();
const room = new CSSStyleSheet();

/** Room below the page's last line, so that it can be scrolled clear of the launcher. An app that never scrolls has no use for it. */
function reserve(height) {
  const { documentElement: root, body } = document;
  const scrolls = [root, body].every((node) => !["hidden", "clip"].includes(getComputedStyle(node).overflowY));
  room.replaceSync(height && scrolls ? `@media screen { :root { padding-block-end: ${height}px !important; } }` : "");
  if (!document.adoptedStyleSheets.includes(room)) document.adoptedStyleSheets = [...document.adoptedStyleSheets, room];
}

export class Placement {
  #launcher;
  #node;
  #inline;
  #key;
  #isOpen = () => false;
  #life = null;
  #sized = new ResizeObserver(() => Placement.#arrange());
  #narrow = matchMedia(NARROW);

  /** `key` names the chat for as long as the page lives. */
  constructor(launcher, node, { inline, key }) {
    this.#launcher = launcher;
    this.#node = node;
    this.#inline = inline;
    this.#key = key;
  }

  /** Launchers stand one above the other, and out of the way of a panel that is open. */
  static #arrange() {
    const open = [...standing].some((placement) => placement.#isOpen());
    let lift = 0;
    for (const { launcher, key } of [...standing].map((placement) => placement.#parts)) {
      launcher.classList.toggle("away", open);
      launcher.hidden = dismissed.has(key);
      launcher.style.setProperty("--lift", `${lift}px`);
      lift += launcher.offsetHeight && launcher.offsetHeight + APART;
    }
    const [lowest] = standing;
    if (!open) reserve(lift && lift + APART + 2 * parseFloat(getComputedStyle(lowest.#launcher).bottom || 0));
  }

  get #parts() {
    return { launcher: this.#launcher, key: this.#key };
  }

  /** `isOpen()` tells whether the panel is to be seen. */
  enter(isOpen) {
    this.#isOpen = isOpen;
    this.#life = new AbortController();
    const { signal } = this.#life;
    document.addEventListener("focusin", (event) => this.#makeWay(event.target), { signal });
    this.#narrow.addEventListener("change", () => isOpen() && this.show(), { signal });
    if (this.#inline) return;
    watchKeyboard(this.#node, signal);
    this.#launcher.showPopover();
    standing.add(this);
    this.#sized.observe(this.#launcher);
    Placement.#arrange();
  }

  leave() {
    this.#life?.abort();
    this.#sized.disconnect();
    standing.delete(this);
    this.hide();
  }

  dismiss() {
    dismissed.add(this.#key);
    Placement.#arrange();
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
    for (const other of this.#inline ? [] : standing) if (other !== this && other.#isOpen()) other.#node.getRootNode().host.close();
    this.#close();
    this.#settle();
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
    this.#settle();
  }

  #settle() {
    if (this.#inline) this.#launcher.classList.toggle("away", this.#isOpen());
    else Placement.#arrange();
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

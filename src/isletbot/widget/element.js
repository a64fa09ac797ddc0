// <isletbot-chat>: its attributes, its life, and how it opens, moves aside, prints and closes.

import { Api } from "./api.js";
import { Conversation } from "./conversation.js";
import { make, makeButton, makeIcon } from "./nodes.js";
import { Announcer, makeNotice, makePanel, showPeople } from "./panel.js";
import { listNumbers } from "./emergency.js";
import { formatDate } from "./source.js";
import { wordsIn } from "./strings.js";
import { STYLES } from "./styles.js";

/** In place of an address that is none: no request gets out, and the chat says whom to call. */
const UNREACHABLE = "invalid:";
const NARROW = "(max-width: 40em)";

/** Safari says after the fact that the Enter which ends a composition belongs to it; the code 229 tells at once. */
const isComposing = (event) => event.isComposing || event.keyCode === 229;

/** Outside, the field looks like any element, and the page would take what is typed for its shortcuts. */
const stopTyped = (event) => event.target.matches("textarea, input") && event.stopPropagation();

export class IsletbotChat extends HTMLElement {
  static observedAttributes = ["open", "contact", "phone", "emergency"];

  #words;
  #launcher;
  #button;
  #notice;
  #panel;
  #announcer;
  #conversation = null;
  #life = null;
  #narrow = matchMedia(NARROW);

  get open() {
    return this.hasAttribute("open");
  }

  set open(open) {
    this.toggleAttribute("open", open);
  }

  get api() {
    try {
      return new URL(this.getAttribute("api") || new URL(".", import.meta.url), document.baseURI).href;
    } catch {
      return UNREACHABLE;
    }
  }

  get widget() {
    return this.getAttribute("widget") || "demo";
  }

  get inline() {
    return this.getAttribute("mode") === "inline";
  }

  get streaming() {
    return this.getAttribute("streaming") !== "off";
  }

  get headingLevel() {
    return Math.min(5, Math.max(1, parseInt(this.getAttribute("heading-level"), 10) || 2));
  }

  attributeChangedCallback(name) {
    if (!this.#life) return;
    if (name !== "open") this.#showContact();
    else if (this.open) this.#show();
    else this.#hide();
  }

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    if (!this.shadowRoot) this.#build();
    if (!this.inline) this.#launcher.showPopover();
    document.addEventListener("focusin", (event) => this.#makeWay(event.target), { signal });
    window.addEventListener("beforeprint", () => this.open && this.#print(true), { signal });
    window.addEventListener("afterprint", () => this.open && this.#print(false), { signal });
    this.#narrow.addEventListener("change", () => this.open && this.#place(), { signal });
    if (this.open) this.#show();
  }

  disconnectedCallback() {
    this.#life.abort();
    this.#life = null;
    this.#conversation?.stop();
  }

  #build() {
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    root.adoptedStyleSheets = [sheet];
    this.#words = wordsIn(this.lang || document.documentElement.lang);
    const words = this.#words;
    const title = this.getAttribute("heading") || words.title;
    this.#announcer = new Announcer();
    this.#panel = makePanel({ words, level: this.headingLevel, title, inline: this.inline }, this.#announcer);
    this.#button = makeButton(title, () => (this.open = true), { part: "launcher", "aria-haspopup": "dialog", "aria-expanded": "false" });
    this.#button.prepend(makeIcon("chat"));
    const notice = makeNotice(words.launcherNote);
    this.#notice = notice;
    this.#launcher = make("div", { class: "launcher", popover: this.inline ? null : "manual" }, this.#button, notice.node);
    const { node } = this.#panel;
    const frame = { class: this.inline ? "inline" : "floating", lang: words.lang, "aria-label": words.chat };
    root.append(make("section", frame, this.#launcher, node));
    node.hidden = this.inline;
    this.#showContact();
    this.#listen();
  }

  #listen() {
    const { node, close, form, field, stop, renew, remove, handoff, keep, keepRow } = this.#panel;
    const dismiss = (event) => (event.preventDefault(), (this.open = false));
    close.addEventListener("click", dismiss);
    node.addEventListener("cancel", dismiss);
    node.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !isComposing(event) && !this.inline) dismiss(event);
    });
    form.addEventListener("submit", (event) => (event.preventDefault(), this.#conversation.submit()));
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
      event.preventDefault();
      form.requestSubmit();
    });
    stop.addEventListener("click", () => this.#conversation.stop());
    renew.addEventListener("click", () => this.#conversation.newChat());
    remove.addEventListener("click", () => this.#askToRemove());
    handoff.addEventListener("click", () => this.#conversation.handOff());
    keepRow.hidden = !this.#storage;
    keep.addEventListener("change", () => this.#store());
    for (const name of ["keydown", "keypress", "keyup"]) this.shadowRoot.addEventListener(name, stopTyped);
  }

  #begin() {
    const api = new Api(this.api, this.widget);
    this.#conversation = new Conversation({
      api,
      panel: this.#panel,
      words: this.#words,
      level: this.headingLevel + 1,
      announcer: this.#announcer,
      people: () => ({ numbers: this.#numbers, phone: this.#phone }),
      streams: () => this.streaming,
    });
    api.onsession = (session) => {
      this.#conversation.introduce(session);
      this.#showContact();
      this.#store();
    };
    const kept = this.#readKept();
    this.#panel.keep.checked = Boolean(kept);
    this.#conversation.open(kept);
  }

  // What is kept on the device is the way back to the session, never what was said.

  /** Null where the browser blocks it. */
  get #storage() {
    try {
      return window.sessionStorage;
    } catch {
      return null;
    }
  }

  get #key() {
    return `isletbot ${this.api} ${this.widget}`;
  }

  #readKept() {
    try {
      return JSON.parse(this.#storage?.getItem(this.#key) ?? null);
    } catch {
      return null;
    }
  }

  #store() {
    const { session } = this.#conversation;
    if (this.#panel.keep.checked && session) this.#storage.setItem(this.#key, JSON.stringify(session));
    else if (this.#storage?.getItem(this.#key)) this.#storage.removeItem(this.#key);
  }

  #askToRemove() {
    const { buttons, remove, field } = this.#panel;
    const words = this.#words;
    const sure = make("div", { class: "sure", role: "group", "aria-label": words.removeSure }, make("p", {}, words.removeSure));
    const settle = (target) => (sure.remove(), (buttons.hidden = false), target.focus());
    const removeNow = async () => {
      try {
        await this.#conversation.remove();
        this.#panel.keep.checked = false;
        this.#store();
        settle(field);
      } catch (error) {
        sure.firstChild.textContent = this.#conversation.explain(error);
        this.#announcer.alert(sure.firstChild.textContent);
      }
    };
    const no = makeButton(words.removeNo, () => settle(remove));
    sure.append(make("div", { class: "actions" }, makeButton(words.removeYes, removeNow, { class: "main" }), no));
    buttons.before(sure);
    buttons.hidden = true;
    no.focus();
  }

  get #phone() {
    return this.getAttribute("phone") || this.#conversation?.session?.contact?.phone || "";
  }

  get #numbers() {
    return listNumbers(this.getAttribute("emergency"), this.#conversation?.session);
  }

  #showContact() {
    const contact = this.getAttribute("contact") || this.#conversation?.session?.contact?.text || this.#words.contact;
    for (const notice of [this.#notice, this.#panel.notice]) showPeople(notice, this.#numbers, contact, this.#phone, this.#words);
  }

  #show() {
    if (!this.#conversation) this.#begin();
    this.#button.ariaExpanded = "true";
    this.#launcher.classList.add("away");
    this.#place();
    // On a phone a focused field brings up the keyboard, which would hide what must be read first.
    (this.#narrow.matches && !this.inline ? this.#panel.heading : this.#panel.field).focus({ preventScroll: true });
  }

  #hide() {
    this.#leave();
    this.#button.ariaExpanded = "false";
    this.#launcher.classList.remove("away");
    this.#button.focus({ preventScroll: true });
  }

  /** A sheet over a whole phone is modal; a panel beside the page is not, and leaves the page usable. */
  #place() {
    const { node } = this.#panel;
    const focused = this.shadowRoot.activeElement;
    this.#leave();
    if (this.inline) node.hidden = false;
    else if (node.matches(".printing")) return;
    else if (this.#narrow.matches) node.showModal();
    else {
      node.popover = "manual";
      node.showPopover();
    }
    focused?.focus({ preventScroll: true });
  }

  #leave() {
    const { node } = this.#panel;
    node.hidden = this.inline;
    node.popover = null;
    if (node.open) node.close();
  }

  /** What the page focuses is never hidden: the launcher or panel above it moves to another edge. */
  #makeWay(target) {
    if (target === this || this.inline) return;
    const focused = target.getBoundingClientRect();
    for (const node of [this.#launcher, this.#panel.node]) {
      node.classList.remove("aside");
      const own = node.getBoundingClientRect();
      const apart = own.right <= focused.left || focused.right <= own.left || own.bottom <= focused.top || focused.bottom <= own.top;
      node.classList.toggle("aside", own.width > 0 && !apart);
    }
  }

  /** On paper the whole chat stands in the page; what lies in the top layer would be cut off. */
  #print(begins) {
    const { node, printed } = this.#panel;
    node.classList.toggle("printing", begins);
    if (begins) printed.textContent = this.#words.printed(formatDate(new Date().toISOString(), this.#words));
    this.#place();
  }
}

// <isletbot-chat>: its attributes, its life, and how it opens, moves aside, prints and closes.

import { Api } from "./api.js";
import { findApi, findHeadingLevel, findLanguage, findWidget, isInline } from "./attributes.js";
import { Conversation } from "./conversation.js";
import { listNumbers } from "./emergency.js";
import { findStorage, keep, park, readKept, unpark, wasOpen } from "./keeping.js";
import { makeLauncher } from "./launcher.js";
import { make } from "./nodes.js";
import { Announcer, makePanel, showPeople } from "./panel.js";
import { Placement } from "./placing.js";
import { askToRemove } from "./removing.js";
import { formatDate } from "./source.js";
import { hasAllWords, loadWords, wordsIn } from "./strings.js";
import { STYLES } from "./styles.js";

/** Safari says after the fact that the Enter which ends a composition belongs to it; the code 229 tells at once. */
const isComposing = (event) => event.isComposing || event.keyCode === 229;

/** Outside, the field looks like any element, and the page would take what is typed for its shortcuts. */
const stopTyped = (event) => event.target.matches("textarea, input") && event.stopPropagation();

export class IsletbotChat extends HTMLElement {
  static observedAttributes = ["open", "contact", "phone", "emergency", "api", "corpus", "widget", "mode", "heading", "heading-level", "lang"];

  #words;
  #launcher;
  #panel;
  #placement;
  #announcer;
  #conversation = null;
  #key = "";
  #life = null;
  #stale = false;
  #resumes = false;
  #waiting = [];

  // What a page may call.

  open() {
    this.#check();
    this.setAttribute("open", "");
  }

  close() {
    this.removeAttribute("open");
  }

  /** As if the person had typed it; what is too long to send is put into the field. */
  ask(text) {
    this.open();
    this.#do(() => this.#conversation.offer(String(text)));
  }

  newChat() {
    this.open();
    this.#do(() => this.#conversation.newChat());
  }

  /** At once, or when the words of the page's language are there. */
  #do(action) {
    if (this.#conversation) action();
    else this.#waiting.push(action);
  }

  #check() {
    if (!this.#life) throw new Error("Put <isletbot-chat> into the page before you call it.");
    if (this.#stale) this.#rebuild();
  }

  get #isOpen() {
    return this.hasAttribute("open");
  }

  attributeChangedCallback(name, before, after) {
    if (before === after || !this.shadowRoot) return;
    if (name === "open") {
      if (!this.#life || (before !== null && after !== null)) return;
      if (this.#isOpen) this.#show(!isInline(this) && !this.#resumes);
      else this.#hide();
    } else if (["contact", "phone", "emergency"].includes(name)) this.#showPeople();
    else {
      // A framework sets several in a row.
      this.#stale = true;
      queueMicrotask(() => this.#stale && this.#life && this.#rebuild());
    }
  }

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    window.addEventListener("beforeprint", () => this.#isOpen && this.#print(true), { signal });
    window.addEventListener("afterprint", () => this.#isOpen && this.#print(false), { signal });
    if (!this.shadowRoot) this.#build();
    if (this.#stale) this.#makeAnew();
    this.#resumes = !this.#isOpen && !this.#conversation && wasOpen(this.#makeKey());
    if (this.#conversation) unpark(this.#key);
    this.#appear();
    if (this.#resumes) this.open();
    this.#resumes = false;
  }

  disconnectedCallback() {
    this.#life.abort();
    this.#life = null;
    this.#placement.leave();
    this.#park();
    // An app that only moves the element puts it back at once.
    setTimeout(() => this.#life || this.#conversation?.stop());
  }

  #appear() {
    this.#placement.enter(() => this.#isOpen);
    if (this.#isOpen) this.#show(false);
  }

  #build() {
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    root.adoptedStyleSheets = [sheet];
    for (const name of ["keydown", "keypress", "keyup"]) root.addEventListener(name, stopTyped);
    this.#fill();
  }

  #fill() {
    this.#stale = false;
    this.#words = wordsIn(findLanguage(this));
    const words = this.#words;
    const title = this.getAttribute("heading") || words.title;
    this.#announcer = new Announcer();
    this.#panel = makePanel({ words, level: findHeadingLevel(this), title, inline: isInline(this) }, this.#announcer);
    const shape = { words, title, inline: isInline(this) };
    this.#launcher = makeLauncher(shape, () => this.#press(), () => this.#placement.dismiss());
    const { node } = this.#panel;
    const dir = words.lang === "ar" && !this.dir ? "rtl" : null;
    const frame = { class: isInline(this) ? "inline" : "floating", lang: words.lang, dir, "aria-label": words.chat };
    this.shadowRoot.replaceChildren(make("section", frame, this.#launcher.node, node));
    node.hidden = isInline(this);
    this.#placement = new Placement(this.#launcher.node, node, { inline: isInline(this), key: this.#makeKey() });
    this.#showPeople();
    this.#listen();
  }

  #rebuild() {
    this.#placement.leave();
    this.#park();
    this.#makeAnew();
    this.#appear();
  }

  /** Other words, another place or another server; the chat goes on where it is the same one. */
  #makeAnew() {
    this.#conversation?.stop();
    this.#conversation = null;
    this.#fill();
  }

  #listen() {
    const { node, close, form, field, stop, renew, remove, handoff, keep: kept, keepRow } = this.#panel;
    const dismiss = (event) => (event.preventDefault(), this.close());
    close.addEventListener("click", dismiss);
    node.addEventListener("cancel", dismiss);
    node.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !isComposing(event) && !isInline(this)) dismiss(event);
    });
    form.addEventListener("submit", (event) => (event.preventDefault(), this.#conversation.submit()));
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
      event.preventDefault();
      form.requestSubmit();
    });
    stop.addEventListener("click", () => this.#conversation.stop());
    renew.addEventListener("click", () => (this.#conversation.newChat(), field.focus({ preventScroll: true })));
    remove.addEventListener("click", () => this.#askToRemove());
    handoff.addEventListener("click", () => this.#conversation.handOff());
    keepRow.hidden = !findStorage();
    kept.addEventListener("change", () => this.#store());
  }

  #begin() {
    const api = new Api(findApi(this), findWidget(this));
    this.#key = this.#makeKey();
    this.#conversation = new Conversation({
      api,
      panel: this.#panel,
      words: this.#words,
      level: findHeadingLevel(this) + 1,
      announcer: this.#announcer,
      people: () => ({ numbers: this.#numbers, phone: this.#phone, contact: this.#contact }),
      streams: () => this.getAttribute("streaming") !== "off",
      tell: (name, facts, said) => this.#tell(name, facts, said),
    });
    api.onsession = (session) => {
      this.#conversation.introduce(session);
      this.#showPeople();
      this.#store();
    };
    const kept = readKept(this.#key);
    const mine = unpark(this.#key);
    this.#panel.keep.checked = Boolean(kept);
    this.#panel.field.value = mine?.draft ?? "";
    this.#conversation.open(mine?.session ?? kept);
    for (const action of this.#waiting.splice(0)) action();
  }

  #tell(name, facts = {}, said = {}) {
    const detail = { ...facts, ...(this.hasAttribute("event-words") && said) };
    this.dispatchEvent(new CustomEvent(`isletbot:${name}`, { bubbles: true, composed: true, detail }));
  }

  #makeKey() {
    return `isletbot ${findApi(this)} ${findWidget(this)}`;
  }

  #park() {
    const session = this.#conversation?.session;
    if (session) park(this.#key, { session, draft: this.#panel.field.value, open: this.#isOpen });
  }

  #store() {
    keep(this.#key, this.#panel.keep.checked && this.#conversation.session);
  }

  #askToRemove() {
    const remove = async () => {
      await this.#conversation.remove();
      this.#panel.keep.checked = false;
      this.#store();
    };
    askToRemove(this.#panel, this.#words, { remove, explain: this.#conversation.explain, alert: this.#announcer.alert });
  }

  get #phone() {
    return this.getAttribute("phone") || this.#conversation?.session?.contact?.phone || "";
  }

  get #contact() {
    return this.getAttribute("contact") || this.#conversation?.session?.contact?.text || this.#words.contact;
  }

  get #numbers() {
    return listNumbers(this.getAttribute("emergency"), this.#conversation?.session);
  }

  #showPeople() {
    showPeople(this.#panel.notice, this.#numbers, this.#contact, this.#phone, this.#words);
    this.#launcher.show(this.#numbers, this.#phone);
  }

  /** The launcher is pressed by a person, so that the field may have the focus in the page too. */
  #press() {
    this.open();
    this.#focusFirst();
  }

  #show(focuses) {
    if (!this.#conversation && !hasAllWords(findLanguage(this))) return this.#fetchWords(focuses);
    if (!this.#conversation) this.#begin();
    this.#launcher.button.ariaExpanded = "true";
    this.#placement.show();
    if (focuses) this.#focusFirst();
    return this.#tell("open");
  }

  async #fetchWords(focuses) {
    await loadWords(findLanguage(this));
    if (!this.#life || !this.#isOpen || this.#conversation) return;
    this.#placement.leave();
    this.#fill();
    this.#placement.enter(() => this.#isOpen);
    this.#show(focuses);
  }

  /** On a phone a focused field brings up the keyboard, which would hide what must be read first. */
  #focusFirst() {
    (this.#placement.isSheet ? this.#panel.heading : this.#panel.field).focus({ preventScroll: true });
  }

  #hide() {
    this.#placement.hide();
    this.#launcher.button.ariaExpanded = "false";
    this.#launcher.button.focus({ preventScroll: true });
  }

  /** On paper the whole chat stands in the page; what lies in the top layer would be cut off. */
  #print(begins) {
    const { node, printed } = this.#panel;
    node.classList.toggle("printing", begins);
    if (begins) printed.textContent = this.#words.printed(formatDate(new Date().toISOString(), this.#words));
    this.#placement.show();
  }
}

// The panel's standing parts, from top to bottom, and the two live regions. What they do is decided elsewhere.

import { make, makeButton, makeCall, makeField, makeIcon, makeText, putText, putTold } from "./nodes.js";
import { makeEmergencyNote } from "./emergency.js";
import { beside } from "./strings.js";

// Chrome and TalkBack miss what goes away at once.
const SPOKEN_MS = 2000;

/** What a screen reader says by itself. Both regions are there, empty, from the beginning. */
export class Announcer {
  #polite = make("p", { role: "status", class: "unseen" });
  #urgent = make("p", { role: "alert", class: "unseen" });
  nodes = [this.#polite, this.#urgent];

  say = (text) => this.#write(this.#polite, text);
  alert = (text) => this.#write(this.#urgent, text);

  #write(region, text) {
    region.textContent = text;
    clearTimeout(region.timer);
    region.timer = setTimeout(() => region.replaceChildren(), SPOKEN_MS);
  }
}

/** The AI notice, whom to call, and the way to a person. */
function makeNotice(words) {
  const note = makeEmergencyNote(words, "notice", "notice");
  const person = make("p", { class: "person" });
  return { node: make("div", { class: "notice" }, note.node, person), note, person };
}

export function showPeople({ note, person }, numbers, contact, phone, words) {
  const call = phone && makeCall(phone, words);
  person.replaceChildren(makeText("span", words.person(contact)), ...(call ? [" ", call] : []));
  note.show(numbers);
}

export function makePanel({ words, level, title, inline }, announcer) {
  const notice = makeNotice(words);
  const close = makeButton(makeIcon("close"), null, { class: "close", "aria-label": words.close });
  const log = make("div", { class: "log", role: "region", "aria-label": words.conversation, tabindex: 0 });
  const composer = makeComposer(words);
  const tools = makeTools(words);
  const heading = makeText(`h${level}`, title, { id: "title", tabindex: -1 });
  const head = make("div", { class: "head", part: "header" }, heading, inline ? null : close);
  const printed = make("p", { class: "printed" });
  const general = putText(make("p", { class: "general" }), beside(words, (some) => some.general));
  const parts = [head, notice.node, log, general, composer.form, tools.footer, printed, ...announcer.nodes];
  const node = make(inline ? "section" : "dialog", { class: "panel", part: "panel", "aria-labelledby": "title" }, ...parts);
  return { node, heading, close, log, printed, ...composer, ...tools, notice };
}

function makeComposer(words) {
  const field = make("textarea", { id: "question", rows: 1, autocomplete: "off", "aria-describedby": "notice hint", dir: "auto", placeholder: words.question });
  const send = make("button", { class: "main", part: "send" }, words.send);
  const stop = makeButton(words.stop, null, { hidden: true });
  const row = make("div", { class: "row" }, makeField(words.question, field), stop, send);
  const form = make("form", { class: "composer", novalidate: true }, row, make("p", { id: "hint", class: "quiet" }, words.hint));
  return { form, field, send, stop };
}

function makeTools(words) {
  const keep = make("input", { id: "keep", type: "checkbox" });
  const keepRow = make("div", { class: "check" }, keep, make("label", { for: "keep" }, words.keep));
  const handoff = makeButton(words.handoff, null, { hidden: true });
  const print = makeButton(words.print, () => window.print(), { class: "print" });
  const renew = makeButton(words.newChat);
  const remove = makeButton(words.remove);
  const buttons = make("div", { class: "actions" }, handoff, renew, remove, print);
  return { footer: make("div", { class: "tools" }, buttons), keep, keepRow, handoff, renew, remove, buttons };
}

/** What the server tells, in the page's language too where it has the words; else the page's own are said before it. */
export function makeDisclosure(words, told, contact) {
  const own = (some) => `${some.about} ${some.leaveOut}`;
  const whole = (some) => some.whole(contact === words.contact ? some.contact : contact);
  const translated = told?.translations?.[words.lang];
  const ofPage = !told ? beside(words, own) : words.english && !translated && own(words);
  return [
    ofPage && putText(makeText("p"), ofPage),
    told && putTold(makeText("p"), told.text, translated),
    putText(makeText("p"), beside(words, whole)),
  ].filter(Boolean);
}

/** A session that ended is told of with the disclosure of the new one. */
export function putRenewal(note, { renewed, english, lang }, { text, translations }) {
  const own = translations?.[lang] && `${renewed} ${translations[lang]}`;
  return putTold(note, `${own ? english.renewed : renewed} ${text}`, own);
}

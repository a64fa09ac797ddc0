// One reply in the log. It fills in place as it arrives, outside every live region.

import { makeCalls } from "./emergency.js";
import { make, makeButton, makeIcon, makeText, putText } from "./nodes.js";
import { formatDate, makeSources } from "./source.js";
import { beside } from "./strings.js";

/** The reply without the notices that end it. */
export function readSaid(answer) {
  return answer.notices.reduceRight((text, notice) => {
    const trimmed = text.trimEnd();
    return trimmed.endsWith(notice.text) ? trimmed.slice(0, -notice.text.length) : trimmed;
  }, answer.text).trim();
}

/** Those that belong to this reply; the standing ones are always in sight beside the log. */
function listNotices(answer) {
  return answer.notices.filter(({ id }) => id !== "not-medical-advice" && id !== "general-information");
}

/** What a screen reader says once: no markers, and how many sources there are. */
export function readAloud(answer, words) {
  const notices = listNotices(answer).map((notice) => notice.text);
  const count = answer.citations.length ? [words.countSources(answer.citations.length)] : [];
  return [words.kinds[answer.kind], readSaid(answer).replace(/ ?\[\d+\]/g, ""), ...notices, ...count].join(" ");
}

/** As plain text with its sources, for the clipboard. */
export function readCopy(answer) {
  const sources = answer.citations.map((source) => `[${source.number}] ${source.title}, ${source.publisher}. ${source.url}`);
  return [answer.text, ...sources].join("\n\n");
}

/** Questions that stand below as buttons need not stand in the text too, nor the words that lead to them. */
export function leaveOut(suggestions, text) {
  const places = suggestions.map((suggestion) => text.indexOf(suggestion));
  if (!places.length || places.includes(-1)) return text;
  const first = Math.min(...places);
  const last = Math.max(...suggestions.map(({ length }, place) => places[place] + length));
  const between = suggestions.reduce((rest, suggestion) => rest.replace(suggestion, ""), text.slice(first, last));
  if (/\p{L}{4}/u.test(between)) return text;
  const lead = text.slice(0, first).search(/[^.!?\n]*$/);
  return (text.slice(0, lead) + text.slice(last)).trim();
}

/** Numbers that can be called, in the order the text names them. */
function findNumbers(text) {
  return [...new Set(text.match(/\+?\d[\d ()-]+\d/g))];
}

export class Reply {
  #words;
  #id;
  #heading;
  #step;
  #said = make("div", { class: "said" });
  #line = makeText("p", "", { class: "line" });
  #cards = make("div", { class: "cards" });
  #sentences = [];

  constructor(words, level, id) {
    this.#words = words;
    this.#id = id;
    this.#heading = make(`h${level}`, { id });
    this.#step = make("p", { class: "step" });
    this.node = make("article", { class: "reply", part: "answer", "aria-labelledby": id }, this.#heading, this.#step, this.#said, this.#cards);
    this.wait();
  }

  #setKind(kind) {
    this.node.dataset.kind = kind;
    const { kinds } = this.#words;
    const name = kind === "urgent" ? beside(this.#words, (some) => some.kinds.urgent) : kinds[kind] ?? kinds.waiting;
    this.#heading.replaceChildren(makeIcon(kind), putText(make("span"), name));
  }

  #end(kind, ...parts) {
    this.#setKind(kind);
    this.#step.remove();
    this.node.setAttribute("aria-busy", "false");
    this.node.append(...parts.filter(Boolean));
  }

  wait(text = this.#words.looking) {
    this.#setKind("waiting");
    this.node.setAttribute("aria-busy", "true");
    putText(this.#step, text);
    this.#said.before(this.#step);
  }

  showStep(name) {
    this.#step.textContent = this.#words.steps[name] ?? this.#step.textContent;
  }

  /** A node that already says the same stays, so that an open source stays open and keeps the focus. */
  showSentence(place, text, citations) {
    const known = this.#sentences[place];
    if (known?.text === text) return;
    const sources = makeSources(citations, (number) => `${this.#id}-${place}-${number}`, this.#words);
    // A mark never begins a line: it hangs on the last word, unless that is as long as a line.
    const [word] = text.match(/\S{0,20}$/);
    const end = make("span", { class: "end" }, word);
    for (const { mark } of sources) end.append("\u00a0", mark);
    const node = make("span", { class: "sentence" }, text.slice(0, text.length - word.length), end);
    const cards = sources.map(({ card }) => card);
    if (known) {
      known.node.replaceWith(node);
      for (const card of known.cards) card.remove();
    } else {
      // Put in once: what is moved loses the focus.
      if (!place) this.#said.append(this.#line);
      this.#line.append(place ? " " : "", node);
    }
    this.#cards.append(...cards);
    this.#sentences[place] = { text, node, cards };
  }

  /** `actions` stand below the answer; `phone` is offered beside the numbers that an urgent text names. */
  finish(answer, actions, phone) {
    const whole = readSaid(answer);
    const said = answer.kind === "not_in_corpus" ? leaveOut(answer.suggestions ?? [], whole) : whole;
    const first = answer.sentences.length ? said.indexOf(answer.sentences[0].text) : said.length;
    const lead = said.slice(0, Math.max(first, 0)).split(/\n+/).filter((line) => line.trim());
    this.#said.prepend(...lead.map((line) => makeText("p", line)));
    for (const surplus of this.#sentences.splice(answer.sentences.length)) for (const node of [surplus.node, ...surplus.cards]) node.remove();
    answer.sentences.forEach(({ text, citations }, place) => {
      this.showSentence(place, text, answer.citations.filter(({ key }) => citations.includes(key)));
    });
    if (answer.kind === "urgent") this.#said.before(makeCalls(findNumbers(`${said}\n${phone}`), this.#words));
    this.#end(answer.kind, ...listNotices(answer).map((notice) => makeText("p", notice.text, { class: "quiet" })), ...actions);
  }

  fail(text, ...actions) {
    this.#end("error", putText(makeText("p"), text), ...actions);
  }

  stop(retry) {
    this.#end("waiting", make("p", {}, this.#words.stopped), retry);
  }
}

/** What the answer speaks for, in the line of what can be done with it. */
export function makeAsOf(answer, words) {
  return answer.citations.length ? make("span", { class: "quiet" }, words.asOf(formatDate(answer.as_of, words))) : null;
}

export function makeSuggestions(suggestions, ask, label, most = Infinity) {
  if (!suggestions?.length) return null;
  const buttons = suggestions.slice(0, most).map((text) => makeButton(text, () => ask(text), { dir: "auto" }));
  return make("div", { class: "suggestions", role: "group", "aria-label": label }, ...buttons);
}

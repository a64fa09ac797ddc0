// One reply in the log. It fills in place as it arrives, outside every live region.

import { makeCalls } from "./emergency.js";
import { make, makeButton, makeIcon, makeText } from "./nodes.js";
import { formatDate, makeSource } from "./source.js";

/** The reply without the notices that end it. */
export function readSaid(answer) {
  return answer.notices.reduceRight((text, notice) => {
    const trimmed = text.trimEnd();
    return trimmed.endsWith(notice.text) ? trimmed.slice(0, -notice.text.length) : trimmed;
  }, answer.text).trim();
}

/** Those that belong to this reply; the standing ones are always in sight at the top of the panel. */
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
  #sentences = [];

  constructor(words, level, id) {
    this.#words = words;
    this.#id = id;
    this.#heading = make(`h${level}`, { id });
    this.#step = make("p", { class: "step" });
    this.node = make("article", { class: "reply", part: "answer", "aria-labelledby": id }, this.#heading, this.#step, this.#said);
    this.wait();
  }

  #setKind(kind) {
    this.node.dataset.kind = kind;
    this.#heading.replaceChildren(makeIcon(kind), make("span", {}, this.#words.kinds[kind] ?? this.#words.kinds.waiting));
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
    this.#step.textContent = text;
    this.#said.before(this.#step);
  }

  showStep(name) {
    this.#step.textContent = this.#words.steps[name] ?? this.#step.textContent;
  }

  /** A node that already says the same stays, so that an open source stays open and keeps the focus. */
  showSentence(place, text, citations) {
    const known = this.#sentences[place];
    if (known?.text === text) return;
    const node = this.#makeSentence(place, text, citations);
    if (known) known.node.replaceWith(node);
    else this.#said.append(node);
    this.#sentences[place] = { text, node };
  }

  #makeSentence(place, text, citations) {
    const sources = citations.map((citation) => makeSource(citation, `${this.#id}-${place}-${citation.number}`, this.#words));
    const line = makeText("p", text);
    for (const { button } of sources) line.append("\u00a0", button);
    return make("div", {}, line, ...sources.map(({ card }) => card));
  }

  /** `actions` stand below the answer; `phone` is offered beside the numbers that an urgent text names. */
  finish(answer, actions, phone) {
    const said = readSaid(answer);
    const first = answer.sentences.length ? said.indexOf(answer.sentences[0].text) : said.length;
    const lead = said.slice(0, Math.max(first, 0)).split(/\n+/).filter((line) => line.trim());
    this.#said.prepend(...lead.map((line) => makeText("p", line)));
    for (const surplus of this.#sentences.splice(answer.sentences.length)) surplus.node.remove();
    answer.sentences.forEach(({ text, citations }, place) => {
      this.showSentence(place, text, answer.citations.filter(({ key }) => citations.includes(key)));
    });
    if (answer.kind === "urgent") this.#said.before(makeCalls(findNumbers(`${said}\n${phone}`), this.#words));
    this.#end(
      answer.kind,
      answer.citations.length && make("p", { class: "quiet" }, this.#words.asOf(formatDate(answer.as_of, this.#words))),
      ...listNotices(answer).map((notice) => makeText("p", notice.text, { class: "quiet" })),
      ...actions,
    );
  }

  fail(text, ...actions) {
    this.#end("error", makeText("p", text), ...actions);
  }

  stop(retry) {
    this.#end("waiting", make("p", {}, this.#words.stopped), retry);
  }
}

export function makeSuggestions(suggestions, ask, label) {
  if (!suggestions?.length) return null;
  const buttons = suggestions.map((text) => makeButton(text, () => ask(text), { dir: "auto" }));
  return make("div", { class: "suggestions", role: "group", "aria-label": label }, ...buttons);
}

// One conversation: what happens from a question to its reply, and what can be done with a reply.

import { askUntilAnswered } from "./asking.js";
import { explainError, makeCalls } from "./emergency.js";
import { QuestionQueue } from "./question_queue.js";
import { make, makeButton, makeText, putText, showProblem } from "./nodes.js";
import { makeHandoff, makeRating } from "./forms.js";
import { makeDisclosure, putRenewal } from "./panel.js";
import { hasRedFlag } from "./red_flags.js";
import { makeAsOf, makeSuggestions, readAloud, readCopy, readSaid, Reply } from "./reply.js";
import { Scroller } from "./scrolling.js";

const MAX_CHARS = 2000;
const MOST_SUGGESTIONS = 2;

export class Conversation {
  #api;
  #panel;
  #words;
  #level;
  #announcer;
  #people;
  #streams;
  #tell;
  #queue = new QuestionQueue((busy) => this.#showBusy(busy));
  #count = 0;
  #latest = null;
  #scroller;

  /** The session that is open, as the server told of it. */
  session = null;

  /** `people` gives whom to call: the emergency numbers, and the clinic's when it is known; `streams` whether answers come
   * in parts; `tell` lets the page know what happens: a name, facts, and the words that it gets only where it asked for them. */
  constructor({ api, panel, words, level, announcer, people, streams, tell }) {
    this.#api = api;
    this.#panel = panel;
    this.#words = words;
    this.#level = level;
    this.#announcer = announcer;
    this.#people = people;
    this.#streams = streams;
    this.#tell = tell;
    this.#scroller = new Scroller(panel);
    this.intro = make("div", { class: "intro" });
  }

  /** What is said before the first message: built-in words at once, the server's own when its session is open. */
  introduce(session, ...more) {
    const words = this.#words;
    this.intro.replaceChildren(
      make(`h${this.#level}`, {}, words.before),
      ...makeDisclosure(words, session?.disclosure, this.#people().contact),
      make("p", {}, words.how),
      makeSuggestions(session?.starters, this.ask, words.starters) ?? "",
      ...more,
      this.#panel.keepRow,
    );
    this.#panel.handoff.hidden = !session?.handoff?.offered;
    this.session = session;
    if (!this.intro.isConnected) this.#panel.log.replaceChildren(this.intro);
  }

  explain = (error) => explainError(error, this.#people().numbers, this.#words);

  ask = async (text, key = makeKey()) => {
    const question = text.trim();
    if (!question) return undefined;
    const turn = this.#addTurn(question);
    this.#tell("asked", {}, { text: question });
    if (this.#queue.add((signal) => this.#answer(turn, key, signal), hasRedFlag(question))) return this.#announcer.say(this.#words.looking);
    turn.reply.wait(this.#words.queued);
    return this.#announcer.say(this.#words.queued);
  };

  async #answer(turn, key, signal) {
    turn.reply.wait();
    try {
      this.#finish(turn, await this.#askUntilAnswered(turn, key, signal));
    } catch (error) {
      // Deleted meanwhile: there is nothing to show it in.
      if (!this.#panel.log.contains(turn.reply.node)) return;
      if (signal.aborted) turn.reply.stop(this.#makeRetry(turn, makeKey()));
      else this.#fail(turn, key, error);
    }
  }

  #showBusy(busy) {
    const { field, stop } = this.#panel;
    if (!busy && stop.matches(":focus")) field.focus();
    stop.hidden = !busy;
  }

  stop() {
    this.#queue.stop();
  }

  #addTurn(question) {
    const { log } = this.#panel;
    const id = `turn${(this.#count += 1)}`;
    const asked = make(
      "article",
      { class: "asked", part: "question", "aria-labelledby": `${id}-asked` },
      make(`h${this.#level}`, { id: `${id}-asked`, class: "unseen" }, this.#words.asked),
      makeText("p", question),
    );
    const reply = new Reply(this.#words, this.#level, id);
    log.append(asked, reply.node);
    this.#scroller.to(asked);
    return { id, question, asked, reply };
  }

  #askUntilAnswered(turn, key, signal) {
    let place = 0;
    const told = {
      event: (name, data) => {
        if (name === "step") turn.reply.showStep(data.step);
        if (name === "sentence") turn.reply.showSentence(place++, data.text, data.cited ?? []);
        this.#scroller.keep(turn.asked);
      },
      again: (error) => {
        place = 0;
        turn.reply.wait(this.explain({ again: true }));
      },
      renewed: () => turn.asked.before(putRenewal(this.#makeNote(), this.#words, this.session.disclosure)),
    };
    return askUntilAnswered(this.#api, turn.question, { key, streams: this.#streams(), signal }, told);
  }

  #finish(turn, answer, isNew = true) {
    const words = this.#words;
    const { say, alert } = this.#announcer;
    const { session } = this;
    this.#latest = { question: turn.question, answer };
    const { buttons, more } = makeRating(
      `${turn.id}-words`,
      words,
      (rating, text) => this.#api.rate(answer.id, rating, text, session),
      { say, explain: this.explain },
    );
    const offered = answer.notices.some(({ id }) => id === "handoff-offer");
    const handoff = offered && this.session?.handoff && makeButton(words.handoffTitle, () => this.handOff());
    const copy = makeButton(words.copy, () => this.#copy(answer));
    const actions = make("div", { class: "actions" }, makeAsOf(answer, words), buttons, copy);
    const suggestions = makeSuggestions(answer.suggestions, this.ask, words.suggestions, MOST_SUGGESTIONS);
    const next = answer.kind === "urgent" && this.#makeWayOn();
    turn.reply.finish(answer, [next, handoff, actions, more, suggestions], this.#people().phone);
    if (!isNew) return;
    const facts = { kind: answer.kind, id: answer.id };
    this.#tell("answered", facts, { text: answer.text });
    if (answer.kind === "urgent") this.#tell("urgent", facts, { text: answer.text });
    this.#scroller.keep(turn.asked);
    if (answer.kind === "urgent") alert(readSaid(answer));
    else say(readAloud(answer, words));
  }

  #fail(turn, key, error) {
    const text = this.explain(error);
    turn.reply.fail(text, this.#makeCalls(), this.#makeRetry(turn, key));
    this.#scroller.keep(turn.asked);
    this.#announcer.alert(text);
  }

  #makeCalls() {
    const { numbers, phone } = this.#people();
    return makeCalls([...numbers, phone], this.#words);
  }

  #makeRetry({ question, asked, reply }, key) {
    return makeButton(this.#words.retry, () => {
      asked.remove();
      reply.node.remove();
      return this.ask(question, key);
    });
  }

  /** After an urgent reply: two things that the server understands in these English words, and a chat without it. */
  #makeWayOn() {
    const words = this.#words;
    const buttons = [
      makeButton(words.noEmergency, () => this.ask("This was not an emergency.")),
      makeButton(words.helpComes, () => this.ask("Help is on the way, go on.")),
      makeButton(words.newChat, () => this.newChat()),
    ];
    return make("div", { class: "suggestions", role: "group", "aria-label": words.next }, ...buttons);
  }

  async #copy(answer) {
    try {
      await navigator.clipboard.writeText(readCopy(answer));
      this.#announcer.say(this.#words.copied);
    } catch {
      this.#announcer.alert(this.#words.copyFailed);
    }
  }

  handOff() {
    const { log, handoff } = this.#panel;
    log.querySelector("form")?.remove();
    const form = makeHandoff(
      { handoff: this.session.handoff, question: this.#latest?.question ?? "", id: "handoff", level: this.#level },
      this.#words,
      {
        send: async (given) => {
          const sent = await this.#api.handOff({ ...given, ...(this.#latest && { answer_id: this.#latest.answer.id }) });
          this.#tell("handoff", {}, { text: given.question });
          return sent;
        },
        close: () => (form.node.remove(), handoff.focus()),
        say: this.#announcer.say,
        explain: this.explain,
      },
    );
    log.append(form.node);
    this.#scroller.to(form.node);
    form.focus();
  }

  /** Shows what was said before a reload. */
  #restore(messages) {
    let turn = null;
    for (const { role, content, answer } of messages) {
      if (role === "user") turn = this.#addTurn(content);
      else if (turn && answer) this.#finish(turn, answer, false);
    }
  }

  /** Begins anew; what was said stays above, to read, until the chat is deleted. */
  async newChat() {
    const { log } = this.#panel;
    const words = this.#words;
    if (!log.querySelector(".intro ~ .asked")) return;
    this.#queue.clear();
    this.#latest = null;
    const before = make("section", { class: "earlier", "aria-label": words.earlier }, ...log.childNodes);
    this.intro = make("div", { class: "intro" });
    log.replaceChildren(before, this.#makeNote(words.newChatOpen), this.intro);
    this.#api.renew();
    this.#scroller.to(before.nextSibling);
    this.#announcer.say(words.newChatOpen);
    await this.open();
    this.#scroller.to(before.nextSibling);
  }

  /** Gone on the server first: what could not be deleted is not called deleted. */
  async remove() {
    this.#queue.clear();
    await this.#api.forget();
    this.#latest = null;
    this.introduce(null);
    this.#panel.log.replaceChildren(this.intro, this.#makeNote(this.#words.removed));
    this.#announcer.say(this.#words.removed);
  }

  /** Opens a session, or goes on with the one that was kept, so that its disclosure stands before the first message. */
  async open(kept = null) {
    this.introduce(null, this.#makeNote(this.#words.opening));
    try {
      if (kept) this.#api.resume(kept);
      if (kept) this.#restore(await this.#api.history());
      await this.#api.session();
    } catch (error) {
      if (kept && error.isSessionGone) {
        this.#api.leave();
        return this.open();
      }
      const text = this.explain(error);
      this.introduce(null, this.#makeNote(text), this.#makeCalls(), makeButton(this.#words.retryOpen, () => this.open(kept)));
      this.#announcer.alert(text);
    }
    return undefined;
  }

  #makeNote(text = "") {
    return putText(makeText("p", "", { class: "note" }), text);
  }

  submit() {
    const { field } = this.#panel;
    if (this.offer(field.value)) field.value = "";
    field.focus({ preventScroll: true });
  }

  /** Asks it, or puts what is too long to send into the field. Gives whether it is asked. */
  offer(text) {
    const { field } = this.#panel;
    const most = this.session?.max_question_chars ?? MAX_CHARS;
    const { length } = [...text.trim()]; // characters, as the server counts them: an emoji is one
    if (length > most) field.value = text;
    showProblem(field, length > most ? this.#words.tooLong(length, most) : "");
    if (length <= most) this.ask(text);
    return length <= most;
  }
}

function makeKey() {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}

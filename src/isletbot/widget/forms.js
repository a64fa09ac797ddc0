// What a person gives back: a rating with words, and a question for the clinic's people.

import { make, makeButton, makeField, makeText, putText, putTold, showProblem } from "./nodes.js";
import { beside } from "./strings.js";

/** `rate(rating, words)` sends it; `say` announces that it is sent; `explain` words an error. */
export function makeRating(id, words, rate, { say, explain }) {
  const thanks = make("p", { class: "quiet" });
  const field = make("textarea", { id, rows: 2, maxlength: 2000, autocomplete: "off" });
  let chosen = "";
  const send = makeButton(words.sendWords, () => give(chosen, field.value.trim(), words.sentWords));
  const more = make("div", { class: "more", hidden: true }, thanks, makeField(words.more, field), send);
  const buttons = Object.entries(words.ratings).map(([rating, label]) =>
    makeButton(label, () => give(rating, "", rating === "unsafe" ? beside(words, (some) => some.ratedUnsafe) : words.rated), {
      value: rating,
      "aria-pressed": "false",
    }),
  );

  async function give(rating, text, after) {
    chosen = rating;
    try {
      await rate(rating, text);
    } catch (error) {
      return show(explain(error));
    }
    for (const button of buttons) button.ariaPressed = String(button.value === rating);
    if (text) field.value = "";
    return show(after);
  }

  function show(text) {
    putText(thanks, text);
    more.hidden = false;
    say(text);
  }

  return { buttons: make("span", { class: "ratings", role: "group", "aria-label": words.rate }, ...buttons), more };
}

/** The hours and the time to a reply, each only where the clinic has set it. */
function describeWaiting({ hours, response_time: time }, words) {
  return [hours && words.hours(hours), time && words.responseTime(time)].filter(Boolean).join(". ");
}

/** `send(form)` gives what happens now; `close` puts the form away. */
export function makeHandoff({ handoff, question, id, level }, words, { send, close, say, explain }) {
  const contact = make("input", { id: `${id}-contact`, type: "text", autocomplete: "email", required: true, maxlength: 200 });
  const asked = make("textarea", { id: `${id}-question`, rows: 3, required: true, maxlength: 2000, autocomplete: "off" });
  const consent = make("input", { id: `${id}-consent`, type: "checkbox", required: true });
  asked.value = question;
  const agreed = make("p", { class: "problem", id: `${consent.id}-problem` });
  consent.setAttribute("aria-describedby", agreed.id);
  const failed = make("p", { class: "problem" });
  const form = make(
    "form",
    { class: "handoff", part: "form", "aria-labelledby": id, novalidate: true, onsubmit: submit },
    make(`h${level}`, { id }, words.handoffTitle),
    make("p", {}, words.handoffRaw),
    make("p", { class: "quiet" }, describeWaiting(handoff, words)),
    makeField(words.handoffContact, contact),
    makeField(words.handoffQuestion, asked),
    make("div", { class: "check" }, consent, putTold(makeText("label", "", { for: consent.id }), handoff.consent, handoff.consent_translations?.[words.lang])),
    agreed,
    failed,
    make("p", { class: "actions" }, make("button", { class: "main" }, words.handoffSend), makeButton(words.cancel, close)),
  );

  async function submit(event) {
    event.preventDefault();
    showProblem(consent, consent.checked ? "" : words.needConsent);
    showProblem(asked, asked.value.trim() ? "" : words.needQuestion);
    showProblem(contact, contact.value.trim() ? "" : words.needContact);
    if (form.querySelector("[aria-invalid=true]")) return;
    failed.textContent = "";
    try {
      const { text, reference } = await send({ contact: contact.value.trim(), question: asked.value.trim(), consent: true });
      const own = words.english && reference && words.handoffSent(reference);
      const done = putTold(makeText("p", "", { class: "note", tabindex: -1 }), text, own);
      form.replaceWith(done);
      done.focus();
      say([own, text].filter(Boolean).join(" "));
    } catch (error) {
      const why = explain(error);
      putText(failed, why);
      say(why);
    }
  }

  return { node: form, focus: () => contact.focus() };
}

// The button in the corner, with the AI notice and whom to call in the fewest words: they stand on the page before anything is opened.

import { makeEmergencyNote } from "./emergency.js";
import { make, makeButton, makeIcon, makeTel } from "./nodes.js";

/** `press` opens the chat; `dismiss` puts the launcher away, where it stands in a corner. */
export function makeLauncher({ words, title, inline }, press, dismiss) {
  const button = makeButton(title, press, { part: "launcher", "aria-haspopup": "dialog", "aria-expanded": "false" });
  button.prepend(makeIcon("chat"));
  const call = make("a", { class: "call" }, makeIcon("phone"));
  const away = inline ? null : makeButton(makeIcon("close"), dismiss, { class: "close", "aria-label": words.dismiss });
  const note = makeEmergencyNote(words, "launcherNote");
  const notice = make("div", { class: "notice" }, note.node);
  const node = make("div", { class: "launcher", popover: inline ? null : "manual" }, button, call, away, notice);
  const show = (numbers, phone) => {
    note.show(numbers);
    call.hidden = !phone;
    call.href = makeTel(phone);
    call.ariaLabel = words.call(phone);
  };
  return { node, button, show };
}

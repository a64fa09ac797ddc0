// Deleting a chat: asked first, and not called deleted before it is.

import { make, makeButton, putText } from "./nodes.js";

/** `remove()` deletes; `explain` words an error; `alert` announces it. */
export function askToRemove({ buttons, remove: asked, field }, words, { remove, explain, alert }) {
  const sure = make("div", { class: "sure", role: "group", "aria-label": words.removeSure }, make("p", {}, words.removeSure));
  const settle = (target) => (sure.remove(), (buttons.hidden = false), target.focus());
  const removeNow = async () => {
    try {
      await remove();
      settle(field);
    } catch (error) {
      const why = explain(error);
      putText(sure.firstChild, why);
      alert(why);
    }
  };
  const no = makeButton(words.removeNo, () => settle(asked));
  sure.append(make("div", { class: "actions" }, makeButton(words.removeYes, removeNow, { class: "main" }), no));
  buttons.before(sure);
  buttons.hidden = true;
  no.focus();
}

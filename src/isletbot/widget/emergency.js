// Whom to call. The numbers stand in this file, so that showing them needs no server, no setting and no session.

import { make, makeCall, makeEnglish, makeTel } from "./nodes.js";
import { beside } from "./strings.js";

const NUMBERS = ["911", "112"];

/** Those of the page's attribute, else the server's, else those of the file. */
export function listNumbers(attribute, session) {
  const given = (attribute ?? "").split(/[,;]/).map((number) => number.trim()).filter(Boolean);
  return [given, session?.emergency?.numbers ?? [], NUMBERS].find((numbers) => numbers.length);
}

/** An error in words, which always says whom to call; a server that knows the numbers says so itself, in English. */
export function explainError(error, numbers, words) {
  return beside(words, (some) => {
    const told = tellError(error, some);
    return numbers.some((number) => told.includes(number)) ? told : `${told} ${some.emergency(joinNumbers(numbers, some))}`;
  });
}

function tellError(error, words) {
  if (error.again) return words.again;
  const said = error.code && String(error.message ?? "");
  if (said) return words.english ? `${words.kinds.error}.` : said;
  return error.isPassing ? words.unreachable : words.broken;
}

/** The note of that name and whom to call, the English beside; `show` fills in the numbers. */
export function makeEmergencyNote(words, name, id) {
  const emergency = make("span", { class: "emergency" });
  const english = words.english && makeEnglish();
  const show = (numbers) => {
    emergency.replaceChildren(...linkNumbers(words.emergencyShort(joinNumbers(numbers, words)), numbers));
    if (english) english.textContent = `${words.english[name]} ${words.english.emergencyShort(joinNumbers(numbers, words.english))}`;
  };
  return { node: make("p", { id }, words[name], " ", emergency, english && " ", english), show };
}

export function joinNumbers(numbers, words) {
  return new Intl.ListFormat(words.lang, { type: "disjunction" }).format(numbers);
}

/** A button for each number. */
export function makeCalls(numbers, words) {
  return make("p", { class: "calls" }, ...[...new Set(numbers)].filter(Boolean).map((number) => makeCall(number, words)));
}

/** The text with each number as a link that calls it. */
export function linkNumbers(text, numbers) {
  return numbers.reduce(
    (parts, number) =>
      parts.flatMap((part) => {
        if (typeof part !== "string" || !part.includes(number)) return [part];
        const [before, ...after] = part.split(number);
        return [before, make("a", { href: makeTel(number) }, number), after.join(number)];
      }),
    [text],
  );
}

// A source: the button that stands behind a sentence, and the card it opens in place.

import { make, makeButton, makeText } from "./nodes.js";

export function formatDate(iso, words) {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? String(iso) : date.toLocaleDateString(words.lang, { dateStyle: "long", timeZone: "UTC" });
}

/** The button opens and closes the card; `id` is the card's. */
export function makeSource(citation, id, words) {
  const card = makeCard(citation, id, words);
  const toggle = () => {
    card.hidden = !card.hidden;
    button.ariaExpanded = !card.hidden;
  };
  const button = makeButton(String(citation.number), toggle, {
    class: "cite",
    part: "source-button",
    "aria-expanded": "false",
    "aria-controls": id,
    "aria-label": words.sourceName(citation, String(citation.published).slice(0, 4)),
  });
  return { button, card };
}

function makeCard(citation, id, words) {
  const facts = [
    [words.publisher, citation.publisher],
    [words.evidence, words.tiers[citation.evidence] ?? citation.evidence],
    [words.published, formatDate(citation.published, words)],
    [words.speaksFor, formatDate(citation.as_of, words)],
    [words.section, citation.section],
  ].filter(([, value]) => value);
  return make(
    "div",
    { id, class: "source", part: "source", role: "group", "aria-label": words.source(citation.number), hidden: true },
    makeText("p", citation.title, { class: "title" }),
    make("blockquote", { "aria-label": words.quote }, makeText("mark", citation.quote)),
    make("dl", {}, ...facts.map(([name, value]) => make("div", {}, make("dt", {}, name), makeText("dd", value)))),
    makeOriginal(citation.url, words),
  );
}

/** Only https: an address of any other kind may run code. */
function makeOriginal(url, words) {
  if (!/^https:\/\//i.test(url)) return null;
  return make("a", { href: url, target: "_blank", rel: "noopener noreferrer", class: "original" }, words.original);
}

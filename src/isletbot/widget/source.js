// A source: the mark that stands behind a sentence, and the card it opens below the reply.

import { make, makeButton, makeText } from "./nodes.js";

/** In English as the answers themselves write dates, "4 October 2026", wherever the reader is. */
export function formatDate(iso, words) {
  const date = new Date(iso);
  const locale = words.lang === "en" ? "en-GB" : words.lang;
  return Number.isNaN(date.getTime()) ? String(iso) : date.toLocaleDateString(locale, { dateStyle: "long", timeZone: "UTC" });
}

/** One mark a number, however many quotes of that source the sentence rests on. `makeId` names the card of a number. */
export function makeSources(citations, makeId, words) {
  const numbers = [...new Set(citations.map(({ number }) => number))];
  return numbers.map((number) => makeSource(citations.filter((citation) => citation.number === number), makeId(number), words));
}

function makeSource(citations, id, words) {
  const [citation] = citations;
  const card = makeCard(citations, id, words);
  const toggle = () => {
    card.hidden = !card.hidden;
    mark.ariaExpanded = !card.hidden;
  };
  const mark = makeButton(String(citation.number), toggle, {
    class: "cite",
    part: "source-button",
    "aria-expanded": "false",
    "aria-controls": id,
    "aria-label": words.sourceName(citation.number, citation.title, citation.publisher, String(citation.published).slice(0, 4)),
  });
  return { mark, card };
}

function makeCard(citations, id, words) {
  const [citation] = citations;
  const facts = [
    [words.publisher, citation.publisher],
    [words.evidence, words.tiers[citation.evidence] ?? citation.evidence],
    [words.published, formatDate(citation.published, words)],
    [words.speaksFor, formatDate(citation.as_of, words)],
  ].filter(([, value]) => value);
  return make(
    "div",
    { id, class: "source", part: "source", role: "group", "aria-label": words.source(citation.number), hidden: true },
    makeText("p", (words.quoteOf[citation.quote_of] ?? words.quoteOf.summary)(citation.title), { class: "title" }),
    ...citations.map((one) => makeQuote(one, words)),
    make("dl", {}, ...facts.map(([name, value]) => make("div", {}, make("dt", {}, name), makeText("dd", value)))),
    makeOriginal(citation.url, words),
  );
}

function makeQuote({ quote, section }, words) {
  const place = section && makeText("footer", `${words.section}: ${section}`, { class: "quiet" });
  return make("blockquote", { "aria-label": words.quote }, makeText("mark", quote), place || null);
}

/** Only https: an address of any other kind may run code. */
function makeOriginal(url, words) {
  if (!/^https:\/\//i.test(url)) return null;
  return make("a", { href: url, target: "_blank", rel: "noopener noreferrer", class: "original" }, words.original);
}

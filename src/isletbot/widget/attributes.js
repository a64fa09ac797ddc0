// What the element's attributes say, with what holds where they say nothing.

/** In place of an address that is none: no request gets out, and the chat says whom to call. */
const UNREACHABLE = "invalid:";

/** With the attribute `corpus`, the address at which the server answers from the corpus of that name. */
export function findApi(chat) {
  try {
    const api = new URL(chat.getAttribute("api") || new URL(".", import.meta.url), document.baseURI).href;
    const corpus = chat.getAttribute("corpus");
    return corpus ? `${api.replace(/\/*$/, "")}/corpora/${encodeURIComponent(corpus)}/` : api;
  } catch {
    return UNREACHABLE;
  }
}

export function findWidget(chat) {
  return chat.getAttribute("widget") || "demo";
}

export function isInline(chat) {
  return chat.getAttribute("mode") === "inline";
}

export function findLanguage(chat) {
  return chat.lang || document.documentElement.lang;
}

export function findHeadingLevel(chat) {
  return Math.min(5, Math.max(1, parseInt(chat.getAttribute("heading-level"), 10) || 2));
}

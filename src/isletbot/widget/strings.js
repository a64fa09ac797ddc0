// Every word a person reads. English is here; of each language that the rules of triage know, the first words are (the bundle puts
// them into FIRST_WORDS, and the topic's own title into OWN_TITLE), and the rest is fetched when the chat is opened.

const en = {
  lang: "en",
  chat: "Chat",
  title: OWN_TITLE || "Ask a question",
  launcherNote: "AI, not a clinician.",
  notice: "AI program, not a clinician.",
  person: (contact) => `Talk to a person: ${contact}.`,
  contact: "your doctor or care team",
  call: (number) => `Call ${number}`,
  close: "Close",
  dismiss: "Hide the chat button",

  before: "Before you ask",
  about: "You are writing to a computer program (AI), not to a person.",
  how: "Each sentence of an answer has a number. Press it to see the words it rests on.",
  whole: (contact) => `This is general information, not medical advice. For your own care, ask ${contact}.`,
  general: "General information, not medical advice.",
  leaveOut: "Do not type names, birth dates, addresses, phone or record numbers.",
  starters: "Questions to begin with",
  opening: "Opening the chat…",

  conversation: "Conversation",
  question: "Your question",
  hint: "Enter sends. Shift and Enter begins a new line.",
  send: "Send",
  stop: "Stop",
  keep: "Keep on this device until the tab closes",
  handoff: "Ask the clinic",
  print: "Print",
  printed: (date) => `Printed on ${date}.`,
  newChat: "New chat",
  newChatOpen: "A new chat begins here. The one above stays to read.",
  earlier: "Earlier chat",
  next: "And now?",
  noEmergency: "This was not an emergency",
  helpComes: "Help is on the way, go on",
  remove: "Delete chat",
  removeSure: "Delete this chat here and on the server?",
  removeYes: "Yes, delete",
  removeNo: "No, keep it",
  removed: "The chat is deleted. Your next question begins a new one.",
  renewed: "Your earlier chat had ended. A new one is open.",

  tooLong: (length, most) => `This is ${length} characters long. At most ${most} can be sent.`,

  looking: "Looking that up.",
  queued: "This is sent when the one before is answered.",
  steps: {
    triage: "Reading your question…",
    retrieve: "Looking in the sources…",
    compose: "Putting the answer together…",
    verify: "Checking each sentence…",
  },
  again: "The connection was lost. Trying again…",
  stopped: "You stopped this answer.",
  retry: "Ask again",
  retryOpen: "Try again",
  unreachable: "The chat cannot be reached. Check your connection and ask again.",
  broken: "The chat does not work right now. Please try again later.",
  emergencyShort: (numbers) => `Emergency: ${numbers}.`,
  emergency: (numbers) => `In an emergency, call ${numbers}.`,

  asked: "You asked",
  kinds: {
    answered: "From the sources",
    not_in_corpus: "The sources do not say",
    needs_clinician: "A question for your care team",
    urgent: "Urgent: get help now",
    out_of_scope: "Not something I answer",
    small_talk: "Reply",
    waiting: "Answer",
    error: "That did not work",
  },
  suggestions: "You could ask",
  asOf: (date) => `As of ${date}`,
  countSources: (count) => (count === 1 ? "1 source." : `${count} sources.`),

  sourceName: (number, title, publisher, year) => `Source ${number}: ${title}, ${publisher}, ${year}`,
  source: (number) => `Source ${number}`,
  quote: "The words it rests on",
  quoteOf: { summary: (title) => `Our summary of “${title}”`, original: (title) => `The exact words of “${title}”` },
  publisher: "Publisher",
  evidence: "Kind of evidence",
  published: "Published",
  speaksFor: "As of",
  section: "Section",
  original: "Open the original (new tab)",
  tiers: {
    primary_paper: "Research paper",
    trial_record: "Trial record",
    regulator: "Regulator",
    professional_body: "Professional body",
    company_release: "Company release",
    clinic_article: "Clinic article",
    news: "News",
  },

  copy: "Copy",
  copied: "Copied.",
  copyFailed: "Your browser does not allow copying here.",
  rate: "Rate this answer",
  ratings: { helpful: "Helpful", wrong: "Wrong", unsafe: "Unsafe" },
  rated: "Thank you. The clinic’s staff can see it.",
  ratedUnsafe: "Thank you. Do not act on this answer; ask a person.",
  more: "What was it? (you can leave this empty)",
  sendWords: "Send words",
  sentWords: "Thank you. Your words are sent.",

  handoffTitle: "Ask the clinic to contact you",
  handoffRaw: "What you type here goes to the clinic just as you type it.",
  hours: (hours) => `Hours: ${hours}`,
  responseTime: (time) => `Time to a reply: ${time}`,
  handoffContact: "Your email or phone",
  handoffQuestion: "Your question to the clinic",
  handoffSend: "Send to the clinic",
  handoffSent: (reference) => `Your message is in the list for the clinic as number ${reference}. Nobody has read it yet.`,
  cancel: "Cancel",
  needContact: "Enter an email or a phone number.",
  needQuestion: "Enter your question.",
  needConsent: "Tick the box to agree, or press Cancel.",
};

const PATIENCE_MS = 3_000;
const loaded = new Map();

/** The words that are there at once, in the language as far as they are known. */
export function wordsIn(lang) {
  const words = loaded.get(find(lang)) ?? FIRST_WORDS[find(lang)]?.words;
  return words ? { ...follow(en, words), english: en } : en;
}

/** What `say` makes of the words, and on a second line what it makes of the English ones: no speaker has signed the others yet. */
export function beside(words, say) {
  const lines = [words, words.english].filter(Boolean).map(say);
  return [...new Set(lines)].join("\n");
}

export function hasAllWords(lang) {
  return !FIRST_WORDS[find(lang)] || loaded.has(find(lang));
}

/** Without them the chat goes on in English, whom to call apart; a file that was changed on the way is not read. */
export async function loadWords(lang) {
  const { integrity, words } = FIRST_WORDS[find(lang)];
  const url = new URL(`widget-words/${find(lang)}.json`, import.meta.url);
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const found = await fetch(url, { integrity, signal, credentials: "omit" }).then((response) => response.json()).catch(() => words);
  loaded.set(find(lang), found);
}

function find(lang) {
  return lang?.toLowerCase().split("-")[0];
}

/** A translation in the form of the English: {0}, {1} are filled with what the English function takes. */
function follow(model, words) {
  if (typeof model === "object") return Object.fromEntries(Object.keys(model).map((name) => [name, follow(model[name], words[name] ?? model[name])]));
  if (typeof model !== "function" || typeof words === "function") return words;
  return (...given) => words.replace(/\{(\d)\}/g, (_, place) => given[place]);
}

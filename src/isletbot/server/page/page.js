// The page: one conversation, kept in this tab only. Everything from outside becomes text, never markup.

const HEADINGS = {
  answered: "From the sources",
  not_in_corpus: "The sources do not say",
  needs_clinician: "A question for your care team",
  urgent: "Urgent",
  out_of_scope: "Outside what this program answers",
  small_talk: "",
  error: "That did not work",
};
const WITH_SUGGESTIONS = new Set(["not_in_corpus", "out_of_scope", "small_talk"]);
const PATIENCE_MS = 30_000;

const form = document.getElementById("form");
const field = document.getElementById("question");
const send = document.getElementById("send");
const log = document.getElementById("log");
const status = document.getElementById("status");
const starters = document.getElementById("starters");
const forget = document.getElementById("forget");
const maxHistory = Number(document.body.dataset.maxHistoryTurns) || 0;
const emergencyNumbers = document.body.dataset.emergencyNumbers.split(",").filter(Boolean);

let history = [];
let replies = 0;
let asking = null;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask(field.value);
});

field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("#starters button, .suggestions button");
  if (button) ask(button.textContent);
});

forget.addEventListener("click", () => {
  asking?.abort();
  history = [];
  log.replaceChildren();
  starters.hidden = false;
  forget.hidden = true;
  status.textContent = "The conversation is forgotten.";
  field.focus();
});

async function ask(typed) {
  const question = typed.trim();
  if (!question || asking) return;
  asking = new AbortController();
  const { signal } = asking;
  const patience = setTimeout((controller) => controller.abort(new DOMException("", "TimeoutError")), PATIENCE_MS, asking);
  setBusy(true);
  const asked = add("p", { class: "asked" }, question);
  try {
    const answer = await fetchAnswer(question, signal);
    history.push({ role: "user", content: question }, { role: "assistant", content: answer.text });
    field.value = "";
    showAnswer(answer);
  } catch (error) {
    if (error.name === "AbortError") asked.remove();
    else showError(error);
  } finally {
    clearTimeout(patience);
    asking = null;
    setBusy(false);
  }
}

function setBusy(busy) {
  send.disabled = busy;
  status.textContent = busy ? "Looking in the sources…" : "";
  if (!busy) {
    starters.hidden = log.childElementCount > 0;
    forget.hidden = !starters.hidden;
    field.focus({ preventScroll: true });
  }
}

async function fetchAnswer(question, signal) {
  const earlier = maxHistory ? history.slice(-maxHistory) : [];
  const response = await fetch("v1/chat", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ messages: [...earlier, { role: "user", content: question }] }),
    signal,
  });
  const body = await response.json();
  if (!response.ok) throw new Error(`${body.error.message} ${body.error.remedy}`);
  return body;
}

function showAnswer(answer) {
  replies += 1;
  const reply = makeReply(answer.kind);
  reply.append(makeSaid(answer, `reply${replies}`));
  if (answer.kind === "urgent") reply.append(makeCalls());
  if (answer.citations.length) reply.append(makeSources(answer, `reply${replies}`));
  if (WITH_SUGGESTIONS.has(answer.kind) && answer.suggestions.length) reply.append(makeSuggestions(answer));
  for (const notice of answer.notices) reply.append(make("p", { class: "notice" }, notice.text));
  show(reply);
}

function showError(error) {
  const reply = makeReply("error");
  const unreachable = error instanceof TypeError || error.name === "TimeoutError" || error instanceof SyntaxError;
  const emergency = document.querySelector(".emergency").textContent;
  reply.append(make("p", {}, unreachable ? `The bot cannot be reached. Please try again. ${emergency}` : error.message));
  show(reply);
}

function show(reply) {
  log.append(reply);
  reply.scrollIntoView({ block: "nearest" });
}

function makeReply(kind) {
  const reply = make("article", { class: "reply", "data-kind": kind });
  if (kind === "urgent") reply.setAttribute("role", "alert");
  if (HEADINGS[kind]) reply.append(make("h2", {}, HEADINGS[kind]));
  return reply;
}

// The text with its [1] markers as links to the sources below it, without the notices that end it.
function makeSaid(answer, id) {
  let text = answer.text.trimEnd();
  for (const notice of [...answer.notices].reverse()) {
    if (text.endsWith(notice.text)) text = text.slice(0, -notice.text.length).trimEnd();
  }
  const said = make("p", { class: "said" });
  const numbers = new Set(answer.citations.map((citation) => String(citation.number)));
  for (const part of text.split(/(\[\d+\])/)) {
    const number = part.slice(1, -1);
    said.append(/^\[\d+\]$/.test(part) && numbers.has(number) ? makeMarker(number, id) : part);
  }
  return said;
}

function makeMarker(number, id) {
  const marker = make("a", { class: "marker", href: `#${id}-${number}`, "aria-label": `Source ${number}` }, `[${number}]`);
  marker.addEventListener("click", (event) => {
    event.preventDefault();
    const details = document.getElementById(`${id}-${number}`);
    details.open = true;
    details.querySelector("summary").focus();
  });
  return marker;
}

function makeCalls() {
  const calls = make("p", { class: "calls" });
  for (const number of emergencyNumbers) {
    calls.append(make("a", { href: `tel:${number.replaceAll(" ", "")}` }, `Call ${number}`));
  }
  return calls;
}

function makeSources(answer, id) {
  const list = make("ol", { class: "sources", "aria-label": "Sources" });
  for (const citation of answer.citations) {
    const details = make("details", { id: `${id}-${citation.number}` });
    details.append(
      make("summary", {}, `[${citation.number}] ${citation.title}, ${citation.publisher}`),
      make("blockquote", { cite: citation.url }, citation.quote),
      make("p", { class: "source" }, `${citation.evidence.replaceAll("_", " ")}, ${citation.section}. ` +
        `Published ${citation.published}, speaks for ${citation.as_of}. `),
    );
    if (/^https?:\/\//.test(citation.url)) {
      const link = make("a", { href: citation.url, rel: "noopener noreferrer", target: "_blank" }, "Open the original (new tab)");
      details.lastChild.append(link);
    }
    const item = make("li");
    item.append(details);
    list.append(item);
  }
  return list;
}

function makeSuggestions(answer) {
  const suggestions = make("div", { class: "suggestions", role: "group", "aria-label": "Questions you could ask" });
  for (const question of answer.suggestions) suggestions.append(make("button", { type: "button" }, question));
  return suggestions;
}

function add(...made) {
  const node = make(...made);
  log.append(node);
  return node;
}

function make(tag, attributes = {}, text = "") {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.textContent = text;
  return node;
}

// The HTTP way to the bot: a session, and a reply as it arrives. Knows no page.

// The server says something at least every 15 seconds.
const SILENCE_MS = 45_000;
const OPENING_MS = 15_000;
const REPLY_MS = 75_000;
const SESSION_GONE = new Set(["session_missing", "session_unknown", "session_expired"]);

export class ApiError extends Error {
  constructor(code, message = "", remedy = "", retryAfter = 0) {
    super(`${message} ${remedy}`.trim());
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** Nothing says that it was refused, so the same request may be sent again with its key. */
  get isPassing() {
    return ["unreachable", "dropped", "idempotency_in_progress"].includes(this.code);
  }

  get isSessionGone() {
    return SESSION_GONE.has(this.code);
  }
}

export class Api {
  #base;
  #widget;
  #opening = null;
  #left = [];
  /** Called with the session, or with null when there is none any more. */
  onsession = () => {};

  constructor(base, widget) {
    this.#base = base.endsWith("/") ? base : `${base}/`;
    this.#widget = widget;
  }

  /** Opens one session and keeps it; after a failure the next call tries again. */
  session() {
    this.#opening ??= this.#open().catch((error) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  /** Goes on with a session that was opened before. */
  resume(session) {
    this.#opening = Promise.resolve(session);
    this.onsession(session);
  }

  leave() {
    this.#opening = null;
    this.onsession(null);
  }

  /** Begins anew. The session that was open is left as it is, to be deleted with the chat. */
  renew() {
    if (this.#opening) this.#left.push(this.#opening);
    this.leave();
  }

  async #open() {
    const session = await this.#json("v1/sessions", { body: { widget: this.#widget }, opens: true }).catch((error) => {
      explainToWebmaster(this.#base, this.#widget);
      throw error;
    });
    if (!session?.token || !session.disclosure) throw new ApiError("not_isletbot");
    this.onsession(session);
    return session;
  }

  /** Yields {name, data} for each event; the last one is the answer. */
  async *ask(question, key, streams, signal) {
    const response = await this.#send("v1/chat", {
      body: { messages: [{ role: "user", content: question }] },
      headers: { "Idempotency-Key": key, Accept: streams ? "text/event-stream" : "application/json" },
      signal,
    });
    if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
      yield checkAnswer({ name: "answer", data: await readJson(response) });
      return;
    }
    for await (const event of readEvents(response.body)) {
      if (event.name === "error") throw new ApiError(event.data.error.code, event.data.error.message, event.data.error.remedy);
      yield checkAnswer(event);
      if (event.name === "answer") return;
    }
    throw new ApiError("dropped");
  }

  /** `session` is the one that the answer was given in. */
  async rate(answerId, rating, words, session) {
    await this.#send("v1/feedback", { body: { answer_id: answerId, rating, ...(words && { words }) }, session });
  }

  async handOff(form) {
    return this.#json("v1/handoff", { body: form });
  }

  async history() {
    return (await this.#json("v1/history", { method: "GET" })).messages;
  }

  /** Deletes what the server holds; a session it does not know is gone already. */
  async forget() {
    for (const session of await Promise.all([...this.#left, this.#opening])) {
      if (!session) continue;
      await this.#send(`v1/sessions/${encodeURIComponent(session.id)}`, { method: "DELETE", session }).catch((error) => {
        if (error.code !== "session_unknown") throw error;
      });
    }
    this.#left = [];
    this.leave();
  }

  async #json(path, request) {
    return readJson(await this.#send(path, request));
  }

  async #send(path, { method = "POST", body, headers, signal, opens, session }) {
    const { token } = opens ? {} : session ?? (await this.session());
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), opens ? OPENING_MS : REPLY_MS);
    const response = await fetch(this.#base + path, {
      method,
      signal: AbortSignal.any([late.signal, ...(signal ? [signal] : [])]),
      credentials: "omit",
      body: body && JSON.stringify(body),
      // What it says of an error stands beside the page's own words, in English.
      headers: { "Accept-Language": "en", ...(body && { "Content-Type": "application/json" }), ...(token && { Authorization: `Bearer ${token}` }), ...headers },
    }).catch((error) => {
      throw signal?.aborted ? error : new ApiError("unreachable");
    }).finally(() => clearTimeout(timer));
    if (response.ok) return response;
    const { error = {} } = await response.json().catch(() => ({}));
    throw new ApiError(error.code ?? String(response.status), error.message, error.remedy, Number(response.headers.get("Retry-After")) || 0);
  }
}

/** A browser hides from a page why it was refused, so the likeliest reason is named with what mends it. */
function explainToWebmaster(base, widget) {
  const { origin } = location;
  const corpus = base.match(/\/corpora\/([^/]+)\/$/)?.[1];
  const setting = corpus ? `widgets: ${widget}=${origin} below ${corpus}: in its file of corpora` : `ISLETBOT_WIDGETS="${widget}=${origin}"`;
  console.error(
    `isletbot: no chat for this page from ${base}. Is the server there, and may pages of ${origin} use it? The setting ` +
      `to add on the server: ${setting} (see \`isletbot${corpus ? ` --corpus ${corpus}` : ""} doctor --origin ${origin}\`).`,
  );
}

/** What is no Answer comes from some other server, or from a proxy between. */
function checkAnswer(event) {
  if (event.name === "answer" && !(event.data?.kind && Array.isArray(event.data.sentences))) throw new ApiError("not_isletbot");
  return event;
}

function readJson(response) {
  return response.json().catch(() => {
    throw new ApiError("dropped");
  });
}

/** Server-sent events. A line cut between two chunks is put together; silence for too long ends it. */
async function* readEvents(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const timer = setTimeout(() => reader.cancel(), SILENCE_MS);
      const { value, done } = await reader.read().finally(() => clearTimeout(timer));
      if (done) return;
      const blocks = (rest + value.replaceAll("\r", "")).split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        const event = readEvent(block);
        if (event) yield event;
      }
    }
  } catch (error) {
    throw error.name === "AbortError" ? error : new ApiError("dropped");
  } finally {
    reader.cancel().catch(() => {});
  }
}

function readEvent(block) {
  const lines = block.split("\n");
  const find = (field) => lines.filter((line) => line.startsWith(`${field}:`)).map((line) => line.slice(field.length + 1).trimStart());
  const data = find("data").join("\n");
  return data ? { name: find("event")[0] ?? "message", data: JSON.parse(data) } : null;
}

// One question until its answer: a lost connection is tried again, an ended session is opened anew. Knows no page.

const TRIES = 3;

/**
 * `told` hears of what happens: `event(name, data)` of each part that arrives, `again(error)` before another try, and
 * `renewed()` after an ended session was opened anew. The same key goes with every try, so nothing is answered twice.
 */
export async function askUntilAnswered(api, question, { key, streams, signal }, told) {
  let renewed = false;
  for (let tries = 1; ; tries += 1) {
    try {
      return await askOnce(api, question, { key, streams, signal }, told);
    } catch (error) {
      if (signal.aborted) throw error;
      if (error.isSessionGone && !renewed) {
        renewed = true;
        api.leave();
        await api.session();
        told.renewed();
      } else if (error.isPassing && tries < TRIES) {
        told.again(error);
        await pause(error.retryAfter || tries, signal);
      } else throw error;
    }
  }
}

async function askOnce(api, question, { key, streams, signal }, told) {
  await api.session();
  signal.throwIfAborted();
  for await (const { name, data } of api.ask(question, key, streams, signal)) {
    signal.throwIfAborted();
    if (name === "answer") return data;
    told.event(name, data);
  }
  throw new Error("A stream ends with an answer or an error.");
}

function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener("abort", () => (clearTimeout(timer), reject(signal.reason)), { once: true });
  });
}

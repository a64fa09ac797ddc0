// The way back to a chat: never what was said, which lies with the server and in the page's own memory.

/** A chat whose element a single-page app took away, until another is put up: the session and what was half typed. */
const parked = new Map();

export function park(key, state) {
  parked.set(key, state);
}

/** Gives it to one element only: two on a page have a chat each. */
export function unpark(key) {
  const state = parked.get(key);
  parked.delete(key);
  return state;
}

export function wasOpen(key) {
  return Boolean(parked.get(key)?.open);
}

/** Null where the browser blocks it. */
export function findStorage() {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

export function readKept(key) {
  try {
    return JSON.parse(findStorage()?.getItem(key) ?? null);
  } catch {
    return null;
  }
}

export function keep(key, session) {
  const storage = findStorage();
  if (session) storage?.setItem(key, JSON.stringify(session));
  else if (storage?.getItem(key)) storage.removeItem(key);
}

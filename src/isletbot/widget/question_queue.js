// Answers questions one after the other, in the order they were sent. Only what cannot wait goes beside the one in progress.

export class QuestionQueue {
  #running = new Set();
  #waiting = [];
  #onbusy;

  /** `onbusy` is told whether anything is being answered. */
  constructor(onbusy) {
    this.#onbusy = onbusy;
  }

  /** `answer(signal)` settles when it is done, however it went. Gives whether it began. */
  add(answer, atOnce) {
    const begins = atOnce || !this.#running.size;
    if (begins) this.#begin(answer);
    else this.#waiting.push(answer);
    return begins;
  }

  async #begin(answer) {
    const controller = new AbortController();
    this.#running.add(controller);
    this.#onbusy(true);
    await answer(controller.signal);
    this.#running.delete(controller);
    if (this.#running.size) return;
    if (this.#waiting.length) this.#begin(this.#waiting.shift());
    else this.#onbusy(false);
  }

  /** Ends what is being answered; what waits comes next. */
  stop() {
    for (const controller of this.#running) controller.abort();
  }

  clear() {
    this.#waiting = [];
    this.stop();
  }
}

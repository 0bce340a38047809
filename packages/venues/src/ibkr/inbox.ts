/** What came, taken in in order: where one message needs an answer first, those behind it wait. */
export class Inbox {
  readonly #steps: (() => Promise<void> | void)[] = [];
  #isWaiting = false;

  push(step: () => Promise<void> | void): void {
    this.#steps.push(step);
    if (!this.#isWaiting) this.#drain();
  }

  #drain(): void {
    for (let step = this.#steps.shift(); step !== undefined; step = this.#steps.shift()) {
      const later = step();
      if (later === undefined) continue;
      this.#isWaiting = true;
      void later.finally(() => {
        this.#isWaiting = false;
        this.#drain();
      });
      return;
    }
  }
}

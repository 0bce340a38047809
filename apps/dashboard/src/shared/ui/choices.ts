/** What a person chose in this browser. Nothing that matters is kept here: without it everything has its default. */

export function readChoice<T>(name: string, otherwise: T): T {
  try {
    const text = localStorage.getItem(`bulkhead.${name}`);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

export function writeChoice(name: string, value: unknown): void {
  try {
    localStorage.setItem(`bulkhead.${name}`, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing: the choice lasts as long as the page.
  }
}

/** A fresh proof of who it is, for the few things that a session alone is not enough for. */
type Proof = Readonly<{ password: string } | { code: string }>;
type Prove = (proof: Proof) => Promise<unknown>;

/** What a person is asked for now: `prove` sends the proof and throws where it is not good; `end` gives up. */
export type Wanted = Readonly<{ prove: Prove; end: (proven: boolean) => void }>;

let wanted: Wanted | undefined;
let asking: Promise<boolean> | undefined;
const listeners = new Set<() => void>();

function set(next: Wanted | undefined): void {
  wanted = next;
  for (const listener of listeners) listener();
}

/** Resolves when a person has proven who it is, or has given up. Whoever asks meanwhile waits for the same answer. */
export function provenAnew(prove: Prove): Promise<boolean> {
  asking ??= new Promise<boolean>((resolve) => {
    set({
      prove,
      end: (proven) => {
        asking = undefined;
        set(undefined);
        resolve(proven);
      },
    });
  });
  return asking;
}

export const wantedProof = (): Wanted | undefined => wanted;
export function onWantedProof(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

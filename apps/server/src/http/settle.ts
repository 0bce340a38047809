import type { Acknowledged, DeskAccount, Unstamped } from "../desk/desk.ts";
import { HttpFailure, refused } from "./failure.ts";

const LATE_MS = 5_000;

/** Resolves when everything up to `seq` is durable. Fails with 503 after five seconds. */
function durable(account: DeskAccount, seq: number): Promise<void> {
  if (account.durableSeq >= seq) return Promise.resolve();
  // What a halted account has not written down by now never will be.
  if (account.readiness.reasons.some((reason) => reason.startsWith("halted: "))) return Promise.reject(unavailable(account, "halted"));
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      stop();
    };
    const timer = setTimeout(() => {
      end();
      reject(new HttpFailure(503, "DURABILITY_LATE", {}, { headers: { "Retry-After": "1" } }));
    }, LATE_MS);
    const stop = account.onDurable((records) => {
      if ((records.at(-1)?.seq ?? account.durableSeq) < seq && account.durableSeq < seq) return;
      end();
      resolve();
    });
  });
}

/** What the tables say, shown only once all that they have applied is durable; with the sequence that it is as of. */
export async function settled<T>(account: DeskAccount, read: () => T): Promise<Readonly<{ value: T; asOfSeq: number }>> {
  const value = read();
  const asOfSeq = account.state.seq;
  await durable(account, asOfSeq);
  return { value, asOfSeq };
}

/** Submits a command; throws what an answer says where it was refused or not taken. */
export async function submit(account: DeskAccount, command: Unstamped): Promise<Extract<Acknowledged, { ok: true }>> {
  const answer = await account.submit(command);
  if (answer.ok) return answer;
  if ("refusal" in answer) throw refused(answer.refusal);
  throw unavailable(account, answer.unavailable);
}

/** What an answer says of a command that was not taken. */
export function unavailable(account: DeskAccount, why: "busy" | "stopping" | "read_only" | "halted"): HttpFailure {
  const reason = account.readiness.reasons.join("; ") || "not said";
  const headers = { "Retry-After": why === "busy" ? "1" : "5" };
  switch (why) {
    case "busy":
      return new HttpFailure(503, "DESK_BUSY", {}, { headers });
    case "stopping":
      return new HttpFailure(503, "DESK_STOPPING", {}, { headers });
    case "read_only":
      return new HttpFailure(503, "DESK_READ_ONLY", { reason }, { headers });
    case "halted":
      return new HttpFailure(503, "DESK_HALTED", { reason }, { headers });
  }
}

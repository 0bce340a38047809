import { type Answered, type Asked, DeskClient, DeskRefused, type OperationId } from "@bulkhead/contract";
import { provenAnew } from "../step-up.ts";

const client = new DeskClient({ url: "", client: "dashboard" });

/**
 * Asks the desk that served this page. Where nobody is logged in any more the form for that comes; where a fresh proof is wanted, a person is
 * asked for it, and the question once more.
 */
export async function ask<O extends OperationId>(id: O, asked: Asked<O>): Promise<Answered<O>["body"]> {
  try {
    return (await client.ask(id, asked)).body;
  } catch (error) {
    const { status, code } = error instanceof DeskRefused ? error.problem : { status: 0, code: "" };
    if (status === 401) location.assign("/login");
    if (code === "STEP_UP_REQUIRED" && (await provenAnew((body) => client.ask("stepUp", { body }))))
      return (await client.ask(id, asked)).body;
    throw error;
  }
}

/** An error in words a person can act on, and its code where it has one. */
export function wordsOf(error: unknown): Readonly<{ sentence: string; code: string | null }> {
  if (error instanceof DeskRefused) return { sentence: error.problem.detail, code: error.problem.code };
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code === "DESK_UNREACHABLE")
    return { sentence: "The desk does not answer: it is stopped or starting. This page goes on by itself when it is back.", code };
  if (code === "DESK_ANSWER_UNKNOWN")
    return { sentence: "The desk answered in a way this page does not know: reload it, they may be of different versions.", code };
  return { sentence: String(message ?? error), code: null };
}

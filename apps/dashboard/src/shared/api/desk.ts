import { DeskClient, DeskRefused } from "@bulkhead/contract";

/** The desk that served this page. */
export const desk = new DeskClient({ url: "", client: "dashboard" });

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

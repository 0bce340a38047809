import type { Price } from "@bulkhead/money";
import type { DeskClock } from "../clock.ts";
import type { DeskAccount } from "../desk.ts";
import { Capital } from "./capital.ts";
import { RunsFile } from "./runs-file.ts";
import { Schedules } from "./schedules.ts";
import type { QuoteOf } from "./sells.ts";

/** The capital of one account: what moves by hand, and what moves by itself. */
export type AccountCapital = Readonly<{ capital: Capital; schedules: Schedules }>;

/** `folder` keeps when schedules were looked at; null remembers that only as long as it lives. No schedule is in force yet. */
export function capitalOf(
  account: DeskAccount,
  around: Readonly<{ clock: DeskClock; folder: string | null; note: (sentence: string) => void; quoteOf?: QuoteOf }>,
): AccountCapital {
  const lastMark: QuoteOf = (instrument) => {
    const mark = account.state.marks.get(instrument);
    return mark === undefined ? null : { price: mark.price as Price, at: mark.at };
  };
  const capital = new Capital(account, around.quoteOf ?? lastMark);
  const { clock, folder, note } = around;
  return { capital, schedules: new Schedules({ capital, clock, file: new RunsFile(folder), note }) };
}

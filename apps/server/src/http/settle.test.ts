import { expect, test } from "vitest";
import type { DeskAccount } from "../desk/desk.ts";
import { settled } from "./settle.ts";

test("[HTTP-72] what a halted account never wrote down is refused at once, what it wrote is shown", async () => {
  const readiness = { ready: false, reasons: ["halted: ENOSPC: no space left on device, write"] };
  const account = (durableSeq: number): DeskAccount =>
    ({ durableSeq, state: { seq: 20 }, readiness, onDurable: () => () => undefined }) as unknown as DeskAccount;
  await expect(settled(account(19), () => "figure")).rejects.toMatchObject({ status: 503, code: "DESK_HALTED" });
  await expect(settled(account(20), () => "figure")).resolves.toEqual({ value: "figure", asOfSeq: 20 });
});

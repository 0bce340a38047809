import { expect, test } from "vitest";
import { declare } from "./bindings.ts";

test("[HOSTS-9] params that a strategy has no more are said in one sentence", async () => {
  const portfolio = { id: "p", strategy: "sma-cross", params: { quick: 3, late: 9, size: "1%" }, from: "file" } as unknown as Parameters<
    typeof declare
  >[0];
  const said = await declare(portfolio, "");
  expect(said).toBe("PARAM_UNKNOWN: param=quick, known=fast slow stop_loss_pct side reserve; nor late, size");
});

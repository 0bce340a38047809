// The desk of the soak, in a process of its own (`node --expose-gc`): the demo as `bulkhead start` makes it, but for the budgets of who asks
// and the switch that ends storms, which twenty orders a second are.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEMO_CONFIG } from "@bulkhead/contract";
import { RATES, serve } from "@bulkhead/server";

/** `look`: collects garbage and says what is left. */
export type Asked = Readonly<{ type: "look" | "end" }>;
export type Told = Readonly<{ type: "ready"; url: string } | { type: "looked"; heap: number; resident: number }>;

const MIB = 1_048_576;
const tell = (told: Told): void => void process.send?.(told);

const folder = mkdtempSync(join(tmpdir(), "bulkhead-bench-"));
writeFileSync(
  join(folder, "bulkhead.toml"),
  `${DEMO_CONFIG}\n[kill]\nstorm_orders = "never"\nstorm_rejects = "never"\nstorm_account_orders = "never"\n`,
);
const rates = Object.fromEntries(Object.keys(RATES).map((name) => [name, { perSecond: 1e9, burst: 1e9 }]));
const serving = await serve({ data: join(folder, "data"), environment: {}, workingFolder: folder, port: 0, rates });
process.on("message", async ({ type }: Asked) => {
  if (type === "look") {
    const resident = process.memoryUsage.rss() / MIB;
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    tell({ type: "looked", heap: (heapUsed + external) / MIB, resident });
    return;
  }
  await serving.stop();
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
tell({ type: "ready", url: serving.url });

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { serve } from "@bulkhead/server";
import { expect, onTestFinished, test } from "vitest";
import { bulkhead, temporary } from "./command.ts";

const CONFIG = `
[[account]]
id = "main"
[[account]]
id = "coins"
base_currency = "USDT"
[[portfolio]]
id = "calm"
account = "main"
starting_cash = "50000"
[[portfolio]]
id = "coiny"
account = "coins"
starting_cash = "10000"
`;

test("[CLI-36] of several accounts every one is shown, also where one of them is main", async () => {
  const folder = temporary();
  writeFileSync(join(folder, "bulkhead.toml"), CONFIG);
  const serving = await serve({ data: join(folder, "data"), environment: {}, workingFolder: folder, port: 0 });
  onTestFinished(() => serving.stop());
  const environment = { BULKHEAD_URL: serving.url };
  for (const command of ["status", "portfolio list"]) {
    const said = await bulkhead(command.split(" "), { environment });
    expect([said.code, said.err]).toEqual([0, ""]);
    expect(said.out).toMatch(/Account main \(paper[\s\S]*calm[\s\S]*Account coins \(paper[\s\S]*coiny/);
    expect((await bulkhead([...command.split(" "), "--account", "coins"], { environment })).out).not.toContain("calm");
  }
  const elsewhere = await bulkhead(["portfolio", "show", "Coiny", "--account", "main"], { environment });
  expect([elsewhere.code, elsewhere.err]).toEqual([
    1,
    expect.stringContaining("On the command line: --account coins, which has one of this name."),
  ]);
  expect((await bulkhead(["portfolio", "show", "nobody", "--account", "main"], { environment })).err).not.toContain("--account");
});

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { DeskClient } from "./client.ts";

test("[CLI-32] a desk that hung up on a change and is gone then may have done it", async () => {
  let heard = 0;
  const server = createServer((request) => {
    heard += 1;
    server.close();
    request.socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new DeskClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, client: "test" });
  const body = { scope: "account", level: "pause", reason: "test" } as const;
  await expect(client.ask("engageKill", { body, key: "once" } as never)).rejects.toMatchObject({
    code: "DESK_UNREACHABLE",
    reason: "ECONNREFUSED",
    sent: true,
  });
  expect(heard).toBe(1);
});

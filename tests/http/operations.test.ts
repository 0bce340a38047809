import { OPERATIONS, type OperationId, WHOLE_DESK } from "@bulkhead/contract";
import { expect, test } from "vitest";
import { Stage } from "./stage.ts";

test("[HTTP-30] every operation of the client is a route of the desk, where it says, and takes an account unless it is the whole desk's", async () => {
  const { definitions } = (await Stage.open()).listening.app;
  const operations = Object.entries(OPERATIONS) as [OperationId, (typeof OPERATIONS)[OperationId]][];
  expect(operations.length).toBeGreaterThan(50);
  const wholeDesk: OperationId[] = [];
  for (const [id, { method, path }] of operations) {
    const route = definitions.find(({ operationId }) => operationId === id);
    expect([id, route?.method, route?.path]).toEqual([id, method, path]);
    if (!("account_id" in (route?.query?.shape ?? {}))) wholeDesk.push(id);
  }
  expect(wholeDesk.toSorted()).toEqual([...WHOLE_DESK].toSorted());
});

import { expect, test } from "vitest";
import { Stage } from "./stage.ts";

/** Messages are no table; of a day's end there are several. */
const NO_TABLE = new Set(["/api/events", "/api/days/{date}"]);

type Operation = Readonly<{ parameters?: readonly Readonly<{ name: string }>[]; responses: Readonly<Record<string, unknown>> }>;

test("[HTTP-9, SURF-20] A12: every list there is can be asked for as a file, and of all accounts where it is of one", async () => {
  const stage = await Stage.open({ listen: { cycles: () => [], logs: () => ({ search: () => [], find: () => undefined, last: 0 }) } });
  const document = stage.listening.app.document() as Readonly<{ paths: Readonly<Record<string, Readonly<{ get?: Operation }>>> }>;
  const lists = Object.entries(document.paths).flatMap(([path, { get }]) => {
    const text = JSON.stringify(get?.responses["200"] ?? "");
    return get !== undefined && text.includes('"next_cursor"') && text.includes('"data":{"type":"array"') && !NO_TABLE.has(path)
      ? [{ path, get }]
      : [];
  });
  expect(lists.length).toBeGreaterThan(20);
  for (const { path, get } of lists) {
    const names = (get.parameters ?? []).map(({ name }) => name);
    const query = names.includes("instrument") && path === "/api/bars" ? "instrument=LONG&" : "";
    const answer = await stage.ask(`${path}?${query}format=csv`);
    expect([path, Object.keys((get.responses["200"] as { content: object }).content).includes("text/csv")]).toEqual([path, true]);
    if (answer.status !== 200) {
      // What is not composed here says so; nothing is malformed.
      expect([path, [404, 503].includes(answer.status)]).toEqual([path, true]);
      continue;
    }
    expect([path, answer.headers.get("content-type")]).toEqual([path, "text/csv; charset=utf-8"]);
    expect([path, answer.text.split("\r\n")[0]?.includes(",")]).toEqual([path, true]);
    if (!JSON.stringify(get.responses["200"]).includes('"accounts"')) continue;
    const every = await stage.ask(`${path}?${query}account_id=*&format=csv`);
    expect([path, every.text.split("\r\n")[0]?.startsWith("account_id,mode,")]).toEqual([path, true]);
  }
});

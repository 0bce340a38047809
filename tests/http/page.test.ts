import { describe, expect, test } from "vitest";
import { Stage } from "./stage.ts";

/** Texts that would run, break out or lead away if they were ever markup (SEC-WEB 21). */
const PAYLOADS: readonly string[] = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "'><svg onload=alert(1)>",
  "</title><script>alert(1)</script>",
  "</style><script>alert(1)</script>",
  "<iframe src=javascript:alert(1)>",
  "<a href='javascript:alert(1)'>x</a>",
  "javascript:alert(1)",
  "<body onload=alert(1)>",
  "&lt;script&gt;alert(1)&lt;/script&gt;",
  `$${"{alert(1)}"}`,
  "{{constructor.constructor('alert(1)')()}}",
  "<!--><script>alert(1)</script>",
  "<math><mtext><script>alert(1)</script>",
  "`-alert(1)-`",
  '" autofocus onfocus=alert(1) x="',
  "<meta http-equiv=refresh content=0;url=//evil.example>",
  "<base href=//evil.example>",
  "<form action=//evil.example><button>",
  "]]><script>alert(1)</script>",
  "%3Cscript%3Ealert(1)%3C/script%3E",
  "\\u003cscript\\u003e",
];

describe("the page", () => {
  test("[HTTP-16] all portfolios with unattributed, adding up to the account, receipts and links; no script at all", async () => {
    const stage = await Stage.open();
    stage.account.with((books) => books.trade("alpha", "LONG@X", "buy 100 @ 10", { fee: "1.5 USD" }));
    stage.account.with((books) => books.run(books.markAsk({ "LONG@X": "12" }, {})));
    await stage.post("/api/orders", { portfolio_id: "beta", instrument: "LONG", side: "buy", quantity: "5000", reason: "a wish" });
    const { text, headers, status } = await stage.ask("/");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    const lines = [...text.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row = ""]) =>
      [...row.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, cell]) => cell ?? ""),
    );
    const portfolios = lines.filter((cells) => cells.length === 6);
    expect(portfolios.map(([name]) => name)).toEqual(["Unattributed (unattributed)", "alpha", "beta", "main (the account)"]);
    for (const column of [2, 3, 4, 5]) {
      const values = portfolios.map((cells) => Math.round(Number(cells[column]) * 1e6));
      expect(values.slice(0, -1).reduce((a, b) => a + b, 0)).toBe(values.at(-1));
    }
    expect(portfolios[1]).toEqual(["alpha", "active", "8998.5", "10198.5", "198.5", "1200"]);
    expect(text).toContain("denied available_cash");
    expect(text).toContain('href="/openapi.json"');
    expect(text).not.toMatch(/<script|javascript:|\son\w+=/i);
    expect(headers.get("content-security-policy")).toContain("script-src 'none'");
    expect(headers.get("content-security-policy")).toMatch(/style-src 'sha256-[^']+'/);
  });

  test("[SEC-10] whatever names, reasons and notes hold, the page shows it as text", async () => {
    const stage = await Stage.open();
    const clean = (await stage.ask("/")).text;
    const tags = (text: string): number => [...text.matchAll(/<[a-z]+/gi)].length;
    const refused: string[] = [];
    for (const payload of PAYLOADS) {
      const named = await stage.ask("/api/portfolios/alpha", { method: "PATCH", body: { name: payload.slice(0, 120) } });
      if (named.status !== 200) refused.push(payload);
      await stage.post("/api/orders", {
        portfolio_id: "alpha",
        instrument: "LONG",
        side: "buy",
        quantity: "9000",
        reason: payload,
        allow_duplicate: true,
      });
    }
    stage.account.readiness = { ready: false, reasons: [...PAYLOADS] };
    const { text } = await stage.ask("/");
    expect(refused).toEqual([]);
    expect(text).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    // The tags of the page are those that it had, and one row with five cells for each receipt.
    const receipts = 20;
    expect(tags(text)).toBe(tags(clean) + receipts * 6);
    expect(text.replaceAll(/<(?:td|th) class="n">/g, "")).not.toMatch(/<[^>]*\s(?:on\w+|style|src|action)\s*=/i);
  });
});

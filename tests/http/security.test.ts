import { EdgeStore, ListenRefused, listen } from "@bulkhead/server";
import { describe, expect, test } from "vitest";
import { StillDesk } from "../kit/still-desk.ts";
import { raw } from "./raw.ts";
import { at, rows, Stage } from "./stage.ts";

const ORDER = { portfolio_id: "alpha", instrument: "LONG", side: "buy", quantity: "50" };

describe("pages of other sites", () => {
  test("[SEC-1] Z48: a rebound name is refused before anything, on reads, writes, pages and upgrades (W2)", async () => {
    const stage = await Stage.open();
    const { port } = stage.listening;
    const { seq } = stage;
    const upgrade = {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    };
    for (const host of [
      "evil.example",
      `evil.example:${port}`,
      `127.0.0.1:${port + 1}`,
      "localhost",
      `127.0.0.1.evil.example:${port}`,
      "[::1",
      " ",
      `localhost:${port}@evil`,
    ]) {
      for (const [method, path, headers] of [
        ["GET", "/", {}],
        ["GET", "/api/portfolios", {}],
        ["POST", "/api/orders", { "Content-Type": "application/json" }],
        ["GET", "/healthz", {}],
        ["GET", "/ws", upgrade],
        ["OPTIONS", "/api/orders", {}],
      ] as const) {
        const answer = await raw(port, { method, path, headers: { ...headers, Host: host } });
        expect([host, path, answer.status]).toEqual([host, path, 421]);
        expect(answer.text).not.toContain("alpha");
      }
    }
    expect(stage.seq).toBe(seq);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, `LOCALHOST:${port}`])
      expect((await raw(port, { path: "/healthz", headers: { Host: host } })).status).toBe(200);
  });

  test("[SEC-2] no page of another site changes anything or reads anything (W1, W3, W6, W7)", async () => {
    const stage = await Stage.open();
    const { port } = stage.listening;
    const own = { Host: `127.0.0.1:${port}` };
    const json = { "Content-Type": "application/json", "Idempotency-Key": "k" };
    const body = JSON.stringify(ORDER);
    const { seq } = stage;
    const attacks: readonly (readonly [string, Record<string, string>, number])[] = [
      ["fetch from another origin", { ...json, Origin: "https://evil.example", "X-Bulkhead-Client": "x" }, 403],
      ["a sandboxed frame", { ...json, Origin: "null" }, 403],
      ["another port of this machine", { ...json, Origin: `http://127.0.0.1:${port + 1}` }, 403],
      ["https in place of http", { ...json, Origin: `https://127.0.0.1:${port}` }, 403],
      ["a form", { "Content-Type": "application/x-www-form-urlencoded", Origin: "https://evil.example" }, 403],
      [
        "a text/plain form of our own origin",
        { "Content-Type": "text/plain", "Idempotency-Key": "k", Origin: `http://127.0.0.1:${port}` },
        415,
      ],
      [
        "a multipart form of our own origin",
        { "Content-Type": "multipart/form-data; boundary=x", "Idempotency-Key": "k", Origin: `http://127.0.0.1:${port}` },
        415,
      ],
      ["a beacon", { "Content-Type": "text/plain", Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" }, 403],
      ["cross-site by its own word", { ...json, "X-Bulkhead-Client": "x", "Sec-Fetch-Site": "cross-site" }, 403],
      ["same-site, another port", { ...json, "X-Bulkhead-Client": "x", "Sec-Fetch-Site": "same-site" }, 403],
      ["nothing that proves it", json, 403],
      ["a cookie along", { ...json, "X-Bulkhead-Client": "x", Cookie: "a=b" }, 403],
    ];
    for (const [what, headers, status] of attacks) {
      const answer = await raw(port, { method: "POST", path: "/api/orders", headers: { ...own, ...headers }, body });
      expect([what, answer.status]).toEqual([what, status]);
      expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    }
    for (const headers of [{ Origin: "https://evil.example" }, { "Sec-Fetch-Site": "cross-site" }, { Origin: "null" }])
      expect((await raw(port, { path: "/api/portfolios", headers: { ...own, ...headers } })).status).toBe(403);
    const preflight = await raw(port, {
      method: "OPTIONS",
      path: "/api/orders",
      headers: { ...own, Origin: "https://evil.example", "Access-Control-Request-Method": "POST" },
    });
    expect([preflight.status, preflight.headers["access-control-allow-origin"]]).toEqual([403, undefined]);
    expect(stage.seq).toBe(seq);
    const fine = await raw(port, {
      method: "POST",
      path: "/api/orders",
      headers: { ...own, ...json, Origin: `http://127.0.0.1:${port}`, "Sec-Fetch-Site": "same-origin" },
      body,
    });
    expect(fine.status).toBe(201);
  });

  test("[SEC-3, SEC-8] every route answers with the policy headers, whatever it answers, and tells nothing of the inside", async () => {
    const stage = await Stage.open();
    for (const { method, path } of [
      ...stage.listening.app.definitions,
      { method: "get", path: "/" },
      { method: "get", path: "/login" },
      { method: "get", path: "/login.js" },
      { method: "get", path: "/nope" },
      { method: "put", path: "/api/orders" },
    ]) {
      const filled = path.replace("{portfolio_id}", "nobody").replace("{order_id}", "9").replace("{key_id}", "0000000000000000");
      for (const asked of [{}, { headers: { Authorization: "Bearer no" } }]) {
        const answer = await stage.ask(filled, { method: method.toUpperCase(), ...(method === "get" ? {} : { body: {} }), ...asked });
        const headers = Object.fromEntries(answer.headers);
        expect([filled, answer.status >= 500 && answer.status !== 503]).toEqual([filled, false]);
        expect(headers["content-security-policy"]).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
        expect(headers["content-security-policy"]).not.toContain("unsafe");
        expect(headers).toMatchObject({
          "x-content-type-options": "nosniff",
          "referrer-policy": "no-referrer",
          "cross-origin-opener-policy": "same-origin",
          "cross-origin-resource-policy": "same-origin",
          "cache-control": "no-store",
        });
        expect(answer.text).not.toMatch(/\bat \S* ?\(?(?:file:|\/)\S+:\d+:\d+|node_modules|\/work\/|SELECT |sqlite|Hono|zod/i);
        expect(headers["x-powered-by"]).toBeUndefined();
      }
    }
  });

  test("[SEC-8] our own fault is told as such, with a number to look for and nothing else", async () => {
    const told: unknown[] = [];
    const stage = await Stage.open({
      listen: {
        quoteOf: () => {
          throw new Error("secret at /work/x.ts:1:2");
        },
        onError: (error) => told.push(error),
      },
    });
    const answer = await stage.post("/api/orders", ORDER);
    expect([answer.status, at(answer, "code")]).toEqual([500, "INTERNAL_ERROR"]);
    expect(answer.text).not.toContain("secret");
    expect(answer.headers.get("x-request-id")).toBe(at(answer, "params.request"));
    expect(told).toHaveLength(1);
  });
});

describe("keys", () => {
  test("[SEC-4] shown once, kept as a hash, revoked at once; unknown, expired and revoked look the same", async () => {
    let now = Date.now();
    const stage = await Stage.open({ now: () => now });
    const made = await stage.post(
      "/api/keys",
      { name: "bot", portfolios: ["alpha"], actions: ["read"], expires_in_days: 1 },
      { key: "make" },
    );
    const secret = String(at(made, "data.secret"));
    expect(secret).toMatch(/^bh_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/);
    const again = await stage.post(
      "/api/keys",
      { name: "bot", portfolios: ["alpha"], actions: ["read"], expires_in_days: 1 },
      { key: "make" },
    );
    expect([at(again, "data.key_id"), at(again, "data.secret")]).toEqual([at(made, "data.key_id"), null]);
    expect(rows(await stage.ask("/api/keys"))).toHaveLength(1);
    expect(JSON.stringify(stage.store.keys())).not.toContain(secret.slice(20));
    const ask = (authorization: string) => stage.ask("/api/pnl", { headers: { Authorization: authorization } });
    expect((await ask(`Bearer ${secret}`)).status).toBe(200);
    const bad = [
      `Bearer ${secret.slice(0, -1)}${secret.endsWith("A") ? "E" : "A"}`,
      "Bearer bh_0000000000000000_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      "Bearer x",
      "Basic YTpi",
      "",
    ];
    const told = await Promise.all(bad.map((each) => ask(each)));
    expect((await stage.ask(`/api/pnl?key=${secret}`)).status).toBe(400);
    now += 86_400_001;
    told.push(await ask(`Bearer ${secret}`));
    now -= 86_400_001;
    await stage.ask(`/api/keys/${at(made, "data.key_id")}`, { method: "DELETE" });
    told.push(await ask(`Bearer ${secret}`));
    for (const [index, answer] of told.entries())
      expect([index, answer.status, at(answer, "detail")]).toEqual([index, 401, at(told[0] as (typeof told)[0], "detail")]);
  });

  test("[SEC-4] no key makes one that may more than itself", async () => {
    const stage = await Stage.open();
    const admin = await stage.key(["admin"]);
    const scoped = await stage.key(["admin", "read"], ["alpha"]);
    const make = (actions: string[], headers: Readonly<Record<string, string>>) =>
      stage.post("/api/keys", { name: "x", portfolios: "*", actions }, { headers });
    expect((await make(["admin"], admin.headers)).status).toBe(201);
    expect((await make(["trade"], admin.headers)).status).toBe(403);
    expect((await make(["read"], scoped.headers)).status).toBe(403);
  });

  test("[SEC-6] a foreign portfolio or order is told exactly as a missing one (I23)", async () => {
    const stage = await Stage.open();
    await stage.post("/api/orders", { ...ORDER, portfolio_id: "beta" });
    const { headers } = await stage.key(["read", "trade", "cancel", "kill", "admin"], ["alpha"]);
    const same = (text: string): string => text.replaceAll(/beta|nobody/g, "X").replaceAll(/"order":\d+|order \d+/g, "O");
    const pairs: readonly (readonly [string, string, string, unknown])[] = [
      ["GET", "/api/portfolios/beta", "/api/portfolios/nobody", undefined],
      ["GET", "/api/positions?portfolio_id=beta", "/api/positions?portfolio_id=nobody", undefined],
      ["GET", "/api/ledger?portfolio_id=beta", "/api/ledger?portfolio_id=nobody", undefined],
      ["GET", "/api/orders/1", "/api/orders/99", undefined],
      ["POST", "/api/orders/1/cancel", "/api/orders/99/cancel", {}],
      ["POST", "/api/orders/1/replace", "/api/orders/99/replace", { quantity: "40" }],
      ["PATCH", "/api/portfolios/beta", "/api/portfolios/nobody", { name: "x" }],
      ["POST", "/api/portfolios/beta/pause", "/api/portfolios/nobody/pause", { reason: "x" }],
      ["POST", "/api/portfolios/beta/transfer", "/api/portfolios/nobody/transfer", { to_portfolio_id: "alpha", amount: "1", reason: "x" }],
    ];
    const { seq } = stage;
    for (const [method, foreign, missing, body] of pairs) {
      const [a, b] = [await stage.ask(foreign, { method, body, headers }), await stage.ask(missing, { method, body, headers })];
      expect([foreign, a.status, same(a.text)]).toEqual([foreign, 404, same(b.text)]);
    }
    for (const [path, body] of [
      ["/api/orders", { ...ORDER, portfolio_id: "beta" }],
      ["/api/kill", { portfolio_id: "beta", level: "pause", reason: "x" }],
      ["/api/portfolios/alpha/transfer", { to_portfolio_id: "beta", amount: "1", reason: "x" }],
    ] as const)
      expect((await stage.post(path, body, { headers })).status).toBe(404);
    expect(stage.seq).toBe(seq);
  });

  test("[SEC-6] * is what the key may see: no row and no sum of others; keys of others mean nothing (I23)", async () => {
    const stage = await Stage.open();
    stage.account.with((books) => books.trade("beta", "LONG@X", "buy 100 @ 10"));
    const { headers } = await stage.key(["read", "trade"], ["alpha"]);
    for (const { method, path, action } of stage.listening.app.definitions) {
      if (method !== "get" || !path.startsWith("/api/") || path.includes("{") || action !== "read") continue;
      const wants = ["/api/portfolios", "/api/instruments", "/api/kill"].includes(path)
        ? ""
        : path === "/api/explain"
          ? "?portfolio_id=*&figure=cash"
          : "?portfolio_id=*";
      const answer = await stage.ask(`${path}${wants}`, { headers });
      if (path === "/api/explain") expect(answer.status).toBe(403);
      expect([path, answer.text.includes("beta"), answer.text.includes("unattributed"), at(answer, "total")]).toEqual([
        path,
        false,
        false,
        undefined,
      ]);
    }
    const mine = await stage.post("/api/orders", ORDER, { key: "same" });
    const theirs = await stage.post("/api/orders", { ...ORDER, quantity: "60" }, { key: "same", headers });
    expect([mine.status, theirs.status]).toEqual([201, 201]);
  });
});

describe("other binds", () => {
  test("[SEC-9] a bind beyond loopback refuses without TLS or a proxy and somebody who can log in; then every route wants a key", async () => {
    const desk = new StillDesk();
    const store = new EdgeStore(":memory:");
    const refusal = async (options: object): Promise<string> => {
      try {
        const listening = await listen(desk, { port: 0, store, host: "0.0.0.0", ...options });
        await listening.close();
        return "listens";
      } catch (error) {
        return error instanceof ListenRefused ? error.code : String(error);
      }
    };
    expect(await refusal({})).toBe("BIND_UNSAFE");
    expect(await refusal({ proxied: true })).toBe("BIND_UNSAFE");
    const local = await listen(desk, { port: 0, store });
    const { secret } = local.app.services.keys.create({
      name: "me",
      accountId: "main" as never,
      portfolios: "*",
      actions: ["admin", "read"],
      expiresInDays: 1,
    });
    await expect(listen(desk, { port: local.port, store })).rejects.toMatchObject({ code: "PORT_BUSY" });
    await local.close();
    expect(await refusal({})).toBe("BIND_UNSAFE");
    const open = await listen(desk, { port: 0, store, host: "0.0.0.0", proxied: true, hosts: ["desk.example"] });
    try {
      for (const { method, path, action } of open.app.definitions) {
        const answer = await raw(open.port, {
          method: method.toUpperCase(),
          path,
          headers: { Host: "desk.example", "X-Bulkhead-Client": "x", "Content-Type": "application/json" },
        });
        const isLogin = method === "post" && action === "open";
        expect([path, answer.status]).toEqual([path, action !== "open" ? 401 : isLogin ? 400 : 200]);
      }
      expect((await raw(open.port, { path: "/", headers: { Host: "desk.example" } })).status).toBe(302);
      expect(
        (await raw(open.port, { path: "/api/pnl?portfolio_id=*", headers: { Host: "desk.example", Authorization: `Bearer ${secret}` } }))
          .status,
      ).toBe(200);
    } finally {
      await open.close();
      store.close();
    }
  });
});

describe("budgets", () => {
  test("[SEC-7] a key that asks too much waits; its cancels and kills never do (SEC-WEB 23)", async () => {
    let now = Date.now();
    const stage = await Stage.open({
      now: () => now,
      listen: {
        rates: {
          key: { perSecond: 10, burst: 50 },
          orders: { perSecond: 5, burst: 20 },
          safety: { perSecond: 50, burst: 500 },
          local: { perSecond: 1e6, burst: 1e6 },
        },
      },
    });
    const { headers } = await stage.key(["read", "trade", "cancel", "kill"]);
    await stage.post("/api/orders", { ...ORDER, order_type: "limit", limit_price: "9" });
    const answers = await Promise.all(Array.from({ length: 500 }, () => stage.ask("/api/pnl", { headers })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(50);
    const limited = answers.find(({ status }) => status === 429);
    expect([limited?.headers.get("retry-after"), limited === undefined ? "" : at(limited, "code")]).toEqual(["1", "RATE_LIMITED"]);
    const canceled = await Promise.all(Array.from({ length: 50 }, () => stage.post("/api/orders/1/cancel", {}, { headers })));
    expect(new Set(canceled.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await stage.post("/api/kill", { level: "pause", reason: "x" }, { headers })).status).toBe(200);
    now += 1_000;
    expect((await stage.ask("/api/pnl", { headers })).status).toBe(200);
  });

  test("[SEC-7] orders of one portfolio are counted, whoever asks", async () => {
    const stage = await Stage.open({ now: () => 1_800_000_000_000, listen: { rates: { orders: { perSecond: 5, burst: 3 } } } });
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) statuses.push((await stage.post("/api/orders", { ...ORDER, allow_duplicate: true })).status);
    expect(statuses).toEqual([201, 201, 201, 429, 429]);
    expect((await stage.post("/api/orders", { ...ORDER, portfolio_id: "beta" })).status).toBe(201);
  });

  test("[SEC-7] guessing keys is slow", async () => {
    const stage = await Stage.open({ now: () => 1_800_000_000_000, listen: { rates: { stranger: { perSecond: 1, burst: 10 } } } });
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++) statuses.push((await stage.ask("/api/pnl", { headers: { Authorization: `Bearer guess${i}` } })).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
  });
});

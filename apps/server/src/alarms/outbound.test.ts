import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { LocalServer } from "./local-server.ts";
import { fetchOutbound, mayConnect, type OutboundFailure } from "./outbound.ts";

async function serverOf(answer: LocalServer["answer"]): Promise<LocalServer> {
  const server = await LocalServer.open(answer);
  onTestFinished(() => server.close());
  return server;
}

const ask = (url: string, more: Partial<Parameters<typeof fetchOutbound>[0]> = {}) =>
  fetchOutbound({ url, method: "GET", allowPrivate: true, timeoutMs: 60_000, ...more });
const codeOf = async (answer: Promise<unknown>): Promise<string> =>
  await answer.then(
    () => "answered",
    (error: OutboundFailure) => error.code,
  );

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["127.0.0.1",              false, true],
  ["127.8.8.8",              false, true],
  ["10.1.2.3",               false, true],
  ["172.16.0.1",             false, true],
  ["172.31.255.255",         false, true],
  ["172.32.0.1",             true,  true],
  ["192.168.1.1",            false, true],
  ["100.64.0.1",             false, true],
  ["::1",                    false, true],
  ["fd00::1",                false, true],
  ["::ffff:10.0.0.1",        false, true],
  ["::ffff:7f00:1",          false, true],
  ["::7f00:1",               false, true],
  ["0.0.0.0",                false, false],
  ["::",                     false, false],
  ["169.254.169.254",        false, false],
  ["::ffff:169.254.169.254", false, false],
  ["fe80::1%eth0",           false, false],
  ["64:ff9b::a00:1",         false, false],
  ["2002:7f00:1::",          false, false],
  ["224.0.0.1",              false, false],
  ["255.255.255.255",        false, false],
  ["240.0.0.1",              false, false],
  ["8.8.8.8",                true,  true],
  ["::ffff:8.8.8.8",         true,  true],
  ["2606:4700::1111",        true,  true],
  ["localhost",              false, false],
  ["",                       false, false],
])("[ALARM-13] %s: public way %s, own way %s", (address, isPublic, isOwn) => {
  expect([mayConnect(address, false), mayConnect(address, true)]).toEqual([isPublic, isOwn]);
});

test("[ALARM-13] SEC-WEB 25: private addresses, by number or by name, http and other schemes are refused unless allowed", async () => {
  const server = await serverOf((response) => void response.end("ok"));
  const { url, port } = server;
  const secure = { allowPrivate: false };
  expect(await codeOf(ask(url, secure))).toBe("OUTBOUND_SCHEME_REFUSED");
  for (const host of ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "0177.0.0.1"])
    expect([host, await codeOf(ask(`https://${host}:${port}/`, secure))]).toEqual([host, "OUTBOUND_ADDRESS_REFUSED"]);
  for (const bad of ["ftp://example.com/", "file:///etc/passwd", "gopher://x/", "javascript:1", "data:text/plain,x"])
    expect([bad, await codeOf(ask(bad))]).toEqual([bad, "OUTBOUND_SCHEME_REFUSED"]);
  for (const bad of ["http://user:secret@127.0.0.1/", "not an address", ""])
    expect([bad, await codeOf(ask(bad))]).toEqual([bad, "OUTBOUND_URL_INVALID"]);
  expect(await codeOf(ask("http://169.254.169.254/latest/meta-data"))).toBe("OUTBOUND_ADDRESS_REFUSED");
  expect(server.heard).toEqual([]);
  expect(await ask(url.replace("127.0.0.1", "localhost"))).toEqual({ status: 200, retryAfterMs: null, body: "ok" });
});

test("[ALARM-14] redirects are not followed, a long answer is cut, a silent one ends, a failure tells no address", async () => {
  const server = await serverOf((response, request) => {
    if (request.path === "/redirect") response.writeHead(302, { Location: "/elsewhere" }).end();
    else if (request.path === "/long") {
      const more = (): void => {
        while (response.write("x".repeat(65_536)));
        response.once("drain", more);
      };
      more();
    } else if (request.path === "/busy") response.writeHead(503, { "Retry-After": "7" }).end("later");
    else if (request.path === "/cut") {
      response.writeHead(200, { "Content-Length": "100" });
      response.write("half");
      setImmediate(() => response.destroy());
    }
  });
  const { url } = server;
  expect((await ask(`${url}/redirect`)).status).toBe(302);
  expect((await ask(`${url}/long`)).body).toBe("x".repeat(16_384));
  expect(await ask(`${url}/busy`)).toEqual({ status: 503, retryAfterMs: 7_000, body: "later" });
  expect(await codeOf(ask(`${url}/cut`))).toBe("OUTBOUND_UNREACHABLE");
  expect(await codeOf(ask(`${url}/hang`, { timeoutMs: 50 }))).toBe("OUTBOUND_TIMEOUT");
  expect(server.heard.map(({ path }) => path)).toEqual(["/redirect", "/long", "/busy", "/cut", "/hang"]);
  const failure = await ask("http://127.0.0.1:9/secret-path").catch((error: unknown) => error);
  expect(String(failure)).toBe("Error: OUTBOUND_UNREACHABLE: ECONNREFUSED");
});

test("[ALARM-13] N5: a certificate that is not good is not spoken to, whatever the environment says", async () => {
  const pem = (name: string): string => readFileSync(new URL(`../../../../tests/http/fixtures/${name}`, import.meta.url), "utf8");
  const heard: string[] = [];
  const server = createServer({ cert: pem("tls-cert.pem"), key: pem("tls-key.pem") }, (request, response) => {
    heard.push(String(request.url));
    response.end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => void server.close());
  vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await codeOf(ask(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`))).toBe("OUTBOUND_UNREACHABLE");
  expect(heard).toEqual([]);
});

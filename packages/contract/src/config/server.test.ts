import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadConfig } from "./load.ts";

const load = (text: string) => loadConfig({ file: { name: "bulkhead.toml", text } });
const codes = (text: string): unknown => {
  const loaded = load(text);
  return loaded.ok ? "fine" : loaded.problems.map(({ code, origin }) => [code, origin.kind === "file" ? origin.line : 0]);
};

test("[SEC-25] [server] says where a desk answers; nothing said is this machine only", () => {
  const none = load("");
  expect(none.ok && none.config.server).toEqual({
    host: null,
    port: null,
    tls: null,
    proxied: false,
    proxies: ["127.0.0.0/8", "::1"],
    hosts: [],
    login: false,
  });
  const all = load(`[server]
host = "0.0.0.0"
port = 8443
tls_cert = "a.pem"
tls_key = "b.pem"
proxied = true
proxies = ["10.0.0.2", "fd00::/8"]
hosts = "desk.example, other.example:8443"
login = true
`);
  expect(all.ok && all.config.server).toEqual({
    host: "0.0.0.0",
    port: 8443,
    tls: { cert: "a.pem", key: "b.pem" },
    proxied: true,
    proxies: ["10.0.0.2", "fd00::/8"],
    hosts: ["desk.example", "other.example:8443"],
    login: true,
  });
});

test.each([
  ["port = 65536", "CONFIG_OUT_OF_RANGE"],
  ['tls_cert = "a.pem"', "CONFIG_KEY_MISSING"],
  ['tls_key = "a.pem"', "CONFIG_KEY_MISSING"],
  ['hosts = ["https://desk.example"]', "CONFIG_TYPE_WRONG"],
  ['hosts = ["desk.example/path"]', "CONFIG_TYPE_WRONG"],
  ['proxies = ["proxy.example"]', "CONFIG_TYPE_WRONG"],
  ['login = "yes"', "CONFIG_TYPE_WRONG"],
  ['password = "x"', "CONFIG_KEY_UNKNOWN"],
] as const)("[SEC-25] [server] %s is %s, with its line", (line, code) => {
  expect(codes(`[server]\n${line}\n`)).toEqual([[code, 2]]);
});

test("[CFG-3] docs/configuration.md and docs/security.md name every key of [server]", () => {
  const loaded = load("[server]\nqqqqqqqqqqqqqqqq = 1\n");
  const [problem] = loaded.ok ? [] : loaded.problems;
  const keys = String(problem?.params["suggestion"]).replace("The keys here are: ", "").replace(/\.$/, "").split(", ");
  expect(keys).toHaveLength(8);
  const read = (name: string): string => readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), "utf8");
  for (const key of keys)
    expect([key, read("configuration.md").includes(`\`${key}\``), read("security.md").includes(key)]).toEqual([key, true, true]);
});

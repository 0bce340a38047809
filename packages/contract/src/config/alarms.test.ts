import { expect, test } from "vitest";
import type { Config } from "./config.ts";
import { loadConfig } from "./load.ts";

const load = (text: string) => loadConfig({ file: { name: "bulkhead.toml", text } });
function config(text: string): Config {
  const loaded = load(text);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}
const said = (text: string): string =>
  config(text)
    .settings.filter(({ key }) => /^(alarms|kill)\./.test(key))
    .map(({ key, words }) => `${key}: ${words}`)
    .join("\n");

test("[CFG-60, CFG-62] without a word nobody is told, the file is watched, and an empty one cancels", () => {
  expect(config("")).toMatchObject({
    alarms: {
      channel: null,
      minSeverity: "warning",
      repeatEveryMs: 14_400_000,
      allowPrivate: false,
      heartbeat: null,
      diskFreeMinBytes: 1_073_741_824,
      backupAgeMaxMs: 172_800_000,
    },
    kill: { watchdog: true, level: "cancel", patienceMs: 1_500, storms: { orders: 60, rejects: 10, accountOrders: 120 } },
  });
});

test("[CFG-60, CFG-61, CFG-62] everything that can be said, in words without secrets", () => {
  const text = `[alarms]
channel = "ntfy"
url = "https://ntfy.example.com/secret-path"
topic = "desk"
token = { secret = "ntfy-token" }
min_severity = "critical"
repeat_every = "30m"
heartbeat_url = { env = "PING" }
heartbeat_every = "5m"
disk_free_min_mb = 200
backup_age_max = "never"
[kill]
watchdog = false
level = "flatten"
patience = "3s"
storm_orders = 500
storm_account_orders = "never"
`;
  expect(config(text)).toMatchObject({
    alarms: {
      channel: { kind: "ntfy", url: "https://ntfy.example.com/secret-path", topic: "desk", token: { secret: "ntfy-token" } },
      minSeverity: "critical",
      heartbeat: { url: { env: "PING" }, everyMs: 300_000 },
      backupAgeMaxMs: null,
    },
    kill: {
      watchdog: false,
      level: "flatten",
      patienceMs: 3_000,
      storms: { orders: 500, rejects: 10, accountOrders: null },
    },
  });
  expect(said(text)).toContain("alarms.url: at https://ntfy.example.com\n");
  expect(said(text)).toContain("alarms.token: shows a token from secret ntfy-token");
  expect(said(text)).toContain("alarms.heartbeat_url: says that it lives to environment PING");
  expect(said(text)).not.toContain("secret-path");
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ['channel = "ntfy"\ntopic = "x"',                                                "alarms.url",           "CONFIG_KEY_MISSING"],
  ['channel = "ntfy"\nurl = "https://ntfy.sh"',                                    "alarms.topic",         "CONFIG_KEY_MISSING"],
  ['channel = "pager"',                                                            "alarms.channel",       "CONFIG_WORD_UNKNOWN"],
  ['channel = "webhook"\nurl = "http://ntfy.example.com/x"',                       "alarms.url",           "CONFIG_URL_PLAIN"],
  ['channel = "webhook"\nurl = "ftp://ntfy.example.com/x"',                        "alarms.url",           "CONFIG_URL_INVALID"],
  ['channel = "webhook"\nurl = "https://me:pw@ntfy.example.com/x"',                "alarms.url",           "CONFIG_URL_INVALID"],
  ['channel = "webhook"\nurl = "ntfy.sh"',                                         "alarms.url",           "CONFIG_URL_INVALID"],
  ['channel = "webhook"\nurl = { path = "x" }',                                    "alarms.url",           "CONFIG_URL_INVALID"],
  ['channel = "webhook"\nurl = "https://x.example"\ntoken = "tk_123"',             "alarms.token",         "CONFIG_SECRET_PLAIN"],
  ['channel = "webhook"\nurl = "https://x.example"\ntoken = { env = "A B" }',      "alarms.token",         "CONFIG_TYPE_WRONG"],
  ['channel = "webhook"\nurl = "https://x.example"\ntoken = { env = "A", file = "b" }', "alarms.token",    "CONFIG_TYPE_WRONG"],
  ['channel = "ntfy"\nurl = "https://ntfy.sh"\ntopic = "a/b"',                     "alarms.topic",         "CONFIG_TYPE_WRONG"],
  ['heartbeat_url = "http://hc-ping.com/1"',                                       "alarms.heartbeat_url", "CONFIG_URL_PLAIN"],
  ['heartbeat_every = "10ms"',                                                     "alarms.heartbeat_every", "CONFIG_OUT_OF_RANGE"],
  ['repeat_every = "1s"',                                                          "alarms.repeat_every",  "CONFIG_OUT_OF_RANGE"],
  ['min_severity = "fatal"',                                                       "alarms.min_severity",  "CONFIG_WORD_UNKNOWN"],
  ['tokens = { env = "A" }',                                                       "alarms.tokens",        "CONFIG_KEY_UNKNOWN"],
])("[CFG-60, CFG-61] refuses %s", (text, path, code) => {
  const loaded = load(`[alarms]\n${text}\n`);
  const problems = loaded.ok ? [] : loaded.problems;
  expect(problems.map((problem) => [problem.path, problem.code])).toEqual([[path, code]]);
  expect(problems[0]?.origin).toMatchObject({ kind: "file", file: "bulkhead.toml" });
  expect(JSON.stringify(problems)).not.toMatch(/tk_123/);
});

test("[CFG-60] on one's own network http is as good", () => {
  const { alarms } = config('[alarms]\nallow_private = true\nchannel = "webhook"\nurl = "http://10.0.0.5:8080/hook"\n');
  expect(alarms.channel).toMatchObject({ url: "http://10.0.0.5:8080/hook" });
});

test("[CFG-62] refuses what is no level and no patience", () => {
  for (const text of ["storm_orders = 0", 'storm_rejects = "often"', 'level = "stop"', 'patience = "1ms"', "watchdog = 1"])
    expect(load(`[kill]\n${text}\n`).ok).toBe(false);
});

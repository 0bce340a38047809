import { z } from "zod";
import type { ServerConfig } from "./config.ts";
import { type Parsed, Reader, type Sink, tableLayer } from "./reader.ts";
import { refuse, show, text, whole, yesOrNo } from "./values.ts";

const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?::\d{1,5})?$/i;
const RANGE = /^[0-9a-f.:]+(?:\/\d{1,3})?$/i;

const listOf = (pattern: RegExp, expected: string): z.ZodType<readonly string[]> =>
  z.unknown().transform((value, context) => {
    const list = typeof value === "string" ? value.split(",").map((each) => each.trim()) : value;
    const isGood = Array.isArray(list) && list.every((each) => typeof each === "string" && pattern.test(each));
    return isGood ? (list as readonly string[]) : refuse(context, "CONFIG_TYPE_WRONG", { value: show(value), expected });
  });

/** `[server]`. */
export const serverTable = z.strictObject({
  host: text(253).optional(),
  port: whole(0, 65_535).optional(),
  tls_cert: text(4096).optional(),
  tls_key: text(4096).optional(),
  proxied: yesOrNo.optional(),
  proxies: listOf(RANGE, 'addresses such as ["10.0.0.2", "172.16.0.0/12"]').optional(),
  hosts: listOf(HOST, 'names such as ["desk.example"]').optional(),
  login: yesOrNo.optional(),
});
export type ServerTable = z.output<typeof serverTable>;

/** The proxy is on this machine unless said otherwise. */
const LOOPBACK = ["127.0.0.0/8", "::1"];

export function readServer(parsed: Parsed<ServerTable> | undefined, sink: Sink): ServerConfig {
  const layers = parsed === undefined ? [] : [tableLayer<ServerTable>(parsed)];
  const reader = new Reader<ServerTable>("server", layers, sink, { scale: 0, currency: "" });
  const [cert, key] = [reader.value("tls_cert"), reader.value("tls_key")];
  if (cert !== undefined && key === undefined) reader.problem("tls_cert", "CONFIG_KEY_MISSING", { key: "tls_key" });
  if (cert === undefined && key !== undefined) reader.problem("tls_key", "CONFIG_KEY_MISSING", { key: "tls_cert" });
  const [host, port] = [reader.value("host") ?? null, reader.value("port") ?? null];
  reader.say("host", host ?? "", host === null ? "answers this machine only" : `answers on ${host}`, reader.origin("host"));
  reader.say(
    "port",
    port === null ? "" : String(port),
    port === null ? "on port 5000 or the next free one" : `on port ${port}`,
    reader.origin("port"),
  );
  if (cert !== undefined) reader.say("tls_cert", cert, `with the certificate of ${cert}`, reader.origin("tls_cert"));
  return {
    host,
    port,
    tls: cert === undefined || key === undefined ? null : { cert, key },
    proxied: reader.plain("proxied", false, (value) => (value ? "behind a proxy that ends TLS" : "without a proxy")),
    proxies: reader.value("proxies") ?? LOOPBACK,
    hosts: reader.value("hosts") ?? [],
    login: reader.plain("login", false, (value) => (value ? "wants a login on this machine too" : "wants no login on this machine")),
  };
}

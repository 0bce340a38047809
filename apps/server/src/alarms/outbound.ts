import { lookup } from "node:dns";
import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps, type RequestOptions as SecureOptions } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** What is asked of another machine. */
export type OutboundRequest = Readonly<{
  url: string;
  method: "GET" | "POST";
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** Addresses of this machine and its network, and http. Never link-local ones, where clouds keep their secrets. */
  allowPrivate: boolean;
  /** For all of it: name, connection, answer. */
  timeoutMs: number;
  /** Gives up at once. */
  signal?: AbortSignal | undefined;
}>;

/** The other machine's answer; of its body the beginning. */
export type OutboundAnswer = Readonly<{ status: number; retryAfterMs: number | null; body: string }>;

/** Why nothing was answered. `message` never holds the address or a header: both may be secrets. */
export class OutboundFailure extends Error {
  readonly code:
    | "OUTBOUND_URL_INVALID"
    | "OUTBOUND_SCHEME_REFUSED"
    | "OUTBOUND_ADDRESS_REFUSED"
    | "OUTBOUND_TIMEOUT"
    | "OUTBOUND_UNREACHABLE";
  constructor(code: OutboundFailure["code"], details = "") {
    super(details === "" ? code : `${code}: ${details}`);
    this.code = code;
  }
}

const BODY_MAX = 16_384;

/**
 * One request to another machine (SEC-WEB 25): https, or http on one's own network; redirects are answers, never followed; a name is
 * resolved once, every address of it is judged, and the connection goes to a judged one, so that a second answer of the name server
 * changes nothing. Rejects with `OutboundFailure`.
 */
export async function fetchOutbound(asked: OutboundRequest): Promise<OutboundAnswer> {
  const url = URL.parse(asked.url);
  if (url === null || url.username !== "" || url.password !== "") throw new OutboundFailure("OUTBOUND_URL_INVALID");
  if (url.protocol !== "https:" && !(url.protocol === "http:" && asked.allowPrivate)) throw new OutboundFailure("OUTBOUND_SCHEME_REFUSED");
  const host = url.hostname.replaceAll(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && !mayConnect(host, asked.allowPrivate)) throw new OutboundFailure("OUTBOUND_ADDRESS_REFUSED");
  const body = asked.body ?? "";
  const options: SecureOptions = {
    // Whatever the environment says: a certificate that is not good is not spoken to.
    rejectUnauthorized: true,
    method: asked.method,
    agent: false,
    headers: { "User-Agent": "bulkhead", ...asked.headers, ...(body === "" ? {} : { "Content-Length": Buffer.byteLength(body) }) },
    lookup: judgedLookup(asked.allowPrivate),
    maxHeaderSize: BODY_MAX,
  };
  return await new Promise<OutboundAnswer>((resolve, reject) => {
    const request = (url.protocol === "https:" ? requestHttps : requestHttp)(url, options);
    const timer = setTimeout(() => request.destroy(new OutboundFailure("OUTBOUND_TIMEOUT")), asked.timeoutMs);
    const give = (): void => void request.destroy(new OutboundFailure("OUTBOUND_TIMEOUT"));
    asked.signal?.addEventListener("abort", give, { once: true });
    if (asked.signal?.aborted === true) give();
    request.once("close", () => {
      clearTimeout(timer);
      asked.signal?.removeEventListener("abort", give);
    });
    request.once("error", (error: NodeJS.ErrnoException) => reject(failureOf(error)));
    request.once("response", (response) => readAnswer(request, response).then(resolve, reject));
    request.end(body);
  });
}

/** The status, and as much of the body as is kept; a longer one is cut off with its connection. */
function readAnswer(request: ClientRequest, response: IncomingMessage): Promise<OutboundAnswer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    const end = (): void => {
      const body = Buffer.concat(parts).subarray(0, BODY_MAX).toString("utf8");
      resolve({ status: response.statusCode ?? 0, retryAfterMs: retryAfter(response.headers["retry-after"]), body });
    };
    response.on("data", (part: Buffer) => {
      parts.push(part);
      bytes += part.length;
      if (bytes < BODY_MAX) return;
      end();
      request.destroy();
    });
    response.once("end", end);
    response.once("error", (error) => reject(failureOf(error)));
  });
}

const failureOf = (error: NodeJS.ErrnoException): OutboundFailure =>
  error instanceof OutboundFailure ? error : new OutboundFailure("OUTBOUND_UNREACHABLE", error.code ?? "");

/** Seconds only; the other form is a date by a clock that is not ours. */
const retryAfter = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) * 1_000 : null;

/** Resolves a name, and gives it only where none of its addresses is refused. */
function judgedLookup(allowPrivate: boolean): LookupFunction {
  return (name, options, give) => {
    lookup(name, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return give(error, "", 0);
      const [first] = addresses;
      if (first === undefined || addresses.some(({ address }) => !mayConnect(address, allowPrivate)))
        return give(new OutboundFailure("OUTBOUND_ADDRESS_REFUSED"), "", 0);
      if (options.all === true) give(null, addresses);
      else give(null, first.address, first.family);
    });
  };
}

/** This machine, and networks of one's own. */
const PRIVATE = blockListOf(["127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"], ["::1/128", "fc00::/7"]);
/** Neither public nor one's own: link-local (where clouds tell secrets), multicast, reserved, and ways to write an address in another one. */
const NEVER = blockListOf(
  [
    "0.0.0.0/8",
    "169.254.0.0/16",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
  ],
  ["::/128", "fe80::/10", "fec0::/10", "ff00::/8", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "64:ff9b::/96", "64:ff9b:1::/48"],
);

function blockListOf(four: readonly string[], six: readonly string[]): BlockList {
  const list = new BlockList();
  for (const [family, ranges] of [["ipv4", four] as const, ["ipv6", six] as const]) {
    for (const range of ranges) {
      const [net = "", prefix = ""] = range.split("/");
      list.addSubnet(net, Number(prefix), family);
    }
  }
  return list;
}

/** Whether an address may be connected to. An IPv4 address inside an IPv6 one is judged as itself. */
export function mayConnect(address: string, allowPrivate: boolean): boolean {
  const plain = address.split("%")[0] ?? "";
  const family = isIP(plain) === 6 ? "ipv6" : isIP(plain) === 4 ? "ipv4" : undefined;
  if (family === undefined) return false;
  const mapped = family === "ipv6" ? embedded(plain) : undefined;
  if (mapped !== undefined) return mayConnect(mapped, allowPrivate);
  return !NEVER.check(plain, family) && (allowPrivate || !PRIVATE.check(plain, family));
}

/** The IPv4 address of `::ffff:a.b.c.d`, and of the old `::a.b.c.d`. */
function embedded(address: string): string | undefined {
  const host = URL.parse(`http://[${address}]/`)?.hostname ?? "";
  const match = /^\[::(?:ffff:)?([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(host);
  if (match === null) return undefined;
  const [high, low] = [Number.parseInt(match[1] ?? "", 16), Number.parseInt(match[2] ?? "", 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

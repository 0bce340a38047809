import { HttpFailure } from "../failure.ts";

/** Names and origins under which a desk answers. */
export type Names = Readonly<{ hosts: ReadonlySet<string>; origins: ReadonlySet<string> }>;

const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"] as const;

/**
 * The loopback names of a port, and what was configured: host names without a port, as a proxy shows them, or with one. Where TLS is ours,
 * a name without a port is also known with this one. `own` is a name that was bound to.
 */
export function namesOf(
  port: number,
  options: Readonly<{ hosts?: readonly string[]; tls?: boolean; own?: string | undefined }> = {},
): Names {
  const isTls = options.tls === true;
  const usual = isTls ? 443 : 80;
  const bound = [...LOOPBACK, ...(options.own === undefined ? [] : [bracketed(options.own)])];
  const local = bound.flatMap((name) => (port === usual ? [name, `${name}:${port}`] : [`${name}:${port}`]));
  const named = (options.hosts ?? []).map((host) => host.toLowerCase());
  const configured = named.flatMap((host) => (isTls && !/:\d+$/.test(host) ? [host, `${host}:${port}`] : [host]));
  return {
    hosts: new Set([...local, ...configured]),
    origins: new Set([...local.map((host) => `${isTls ? "https" : "http"}://${host}`), ...configured.map((host) => `https://${host}`)]),
  };
}

/** A host as it stands in an address. */
export const bracketed = (host: string): string => (host.includes(":") && !host.startsWith("[") ? `[${host}]` : host.toLowerCase());

/** What of a request tells where it came from. */
export type Provenance = Readonly<{
  host: string | undefined;
  origin: string | undefined;
  site: string | undefined;
  cookie: string | undefined;
  authorization: string | undefined;
  client: string | undefined;
}>;

/** A page that was rebound to our address still says its own name (W2): 421 before anything else. */
export function checkHost(names: Names, host: string | undefined): void {
  if (host === undefined || !names.hosts.has(host.toLowerCase())) throw new HttpFailure(421, "HOST_NOT_ALLOWED");
}

/** A change, or a socket: an exact origin of ours, or a program that shows a key or says that it is one (W1, W3, W6). */
export function checkChange(names: Names, from: Provenance): void {
  if (from.site !== undefined && from.site !== "same-origin" && from.site !== "none") throw new HttpFailure(403, "ORIGIN_NOT_ALLOWED");
  if (from.origin !== undefined) {
    if (!names.origins.has(from.origin)) throw new HttpFailure(403, "ORIGIN_NOT_ALLOWED");
    return;
  }
  if (from.cookie !== undefined || (from.authorization === undefined && from.client === undefined))
    throw new HttpFailure(403, "REQUEST_UNPROVEN");
}

/** A change by cookie has to say in a header, which no other site's page can send, that it is ours (SEC-WEB 18). */
export function checkCookieChange(from: Provenance): void {
  if (from.origin === undefined || from.client === undefined) throw new HttpFailure(403, "REQUEST_UNPROVEN");
}

/** A read under /api by a page of another site gives nothing to measure (W7). */
export function checkRead(names: Names, from: Provenance): void {
  if (from.site === "cross-site" || from.site === "same-site") throw new HttpFailure(403, "ORIGIN_NOT_ALLOWED");
  if (from.origin !== undefined && !names.origins.has(from.origin)) throw new HttpFailure(403, "ORIGIN_NOT_ALLOWED");
}

const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

/** On every answer whatever it is (SEC-WEB 19). */
export const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": CSP,
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "Cache-Control": "no-store",
};
/** Where browsers come by TLS, ours or a proxy's. */
export const HSTS = "max-age=31536000";

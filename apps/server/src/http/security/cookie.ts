/** `__Host-` where TLS protects it; without TLS, on loopback, browsers refuse that prefix, so there it has none and says nothing of safety. */
export const cookieName = (isSecure: boolean): string => (isSecure ? "__Host-bulkhead" : "bulkhead");

/** Of a session: for this host only, out of reach of scripts, sent to no request that another site made. */
export function sessionCookie(token: string, isSecure: boolean, maxAgeMs: number): string {
  const parts = [`${cookieName(isSecure)}=${token}`, "Path=/", "HttpOnly", "SameSite=Strict", `Max-Age=${Math.floor(maxAgeMs / 1_000)}`];
  return [...parts, ...(isSecure ? ["Secure"] : [])].join("; ");
}

/** The token of a request's cookie; undefined where there is none, or more than one: then somebody else has set one too. */
export function tokenOf(cookies: string | undefined, isSecure: boolean): string | undefined {
  const name = `${cookieName(isSecure)}=`;
  const found = (cookies ?? "")
    .split(";")
    .map((each) => each.trim())
    .filter((each) => each.startsWith(name));
  const [only] = found;
  const token = only?.slice(name.length);
  return found.length === 1 && token !== undefined && /^[A-Za-z0-9_-]{43}$/.test(token) ? token : undefined;
}

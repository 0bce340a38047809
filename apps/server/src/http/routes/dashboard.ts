import { randomBytes } from "node:crypto";
import type { Api, AppContext } from "../api.ts";
import type { Dashboard, DashboardFile } from "../dashboard.ts";
import { HEADERS } from "../security/guard.ts";

/** The dashboard at `/` and at every address that it knows itself; a person who asks for another one is told so by the dashboard too. */
export function dashboardRoutes(api: Api, { index, files }: Dashboard): void {
  for (const [address, file] of files) api.app.get(address, (context) => fileOf(context, file));
  for (const path of PAGES) api.app.get(path, () => pageOf(index, 200));
  api.app.get("*", async (context, next) => {
    const { path } = context.req;
    const isPerson = (context.req.header("accept") ?? "").includes("text/html") && !path.startsWith("/api");
    return isPerson ? pageOf(index, 404) : await next();
  });
}

/** The addresses that the dashboard draws by itself (`apps/dashboard/src/app/router.tsx`). */
const PAGES = [
  "/",
  "/p/:portfolio",
  "/positions",
  "/trades",
  "/trades/:trade",
  "/capital",
  "/strategies",
  "/activity",
  "/settings",
] as const;

function fileOf(context: AppContext, { body, type, etag, isImmutable }: DashboardFile): Response {
  const headers = { ETag: etag, "Cache-Control": isImmutable ? "public, max-age=31536000, immutable" : "no-cache" };
  if (context.req.header("if-none-match") === etag) return new Response(null, { status: 304, headers });
  return new Response(body, { headers: { ...headers, "Content-Type": type } });
}

/** The page with a word of its own, by which the few styles that its libraries write are known as ours. */
function pageOf(index: string, status: number): Response {
  const nonce = randomBytes(16).toString("base64url");
  const policy = (HEADERS["Content-Security-Policy"] ?? "").replace("style-src 'self'", `style-src 'self' 'nonce-${nonce}'`);
  return new Response(index.replace("{{nonce}}", nonce), {
    status,
    headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": `${policy}; manifest-src 'self'` },
  });
}

import { createHash } from "node:crypto";
import type { Api } from "../api.ts";
import { HEADERS } from "../security/guard.ts";
import { NOBODY } from "../security/principal.ts";
import { LOGIN_SCRIPT } from "./login-script.ts";

const STYLE = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{max-width:22rem;margin:12vh auto;padding:0 1rem}
h1{font-size:1.4rem}label{display:block;margin:.8rem 0 .2rem}input{box-sizing:border-box;width:100%;font:inherit;padding:.5rem}
button{font:inherit;margin-top:1.2rem;padding:.5rem 1.2rem}p[role=alert]{min-height:3em}`;
const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");
const POLICY = (HEADERS["Content-Security-Policy"] ?? "").replace("style-src 'self'", `style-src 'sha256-${STYLE_HASH}'`);

/** Paths of pages: what a browser opens, and not a file, a supervisor or a program. */
const isPage = (path: string, accept: string | undefined): boolean =>
  path === "/" || (!path.startsWith("/api") && (accept ?? "").includes("text/html") && !OPEN.has(path));
const OPEN: ReadonlySet<string> = new Set(["/login", "/healthz", "/readyz", "/openapi.json"]);

/** `/login`: a plain form, and the way there from every page where nobody is logged in. Its script is a file, for the policy knows no other. */
export function loginRoutes(api: Api): void {
  const { services } = api;
  api.app.use("*", async (context, next) => {
    const { method, path } = context.req;
    const isReading = method === "GET" || method === "HEAD";
    if (context.get("principal") === NOBODY && isReading && isPage(path, context.req.header("accept")))
      return new Response(null, { status: 302, headers: { Location: "/login" } });
    return next();
  });
  api.app.get("/login", () => {
    const isSetUp = services.users.count === 0 && services.options.setup?.isOpen === true;
    return new Response(pageOf(isSetUp), { headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY } });
  });
  api.app.get("/login.js", () => new Response(LOGIN_SCRIPT, { headers: { "Content-Type": "text/javascript; charset=utf-8" } }));
}

const field = (name: string, label: string, type: string, hint: string, more = ""): string =>
  `<label for="${name}">${label}</label><input id="${name}" name="${name}" type="${type}" autocomplete="${hint}" ${more}>`;

function pageOf(isSetUp: boolean): string {
  const user = field("user", "Name", "text", "username", "required autofocus autocapitalize=none spellcheck=false");
  const fields = isSetUp
    ? field("token", "Token of the terminal", "text", "off", "required") +
      user +
      field("password", "New password", "password", "new-password", "required minlength=12")
    : user +
      field("password", "Password", "password", "current-password", "required") +
      field("code", "Code, if you have an authenticator", "text", "one-time-code", "inputmode=numeric pattern=[0-9]{6}");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Bulkhead</title><style>${STYLE}</style><script src="/login.js" defer></script></head><body><h1>Bulkhead</h1><p>${isSetUp ? "Make the first user of this desk." : "Log in to this desk."}</p><form data-to="${isSetUp ? "/api/session/setup" : "/api/session"}">${fields}<button>${isSetUp ? "Make it" : "Log in"}</button><p role="alert"></p></form><noscript>Logging in needs the script of this page.</noscript></body></html>`;
}

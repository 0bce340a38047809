import { Ended, LoginBody, SessionRow, SessionState, SetUpBody, Ticket } from "@bulkhead/contract";
import { z } from "zod";
import type { Api } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { iso } from "../rows/figures.ts";
import { sessionCookie, tokenOf } from "../security/cookie.ts";
import { logIn } from "../security/log-in.ts";
import { type Principal, personOf } from "../security/principal.ts";
import { IDLE_MS, LIFETIME_MS, type LoginSession } from "../security/sessions.ts";
import type { Services } from "../services.ts";

const OneSession = z.strictObject({ session_id: z.string().regex(/^[0-9a-f]{16}$/) });
type Caller = Readonly<{ address: string; header: (name: string) => string | undefined }>;

/** Logging in and out, and who is. */
export function sessionRoutes(api: Api): void {
  const { services } = api;
  api.read(
    {
      path: "/api/session",
      operationId: "session",
      summary: "Who you are to the desk, and whether it wants a login",
      action: "open",
      answer: z.object({ data: SessionState }),
    },
    ({ principal }) => ({ body: { data: stateOf(services, principal) } }),
  );
  api.act(
    {
      method: "post",
      path: "/api/session",
      operationId: "logIn",
      summary: "Log in; the session is a cookie",
      action: "open",
      body: LoginBody,
      answer: z.object({ data: SessionState }),
    },
    async ({ body, address, header }) => begun(services, await logIn(services, body, address), { address, header }),
  );
  api.act(
    {
      method: "post",
      path: "/api/session/setup",
      operationId: "setUp",
      summary: "Make the first user with the token of the terminal, and log in",
      action: "open",
      body: SetUpBody,
      answer: z.object({ data: SessionState }),
    },
    async ({ body, address, header }) => {
      const { setup } = services.options;
      const attempt = services.attempts.begin("the first user", address);
      if (setup === undefined || services.users.count > 0 || !setup.fits(body.token)) throw new HttpFailure(401, "SETUP_CLOSED");
      const user = await setup.use(() => services.users.add(body.user, body.password));
      attempt.won();
      return begun(services, user.name, { address, header });
    },
  );
  endRoutes(api);
  ticketRoute(api);
}

function endRoutes(api: Api): void {
  const { services } = api;
  const { sessions } = services;
  api.act(
    {
      method: "delete",
      path: "/api/session",
      operationId: "logOut",
      summary: "Log out; open sockets end",
      action: "person",
      answer: z.object({ data: Ended }),
    },
    async ({ principal: { sessionId } }) => {
      const ended = sessionId !== undefined && sessions.end(sessionId) ? 1 : 0;
      return { body: { data: { ended } }, headers: { "Set-Cookie": sessionCookie("", services.options.secure === true, 0) } };
    },
  );
  api.read(
    {
      path: "/api/sessions",
      operationId: "listSessions",
      summary: "Your sessions that are open; all of them at the desk's own machine",
      action: "person",
      answer: z.object({ data: z.array(SessionRow) }),
    },
    ({ principal }) => ({ body: { data: ownSessions(services, principal).map((session) => rowOf(session, principal)) } }),
  );
  api.act(
    {
      method: "delete",
      path: "/api/sessions/{session_id}",
      operationId: "endSession",
      summary: "End one session at once, its open sockets included",
      action: "person",
      params: OneSession,
      answer: z.object({ data: Ended }),
    },
    async ({ principal, params }) => {
      const isOwn = ownSessions(services, principal).some(({ sessionId }) => sessionId === params.session_id);
      if (!isOwn || !sessions.end(params.session_id)) throw new HttpFailure(404, "SESSION_UNKNOWN", { session: params.session_id });
      return { body: { data: { ended: 1 } } };
    },
  );
  api.act(
    {
      method: "delete",
      path: "/api/sessions",
      operationId: "endSessions",
      summary: "End all your sessions but this one",
      action: "person",
      answer: z.object({ data: Ended }),
    },
    async ({ principal }) => {
      const others = ownSessions(services, principal).filter(({ sessionId }) => sessionId !== principal.sessionId);
      for (const { sessionId } of others) sessions.end(sessionId);
      return { body: { data: { ended: others.length } } };
    },
  );
}

function ticketRoute(api: Api): void {
  const { tickets } = api.services;
  api.act(
    {
      method: "post",
      path: "/api/session/ticket",
      operationId: "createTicket",
      summary: "A ticket that opens one socket within 30 s",
      action: "read",
      audited: false,
      answer: z.object({ data: Ticket }),
    },
    async ({ principal }) => {
      const { ticket, expiresAt } = tickets.issue(principal);
      return { body: { data: { ticket, expires_at: iso(expiresAt) } } };
    },
  );
}

/** The answer that begins a session, in place of the one that the browser had. */
function begun(services: Services, user: string, { address, header }: Caller) {
  const isSecure = services.options.secure === true;
  const before = tokenOf(header("cookie"), isSecure);
  const { session, token } = services.sessions.begin(user, { address, agent: header("user-agent") ?? "", before });
  const principal = personOf(user, session.sessionId);
  return {
    body: { data: stateOf(services, principal) },
    headers: { "Set-Cookie": sessionCookie(token, isSecure, LIFETIME_MS) },
  };
}

function stateOf(services: Services, principal: Principal): SessionState {
  const { sessions, users, options, admission } = services;
  const session = sessions.list().find(({ sessionId }) => sessionId === principal.sessionId);
  const stepUpUntil = session === undefined ? null : sessions.stepUpUntil(session.sessionId);
  return {
    principal: principal.id,
    login_required: admission.loginRequired,
    set_up_open: users.count === 0 && options.setup?.isOpen === true,
    session_id: session?.sessionId ?? null,
    expires_at: session === undefined ? null : iso(session.expiresAt),
    idle_expires_at: session === undefined ? null : iso(session.seenAt + IDLE_MS),
    step_up_needed: session !== undefined && stepUpUntil === null,
    step_up_until: stepUpUntil === null ? null : iso(stepUpUntil),
    has_totp: session !== undefined && users.find(session.user)?.hasTotp === true,
    actions: [...principal.actions],
  };
}

const ownSessions = ({ sessions }: Services, principal: Principal): readonly LoginSession[] =>
  sessions.list(principal.sessionId === undefined ? undefined : principal.id.slice("user:".length));

const rowOf = (session: LoginSession, principal: Principal): SessionRow => ({
  session_id: session.sessionId,
  user: session.user,
  current: session.sessionId === principal.sessionId,
  created_at: iso(session.createdAt),
  seen_at: iso(session.seenAt),
  expires_at: iso(session.expiresAt),
  from: session.from,
  agent: session.agent,
});

import { Ended, PasswordBody, StepUpBody, TotpBody, TotpOffer } from "@bulkhead/contract";
import { z } from "zod";
import type { Api } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { iso } from "../rows/figures.ts";
import { changePassword, confirmTotp, offerTotp, removeTotp, stepUp } from "../security/log-in.ts";
import type { Principal } from "../security/principal.ts";

const SteppedUp = z.object({ data: z.object({ step_up_until: z.string().nullable() }) });
const Enrolled = z.object({ data: z.object({ has_totp: z.boolean() }) });

/** Fresh proofs of who somebody is, their password and their authenticator. For who logged in. */
export function stepUpRoutes(api: Api): void {
  const { services } = api;
  api.act(
    {
      method: "post",
      path: "/api/session/step-up",
      operationId: "stepUp",
      summary: "Prove again who you are; holds five minutes",
      action: "person",
      body: StepUpBody,
      answer: SteppedUp,
    },
    async ({ principal, body, address }) => {
      const { user, sessionId } = loggedIn(principal);
      await stepUp(services, { user, sessionId, address }, body);
      const until = services.sessions.stepUpUntil(sessionId);
      return { body: { data: { step_up_until: until === null ? null : iso(until) } } };
    },
  );
  api.act(
    {
      method: "post",
      path: "/api/session/password",
      operationId: "changePassword",
      summary: "Change your password; your other sessions end",
      action: "person",
      body: PasswordBody,
      answer: z.object({ data: Ended }),
    },
    async ({ principal, body, address }) => {
      const { user, sessionId } = loggedIn(principal);
      const before = services.sessions.list(user).length;
      await changePassword(services, { user, sessionId, address }, body.password, body.new_password);
      return { body: { data: { ended: before - services.sessions.list(user).length } } };
    },
  );
  totpRoutes(api);
}

function totpRoutes(api: Api): void {
  const { services } = api;
  api.act(
    {
      method: "post",
      path: "/api/session/totp",
      operationId: "offerTotp",
      summary: "Begin with an authenticator; its key is shown this once",
      action: "person",
      stepUp: true,
      answer: z.object({ data: TotpOffer }),
    },
    async ({ principal, header }) => ({ body: { data: offerTotp(services, loggedIn(principal).user, header("host") ?? "") } }),
  );
  api.act(
    {
      method: "post",
      path: "/api/session/totp/confirm",
      operationId: "confirmTotp",
      summary: "Show a code: from now on the authenticator counts",
      action: "person",
      stepUp: true,
      body: TotpBody,
      answer: Enrolled,
    },
    async ({ principal, body, address }) => {
      confirmTotp(services, loggedIn(principal).user, body.code, address);
      return { body: { data: { has_totp: true } } };
    },
  );
  api.act(
    {
      method: "delete",
      path: "/api/session/totp",
      operationId: "removeTotp",
      summary: "Go on without an authenticator",
      action: "person",
      stepUp: true,
      answer: Enrolled,
    },
    async ({ principal }) => {
      removeTotp(services, loggedIn(principal).user);
      return { body: { data: { has_totp: false } } };
    },
  );
}

/** The single user on loopback has neither a password nor a session. */
function loggedIn({ id, sessionId }: Principal): Readonly<{ user: string; sessionId: string }> {
  if (sessionId === undefined) throw new HttpFailure(422, "SESSION_UNKNOWN", { session: "of this machine's own user" });
  return { user: id.slice("user:".length), sessionId };
}

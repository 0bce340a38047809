import type { LoginBody, StepUpBody } from "@bulkhead/contract";
import type { z } from "zod";
import { Secret } from "../../secrets/secret.ts";
import { HttpFailure } from "../failure.ts";
import type { Edge } from "./edge.ts";
import { newTotpKey, totpAddress, totpStep } from "./totp.ts";

/** Of an authenticator that counts, and of one that is not confirmed yet. */
const totpId = (user: string): string => `totp.${user}`;
const offerId = (user: string): string => `totp-offer.${user}`;

/** Who it is; throws 401 without saying what was wrong, 429 after too many tries (SEC-AUTH 6, 9). */
export async function logIn(edge: Edge, { user, password, code }: z.output<typeof LoginBody>, address: string): Promise<string> {
  const name = user.toLowerCase();
  const attempt = edge.attempts.begin(name, address);
  const found = await edge.users.verify(name, password);
  if (found === undefined) throw new HttpFailure(401, "LOGIN_FAILED");
  if (found.hasTotp) {
    if (code === undefined) throw new HttpFailure(401, "CODE_REQUIRED");
    if (!useCode(edge, name, code)) throw new HttpFailure(401, "LOGIN_FAILED");
  }
  attempt.won();
  return name;
}

type Person = Readonly<{ user: string; sessionId: string; address: string }>;

/** Proves again who somebody is: by code where they have an authenticator, else by password. */
export async function stepUp(edge: Edge, { user, sessionId, address }: Person, proof: z.output<typeof StepUpBody>): Promise<void> {
  const attempt = edge.attempts.begin(user, address);
  const hasTotp = edge.users.find(user)?.hasTotp === true;
  const isProven = hasTotp
    ? proof.code !== undefined && useCode(edge, user, proof.code)
    : proof.password !== undefined && (await edge.users.verify(user, proof.password)) !== undefined;
  if (!isProven) throw new HttpFailure(401, hasTotp && proof.code === undefined ? "CODE_REQUIRED" : "LOGIN_FAILED");
  attempt.won();
  edge.sessions.stepUp(sessionId);
}

/** A new password; every other session of the user ends. */
export async function changePassword(edge: Edge, person: Person, before: string, after: string): Promise<void> {
  const attempt = edge.attempts.begin(person.user, person.address);
  if ((await edge.users.verify(person.user, before)) === undefined) throw new HttpFailure(401, "LOGIN_FAILED");
  attempt.won();
  await edge.users.setPassword(person.user, after);
  edge.sessions.endAll(person.user, person.sessionId);
}

/** Begins with an authenticator: its key counts once a code of it was shown. */
export function offerTotp(edge: Edge, user: string, desk: string): Readonly<{ key: string; address: string }> {
  const key = newTotpKey();
  edge.secrets.put(offerId(user), new Secret(key));
  return { key, address: totpAddress(key, user, desk) };
}

export function confirmTotp(edge: Edge, user: string, code: string, address: string): void {
  const offer = edge.secrets.get(offerId(user));
  if (offer === undefined) throw new HttpFailure(404, "TOTP_MISSING");
  const attempt = edge.attempts.begin(`${user} totp`, address);
  const step = totpStep(offer.expose(), code, edge.now(), 0);
  if (step === undefined) throw new HttpFailure(401, "LOGIN_FAILED");
  attempt.won();
  edge.secrets.put(totpId(user), offer);
  edge.secrets.remove(offerId(user));
  edge.users.setTotp(user, true);
  edge.users.useTotpStep(user, step);
}

export function removeTotp(edge: Edge, user: string): void {
  if (edge.users.find(user)?.hasTotp !== true) throw new HttpFailure(404, "TOTP_MISSING");
  edge.users.setTotp(user, false);
  edge.secrets.remove(totpId(user));
}

/** Whether a code is good; then it is used up. */
function useCode(edge: Edge, user: string, code: string): boolean {
  const key = edge.secrets.get(totpId(user));
  const step = key === undefined ? undefined : totpStep(key.expose(), code, edge.now(), edge.users.totpStep(user));
  if (step === undefined) return false;
  edge.users.useTotpStep(user, step);
  return true;
}

import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { HttpFailure } from "../failure.ts";
import { isCommon } from "./common-passwords.ts";

const LEAST = 12;
const MOST = 256;
/** OWASP's and the checklist's least for argon2id: 19 MiB, two passes. */
const COST = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const;
/** Each takes 19 MiB and a core: a crowd waits, and one that is too large goes. */
const AT_ONCE = 2;
const WAITING_MAX = 20;

const derive = promisify<"argon2id", Argon2Parameters, Buffer>(argon2);

/** A new password fit to be kept: long enough, not common, not the user's own name. Throws 422. */
export function checkPassword(password: string, user: string): void {
  const length = [...password].length;
  if (length < LEAST) throw new HttpFailure(422, "PASSWORD_TOO_SHORT", { least: LEAST });
  if (length > MOST) throw new HttpFailure(422, "PASSWORD_TOO_LONG", { most: MOST });
  const rest = password.toLowerCase().replaceAll(user.toLowerCase(), "").replaceAll("bulkhead", "");
  if (isCommon(password) || [...rest].length < LEAST / 2) throw new HttpFailure(422, "PASSWORD_COMMON");
}

/** A password as it is kept: PHC text of argon2id with a salt of its own. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await stretch(password, salt, COST);
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${bare(salt)}$${bare(hash)}`;
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
/** Of no password: checking against it takes as long as against any (no user is told from a missing one). */
const NOBODY = `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${bare(Buffer.alloc(16))}$${bare(Buffer.alloc(32))}`;

/** Whether a password is the kept one; where nothing is kept it takes as long and is false. */
export async function isPassword(password: string, kept: string | undefined): Promise<boolean> {
  const [, memory, passes, parallelism, salt = "", hash = ""] = PHC.exec(kept ?? NOBODY) ?? [];
  if (hash === "" || [...password].length > MOST) return false;
  const wanted = Buffer.from(hash, "base64");
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism), tagLength: wanted.length };
  const got = await stretch(password, Buffer.from(salt, "base64"), cost);
  return timingSafeEqual(got, wanted) && kept !== undefined;
}

type Cost = Pick<Argon2Parameters, "memory" | "passes" | "parallelism" | "tagLength">;
let running = 0;
const waiting: (() => void)[] = [];

async function stretch(password: string, nonce: Buffer, cost: Cost): Promise<Buffer> {
  if (waiting.length >= WAITING_MAX) throw new HttpFailure(429, "RATE_LIMITED", { seconds: 5 }, { headers: { "Retry-After": "5" } });
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await derive("argon2id", { message: password.normalize("NFKC"), nonce, ...cost });
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

function bare(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}

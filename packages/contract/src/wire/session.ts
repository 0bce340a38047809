import { z } from "zod";
import { AccountChoice, Cursor, Format, Instant, PageLimit } from "./scalars.ts";

const UserName = z.string().min(1).max(64).meta({ description: "Lower case letters, digits, and . _ -", example: "ada" });
const Password = z.string().min(1).max(1024).meta({ description: "At least 12 characters; any." });
const Code = z
  .string()
  .regex(/^\d{6}$/)
  .meta({ description: "Six digits of the authenticator; each works once." });

export const LoginBody = z.strictObject({ user: UserName, password: Password, code: Code.optional() }).meta({ id: "Login" });
export const SetUpBody = z.strictObject({ token: z.string().min(1).max(64), user: UserName, password: Password }).meta({ id: "SetUp" });
export const StepUpBody = z.strictObject({ code: Code.optional(), password: Password.optional() }).meta({ id: "StepUp" });
export const PasswordBody = z.strictObject({ password: Password, new_password: Password }).meta({ id: "ChangePassword" });
export const TotpBody = z.strictObject({ code: Code }).meta({ id: "ConfirmTotp" });

/** Who asks, and what stands between them and the desk. */
export const SessionState = z
  .object({
    principal: z.string().meta({ description: "`local`, `user:<name>`, `key:<id>`, or `nobody`." }),
    login_required: z.boolean(),
    set_up_open: z.boolean().meta({ description: "The first user can be made with the token of the terminal." }),
    session_id: z.string().nullable(),
    expires_at: Instant.nullable(),
    idle_expires_at: Instant.nullable(),
    step_up_needed: z
      .boolean()
      .meta({ description: "Whether making keys, clearing kills, moving money out and raising limits want a fresh proof." }),
    step_up_until: Instant.nullable(),
    has_totp: z.boolean(),
    actions: z.array(z.string()),
  })
  .meta({ id: "SessionState" });
export type SessionState = z.infer<typeof SessionState>;

export const SessionRow = z
  .object({
    session_id: z.string(),
    user: z.string(),
    current: z.boolean(),
    created_at: Instant,
    seen_at: Instant,
    expires_at: Instant,
    from: z.string().meta({ description: "Address it logged in from." }),
    agent: z.string(),
  })
  .meta({ id: "Session" });
export type SessionRow = z.infer<typeof SessionRow>;

export const Ended = z.object({ ended: z.number().int() }).meta({ id: "Ended" });
export const Ticket = z
  .object({ ticket: z.string().meta({ description: "Open /ws?ticket= with it, once." }), expires_at: Instant })
  .meta({ id: "Ticket" });
export const TotpOffer = z
  .object({
    key: z.string().meta({ description: "Base32, for typing." }),
    address: z.string().meta({ description: "otpauth:// for a picture." }),
  })
  .meta({ id: "TotpOffer" });

export const AuditQuery = z.strictObject({
  account_id: AccountChoice.optional(),
  who: z.string().min(1).max(128).optional(),
  what: z.string().min(1).max(128).optional(),
  outcome: z.string().min(1).max(64).optional(),
  limit: PageLimit,
  cursor: Cursor.optional(),
  format: Format.optional(),
});
export const AuditRow = z
  .object({
    audit_id: z.number().int(),
    at: Instant,
    who: z.string(),
    what: z.string().meta({ description: "The operation, or what was tried." }),
    outcome: z.string().meta({ description: "`ok`, or the code of the problem." }),
    account_id: z.string(),
    from: z.string(),
    request_id: z.string(),
    details: z.string().meta({ description: "Ids and reasons, as JSON." }),
    repeats: z.number().int().meta({ description: "How often the same was denied since it was last listed." }),
    hash: z.string().meta({ description: "Chains this line to the one before." }),
  })
  .meta({ id: "AuditLine" });
export type AuditRow = z.infer<typeof AuditRow>;

import type { Sentence } from "./sentence.ts";

/** What is said about logging in, keys and secrets. */
export const SECURITY = {
  BIND_UNSAFE: {
    says: "The desk does not listen on {host} like this: it needs {needs}.",
    fix: "Give it that, or leave the host out: then it answers this machine only.",
  },
  PORT_BUSY: { says: "Port {port} of {host} is taken by {owner}.", fix: "Name another with --port, or stop what has it." },
  PORT_DENIED: {
    says: "The system does not give {host} port {port}: {cause}.",
    fix: "Name an address of this machine, and a port above 1023.",
  },
  TLS_UNREADABLE: { says: "The certificate or its key cannot be used: {cause}.", fix: "Name PEM files that fit each other." },
  LOGIN_FAILED: {
    says: "Name and password do not fit.",
    fix: "Try again; after five failures within 15 minutes it takes longer each time.",
  },
  CODE_REQUIRED: { says: "This user logs in with a code as well.", fix: "Send the six digits of your authenticator as code." },
  STEP_UP_REQUIRED: {
    says: "This needs a proof of who you are that is at most five minutes old.",
    fix: "`POST /api/session/step-up` with your code, or your password where you have no authenticator.",
  },
  PERSON_REQUIRED: { says: "This is for a person who is logged in, not for a key.", fix: "Log in, or use the desk on its own machine." },
  SESSION_UNKNOWN: { says: "There is no session {session}.", fix: "`GET /api/sessions` lists those that there are." },
  TICKET_REQUIRED: {
    says: "A socket of a page needs a ticket.",
    fix: "`POST /api/session/ticket` gives one for 30 s; open /ws?ticket= with it. Programs send Authorization.",
  },
  SETUP_CLOSED: {
    says: "The set-up token is wrong, used or expired.",
    fix: "Start the desk again for a new one, or use `bulkhead user add`.",
  },
  PASSWORD_TOO_SHORT: { says: "A password has at least {least} characters.", fix: "A few words in a row are easy to remember." },
  PASSWORD_TOO_LONG: { says: "A password has at most {most} characters.", fix: "Use a shorter one." },
  PASSWORD_COMMON: { says: "That password is among the first that anybody would try.", fix: "Use one that nobody else has." },
  USER_EXISTS: { says: "There is a user {user} already.", fix: "Use another name, or `bulkhead user password {user}`." },
  USER_UNKNOWN: { says: "There is no user {user}.", fix: "`bulkhead user list` says who there is." },
  USER_NAME_INVALID: {
    says: "{user} cannot name a user.",
    fix: "Use 1 to 64 lower case letters, digits, and . _ - with a letter or digit at both ends.",
  },
  TOTP_MISSING: { says: "There is no authenticator to confirm or to remove.", fix: "`POST /api/session/totp` begins with one." },
  NOT_A_PROXY: { says: "This desk answers its proxy only.", fix: "Ask through the proxy, or add the address to proxies." },
  SECRETS_KEY_MISSING: {
    says: "The key of the secrets is missing: {place}.",
    fix: "Put it back; without it the secrets have to be set again.",
  },
  SECRETS_KEY_WRONG: { says: "{place} does not open the secrets.", fix: "Use the key that they were kept under." },
  SECRETS_KEY_EXPOSED: { says: "Others can read {place}.", fix: "`chmod 600` it, then `bulkhead secret rotate`." },
  SECRETS_KEY_MALFORMED: { says: "{place} holds no key.", fix: "It has to be 32 random bytes in base64, one key a line." },
  SECRETS_DAMAGED: {
    says: "{place} was changed or cannot be read.",
    fix: "Restore it from a backup, or remove it and set the secrets again.",
  },
  SECRETS_NEWER: { says: "{place} is of a newer version.", fix: "Use the version that wrote it." },
  SECRET_ID_INVALID: { says: "{secret} cannot name a secret.", fix: "Use lower case letters, digits, and . _ - such as ntfy-token." },
  SECRET_UNKNOWN: { says: "There is no secret {secret}.", fix: "`bulkhead secret set {secret}` keeps one." },
} as const satisfies Readonly<Record<string, Sentence>>;

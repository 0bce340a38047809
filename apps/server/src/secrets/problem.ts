import { explain } from "@bulkhead/contract";

export type SecretsProblemCode =
  | "SECRETS_KEY_MISSING"
  | "SECRETS_KEY_WRONG"
  | "SECRETS_KEY_EXPOSED"
  | "SECRETS_KEY_MALFORMED"
  | "SECRETS_DAMAGED"
  | "SECRETS_NEWER"
  | "SECRET_ID_INVALID";

/** Why secrets cannot be opened or kept. Says where, never what. */
export class SecretsProblem extends Error {
  readonly code: SecretsProblemCode;
  readonly figures: Readonly<Record<string, string>>;
  constructor(code: SecretsProblemCode, figures: Readonly<Record<string, string>>) {
    super(`${code}: ${explain(code, figures)}`);
    this.code = code;
    this.figures = figures;
  }
}

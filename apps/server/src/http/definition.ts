import type { Action } from "@bulkhead/contract";
import type { z } from "zod";

export type Shape = z.ZodObject;

/**
 * One route: what the document says of it and what its request has to be. `action` is what a key needs; `open` needs none, `person` is for
 * who logged in or sits at the desk's own machine.
 */
export type Definition<Q extends Shape = Shape, P extends Shape = Shape, B extends z.ZodType = z.ZodType> = Readonly<{
  method: "get" | "post" | "patch" | "delete";
  /** `/api/orders/{order_id}`. */
  path: string;
  operationId: string;
  summary: string;
  action: Action | "open" | "person";
  /** Wants a fresh proof of who it is from somebody who logged in (SEC-AUTH 8). */
  stepUp?: boolean;
  /** Whether its calls stand in the audit; default: changes by `admin`, `kill`, `person` and `open`. */
  audited?: boolean;
  /** Which budget it draws on; cancels and kills have their own. */
  budget?: "safety";
  query?: Q;
  params?: P;
  body?: B;
  answer: z.ZodType;
  status?: 200 | 201;
  /** Answers as CSV where asked. */
  csv?: boolean;
  /** Answers with text of these kinds in place of JSON. */
  streams?: readonly string[];
  /** Not a change of the books, and so without an Idempotency-Key. */
  unkeyed?: boolean;
  /** Its answer holds a secret: a retry is told that it was done, never the secret again. */
  secret?: boolean;
}>;

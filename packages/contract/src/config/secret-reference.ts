import { z } from "zod";
import type { SecretReference } from "./alarms.ts";
import { refuse } from "./values.ts";

const places = z.union([
  z.strictObject({ env: z.string().regex(/^[A-Za-z_]\w{0,127}$/) }),
  z.strictObject({ file: z.string().min(1) }),
  z.strictObject({ secret: z.string().regex(/^[a-z0-9](?:[a-z0-9_.-]{0,62}[a-z0-9])?$/) }),
]);

/** `{ env = "NTFY_TOKEN" }`, `{ file = "ntfy-token" }` or `{ secret = "ntfy-token" }`. */
export const reference: z.ZodType<SecretReference> = z.unknown().transform((value, context) => {
  if (typeof value === "string") return refuse(context, "CONFIG_SECRET_PLAIN");
  const found = places.safeParse(value);
  if (found.success) return found.data;
  return refuse(context, "CONFIG_TYPE_WRONG", { value: "this", expected: '{ env = "NAME" }, { file = "path" } or { secret = "name" }' });
});

/** Where a secret is, in words: "environment NTFY_TOKEN". */
export function shownReference(where: SecretReference): string {
  const [[place = "", name = ""] = []] = Object.entries(where);
  return `${place === "env" ? "environment" : place} ${name}`;
}

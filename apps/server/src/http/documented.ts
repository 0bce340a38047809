import { Problem } from "@bulkhead/contract";
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import type { Definition } from "./definition.ts";

const PROBLEMS: Readonly<Record<number, string>> = {
  400: "Malformed.",
  401: "Who asks is not known.",
  403: "Not allowed.",
  404: "Missing, or foreign.",
  409: "Against what is there.",
  412: "Changed since it was read.",
  422: "Refused or denied; nothing changed but the receipt.",
  429: "Too much at once.",
  503: "Not taken; asking again is safe.",
};

/** What the document says of a route. */
export function documented(definition: Definition): ReturnType<typeof createRoute> {
  const { method, path, operationId, summary, action, query, params, body, status } = definition;
  const changes = method !== "get" && definition.unkeyed !== true;
  const headers = z.object({
    ...(changes ? { "Idempotency-Key": z.string().regex(/^[A-Za-z0-9_.:-]{1,128}$/) } : {}),
    ...(method === "patch" ? { "If-Match": z.string().optional() } : {}),
  });
  const problems = Object.entries(PROBLEMS).map(([code, description]) => [
    code,
    { description, content: { "application/problem+json": { schema: Problem } } },
  ]);
  return createRoute({
    method,
    path,
    operationId,
    summary,
    tags: [path.split("/")[2] ?? "desk"],
    "x-action": action,
    security: action === "open" ? [] : [{}, { key: [] }],
    request: {
      ...(query === undefined ? {} : { query }),
      ...(params === undefined ? {} : { params }),
      ...(changes ? { headers } : {}),
      ...(body === undefined ? {} : { body: { required: true, content: { "application/json": { schema: body } } } }),
    },
    responses: {
      [status ?? 200]: {
        description: summary,
        content: contentOf(definition),
      },
      ...Object.fromEntries(problems),
    },
  });
}

function contentOf({ answer, csv, streams }: Definition): Readonly<Record<string, { schema: z.ZodType }>> {
  const texts = streams ?? (csv === true ? ["text/csv"] : []);
  return {
    ...(streams === undefined ? { "application/json": { schema: answer } } : {}),
    ...Object.fromEntries(texts.map((type) => [type, { schema: z.string() }])),
  };
}

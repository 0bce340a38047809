import { z } from "zod";
import type { Api } from "../api.ts";

const Alive = z.object({ status: z.literal("ok") });
const Ready = z.object({ ready: z.boolean(), reasons: z.array(z.string()) });

/** Whether the process lives, and whether it may trade. For supervisors: open to everybody, and so without names. */
export function healthRoutes(api: Api): void {
  const { desk } = api.services;
  api.read({ path: "/healthz", operationId: "health", summary: "The process lives", action: "open", answer: Alive }, () => ({
    body: { status: "ok" },
  }));
  api.read(
    { path: "/readyz", operationId: "ready", summary: "The desk may trade, or why not; 503 where not", action: "open", answer: Ready },
    ({ principal }) => {
      const { ready, reasons } = desk.readiness;
      const body = JSON.stringify({ ready, reasons: principal.actions.has("read") ? reasons : [] });
      return new Response(body, { status: ready ? 200 : 503, headers: { "Content-Type": "application/json" } });
    },
  );
}

/** The document of the API: OpenAPI 3.1. */
export function documentOf(api: Api): object {
  const document = api.app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Bulkhead",
      version: "1",
      description: "One account, many portfolios. Amounts are decimal text, instants ISO 8601 UTC.",
    },
  });
  document.components = { ...document.components, securitySchemes: { key: { type: "http", scheme: "bearer" } } };
  return document;
}

export function documentRoute(api: Api): void {
  let text: string | undefined;
  api.read({ path: "/openapi.json", operationId: "openapi", summary: "This document", action: "open", answer: z.unknown() }, () => {
    text ??= JSON.stringify(documentOf(api));
    return new Response(text, { headers: { "Content-Type": "application/json" } });
  });
}

import { HttpFailure } from "./failure.ts";

export const BODY_MAX = 256 * 1024;
const DEPTH_MAX = 32;
const QUOTE = 34;
const BACKSLASH = 92;

/** Reads a JSON body of bounded size and depth; `__proto__` has no business in one (SEC-WEB 23, 27). */
export async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json(?:\s*;\s*charset=utf-8)?$/i.test(type.trim())) throw new HttpFailure(415, "CONTENT_TYPE_UNSUPPORTED");
  const text = await readText(request);
  if (depthOf(text) > DEPTH_MAX) throw new HttpFailure(400, "BODY_MALFORMED", { problem: "too deep" });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text, refuseProto);
  } catch (error) {
    if (error instanceof HttpFailure) throw error;
    throw new HttpFailure(400, "BODY_MALFORMED", { problem: "not JSON" });
  }
  return parsed;
}

function refuseProto(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new HttpFailure(400, "BODY_MALFORMED", { problem: "__proto__" });
  return value;
}

async function readText(request: Request): Promise<string> {
  const tooLarge = (): HttpFailure => new HttpFailure(413, "BODY_TOO_LARGE", { limit: BODY_MAX });
  if (Number(request.headers.get("content-length") ?? 0) > BODY_MAX) throw tooLarge();
  if (request.body === null) return "";
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body as ReadableStream<Uint8Array> & AsyncIterable<Uint8Array>) {
    size += part.byteLength;
    if (size > BODY_MAX) throw tooLarge();
    parts.push(part);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts));
  } catch {
    throw new HttpFailure(400, "BODY_MALFORMED", { problem: "not UTF-8" });
  }
}

/** How deep brackets nest outside of strings: known before anything is parsed. */
export function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === BACKSLASH) i += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === 123 || code === 91) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (code === 125 || code === 93) depth -= 1;
  }
  return deepest;
}

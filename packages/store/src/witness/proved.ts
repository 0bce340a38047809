import { createHash } from "node:crypto";
import type { AccountHome } from "../folder/home.ts";
import { readJsonFile, writeJsonFile } from "../folder/json-file.ts";
import type { WitnessPlace } from "./witness-side.ts";

// How far both sides were proved by an earlier start: where a quick one goes on, and a third mark that neither side may fall behind. It proves itself,
// so that damage to it is never taken for a loss; without it a start reads everything.

export function writeProved(home: AccountHome, { head, segment, offset, bytesBefore }: WitnessPlace): void {
  const said = { ...head, segment, offset, bytesBefore };
  writeJsonFile(home.proved, { ...said, check: checkOf(said) });
}

export function readProved(home: AccountHome): WitnessPlace | undefined {
  const file = readJsonFile(home.proved);
  if (file === "missing" || file === "unreadable") return undefined;
  const { batch, seq, hash, segment, offset, bytesBefore, check } = file;
  if (check !== checkOf({ batch, seq, hash, segment, offset, bytesBefore })) return undefined;
  const head = { batch: Number(batch), seq: Number(seq), hash: String(hash) };
  return { head, segment: Number(segment), offset: Number(offset), bytesBefore: Number(bytesBefore) };
}

const checkOf = (said: Readonly<Record<string, unknown>>): string => createHash("sha256").update(JSON.stringify(said)).digest("hex");

import type { AccountHome } from "../folder/home.ts";
import { readJsonFile, writeJsonFile } from "../folder/json-file.ts";
import type { WitnessPlace } from "./witness-side.ts";

// How far both sides were proved, for a start that has no time to read everything again. Disposable: anything odd about it means from the beginning.

export function writeProved(home: AccountHome, { head, segment, offset, bytesBefore }: WitnessPlace): void {
  writeJsonFile(home.proved, { ...head, segment, offset, bytesBefore });
}

export function readProved(home: AccountHome): WitnessPlace | undefined {
  const file = readJsonFile(home.proved);
  if (file === "missing" || file === "unreadable") return undefined;
  const { batch, seq, hash, segment, offset, bytesBefore } = file;
  const numbers = [batch, seq, segment, offset, bytesBefore].every((number) => Number.isSafeInteger(number) && Number(number) >= 0);
  if (!numbers || typeof hash !== "string" || !/^[0-9a-f]{64}$/.test(hash)) return undefined;
  const head = { batch: Number(batch), seq: Number(seq), hash };
  return { head, segment: Number(segment), offset: Number(offset), bytesBefore: Number(bytesBefore) };
}

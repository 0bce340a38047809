import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from "node:crypto";

/** AES-256-GCM; base64. */
export type Sealed = Readonly<{ iv: string; tag: string; text: string }>;
/** A secret under a data key of its own, and that key under the key-encryption key; both bound to the secret's id and version. */
export type Envelope = Readonly<{ version: number; key: Sealed; value: Sealed }>;

/** Encrypts a secret. The same text twice gives two different envelopes. */
export function sealEnvelope(keyEncryptionKey: KeyObject, id: string, version: number, value: string): Envelope {
  const dataKey = randomBytes(32);
  const about = aboutOf(id, version);
  const key = seal(keyEncryptionKey, `key ${about}`, dataKey);
  const sealed = seal(createSecretKey(dataKey), `value ${about}`, Buffer.from(value, "utf8"));
  dataKey.fill(0);
  return { version, key, value: sealed };
}

/** The text again; undefined where key, id or version are not those it was sealed with, or anything was changed. */
export function openEnvelope(keyEncryptionKey: KeyObject, id: string, envelope: Envelope): string | undefined {
  const about = aboutOf(id, envelope.version);
  try {
    const dataKey = open(keyEncryptionKey, `key ${about}`, envelope.key);
    const value = open(createSecretKey(dataKey), `value ${about}`, envelope.value).toString("utf8");
    dataKey.fill(0);
    return value;
  } catch {
    return undefined;
  }
}

/** No two pairs of id and version say the same. */
const aboutOf = (id: string, version: number): string => JSON.stringify([id, version]);

function seal(key: KeyObject, about: string, plain: Buffer): Sealed {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  cipher.setAAD(Buffer.from(about));
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return { iv: iv.toString("base64"), tag: cipher.getAuthTag().toString("base64"), text: text.toString("base64") };
}

function open(key: KeyObject, about: string, { iv, tag, text }: Sealed): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(iv, "base64"), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(about));
  decipher.setAuthTag(Buffer.from(tag, "base64"));
  return Buffer.concat([decipher.update(Buffer.from(text, "base64")), decipher.final()]);
}

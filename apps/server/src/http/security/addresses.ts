import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";

/** An address as it is compared: without zone, IPv4 in IPv6 as IPv4. */
export function plainAddress(address: string | undefined): string {
  const text = (address ?? "").split("%")[0] ?? "";
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text)?.[1];
  return mapped ?? text.toLowerCase();
}

/** True for `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`. */
export function isAddressRange(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  if (more.length > 0 || isIP(address) === 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (isIPv4(address) ? 32 : 128));
}

/** Whether an address is in any of the ranges; nothing that is no address is in any. */
export function isWithin(address: string, ranges: readonly string[]): boolean {
  const plain = plainAddress(address);
  if (isIP(plain) === 0) return false;
  const list = new BlockList();
  for (const range of ranges.filter(isAddressRange)) {
    const [base = "", bits] = range.split("/");
    const family = isIPv6(base) ? "ipv6" : "ipv4";
    list.addSubnet(base, bits === undefined ? (family === "ipv6" ? 128 : 32) : Number(bits), family);
  }
  return list.check(plain, isIPv6(plain) ? "ipv6" : "ipv4");
}

/** Who counts as one guesser: an IPv6 network of 64 bits belongs to one house. */
export function networkOf(address: string): string {
  const plain = plainAddress(address);
  if (!isIPv6(plain)) return plain;
  const [head = "", tail] = plain.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : new Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
  return [...left, ...zeros, ...right].slice(0, 4).join(":");
}

export const LOOPBACK_RANGES = ["127.0.0.0/8", "::1"] as const;
export const isLoopbackAddress = (address: string): boolean => isWithin(address, LOOPBACK_RANGES);

/**
 * Where a request comes from. Behind a declared proxy the last entry of `X-Forwarded-For` that is not a proxy's own counts: the proxy
 * wrote it, everything before it may be the sender's invention.
 */
export function clientAddress(peer: string | undefined, forwarded: string | undefined, proxies: readonly string[]): string {
  const from = plainAddress(peer);
  if (proxies.length === 0 || forwarded === undefined || !isWithin(from, proxies)) return from;
  const entries = forwarded.split(",").map((entry) => plainAddress(entry.trim()));
  return entries.findLast((entry) => isIP(entry) !== 0 && !isWithin(entry, proxies)) ?? from;
}

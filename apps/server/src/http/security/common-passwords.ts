/** What anybody would try first, before tails are put behind it. */
const WORDS =
  `password passwort passw0rd motdepasse contrasena senha welcome willkommen letmein openup changeme iloveyou teamo secret geheim admin
administrator root superuser master login access trustno test testing guest default qwerty qwertz azerty asdf zxcv dragon monkey shadow
sunshine princess football baseball basketball soccer hockey superman batman starwars pokemon michael jennifer jordan hunter ranger
buster charlie thomas george summer winter spring autumn january february march april june july august september october november december
monday tuesday wednesday thursday friday saturday sunday computer internet server database mustang ferrari porsche mercedes corvette
chocolate cookie cheese banana orange flower butterfly diamond freedom whatever nothing killer matrix phoenix tigger pepper ginger
bitcoin ethereum trading trader broker market money investor crypto wallet hodl tothemoon bulkhead portfolio correcthorse hello`.split(
    /\s+/,
  );

/** What people put behind a word to make it long enough. */
const TAILS = ["", "1", "12", "123", "1234", "12345", "123456", "1234567", "12345678", "123456789", "1234567890", "0", "00", "000", "007"]
  .concat(["11", "111", "1111", "69", "321", "4321", "54321", "abc", "abcd", "qwerty", "xyz", "admin", "password", "login"])
  .concat(Array.from({ length: 12 }, (_, index) => String(2016 + index)));

const WALKS = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb", "qazwsxedcrfvtgb", "abcdefghijklmnopqrstuvwxyz"].concat([
  "1234567890",
  "0987654321",
  "qwertzuiop",
  "yxcvbnm",
  "azertyuiop",
  "q1w2e3r4t5y6u7i8o9p0",
  "correcthorsebatterystaple",
]);

const LEAST = 12;
let made: ReadonlySet<string> | undefined;

/** Common passwords that are long enough to be asked for, in the plainest spelling; more than 3,000 (SEC-AUTH 6). */
export function commonPasswords(): ReadonlySet<string> {
  made ??= new Set(
    [...WORDS.flatMap((word) => TAILS.flatMap((tail) => [`${word}${tail}`, `${word}${word}${tail}`, `my${word}${tail}`]))]
      .map(plain)
      .filter((each) => each.length >= LEAST - 3),
  );
  return made;
}

/** Whether a password is one of the common ones, however its letters are dressed up, a walk over the keyboard, or one bit again and again. */
export function isCommon(password: string): boolean {
  const text = plain(password);
  const list = commonPasswords();
  if (list.has(text) || list.has(text.replace(/[^a-z0-9]/g, ""))) return true;
  const bare = text.replace(/[^a-z0-9]/g, "").replace(/\d+$/, "");
  if (WORDS.includes(bare) || bare === "") return true;
  if (isRepeated(text)) return true;
  const walked = [password.toLowerCase(), bare];
  return WALKS.some((walk) => walked.some((each) => isWalk(each, walk) || isWalk(each, [...walk].reverse().join(""))));
}

const LEET: Readonly<Record<string, string>> = { "@": "a", "4": "a", "3": "e", "1": "i", "!": "i", "0": "o", "5": "s", $: "s", "7": "t" };

/** Lower case, and the usual signs inside words as their letters; digits at the end stay digits. */
function plain(password: string): string {
  const text = password.toLowerCase().replace(/[!.?*#_-]+$/, "");
  const tail = /\d*$/.exec(text)?.[0] ?? "";
  const head = text.slice(0, text.length - tail.length);
  return `${/[a-z]/.test(head) ? head.replaceAll(/[@431!05$7]/g, (sign) => LEET[sign] ?? sign) : head}${tail}`;
}

/** "abcabcabcabc", "aaaaaaaaaaaa". */
const isRepeated = (text: string): boolean => /^(.{1,4})\1{2,}.{0,3}$/s.test(text);

/** Whether a text goes along a walk from anywhere, as often as it likes. */
const isWalk = (text: string, walk: string): boolean => text.length >= 8 && walk.repeat(8).includes(text);

import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { type BacktestReport, formatReportHtml } from "../../index.ts";
import { sampleReport } from "../sample-report.ts";
import { PAYLOADS } from "./payloads.ts";
import { STYLES, STYLES_HASH } from "./styles/styles.ts";

const page = formatReportHtml(sampleReport());

/** Every tag of a page with the names of its attributes, in order; throws on a `<` that opens none. The style sheet is left out. */
function structureOf(source: string): readonly string[] {
  const body = source.replace(/<style>[^<]*<\/style>/, "");
  const tag = /<(?:!doctype html|(\/?[a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z][a-zA-Z0-9:-]*="[^"<>]*")*)\s*\/?)>/y;
  const found: string[] = [];
  for (let at = body.indexOf("<"); at >= 0; at = body.indexOf("<", tag.lastIndex)) {
    tag.lastIndex = at;
    const match = tag.exec(body);
    if (match === null) throw new Error(`NOT_A_TAG: ${body.slice(at, at + 80)}`);
    const names = [...(match[2] ?? "").matchAll(/([a-zA-Z0-9:-]+)="/g)].map(([, name]) => name);
    found.push([match[1] ?? "doctype", ...names].join(" "));
  }
  return found;
}

/** The report with every text of it replaced: names, codes, messages, instants, amounts. */
function withTexts(value: unknown, text: string): unknown {
  if (typeof value === "string") return text;
  if (Array.isArray(value)) return value.map((item) => withTexts(item, text));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withTexts(item, text)]));
}
const filledWith = (text: string): BacktestReport => withTexts(sampleReport(), text) as BacktestReport;

test("[ANA-20] one page without script, handler, inline style or anything from elsewhere", () => {
  const structure = structureOf(page);
  const tags = new Set(structure.map((tag) => tag.split(" ")[0]));
  for (const banned of [
    "script",
    "iframe",
    "object",
    "embed",
    "link",
    "img",
    "base",
    "form",
    "input",
    "a",
    "use",
    "image",
    "foreignObject",
  ]) {
    expect(tags).not.toContain(banned);
  }
  const attributes = new Set(structure.flatMap((tag) => tag.split(" ").slice(1)));
  expect(
    [...attributes].filter((name) => name.startsWith("on") || ["style", "src", "href", "xlink:href", "srcdoc"].includes(name)),
  ).toEqual([]);
  expect(page.replace(/xmlns="[^"]*"/g, "")).not.toMatch(/https?:|url\((?!#)|@import|javascript:/i);
});

test("[ANA-20] the policy allows the one style sheet by its hash and nothing else", () => {
  expect(STYLES_HASH).toBe(`sha256-${createHash("sha256").update(STYLES).digest("base64")}`);
  expect(page).toContain(
    `content="default-src &#39;none&#39;; style-src &#39;${STYLES_HASH}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"`,
  );
  expect(page.match(/<style>([^<]*)<\/style>/)?.[1]).toBe(STYLES);
  expect(page.match(/<style/g)).toHaveLength(1);
});

test("[ANA-20] equal reports give equal pages, and no report an unbalanced one", () => {
  expect(formatReportHtml(sampleReport())).toBe(page);
  const open: string[] = [];
  for (const tag of page.replace(/<style>[^<]*<\/style>/, "").matchAll(/<(\/?)([a-zA-Z0-9]+)[^>]*?(\/?)>/g)) {
    const [, closing, name = "", selfClosing] = tag;
    if (["meta", "doctype"].includes(name) || selfClosing === "/") continue;
    if (closing === "") open.push(name);
    else expect(open.pop()).toBe(name);
  }
  expect(open).toEqual([]);
});

const plain = structureOf(formatReportHtml(filledWith("plain")));

test.each(PAYLOADS)("[ANA-21] %j stays text", (payload) => {
  const attacked = formatReportHtml(filledWith(payload));
  expect(structureOf(attacked)).toEqual(plain);
  expect(attacked.isWellFormed()).toBe(true);
});

test("[ANA-21] what is escaped is still shown", () => {
  const report = sampleReport();
  const shown = formatReportHtml({ ...report, title: "R&D <fast> \"quoted\" 'n' 積極的" });
  expect(shown).toContain("<h1>R&amp;D &lt;fast&gt; &quot;quoted&quot; &#39;n&#39; 積極的</h1>");
});

test("[ANA-22] says that a made-up market is one, in its title too, and only then", () => {
  expect(page).toContain("<title>Synthetic data · ");
  expect(page).toContain('<p class="synthetic">');
  expect(formatReportHtml({ ...sampleReport(), synthetic: false })).not.toMatch(/synthetic data/i);
});

test("[ANA-18, ANA-20] shows the sums, the receipts and the proof", () => {
  expect(page).toContain("✓ add up");
  expect(page).toContain("asked <b>500</b>, allowed <b>180</b>, rule <code>max_total_exposure</code>");
  expect(page).toContain(sampleReport().digest);
  const report = sampleReport();
  expect(formatReportHtml({ ...report, account: { ...report.account, fees: "1" } })).toContain("✗ do not add up");
  expect(formatReportHtml({ ...report, invariants: { checked: 2, violated: 1 } })).toContain("✗ 1 violated");
});

test("[ANA-20] one portfolio, none, many, and no history make sound pages", () => {
  const report = sampleReport();
  const bare = {
    ...report,
    portfolios: [],
    account: { ...report.account, equity: "0" },
    unattributed: { ...report.unattributed, equity: "0" },
  };
  for (const each of [sampleReport(1), sampleReport(30), bare, withoutHistory(report)])
    expect(structureOf(formatReportHtml(each)).length).toBeGreaterThan(50);
  expect(formatReportHtml(sampleReport(200)).length).toBeLessThan(2_000_000);
});

function withoutHistory(report: BacktestReport): BacktestReport {
  const { equityHistory: _, ...account } = report.account;
  return { ...report, account, portfolios: report.portfolios.map(({ equityHistory: __, ...row }) => row) };
}

test("[ANA-26] a report survives JSON unchanged", () => {
  expect(JSON.parse(JSON.stringify(sampleReport()))).toEqual(sampleReport());
  expect(formatReportHtml(JSON.parse(JSON.stringify(sampleReport())) as BacktestReport)).toBe(page);
});

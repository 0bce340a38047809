import { GROUPS } from "./catalogue.ts";
import type { Sentence } from "./sentence.ts";

/** The catalogue as `docs/codes.md`; a test keeps the file equal to it. */
export function renderCodes(): string {
  const groups = GROUPS.map(({ title, about, sentences }) => {
    const rows = Object.entries(sentences as Readonly<Record<string, Sentence>>).map(
      ([code, { says, fix }]) => `| \`${code}\` | ${cell(says)} | ${cell(fix)} |`,
    );
    return [`## ${title}`, "", about, "", "| Code | What happened | What to do |", "| --- | --- | --- |", ...rows].join("\n");
  });
  return `${["# Codes", INTRODUCTION, ...groups].join("\n\n")}\n`;
}

const INTRODUCTION =
  "Every code has one sentence, the same in the command line, the API and the dashboard; ‹names› stand for the figures that come with it. This page is made from `packages/contract/src/catalogue` (`npm run -s bulkhead -- codes --markdown > docs/codes.md`); a test fails when it is not current.";

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("{", "‹").replaceAll("}", "›");

import { BASE } from "./base.ts";
import { CHARTS } from "./charts.ts";
import { TABLES } from "./tables.ts";

/** The one style sheet of the page. */
export const STYLES = BASE + TABLES + CHARTS;

/** Its SHA-256 for the content security policy; a test recomputes it and prints the right one. */
export const STYLES_HASH = "sha256-1nCxgCwz89VVJDec0ed5jJy9g09Wip6SefvrHafBtGE=";

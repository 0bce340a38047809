import { BASE } from "./base.ts";
import { CHARTS } from "./charts.ts";
import { TABLES } from "./tables.ts";

/** The one style sheet of the page. */
export const STYLES = BASE + TABLES + CHARTS;

/** Its SHA-256 for the content security policy; a test recomputes it and prints the right one. */
export const STYLES_HASH = "sha256-u9CsC2JFODR1GvXs0e3D/rbjGsTkcgr3a5KZt2Kb9b4=";

export type { Acknowledged, Desk, DeskAccount, Readiness, Unstamped } from "./desk/desk.ts";

export { type DeskClock, pacedClock, wallClock } from "./desk/clock.ts";
export type { Acknowledged, Desk, DeskAccount, Readiness, Unstamped } from "./desk/desk.ts";
export { DESK_VERSION, type DeskOptions, type OpenedDesk, openDesk } from "./desk/open-desk.ts";
export { DeskProblem, type DeskProblemCode } from "./desk/problem.ts";
export { type StartedDesk, type StartOptions, startDesk } from "./desk/start-desk.ts";

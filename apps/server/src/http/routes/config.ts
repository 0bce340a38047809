import { basename } from "node:path";
import {
  ApplyConfigBody,
  ConfigApplied,
  type ConfigChange,
  ConfigPicture,
  type ConfigProblem,
  ExportedConfiguration,
  explain,
  systemAnswerOf,
} from "@bulkhead/contract";
import type { Change } from "../../desk/apply/change.ts";
import type { ApplyResult, DeskConfiguration } from "../../desk/apply/configuration.ts";
import { placeText } from "../../desk/apply/source.ts";
import type { Api } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import type { Principal } from "../security/principal.ts";
import { authorize } from "../security/principal.ts";
import type { Services } from "../services.ts";
import { unavailable } from "../settle.ts";

/** The configuration of the desk: what is in force, what a file says otherwise, and the two brought together either way. */
export function configRoutes(api: Api): void {
  readRoutes(api);
  applyRoutes(api);
}

function readRoutes(api: Api): void {
  const { services } = api;
  api.read(
    {
      path: "/api/config",
      operationId: "getConfig",
      summary: "What is in force, in words and with its origin, and what the configuration says otherwise",
      action: "admin",
      answer: systemAnswerOf(ConfigPicture),
    },
    async ({ principal }) => {
      const configuration = configurationFor(services, principal);
      const { source } = configuration;
      const read = await configuration.difference();
      const about = { source: source.kind, file: source.file === null ? null : basename(source.file), settings: configuration.settings() };
      const picture = read.ok
        ? { loads: true, problems: [], notes: read.config.notes, difference: read.changes.map(changeRow) }
        : { loads: false, problems: read.problems.map(mistakeRow), notes: [], difference: [] };
      return { body: { data: { ...about, ...picture } } };
    },
  );
  api.read(
    {
      path: "/api/config/export",
      operationId: "exportConfig",
      summary: "The books as a configuration file that loads to the same settings",
      action: "admin",
      answer: systemAnswerOf(ExportedConfiguration),
    },
    ({ principal }) => {
      const { text, notes } = configurationFor(services, principal).export();
      return { body: { data: { text, notes: [...notes] } } };
    },
  );
}

function applyRoutes(api: Api): void {
  const { services } = api;
  api.ask(
    {
      path: "/api/config/apply/preview",
      operationId: "previewApplyConfig",
      summary: "What applying the configuration would come to",
      action: "admin",
      body: ApplyConfigBody,
      answer: systemAnswerOf(ConfigApplied),
    },
    async ({ principal, body }) => {
      const result = await configurationFor(services, principal).preview(body.changes ?? null, principal.id, services.deskNow());
      return { body: { data: appliedRow(result) } };
    },
  );
  api.write(
    {
      method: "post",
      path: "/api/config/apply",
      operationId: "applyConfig",
      summary:
        "Read the configuration anew and turn what it says otherwise into commands: never starting cash of what exists, never an end",
      action: "admin",
      stepUp: true,
      body: ApplyConfigBody,
      answer: systemAnswerOf(ConfigApplied),
    },
    async ({ principal, body }) => ({
      body: { data: appliedRow(await configurationFor(services, principal).apply(body.changes ?? null, principal.id)) },
    }),
  );
}

/** It is about every account, so it is for who may do everything with each of them. */
function configurationFor({ desk, options }: Services, principal: Principal): DeskConfiguration {
  for (const account of desk.accounts.keys()) authorize(principal, "admin", account, "*");
  if (options.configuration === undefined) throw new HttpFailure(503, "CONFIG_UNAVAILABLE");
  return options.configuration;
}

const changeRow = ({ id, kind, account, portfolio, key, from, to, origin, applies, detail }: Change): ConfigChange => ({
  change_id: id,
  kind,
  account_id: account,
  portfolio_id: portfolio,
  key,
  from,
  to,
  origin,
  applies,
  detail,
});

const mistakeRow = ({ code, params, path, origin }: ConfigProblem): ConfigPicture["problems"][number] => ({
  place: placeText(origin),
  column: origin.kind === "file" ? origin.column : null,
  key: path,
  code,
  detail: explain(code, params),
});

function appliedRow(result: ApplyResult): ConfigApplied {
  if (!result.ok) throw failureOf(result);
  const outcomes = result.outcomes.map(({ change, result: became, code, detail }) => ({
    ...changeRow(change),
    result: became,
    code,
    detail,
  }));
  const count = (wanted: string): number => outcomes.filter((outcome) => outcome.result === wanted).length;
  return { outcomes, applied: count("applied"), refused: count("refused"), left: count("left") };
}

/** Problems that a sentence lists one by one. */
const LISTED_MAX = 20;

function failureOf(result: Extract<ApplyResult, { ok: false }>): HttpFailure {
  if ("unknown" in result) return new HttpFailure(422, "CONFIG_CHANGE_UNKNOWN", { change: result.unknown.slice(0, 200) });
  if ("unavailable" in result) return unavailable(result.account, result.unavailable);
  const lines = result.problems
    .slice(0, LISTED_MAX)
    .map(({ code, params, origin, path }) => `${placeText(origin)} ${path}: ${code}: ${explain(code, params)}`);
  return new HttpFailure(422, "CONFIG_BROKEN", { count: result.problems.length, problems: lines.join(" ").replace(/\.$/, "") });
}

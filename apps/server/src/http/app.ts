import type { Desk } from "../desk/desk.ts";
import { Feeds } from "../ws/feed.ts";
import { Live } from "../ws/live.ts";
import { Api } from "./api.ts";
import { Wishes } from "./idempotency.ts";
import { pageRoute } from "./page.ts";
import { PerformanceCache } from "./performance-cache.ts";
import { accountsRoute } from "./routes/accounts.ts";
import { alarmRoutes } from "./routes/alarms.ts";
import { auditRoute } from "./routes/audit.ts";
import { backupRoutes } from "./routes/backups.ts";
import { barsRoute } from "./routes/bars.ts";
import { bookRoutes } from "./routes/books.ts";
import { capitalRoutes } from "./routes/capital.ts";
import { capitalFlowRoutes } from "./routes/capital-flows.ts";
import { configRoutes } from "./routes/config.ts";
import { cyclesRoute } from "./routes/cycles.ts";
import { dashboardRoutes } from "./routes/dashboard.ts";
import { dayEndRoute } from "./routes/day-ends.ts";
import { eventRoutes } from "./routes/events.ts";
import { explainRoute } from "./routes/explain.ts";
import { exportRoute } from "./routes/export.ts";
import { feedRoute } from "./routes/feeds.ts";
import { documentOf, documentRoute, healthRoutes } from "./routes/health.ts";
import { importRoutes } from "./routes/imports.ts";
import { keyRoutes } from "./routes/keys.ts";
import { killRoutes } from "./routes/kill.ts";
import { listRoutes } from "./routes/lists.ts";
import { loginRoutes } from "./routes/login.ts";
import { logRoute } from "./routes/logs.ts";
import { modeRoutes } from "./routes/modes.ts";
import { orderRoutes } from "./routes/orders.ts";
import { performanceRoute } from "./routes/performance.ts";
import { portfolioRoutes } from "./routes/portfolios.ts";
import { protectionRoutes } from "./routes/protections.ts";
import { reconcileRoutes } from "./routes/reconcile.ts";
import { sessionRoutes } from "./routes/session.ts";
import { stepUpRoutes } from "./routes/step-up.ts";
import { strategyRoutes } from "./routes/strategies.ts";
import { systemRoutes } from "./routes/system.ts";
import { tradeRoute } from "./routes/trades.ts";
import { transferRoutes } from "./routes/transfers.ts";
import { whyRoute } from "./routes/why.ts";
import { Admission } from "./security/admission.ts";
import { openEdge } from "./security/edge.ts";
import type { AppOptions, Services } from "./services.ts";
import { Versions } from "./versions.ts";

/** A desk's API without a port. */
export type App = Readonly<{
  fetch: (request: Request, env?: unknown) => Response | Promise<Response>;
  services: Services;
  /** What the routes are: for tests of authorisation and for the document. */
  definitions: Api["definitions"];
  document: () => object;
  close: () => void;
}>;

/** The API of a desk (`docs/spec/http.md`) without the headers that `listen` puts on every answer. The store stays the caller's; everything else ends with `close`. */
export function createApp(desk: Desk, options: AppOptions): App {
  const edge = openEdge(options);
  const versions = new Versions(desk, options.history ?? (() => undefined));
  const feeds = new Feeds(desk);
  const deskNow = options.deskNow ?? edge.now;
  const services: Services = {
    desk,
    ...edge,
    deskNow,
    options,
    admission: new Admission(edge),
    wishes: new Wishes(options.store, edge.now),
    versions,
    feeds,
    performance: new PerformanceCache({
      desk,
      history: options.history ?? (() => undefined),
      keep: options.keepPerformance,
      now: deskNow,
    }),
    live: new Live(desk, feeds, versions, options.quoteOf),
  };
  const api = new Api(services);
  for (const add of [
    loginRoutes,
    healthRoutes,
    documentRoute,
    portfolioRoutes,
    transferRoutes,
    capitalRoutes,
    capitalFlowRoutes,
    configRoutes,
    bookRoutes,
    barsRoute,
    cyclesRoute,
    strategyRoutes,
    accountsRoute,
    orderRoutes,
    protectionRoutes,
    listRoutes,
    tradeRoute,
    dayEndRoute,
    performanceRoute,
    explainRoute,
    exportRoute,
    whyRoute,
    killRoutes,
    modeRoutes,
    importRoutes,
    reconcileRoutes,
    alarmRoutes,
    eventRoutes,
    feedRoute,
    logRoute,
    keyRoutes,
    sessionRoutes,
    stepUpRoutes,
    auditRoute,
    systemRoutes,
    backupRoutes,
  ])
    add(api);
  if (options.dashboard === undefined) pageRoute(api);
  else dashboardRoutes(api, options.dashboard);
  return {
    fetch: (request, env) => api.app.fetch(request, env as object),
    services,
    definitions: api.definitions,
    document: () => documentOf(api),
    close: () => {
      services.versions.close();
      services.feeds.close();
      services.performance.close();
    },
  };
}

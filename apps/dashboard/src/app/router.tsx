import { createRootRoute, createRoute, createRouter, lazyRouteComponent, retainSearchParams } from "@tanstack/react-router";
import { AllPortfolios } from "../features/portfolios/all-portfolios.tsx";
import { validateSearch } from "../shared/search.ts";
import { NotFound, Shell } from "./shell.tsx";

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  validateSearch,
  search: { middlewares: [retainSearchParams(["account"])] },
});
const getParentRoute = () => root;

const routes = root.addChildren([
  createRoute({ getParentRoute, path: "/", component: AllPortfolios }),
  createRoute({
    getParentRoute,
    path: "/p/$portfolioId",
    component: lazyRouteComponent(() => import("../features/portfolio/portfolio-page.tsx"), "PortfolioPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/positions",
    component: lazyRouteComponent(() => import("../features/positions/positions-page.tsx"), "PositionsPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/trades",
    component: lazyRouteComponent(() => import("../features/trades/trades-page.tsx"), "TradesPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/trades/$tradeId",
    component: lazyRouteComponent(() => import("../features/trades/trade-page.tsx"), "TradePage"),
  }),
  createRoute({
    getParentRoute,
    path: "/capital",
    component: lazyRouteComponent(() => import("../features/capital/capital-page.tsx"), "CapitalPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/reconcile",
    component: lazyRouteComponent(() => import("../features/reconcile/reconcile-page.tsx"), "ReconcilePage"),
  }),
  createRoute({
    getParentRoute,
    path: "/strategies",
    component: lazyRouteComponent(() => import("../features/strategies/strategies-page.tsx"), "StrategiesPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/activity",
    component: lazyRouteComponent(() => import("../features/activity/activity-page.tsx"), "ActivityPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/settings",
    component: lazyRouteComponent(() => import("../features/settings/settings-page.tsx"), "SettingsPage"),
  }),
]);

export const router = createRouter({
  routeTree: routes,
  defaultPreload: "intent",
  scrollRestoration: true,
  // Everything in the address is plain text, as a person would type it.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const said = Object.entries(search).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
    const text = new URLSearchParams(said).toString();
    return text === "" ? "" : `?${text}`;
  },
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

export {
  type AccountId,
  type AssetId,
  type Brand,
  type BusinessDate,
  type ExecutionId,
  type InstantMs,
  type InstrumentId,
  isSlug,
  type LotId,
  type OrderId,
  type PortfolioId,
  type VenueOrderSeq,
} from "./brand.ts";
export { type Asset, type AssetKind, type Instrument, type Settlement, termsOf } from "./instrument/instrument.ts";

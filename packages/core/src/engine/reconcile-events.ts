import type { Event, ReconcileEvent } from "./events.ts";

const TYPES: Readonly<Record<ReconcileEvent["type"], true>> = {
  BaselineAdopted: true,
  DifferencesBooked: true,
  Reconciled: true,
  BreakOpened: true,
  BreakGrown: true,
  BreakSettled: true,
  BreakAssigned: true,
  BreakWrittenOff: true,
  ProposalApproved: true,
  AssignmentUndone: true,
  OrderClaimed: true,
  ExternalOrderSeen: true,
  ExternalOrderGone: true,
  OrderMissed: true,
  OrderVanished: true,
};

/** Whether an event is about comparing with the venue, or people answering. */
export const isReconcileEvent = (event: Event): event is ReconcileEvent => Object.hasOwn(TYPES, event.type);

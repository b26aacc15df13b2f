import type { Position, Sweep } from '#libs/persistence/housekeeping';
import type { ViewRepair } from './view-repair.js';
import type { WrittenOrders } from './written-orders.js';

/** `recent`: orders that have changed since the pass before. `all`: every order, for what that one cannot see. */
export const sweepPasses = ['recent', 'all'] as const;
export type SweepPass = (typeof sweepPasses)[number];

/** Names the pass's row among the leases of housekeeping. */
export const leaseOf = (pass: SweepPass): string => `order_views ${pass}`;

/** Orders that are compared at once. */
const batchSize = 1_000;

export interface ViewSweepSettings {
  /** From the end of a pass through what has changed to the start of the next. */
  readonly everySeconds: number;
  /** The same for passes through all orders. */
  readonly allEveryHours: number;
  /** Orders that changed so shortly before are left for the next pass: their events are on their way. */
  readonly quietSeconds: number;
}

/** Compares views with their orders, so that an event that was lost or parked leaves no view behind for ever. */
export function viewSweeps(
  orders: Pick<WrittenOrders, 'changed'>,
  repair: Pick<ViewRepair, 'compare'>,
  { everySeconds, allEveryHours, quietSeconds }: ViewSweepSettings,
): readonly [recent: Sweep, all: Sweep] {
  const sweepOf = (pass: SweepPass, everySeconds: number): Sweep => ({
    name: leaseOf(pass),
    everySeconds,
    quietSeconds,
    batchSize,
    sweep: async ({ before, after: position, limit }): Promise<Position | null> => {
      const { from, after = null } = position ?? {};
      const range = { from: from === undefined ? null : new Date(from), to: before, after, limit };
      const page = await orders.changed(range);
      await repair.compare(page.orders, pass);
      return page.next === null ? null : { ...(from !== undefined && { from }), after: page.next };
    },
  });
  return [
    // The very first pass begins now: what changed earlier is left to the pass through all orders.
    { ...sweepOf('recent', everySeconds), begin: (before) => ({ from: before.toISOString() }) },
    sweepOf('all', allEveryHours * 3_600),
  ];
}

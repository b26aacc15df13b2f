import type { OrderStatus } from '#libs/contracts/order/order.messages.js';
import { idOf } from '#libs/kernel/ids.js';
import { chance } from './chance.js';

/** What tells one order of the filled tables from another. */
export interface FilledOrder {
  readonly id: string;
  readonly number: string;
  readonly customerId: string;
  readonly placedAtMs: number;
  readonly status: OrderStatus;
}

const dayMs = 86_400_000;
const years = 3;
const maxWholesaleOrders = 50_000;
const maxWholesaleShare = 0.2;
const shopShare = 0.02;
const shops = 10;
const ordersPerCustomer = 6;
const pendingShare = 0.0005;

/** One customer with tens of thousands of orders, if there are so many in all: the one who has deep pages. */
export const wholesale = 'wholesale';

/**
 * The orders of some years, oldest first: most from customers with a few each, some from shops with hundreds, and many
 * from one wholesale customer. Every order is derived from its place in the row, so that readers need no list of them.
 */
export class Population {
  private readonly fromMs: number;
  private readonly stepMs: number;
  private readonly wholesaleShare: number;
  private readonly customers: number;

  constructor(
    readonly orders: number,
    readonly untilMs: number,
  ) {
    this.fromMs = untilMs - years * 365 * dayMs;
    this.stepMs = (untilMs - this.fromMs) / orders;
    this.wholesaleShare = Math.min(maxWholesaleShare, maxWholesaleOrders / orders);
    this.customers = Math.max(1, Math.floor(orders / ordersPerCustomer));
  }

  /** @param place from 0, the oldest, to `orders` - 1. */
  order(place: number): FilledOrder {
    const placedAtMs = Math.floor(this.fromMs + (place + chance(place, 'time')) * this.stepMs);
    return {
      id: idOf(placedAtMs, idBits(place)),
      number: `${new Date(placedAtMs).getUTCFullYear()}-${String(place + 1_000_000).padStart(7, '0')}`,
      customerId: this.customerOf(place),
      placedAtMs,
      status: this.statusOf(place, placedAtMs),
    };
  }

  private customerOf(place: number): string {
    const kind = chance(place, 'kind');
    const which = chance(place, 'customer');
    if (kind < this.wholesaleShare) return wholesale;
    if (kind < this.wholesaleShare + shopShare) return `shop-${Math.floor(which * shops)}`;
    return `customer-${Math.floor(which * this.customers)}`;
  }

  /** By age: what is old has come to its end, what is new is on its way there. */
  private statusOf(place: number, placedAtMs: number): OrderStatus {
    if (place >= this.orders * (1 - pendingShare)) return 'PENDING';
    const fate = chance(place, 'status');
    if (fate < 0.06) return 'REJECTED';
    if (fate < 0.1) return 'CANCELLED';
    const days = (this.untilMs - placedAtMs) / dayMs;
    if (days < 1) return 'CONFIRMED';
    if (days < 2) return 'PREPARING';
    if (days < 4) return 'SHIPPED';
    return days < 5 ? 'OUT_FOR_DELIVERY' : 'DELIVERED';
  }
}

function idBits(place: number): Uint8Array {
  const bits = Buffer.alloc(16);
  for (const [word, purpose] of (['id-0', 'id-1', 'id-2', 'id-3'] as const).entries()) {
    bits.writeUInt32BE(Math.floor(chance(place, purpose) * 2 ** 32), word * 4);
  }
  return bits;
}

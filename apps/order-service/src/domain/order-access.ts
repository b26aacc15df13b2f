import type { Caller } from '#libs/kernel/caller.js';
import { Refusal } from '#libs/kernel/errors.js';

/** Somebody else's order and no order at all are one answer, so that nobody can find out what exists. */
export class OrderNotFound extends Refusal {
  constructor(id: string) {
    super('order-not-found', `there is no order ${id}`);
  }
}

/** A customer acts for themselves only. */
export class CustomerNotYours extends Refusal {
  constructor() {
    super('customer-not-yours', 'you may not act for another customer');
  }
}

/** A customer sees only their own; staff see all. */
export const maySeeCustomer = (caller: Caller, customerId: string): boolean =>
  caller.isStaff || (caller.roles.includes('customer') && caller.subject === customerId);

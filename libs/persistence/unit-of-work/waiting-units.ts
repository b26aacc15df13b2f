import { Overloaded } from '../database/errors.js';
import type { UnitOfWork } from './unit-of-work.js';

export type Priority = NonNullable<UnitOfWork<unknown>['priority']>;

export type WaitingBounds = Readonly<Record<Priority, number>>;

/**
 * First in, first out, in two lanes: work that was begun goes before work that would be new. Under overload a service
 * that took the new first would accept everything and finish nothing.
 */
export class WaitingUnits<Member extends { readonly priority: Priority }> {
  private readonly lanes: Record<Priority, Member[]> = { started: [], new: [] };

  constructor(private readonly bounds: WaitingBounds) {}

  /** @throws Overloaded when the lane is full. */
  add(member: Member): void {
    const lane = this.lanes[member.priority];
    if (lane.length >= this.bounds[member.priority]) {
      throw new Overloaded(`${lane.length} units of work are waiting already`);
    }
    lane.push(member);
  }

  /** In front of all others: they were taken once, and their callers have waited the longest. */
  putBack(members: readonly Member[]): void {
    this.lanes.started.unshift(...members);
  }

  take(count: number): Member[] {
    const taken = this.lanes.started.splice(0, count);
    return taken.length < count ? taken.concat(this.lanes.new.splice(0, count - taken.length)) : taken;
  }

  get counts(): Readonly<Record<Priority, number>> {
    return { started: this.lanes.started.length, new: this.lanes.new.length };
  }
}

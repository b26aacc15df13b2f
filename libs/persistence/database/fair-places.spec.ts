import { describe, expect, it } from '@jest/globals';
import { TooManyRequests } from '#libs/kernel/errors.js';
import { Overloaded } from './errors.js';
import { FairPlaces, type Asking, type Ticket } from './fair-places.js';

const limits = {
  places: 4,
  maxWaiting: 10,
  ofOne: { places: 2, maxWaiting: 3 },
  forMany: { places: 3, maxWaiting: 5 },
};

/** Who has a place, in the order in which they got it. */
class Door {
  readonly places = new FairPlaces(limits);
  readonly inside: (string | null)[] = [];

  enter(whose: string | null, asking: Asking = {}): Ticket {
    const ticket = this.places.enter(whose, asking);
    void ticket.served.then(() => this.inside.push(whose));
    return ticket;
  }

  enterAll(whose: string | null, count: number): Ticket[] {
    return Array.from({ length: count }, () => this.enter(whose));
  }
}

const microtasks = () => new Promise(setImmediate);

describe('FairPlaces', () => {
  it('gives one caller only some of the places, and the process itself all', async () => {
    const door = new Door();
    door.enterAll('a', 4);
    await microtasks();
    expect(door.inside).toEqual(['a', 'a']);
    const own = new Door();
    own.enterAll(null, 5);
    await microtasks();
    expect(own.inside).toEqual([null, null, null, null]);
    expect(own.places.waiting).toBe(1);
  });

  it('gives more of them to a caller who acts for many', async () => {
    const door = new Door();
    const asking = { forMany: true };
    for (let n = 0; n < 3 + 5; n += 1) door.enter('staff', asking);
    await microtasks();
    expect(door.inside).toEqual(['staff', 'staff', 'staff']);
    expect(() => door.enter('staff', asking)).toThrow(TooManyRequests);
  });

  it('serves callers in turn, however many each has waiting', async () => {
    const door = new Door();
    const first = door.enterAll(null, 4);
    door.enterAll('a', 3);
    door.enter('b');
    door.enter('c');
    for (const ticket of first) ticket.giveBack();
    await microtasks();
    expect(door.inside.slice(4)).toEqual(['a', 'b', 'c', 'a']);
  });

  it('rests a place after its use, for as long as that took, while the same caller has more waiting', async () => {
    let nowMs = 0;
    const resting: { atMs: number; run: () => void }[] = [];
    const after = (delayMs: number, run: () => void) => {
      resting.push({ atMs: nowMs + delayMs, run });
      return { cancel: () => undefined };
    };
    const share = { places: 1, maxWaiting: 3, rests: true };
    const time = { monotonicMs: () => nowMs, after };
    const places = new FairPlaces({ ...limits, places: 1, ofOne: share }, new Map(), time);
    const inside: string[] = [];
    const enter = (whose: string): Ticket => {
      const ticket = places.enter(whose);
      void ticket.served.then(() => inside.push(whose));
      return ticket;
    };
    const first = enter('a');
    enter('a');
    nowMs = 20;
    first.giveBack();
    const other = enter('b');
    await microtasks();
    expect(inside).toEqual(['a', 'b']);
    other.giveBack();
    expect(resting.map(({ atMs }) => atMs)).toEqual([40]);
    resting[0]!.run();
    await microtasks();
    expect(inside).toEqual(['a', 'b', 'a']);
  });

  it('does not rest it for as long as a slow use took', async () => {
    const rests: number[] = [];
    let nowMs = 0;
    const after = (delayMs: number) => {
      rests.push(delayMs);
      return { cancel: () => undefined };
    };
    const ofOne = { places: 1, maxWaiting: 3, rests: true };
    const places = new FairPlaces({ ...limits, ofOne }, new Map(), { monotonicMs: () => nowMs, after });
    const slow = places.enter('a');
    places.enter('a');
    await slow.served;
    nowMs = 4_000;
    slow.giveBack();
    expect(rests).toEqual([50]);
  });

  it('refuses a caller who has as many waiting as one may, and lets others wait', () => {
    const door = new Door();
    door.enterAll('a', 2 + 3);
    expect(() => door.enter('a')).toThrow(TooManyRequests);
    expect(() => door.enter('b')).not.toThrow();
    expect(() => door.enter('a', { isKnown: true })).not.toThrow();
  });

  it('counts what a caller waits for elsewhere, too', () => {
    const waitingOf = new Map();
    const [first, second] = [new FairPlaces(limits, waitingOf), new FairPlaces(limits, waitingOf)];
    for (let n = 0; n < 2 + 3; n += 1) second.enter('a');
    expect(() => first.enter('a')).toThrow(TooManyRequests);
    expect(() => first.enter('b')).not.toThrow();
  });

  it('refuses everybody while as many wait as may', () => {
    const door = new Door();
    door.enterAll(null, 4 + 10);
    expect(() => door.enter('a')).toThrow(Overloaded);
    expect(() => door.enter(null)).toThrow(Overloaded);
  });

  it('takes back a place and a wait, each once', async () => {
    const door = new Door();
    const tickets = door.enterAll('a', 4);
    tickets[3]!.giveBack();
    tickets[3]!.giveBack();
    expect(door.places.waiting).toBe(1);
    tickets[0]!.giveBack();
    tickets[0]!.giveBack();
    await microtasks();
    expect(door.inside).toEqual(['a', 'a', 'a']);
    tickets[2]!.giveBack();
    tickets[1]!.giveBack();
    door.enterAll(null, 5);
    await microtasks();
    expect(door.inside.slice(3)).toEqual([null, null, null, null]);
  });
});

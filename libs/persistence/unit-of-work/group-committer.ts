import { AsyncResource } from 'node:async_hooks';
import { setImmediate as yieldToEventLoop, setTimeout as pause } from 'node:timers/promises';
import { random } from '#libs/kernel/chance.js';
import { systemClock, type Clock } from '#libs/kernel/clock.js';
import { Fault } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import {
  CommitUnknown,
  ConnectionLost,
  Contention,
  DuplicateKey,
  LockTimeout,
  Overloaded,
  ServerFailing,
  UnlistedError,
} from '../database/errors.js';
import {
  decideGroup,
  GroupBlocked,
  membersBetweenYields,
  type DecidedGroup,
  type HeldRow,
  type Member,
} from './group.js';
import { silentObserver, type GroupObserver, type TransactionResult } from './group-observer.js';
import type { Table } from '../database/table.js';
import type { AnyTable } from '../database/table.js';
import type { CommitMark, Transaction, TransactionStore } from './transaction-store.js';
import type { UnitOfWork, UnitOfWorkRunner } from './unit-of-work.js';
import { want } from './working-set.js';
import { UnitsSetAside, type LoneOutcome } from './units-set-aside.js';
import { WaitingUnits, type Priority } from './waiting-units.js';

export interface GroupCommitterOptions {
  readonly store: TransactionStore;
  /** Gives `work.now`. */
  readonly clock: Pick<Clock, 'now'>;
  /** Units in one transaction at most. 1 switches grouping off. Default: 200. */
  readonly maxGroupSize?: number;
  /** Transactions at once. More than one lets the next group load while this one commits. Default: 1. */
  readonly groupsInFlight?: number;
  /** New units that may wait; beyond it: Overloaded. Default: 1,000. */
  readonly maxNewUnits?: number;
  /** Begun units that may wait: consumers' prefetch keeps them far below. Default: 20,000. */
  readonly maxStartedUnits?: number;
  /** How long a unit goes on trying against deadlocks and rows that others hold. Default: 30 s. */
  readonly contentionSeconds?: number;
  /** How long units wait for a database that is away, and for the outcome of a lost COMMIT. Default: 10 s. */
  readonly outageSeconds?: number;
  readonly observer?: GroupObserver;
  readonly timing?: CommitterTiming;
}

/** Waiting and chance, replaceable so that a simulation can own them. */
export interface CommitterTiming {
  /** Lets the event loop turn: units that arrive meanwhile join the group, and nobody waits for a whole group's work. */
  readonly yieldToEventLoop: () => Promise<unknown>;
  readonly pause: (milliseconds: number) => Promise<unknown>;
  readonly monotonicMs: () => number;
  /** In [0, 1). */
  readonly random: () => number;
}

const realTiming: CommitterTiming = {
  yieldToEventLoop: () => yieldToEventLoop(),
  pause: (milliseconds) => pause(milliseconds),
  monotonicMs: systemClock.monotonicMs,
  random,
};

const triesAgainstContention = 5;
const triesOnFreshRows = 3;
/** For what the server cannot do, whoever wants it: a moment later it may. Halves of a group have had theirs. */
const triesWhileFailing = 3;

/** A transaction hardly waits at all for rows that others hold: everybody waits with it, or for what it holds itself. */
const lockWaitSeconds = 1;
/** Between two tries of a unit alone. */
const lonePauseMs = 2_000;
/** Whoever waits for one row and holds nothing may do so for longer, and keeps its place in the server's queue. */
const rowWaitSeconds = 5;

/** Rows that are waited for at once, each on a connection of its own, and units that wait for any of them. */
export const setAsideLimits = { maxRows: 8, maxUnits: 1_000 };

/** One transaction at a time, under a name of its own in the database. */
interface Lane {
  committer: string;
  groupNumber: number;
  /** Nobody else waits with what this lane does. */
  readonly alone: boolean;
}

interface Waiting extends Member {
  readonly priority: Priority;
  /** Monotonic milliseconds of its first try. */
  sinceMs?: number;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/**
 * Runs units of work in groups: rows of all of them are loaded with one statement per table, they decide one after the
 * other, their writes leave as one statement per table, and one COMMIT makes all durable. A group takes whoever waits
 * when the previous one has committed, so groups grow under load by themselves and a lone unit waits for nobody.
 *
 * A member that cannot be written is found by halving the group, and fails alone. One that wants a row which another
 * session holds is set aside, and waits alone (group-committer.spec.ts).
 */
export class GroupCommitter implements UnitOfWorkRunner {
  private readonly options: Required<GroupCommitterOptions>;
  private readonly queue: WaitingUnits<Waiting>;
  private readonly idle: Lane[];
  private readonly lanes: number;
  private readonly loneLanes: Lane[] = [];
  private readonly setAside: UnitsSetAside<Waiting>;
  private readonly listeners = new Map<AnyTable, ((rows: readonly never[]) => void)[]>();
  /** The loop serves everybody: it must not run in the context of the request that happened to start it. */
  private readonly context = new AsyncResource('GroupCommitter');
  private awaySinceMs: number | undefined;
  private closed = false;
  private whenIdle: (() => void)[] = [];

  constructor(options: GroupCommitterOptions) {
    this.options = {
      store: options.store,
      clock: options.clock,
      maxGroupSize: options.maxGroupSize ?? 200,
      groupsInFlight: options.groupsInFlight ?? 1,
      maxNewUnits: options.maxNewUnits ?? 1_000,
      maxStartedUnits: options.maxStartedUnits ?? 20_000,
      contentionSeconds: options.contentionSeconds ?? 30,
      outageSeconds: options.outageSeconds ?? 10,
      observer: options.observer ?? silentObserver,
      timing: options.timing ?? realTiming,
    };
    this.queue = new WaitingUnits({ new: this.options.maxNewUnits, started: this.options.maxStartedUnits });
    this.idle = Array.from({ length: this.options.groupsInFlight }, () => newLane({ alone: false }));
    this.lanes = this.idle.length;
    this.setAside = new UnitsSetAside(setAsideLimits, {
      comesFree: (row) => this.comesFree(row),
      tryAlone: (member) => this.tryAlone(member),
      giveBack: (members) => this.giveBack(members),
      began: (row) => this.options.observer.rowHeld(row?.table.row.name),
      isOverdue: ({ sinceMs }) => this.hasRunOut(sinceMs!),
      refuse: ({ reject }, reason) =>
        reject(reason === 'too-many' ? new Overloaded('too many wait for locked rows') : busy()),
    });
  }

  run<Result>(unit: UnitOfWork<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      if (this.closed) throw new Overloaded('the unit of work is shutting down');
      const caller = new AsyncResource('UnitOfWork');
      this.queue.add({
        unit,
        priority: unit.priority ?? 'started',
        wanted: want(new Map(), unit.load),
        inCallersContext: (run) => caller.runInAsyncScope(run),
        resolve: resolve as (result: unknown) => void,
        reject,
      });
      this.wake();
    });
  }

  onCommitted<Row, Key>(table: Table<Row, Key>, listener: (rows: readonly Row[]) => void): void {
    const listeners = this.listeners.get(table) ?? [];
    this.listeners.set(table, [...listeners, listener]);
  }

  /** Units that wait for a group, by priority, and those that wait for rows that others hold. */
  get waiting(): Readonly<Record<Priority | 'set-aside', number>> {
    return { ...this.queue.counts, 'set-aside': this.setAside.count };
  }

  /** Refuses new units (Overloaded) and resolves when those that wait have their outcome. */
  async close(): Promise<void> {
    this.closed = true;
    await this.setAside.close();
    if (this.idle.length < this.lanes) await new Promise<void>((resolve) => this.whenIdle.push(resolve));
  }

  private giveBack(members: readonly Waiting[]): void {
    this.queue.putBack(members);
    this.wake();
  }

  private wake(): void {
    const lane = this.idle.pop();
    if (lane) this.context.runInAsyncScope(() => void this.serve(lane));
  }

  private async serve(lane: Lane): Promise<void> {
    for (;;) {
      await this.options.timing.yieldToEventLoop();
      const members = this.queue.take(this.options.maxGroupSize);
      if (members.length === 0) break;
      const nowMs = this.options.timing.monotonicMs();
      for (const member of members) member.sinceMs ??= nowMs;
      await this.settle(members, lane, nowMs);
    }
    this.idle.push(lane);
    if (this.idle.length === this.lanes) for (const resolve of this.whenIdle.splice(0)) resolve();
  }

  /** Tries until every member has its outcome. Never throws. @param isPart of a group that was tried as a whole. */
  private async settle(
    members: readonly Waiting[],
    lane: Lane,
    sinceMs: number,
    isPart = false,
  ): Promise<void> {
    const tries = { contention: 0, freshRows: 0, connection: 0, failing: 0 };
    for (;;) {
      try {
        await this.conclude(members, await this.transact(members, lane));
        return;
      } catch (error) {
        if (error instanceof CommitUnknown) return rejectAll(members, error);
        if (error instanceof ConnectionLost) {
          if (await this.waitForDatabase(tries.connection++)) continue;
          return rejectAll(members, new Fault('the database is away', { cause: error }));
        }
        if (error instanceof LockTimeout) return this.settleBlocked(members, lane, sinceMs, error);
        if (error instanceof Contention) {
          if (++tries.contention < triesAgainstContention && !this.hasRunOut(sinceMs)) {
            await this.jitter(tries.contention);
            continue;
          }
          if (members.length === 1 || this.hasRunOut(sinceMs)) {
            return rejectAll(members, busy(error));
          }
        }
        if (isFailure(error) && !isPart && ++tries.failing < triesWhileFailing) {
          await this.jitter(tries.failing);
          continue;
        }
        // Whoever else made the row has committed: units that loaded its key find it now. Usually that is all it takes.
        if (
          error instanceof DuplicateKey &&
          ++tries.freshRows < (members.length === 1 ? triesOnFreshRows : 2)
        )
          continue;
        if (members.length === 1) return rejectAll(members, error);
        return this.settleHalves(members, lane, sinceMs);
      }
    }
  }

  private async settleHalves(members: readonly Waiting[], lane: Lane, sinceMs: number): Promise<void> {
    const half = Math.ceil(members.length / 2);
    await this.settle(members.slice(0, half), lane, sinceMs, true);
    await this.settle(members.slice(half), lane, sinceMs, true);
  }

  /**
   * Somebody holds what the group wants. A look at which rows are locked usually shows who wants it: that member is set
   * aside, and the others go on. When it shows nothing (the row came free, or is only being made), the group is halved.
   */
  private async settleBlocked(
    members: readonly Waiting[],
    lane: Lane,
    sinceMs: number,
    error: LockTimeout,
  ): Promise<void> {
    const rows = error instanceof GroupBlocked ? await this.heldRowsOf(error) : [];
    const free = members.filter((_, seat) => rows[seat] === undefined);
    if (free.length === members.length) {
      if (members.length > 1) return this.settleHalves(members, lane, sinceMs);
      this.setAside.add(undefined, members[0]!);
      return;
    }
    for (const [seat, row] of rows.entries()) if (row) this.setAside.add(row, members[seat]!);
    if (free.length > 0) await this.settle(free, lane, sinceMs);
  }

  private async heldRowsOf(blocked: GroupBlocked): Promise<readonly (HeldRow | undefined)[]> {
    try {
      return blocked.wantedOf(await this.options.store.lockedKeys(blocked.loads));
    } catch {
      return [];
    }
  }

  private async comesFree({ table, key }: HeldRow): Promise<boolean> {
    // Whatever else it is, groups know what to do about it.
    return this.options.store.comesFree(table, key, rowWaitSeconds).catch(() => true);
  }

  /** For a member that waits for something that no look shows. */
  private async tryAlone(member: Waiting): Promise<LoneOutcome> {
    const lane = this.loneLanes.pop() ?? newLane({ alone: true });
    try {
      await this.conclude([member], await this.transact([member], lane));
      return 'through';
    } catch (error) {
      if (error instanceof LockTimeout) {
        // Others want what it held meanwhile.
        await this.options.timing.pause(lonePauseMs);
        return 'still-held';
      }
      if (error instanceof CommitUnknown) member.reject(error);
      else this.giveBack([member]);
      return 'through';
    } finally {
      this.loneLanes.push(lane);
    }
  }

  private async transact(members: readonly Waiting[], lane: Lane): Promise<DecidedGroup> {
    const { timing, observer, clock } = this.options;
    const startMs = timing.monotonicMs();
    const ended = (result: TransactionResult, error?: unknown): void =>
      observer.transactionEnded(members.length, timing.monotonicMs() - startMs, result, error);
    try {
      const mark = { committer: lane.committer, groupNumber: (lane.groupNumber += 1) };
      const transaction = await this.options.store.begin(mark, { lockWaitSeconds });
      const group = await this.prepare(transaction, members, clock.now(), lane);
      if (group.changes.length > 0) await this.commit(transaction, mark);
      this.awaySinceMs = undefined;
      ended(group.changes.length > 0 ? 'committed' : 'nothing-to-write');
      return group;
    } catch (error) {
      // A transaction that lives on at the server has the mark locked: the next one has a mark of its own.
      if (error instanceof ConnectionLost || error instanceof CommitUnknown) lane.committer = newId();
      ended(resultOf(error), error);
      throw error;
    }
  }

  /** All but the COMMIT; rolled back when there is nothing to commit. */
  private async prepare(
    transaction: Transaction,
    members: readonly Waiting[],
    now: Date,
    lane: Lane,
  ): Promise<DecidedGroup> {
    try {
      const isHeld = (name: string): boolean => !lane.alone && this.setAside.has(name);
      const group = await decideGroup(
        members,
        transaction,
        now,
        this.options.timing.yieldToEventLoop,
        isHeld,
      );
      if (group.changes.length === 0) await transaction.rollback();
      else await this.write(transaction, group);
      return group;
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
  }

  private async write(transaction: Transaction, { changes, blockedBy }: DecidedGroup): Promise<void> {
    try {
      await transaction.write(changes);
    } catch (error) {
      throw error instanceof LockTimeout ? blockedBy(error) : error;
    }
  }

  /** @throws Contention or ConnectionLost when the group was not committed, CommitUnknown when nobody can say. */
  private async commit(transaction: Transaction, mark: CommitMark): Promise<void> {
    try {
      await transaction.commit();
    } catch (error) {
      if (error instanceof Contention) throw error;
      if (!(await this.wasCommitted(mark, error))) {
        throw new ConnectionLost('the connection was lost before the commit', { cause: error });
      }
    }
  }

  private async wasCommitted(mark: CommitMark, cause: unknown): Promise<boolean> {
    const { timing, outageSeconds, store } = this.options;
    const startMs = timing.monotonicMs();
    for (let tries = 1; ; tries += 1) {
      try {
        return await store.wasCommitted(mark);
      } catch {
        if (timing.monotonicMs() - startMs >= outageSeconds * 1000) {
          throw new CommitUnknown(
            'the connection was lost at the commit, and the outcome cannot be asked for',
            { cause },
          );
        }
        await this.jitter(tries);
      }
    }
  }

  /**
   * False when the database has been away for too long. Counted from when it went, not from when this group met it:
   * otherwise a queue of groups would be told one after the other, each after a full wait.
   */
  private async waitForDatabase(tries: number): Promise<boolean> {
    const nowMs = this.options.timing.monotonicMs();
    this.awaySinceMs ??= nowMs;
    if (nowMs - this.awaySinceMs >= this.options.outageSeconds * 1000) return false;
    await this.jitter(tries);
    return true;
  }

  private hasRunOut(sinceMs: number): boolean {
    return this.options.timing.monotonicMs() - sinceMs >= this.options.contentionSeconds * 1000;
  }

  /** 5 to 10 ms at first, at most half a second to a second. */
  private jitter(tries: number): Promise<unknown> {
    const { pause, random } = this.options.timing;
    return pause(Math.min(1000, 10 * 2 ** tries) * (0.5 + random() / 2));
  }

  private async conclude(members: readonly Waiting[], { outcomes, changes }: DecidedGroup): Promise<void> {
    for (const { table, inserted } of changes) {
      if (inserted.length > 0) this.tell(table, inserted as readonly never[]);
    }
    this.queue.putBack(members.filter((_, seat) => outcomes[seat]?.kind === 'left'));
    for (const [seat, outcome] of outcomes.entries()) {
      if (outcome.kind === 'held') this.setAside.add(outcome.row, members[seat]!);
    }
    for (const [seat, member] of members.entries()) {
      if (seat > 0 && seat % membersBetweenYields === 0) await this.options.timing.yieldToEventLoop();
      const outcome = outcomes[seat];
      if (outcome?.kind === 'done') member.resolve(outcome.result);
      if (outcome?.kind === 'threw') member.reject(outcome.error);
    }
  }

  private tell(table: AnyTable, rows: readonly never[]): void {
    for (const listener of this.listeners.get(table) ?? []) {
      try {
        listener(rows);
      } catch (error) {
        // What is committed is committed: a listener's failure is no reason to fail the units.
        this.options.observer.listenerFailed(error);
      }
    }
  }
}

const newLane = ({ alone }: Pick<Lane, 'alone'>): Lane => ({ committer: newId(), groupNumber: 0, alone });

const busy = (cause?: unknown): Fault => new Fault('the database is busy', { cause });

function rejectAll(members: readonly Waiting[], error: unknown): void {
  for (const member of members) member.reject(error);
}

/** The server failed at what a member wants. Which one, and whether others can go on, shows when they are apart. */
const isFailure = (error: unknown): boolean =>
  error instanceof ServerFailing || error instanceof UnlistedError;

function resultOf(error: unknown): TransactionResult {
  if (error instanceof CommitUnknown) return 'commit-unknown';
  if (error instanceof ConnectionLost) return 'connection-lost';
  if (error instanceof Contention) return 'contention';
  if (isFailure(error)) return 'failed';
  return error instanceof DuplicateKey ? 'duplicate-key' : 'refused';
}

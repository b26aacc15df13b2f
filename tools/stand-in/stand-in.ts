import { random } from '#libs/kernel/chance.js';
import type { Clock } from '#libs/kernel/clock.js';
import { Defect } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import {
  type Ask,
  begin,
  decide,
  type Decision,
  type Given,
  isFinished,
  type SagaInput,
  type SagaInstance,
  type TimelineEntry,
} from '#libs/saga/engine';
import {
  placeOrderSaga,
  type PlaceOrderAct,
  type PlaceOrderData,
} from '../../apps/order-service/src/sagas/place-order.saga.js';
import type { Command } from '../conformance/command.js';
import { dataOf, type Reply } from '../conformance/reply.js';

/** One order as the stand-in knows it. */
export interface TrackedOrder {
  readonly instance: SagaInstance<PlaceOrderData>;
  readonly traceId: string;
  /** The command that was asked last. */
  readonly asked: Command;
}

/** Confirmed or rejected. */
export type EndingAct = Exclude<PlaceOrderAct, { type: 'give-back' }>;

/** Is told what happens to the orders. */
export interface Observer {
  progressed(order: TrackedOrder, entries: readonly TimelineEntry[]): void;
  ended(order: TrackedOrder, act: EndingAct): void;
  /** A reply that order-service would park, and alert on. */
  parked(reply: Reply, why: string): void;
}

type What = SagaInput extends infer Input ? (Input extends Given ? Omit<Input, keyof Given> : never) : never;

/**
 * order-service without a database: the same saga, decided by the same engine, on orders in memory. They are lost when
 * it ends, as those of order-service are not.
 */
export class StandIn {
  readonly #orders = new Map<string, TrackedOrder>();

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    /** How many of the clock's seconds pass in one. */
    private readonly hurry: number,
    private readonly ask: (command: Command) => void,
    private readonly observer: Observer,
  ) {}

  get unfinished(): readonly TrackedOrder[] {
    return [...this.#orders.values()].filter(({ instance }) => !isFinished(instance));
  }

  /** The order whose id ends so: the beginning of an id is its time, and the same for many. */
  find(ending: string): TrackedOrder | undefined {
    return [...this.#orders.values()].find(({ instance }) => instance.id.endsWith(ending));
  }

  knows(sagaId: unknown): boolean {
    return this.#orders.has(String(sagaId));
  }

  place(data: PlaceOrderData): string {
    const { orderId: id } = data;
    const traceId = id.replaceAll('-', '');
    this.#carryOut(traceId, undefined, begin(placeOrderSaga, { id, subject: id, data }, this.#given()));
    return id;
  }

  /** Handles a reply as order-service does: one that names none of its sagas is parked. */
  handleReply(reply: Reply): void {
    const { id, sagaid, commandid, type, subject } = reply.envelope;
    const order = this.#orders.get(String(sagaid));
    if (!order) return this.observer.parked(reply, `there is no saga ${String(sagaid)}`);
    if (subject !== order.instance.subject)
      return this.observer.parked(reply, 'the subject is not its order');
    this.#input(order, reply, {
      type: 'reply',
      messageId: String(id),
      messageType: String(type),
      commandId: String(commandid),
      data: dataOf(reply),
    });
  }

  /** Fires the deadlines that have passed. */
  passTime(): void {
    const now = this.clock.now();
    for (const order of this.unfinished) {
      const { deadlineAt, revision } = order.instance;
      if (deadlineAt && deadlineAt <= now)
        this.#input(order, undefined, { type: 'deadline-passed', revision });
    }
  }

  /** A customer changes their mind. */
  cancel({ instance: { id } }: TrackedOrder): void {
    const reason = { code: 'cancelled-by-customer', detail: 'Cancelled by the customer.' };
    this.#input(this.#orders.get(id)!, undefined, { type: 'roll-back-requested', reason });
  }

  #input(order: TrackedOrder, reply: Reply | undefined, what: What): void {
    try {
      const input: SagaInput = { ...what, ...this.#given() };
      this.#carryOut(order.traceId, order, decide(placeOrderSaga, order.instance, input));
    } catch (error) {
      if (!(error instanceof Defect) || !reply) throw error;
      this.observer.parked(reply, error.message);
    }
  }

  #carryOut(
    traceId: string,
    before: TrackedOrder | undefined,
    { instance, effects }: Decision<PlaceOrderData, PlaceOrderAct>,
  ): void {
    const asked = effects.ask ? this.#commandOf(effects.ask, instance, traceId) : before?.asked;
    if (!asked) throw new Defect('a saga that begins asks for something');
    const order = { instance, traceId, asked };
    this.#orders.set(instance.id, order);
    this.observer.progressed(order, effects.timeline);
    for (const act of effects.acts) if (act.type !== 'give-back') this.observer.ended(order, act);
    if (effects.ask) this.ask(asked);
  }

  #given(): Given {
    return { at: this.clock.now(), jitter: random(), nextCommandId: newId() };
  }

  #commandOf(
    { message, commandId, data, expiresAt }: Ask,
    { id, subject }: SagaInstance,
    traceId: string,
  ): Command {
    const { reservationId, paymentId } = data as { reservationId?: string; paymentId?: string };
    const about = reservationId ?? paymentId ?? id;
    const command = { message, data, about, orderId: subject, sagaId: id, commandId, traceId };
    if (!expiresAt) return command;
    const waitMs = (expiresAt.getTime() - this.clock.now().getTime()) / this.hurry;
    return { ...command, expirySeconds: waitMs / 1000 };
  }
}

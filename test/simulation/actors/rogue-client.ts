import { queues, type Service, type WorkQueue } from '#libs/contracts/topology.js';
import {
  ReservationCancelled,
  StockCommitted,
  StockReleased,
  StockReserved,
  StockShort,
} from '#libs/contracts/inventory/inventory.messages.js';
import {
  PaymentCancelled,
  PaymentDeclined,
  PaymentRefunded,
  PaymentTaken,
  TakePayment,
} from '#libs/contracts/payment/payment.messages.js';
import type { WireMoney } from '#libs/contracts/shapes.js';
import { newId } from '#libs/kernel/ids.js';
import type { Envelope } from '#libs/messaging/envelope/envelope.js';
import { cloudEventsContentType, type WireMessage } from '#libs/messaging/broker/publisher.js';
import type { Call } from '#libs/saga/engine/instance.js';
import { sagas, type SagaRow } from '#libs/saga/runner/saga.row.js';
import type { PlaceOrderData } from '../../../apps/order-service/src/sagas/place-order.saga.js';
import { changesOf } from '../invariants/commit-observer.js';
import type { Databases } from '../services/cluster.js';
import type { SimulatedBroker } from '../world/simulated-broker.js';
import type { World } from '../world/simulation-world.js';

/** The source that its messages name: a message of it that is parked is nobody's loss. */
const rogueClientSource = '/rogue-client';

/** Also of a body that breaks off after that. */
export const isFromRogueClient = ({ body }: Pick<WireMessage, 'body'>): boolean =>
  body.includes(`"source":"${rogueClientSource}"`);

/** What is said, in answer to which command of a place-order saga. */
const replies = [
  { type: StockReserved.type, step: 'reserve-stock', operation: 'action' },
  { type: StockShort.type, step: 'reserve-stock', operation: 'action' },
  { type: ReservationCancelled.type, step: 'reserve-stock', operation: 'action' },
  { type: StockReleased.type, step: 'reserve-stock', operation: 'compensation' },
  { type: PaymentTaken.type, step: 'take-payment', operation: 'action' },
  { type: PaymentDeclined.type, step: 'take-payment', operation: 'action' },
  { type: PaymentCancelled.type, step: 'take-payment', operation: 'action' },
  { type: PaymentRefunded.type, step: 'take-payment', operation: 'compensation' },
  { type: StockCommitted.type, step: 'commit-stock', operation: 'action' },
] as const;

/** `about-another`: other ids than were asked about. `of-another`: another amount, or another product. */
const ways = ['as-asked', 'as-asked', 'about-another', 'of-another', 'unreadable'] as const;
type Way = (typeof ways)[number];

/**
 * Sends replies that nobody asked for: to other commands, to commands of other sagas, the same reply again, one that
 * contradicts the first, one about another reservation, payment, amount or product, and some that nobody can read. And commands
 * that order-service never sent, as somebody does who has found a way into a participant's queue.
 */
export class RogueClient {
  /** Of what cannot be true, whatever the saga has come to. */
  readonly #impossible = new Set<string>();
  /** Of those that are to be parked, and have not been. */
  readonly notParked = new Set<string>();
  /** Sagas that are answered when they go on. */
  readonly #watched = new Set<string>();

  constructor(
    private readonly world: World,
    private readonly databases: Databases,
    private readonly broker: SimulatedBroker,
  ) {
    const { schedule, chance } = world;
    databases.orders.onCommitted((commit) => {
      for (const { after } of changesOf(commit, sagas)) {
        if (!after || !this.#watched.delete(after.id)) continue;
        schedule.after(chance.longTailed(0, 2_000), () => this.#answer(after.id));
      }
    });
  }

  /** Whether a saga must not believe it. */
  isImpossible(messageId: string): boolean {
    return this.#impossible.has(messageId);
  }

  /** Now, or as soon as the saga has gone on: just before its participant does, perhaps. */
  answer(sagaId: string): void {
    if (this.world.chance.random() < 0.5) this.#watched.add(sagaId);
    else this.#answer(sagaId);
  }

  #answer(sagaId: string): void {
    const saga = this.databases.orders.peek(sagas, sagaId);
    if (!saga) return;
    const { chance, coverage } = this.world;
    if (chance.random() < 0.2) return this.#charge(saga);
    const answered = this.#someCall(saga);
    const fitting = replies.filter((reply) => isAnswerTo(answered, reply));
    const reply = chance.pick(fitting.length > 0 && chance.random() < 0.8 ? fitting : replies);
    const { type } = reply;
    const way = chance.pick(ways);
    const isRight = isAnswerTo(answered, reply);
    // The right answer to a command whose outcome is open would be a forgery that nobody could detect.
    const isOpen = answered?.state === 'waiting' || answered?.state === 'unanswered';
    if (isRight && isOpen && way === 'as-asked') return;
    const data = said(type, way, saga.data as PlaceOrderData);
    if (data === null) return;
    const id = newId();
    if (isRight && way !== 'as-asked') this.#impossible.add(id);
    if (way === 'unreadable' || (isRight && way === 'about-another')) this.notParked.add(id);
    coverage.count(`rogue-client.answers ${isRight ? way : 'what was not asked'}`);
    const envelope = this.#envelope(saga, { id, type, commandid: answered?.commandId ?? newId(), data });
    const body = JSON.stringify(envelope);
    const broken = way === 'unreadable' ? body.slice(0, -chance.between(1, 10)) : body;
    this.#send(queues.sagaReplies, undefined, envelope, broken);
  }

  /** The customer of an order once more, for a payment that nobody knows of. */
  #charge(saga: SagaRow): void {
    const { chance, coverage } = this.world;
    const { customerId, total } = saga.data as PlaceOrderData;
    const data = { paymentId: newId(), customerId, amount: total, method: 'card', token: 'tok_ok' };
    const { type } = TakePayment;
    const envelope = this.#envelope(saga, { id: newId(), type, commandid: newId(), data });
    this.notParked.add(envelope.id);
    coverage.count('rogue-client.commands');
    const sender = chance.pick<Service | undefined>(['inventory-service', undefined]);
    this.#send(queues.paymentCommands, sender, envelope);
  }

  #envelope(
    { id: sagaid, subject }: SagaRow,
    said: Pick<Envelope, 'id' | 'type' | 'commandid' | 'data'>,
  ): Envelope {
    return {
      specversion: '1.0',
      ...said,
      source: rogueClientSource,
      subject,
      time: this.world.schedule.date.toISOString(),
      datacontenttype: 'application/json',
      dataschema: said.type,
      sagaid,
    };
  }

  /** The last one, mostly: that is what the saga waits for. Undefined: one that nobody has asked. */
  #someCall({ calls }: SagaRow): Call | undefined {
    const { chance } = this.world;
    if (chance.random() < 0.2) return undefined;
    return chance.random() < 0.5 ? calls.at(-1) : chance.pick(calls);
  }

  #send(
    { name }: WorkQueue,
    sender: Service | undefined,
    envelope: Envelope,
    body = JSON.stringify(envelope),
  ): void {
    const { id, type } = envelope;
    this.world.trace.note('rogue-client', () => `sends ${type} ${id}`);
    this.broker.publishAs(sender, {
      exchange: '',
      routingKey: name,
      mandatory: true,
      id,
      type,
      contentType: cloudEventsContentType,
      body: Buffer.from(body),
    });
  }
}

const isAnswerTo = (call: Call | undefined, { step, operation }: (typeof replies)[number]): boolean =>
  call?.step === step && call.operation === operation;

/** Null where a reply of the type cannot be wrong in this way. */
function said(type: string, way: Way, { reservationId, paymentId, total, lines }: PlaceOrderData) {
  const isAbout = way === 'about-another';
  const payment = { paymentId: isAbout ? newId() : paymentId };
  const reservation = { reservationId: isAbout ? newId() : reservationId };
  const amount = way === 'of-another' ? moreThan(total) : total;
  switch (type) {
    case PaymentTaken.type:
    case PaymentRefunded.type:
      return { ...payment, amount };
    case StockShort.type: {
      const sku = way === 'of-another' ? 'SOFA' : lines[0]!.sku;
      return { ...reservation, shortages: [{ sku, requested: 1, available: 0 }] };
    }
    case PaymentDeclined.type:
      return way === 'of-another' ? null : { ...payment, code: 'declined' };
    case PaymentCancelled.type:
      return way === 'of-another' ? null : payment;
    default:
      return way === 'of-another' ? null : reservation;
  }
}

const moreThan = ({ amount, currency }: WireMoney): WireMoney => ({
  amount: (Number(amount) + 1).toFixed(2),
  currency,
});

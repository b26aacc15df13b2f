import { queues } from '#libs/contracts/topology.js';
import {
  ReservationCancelled,
  StockCommitted,
  StockReserved,
} from '#libs/contracts/inventory/inventory.messages.js';
import { PaymentCancelled, PaymentTaken } from '#libs/contracts/payment/payment.messages.js';
import { newId } from '#libs/kernel/ids.js';
import type { Envelope } from '#libs/messaging/envelope/envelope.js';
import { cloudEventsContentType, type WireMessage } from '#libs/messaging/broker/publisher.js';
import { sagas } from '#libs/saga/runner/saga.row.js';
import type { Databases } from '../services/cluster.js';
import type { SimulatedBroker } from '../world/simulated-broker.js';
import type { World } from '../world/simulation-world.js';

/** The source that its messages name: a message of it that is parked is nobody's loss. */
const rogueClientSource = '/rogue-client';

export const isFromRogueClient = ({ body }: Pick<WireMessage, 'body'>): boolean =>
  (JSON.parse(body.toString()) as Envelope).source === rogueClientSource;

/**
 * Sends replies that nobody asked for: to other commands, to commands of other sagas, the same reply again, one that
 * contradicts the first, or one about another reservation or payment.
 */
export class RogueClient {
  constructor(
    private readonly world: World,
    private readonly databases: Databases,
    private readonly broker: SimulatedBroker,
  ) {}

  answer(sagaId: string): void {
    const saga = this.databases.orders.peek(sagas, sagaId);
    if (!saga) return;
    const { chance, coverage } = this.world;
    const { reservationId, paymentId, total } = saga.data as Record<string, unknown>;
    const commandid = chance.random() < 0.5 ? newId() : chance.pick(saga.calls).commandId;
    const answered = saga.calls.find((call) => call.commandId === commandid);
    const { type, step } = chance.pick([
      { type: StockReserved.type, step: 'reserve-stock' },
      { type: PaymentTaken.type, step: 'take-payment' },
      { type: StockCommitted.type, step: 'commit-stock' },
      { type: ReservationCancelled.type, step: 'reserve-stock' },
      { type: PaymentCancelled.type, step: 'take-payment' },
    ]);
    const isElse = chance.random() < 0.4;
    const isRight = answered?.step === step && answered.operation === 'action';
    // The right answer to a command whose outcome is open would be a forgery that nobody could detect.
    const isOpen = answered?.state === 'waiting' || answered?.state === 'unanswered';
    if (isRight && isOpen && !isElse) return;
    const named = isElse ? { paymentId: newId(), reservationId: newId() } : { paymentId, reservationId };
    const data =
      type === PaymentTaken.type
        ? { paymentId: named.paymentId, amount: total }
        : { reservationId: named.reservationId };
    coverage.count(isRight && isElse ? 'rogue-client.answers about another thing' : 'rogue-client.answers');
    this.#send({
      specversion: '1.0',
      id: newId(),
      type,
      source: rogueClientSource,
      subject: saga.subject,
      time: this.world.schedule.date.toISOString(),
      datacontenttype: 'application/json',
      dataschema: type,
      sagaid: saga.id,
      commandid,
      data,
    });
  }

  #send(envelope: Envelope): void {
    this.world.trace.note('rogue-client', () => `sends ${envelope.type} ${envelope.id}`);
    this.broker.putBack({
      exchange: '',
      routingKey: queues.sagaReplies.name,
      mandatory: true,
      id: envelope.id,
      type: envelope.type,
      contentType: cloudEventsContentType,
      body: Buffer.from(JSON.stringify(envelope)),
    });
  }
}

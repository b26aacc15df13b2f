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

/** The sender in what it says: nobody takes its part when a message of it is parked. */
const strangerSource = '/stranger';

export const isOfStranger = ({ body }: Pick<WireMessage, 'body'>): boolean =>
  (JSON.parse(body.toString()) as Envelope).source === strangerSource;

/**
 * A participant that answers what it was not asked: other commands, other sagas' commands, the same thing once more, the
 * contrary of what was answered, or about another reservation or payment, whatever is waited for.
 */
export class Stranger {
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
    // The right answer to a command whose outcome is open would be a lie that nobody could see through.
    const isOpen = answered?.state === 'waiting' || answered?.state === 'unanswered';
    if (isRight && isOpen && !isElse) return;
    const named = isElse ? { paymentId: newId(), reservationId: newId() } : { paymentId, reservationId };
    const data =
      type === PaymentTaken.type
        ? { paymentId: named.paymentId, amount: total }
        : { reservationId: named.reservationId };
    coverage.count(isRight && isElse ? 'stranger.answers about another thing' : 'stranger.answers');
    this.#send({
      specversion: '1.0',
      id: newId(),
      type,
      source: strangerSource,
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
    this.world.trace.note('stranger', () => `sends ${envelope.type} ${envelope.id}`);
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

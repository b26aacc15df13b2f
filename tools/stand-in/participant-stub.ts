import {
  CommitStock,
  ReleaseStock,
  ReserveStock,
  StockCommitted,
  StockReleased,
  StockReserved,
} from '#libs/contracts/inventory/inventory.messages.js';
import type { MessageType } from '#libs/contracts/message-type.js';
import {
  PaymentRefunded,
  PaymentTaken,
  RefundPayment,
  TakePayment,
} from '#libs/contracts/payment/payment.messages.js';
import { Defect } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import type { Command } from '../conformance/command.js';
import { replyOf, type Reply } from '../conformance/reply.js';

const answers: Readonly<Record<string, MessageType>> = {
  [ReserveStock.type]: StockReserved,
  [ReleaseStock.type]: StockReleased,
  [CommitStock.type]: StockCommitted,
  [TakePayment.type]: PaymentTaken,
  [RefundPayment.type]: PaymentRefunded,
};

/** Takes the place of a participant that is not there, and agrees to everything. */
export class ParticipantStub {
  readonly #taken = new Map<string, unknown>();

  answer({ message, data, about, orderId, sagaId, commandId }: Command): Reply {
    const answer = answers[message.type];
    if (!answer) throw new Defect(`there is no answer to ${message.type}`);
    const { reservationId, paymentId, amount } = data as Readonly<Record<string, unknown>>;
    if (message.type === TakePayment.type) this.#taken.set(about, amount);
    const money = paymentId === undefined ? {} : { amount: this.#taken.get(about) ?? null };
    const envelope = {
      id: newId(),
      type: answer.type,
      subject: orderId,
      sagaid: sagaId,
      commandid: commandId,
      data: { reservationId, paymentId, ...money },
    };
    return replyOf(Buffer.from(JSON.stringify(envelope)), {}, answer.routingKey);
  }
}

import type { Pool } from 'mysql2/promise';
import { consume, Sender } from './broker.js';
import { insert, insertInbox, insertOutbox, openPool, rowsByKey, transaction } from './database.js';
import { bytesOf } from './ids.js';
import { answerTo, idOf, types, type Envelope } from './messages.js';

const source = '/payment-service';
const queue = 'payment.commands';

/** Takes payments: the provider's ledger first, in a commit of its own, then inbox, payments and outbox in another. */
export async function runPayment(databaseUrl: string, brokerUrl: string): Promise<void> {
  const pool = openPool(databaseUrl);
  const sender = await Sender.open(brokerUrl, pool);
  await consume(brokerUrl, queue, async (commands) => {
    await charge(pool, commands);
    const replies = commands.map((command) =>
      answerTo(command, types.paymentTaken, source, {
        paymentId: command.data.paymentId,
        amount: command.data.amount,
      }),
    );
    await transaction(pool, async (connection) => {
      await rowsByKey(connection, 'payments', 'id', keysOf(commands));
      await insertInbox(connection, queue, commands);
      const now = new Date();
      const rows = commands.map((command) => [
        bytesOf(command.data.paymentId),
        command.subject,
        command.data.customerId,
        minorOf(command),
        command.data.amount.currency,
        'TAKEN',
        null,
        JSON.stringify(askedBy(command)),
        null,
        now,
        now,
      ]);
      await insert(connection, 'payments', paymentColumns, rows);
      await insertOutbox(connection, replies);
    });
    sender.send(replies);
  });
}

async function charge(pool: Pool, commands: readonly Envelope[]): Promise<void> {
  await transaction(pool, async (connection) => {
    await rowsByKey(connection, 'sandbox_charges', 'payment_id', keysOf(commands));
    const now = new Date();
    const rows = commands.map((command) => [
      bytesOf(command.data.paymentId),
      command.subject,
      minorOf(command),
      command.data.amount.currency,
      minorOf(command),
      0,
      0,
      null,
      0,
      null,
      now,
      now,
      now,
      null,
    ]);
    await insert(connection, 'sandbox_charges', chargeColumns, rows);
  });
}

const paymentColumns =
  'id order_id customer_id amount_minor currency status decline_code asked_by next_look_at created_at updated_at'.split(
    ' ',
  );
const chargeColumns =
  'payment_id order_id amount_minor currency captured_minor refunded_minor dead decline_code failures settles_at created_at updated_at captured_at refunded_at'.split(
    ' ',
  );

const keysOf = (commands: readonly Envelope[]): Buffer[] =>
  commands.map(({ data }) => bytesOf(data.paymentId)).sort(Buffer.compare);

const minorOf = ({ data }: Envelope): number => Math.round(Number(data.amount.amount) * 100);

const askedBy = (command: Envelope): object => ({
  messageId: idOf(command).toString('hex'),
  sagaId: command.sagaid,
  commandId: command.commandid,
  traceparent: null,
});

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Pool, RowDataPacket } from 'mysql2/promise';
import { consume, Sender } from './broker.js';
import { insert, insertInbox, insertOutbox, json, openPool, rowsByKey, transaction } from './database.js';
import { Groups } from './group.js';
import { bytesOf, newId, textOf } from './ids.js';
import { messageOf, types, type Address, type Envelope, type Outgoing } from './messages.js';
import {
  callOf,
  detailsOf,
  documentOf,
  entryOf,
  linesOf,
  sagaDataOf,
  totalOf,
  type NewOrder,
} from './order-rows.js';
import { runProjection } from './projection.js';

const source = '/order-service';

interface Accepted extends NewOrder {
  readonly answer: (document: string) => void;
}

export interface OrderOptions {
  readonly databaseUrl: string;
  readonly readDatabaseUrl: string;
  readonly brokerUrl: string;
  readonly port: number;
}

/** Takes orders over plain HTTP and carries each through its saga; per group one transaction of one statement a table. */
export async function runOrder({
  databaseUrl,
  readDatabaseUrl,
  brokerUrl,
  port,
}: OrderOptions): Promise<void> {
  const pool = openPool(databaseUrl);
  const sender = await Sender.open(brokerUrl, pool);
  const accepting = new Groups<Accepted>((orders) => accept(pool, sender, orders));
  let number = 0;
  const server = createServer((request, response) => {
    if (request.method === 'GET') return sendStats(response);
    readBody(request, (text) => {
      const order: Accepted = {
        id: newId(),
        number: `2026-${String((number += 1)).padStart(6, '0')}`,
        customerId: String(request.headers['x-customer'] ?? 'cust-1'),
        body: JSON.parse(text) as NewOrder['body'],
        reservationId: newId(),
        paymentId: newId(),
        at: new Date(),
        answer: (document) => response.writeHead(201, { 'content-type': 'application/json' }).end(document),
      };
      accepting.add(order);
    });
  });
  await consume(brokerUrl, 'order-service.replies', (replies) => applyReplies(pool, sender, replies));
  await runProjection(readDatabaseUrl, brokerUrl);
  server.listen(port, '127.0.0.1');
}

/** Of this process, since it began; the benchmark takes differences. */
const stats = { accepted: 0, completed: 0, groups: 0 };

function sendStats(response: ServerResponse): void {
  const { user, system } = process.cpuUsage();
  response.end(JSON.stringify({ ...stats, cpuSeconds: (user + system) / 1e6 }));
}

function readBody(request: IncomingMessage, done: (text: string) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => done(Buffer.concat(chunks).toString()));
}

async function accept(pool: Pool, sender: Sender, orders: readonly Accepted[]): Promise<void> {
  const begun = orders.map((order) => begin(order));
  await transaction(pool, async (connection) => {
    await insert(
      connection,
      'orders',
      orderColumns,
      begun.map(({ order }) => order),
    );
    await insert(
      connection,
      'sagas',
      sagaColumns,
      begun.map(({ saga }) => saga),
    );
    await insert(
      connection,
      'saga_timeline',
      timelineColumns,
      begun.map(({ entry }) => entry),
    );
    await insertOutbox(
      connection,
      begun.flatMap(({ messages }) => messages),
    );
  });
  for (const { messages } of begun) sender.send(messages);
  for (const [index, order] of orders.entries()) order.answer(begun[index]!.document);
  stats.accepted += orders.length;
  stats.groups += 1;
}

function begin(order: NewOrder) {
  const [id, commandId] = [textOf(order.id), textOf(newId())];
  const document = documentOf(order, 'PENDING');
  const placed = messageOf(types.orderPlaced, source, id, { order: document });
  const asked = messageOf(
    types.reserveStock,
    source,
    id,
    { reservationId: textOf(order.reservationId), lines: linesOf(order) },
    { sagaid: id, commandid: commandId },
  );
  const deadline = new Date(order.at.getTime() + 30_000);
  return {
    document: JSON.stringify(document),
    messages: [placed, asked],
    order: orderRow(order, 'PENDING'),
    saga: [
      order.id,
      'place-order',
      1,
      order.id,
      1,
      'running',
      'reserve-stock',
      JSON.stringify(sagaDataOf(order, false)),
      null,
      JSON.stringify([callOf('reserve-stock', commandId, false)]),
      order.at,
      null,
      deadline,
    ],
    entry: timelineRow(order.id, 1, ['accepted', 'asked'], asked),
  };
}

/** What follows each answer: the next step and its command. */
const next: Readonly<Record<string, { readonly step: string; readonly address: Address }>> = {
  [types.stockReserved.type]: { step: 'take-payment', address: types.takePayment },
  [types.paymentTaken.type]: { step: 'commit-stock', address: types.commitStock },
};

async function applyReplies(pool: Pool, sender: Sender, replies: readonly Envelope[]): Promise<void> {
  const messages: Outgoing[] = [];
  let completed = 0;
  await transaction(pool, async (connection) => {
    const keys = replies.map(({ subject }) => bytesOf(subject)).sort(Buffer.compare);
    const orders = byId(await rowsByKey(connection, 'orders', 'id', keys));
    const sagas = byId(await rowsByKey(connection, 'sagas', 'id', keys));
    await insertInbox(connection, 'sagas', replies);
    const changed = replies.map((reply) => {
      const [order, saga] = [orders.get(reply.subject)!, sagas.get(reply.subject)!];
      return apply(reply, newOrderOf(order, saga), saga);
    });
    const ended = changed.filter(({ order }) => order !== null);
    completed = ended.length;
    messages.push(...changed.map(({ message }) => message));
    if (completed > 0) {
      const columns = ['status', 'version', 'details', 'updated_at'];
      await insert(
        connection,
        'orders',
        orderColumns,
        ended.map(({ order }) => order!),
        columns,
      );
    }
    const columns = ['revision', 'status', 'step', 'data', 'calls', 'finished_at', 'deadline_at'];
    await insert(
      connection,
      'sagas',
      sagaColumns,
      changed.map(({ saga }) => saga),
      columns,
    );
    await insert(
      connection,
      'saga_timeline',
      timelineColumns,
      changed.map(({ entry }) => entry),
    );
    await insertOutbox(connection, messages);
  });
  sender.send(messages);
  stats.completed += completed;
  stats.groups += 1;
}

function apply(reply: Envelope, order: NewOrder, saga: RowDataPacket) {
  const following = next[reply.type];
  const commandId = textOf(newId());
  const calls = json<object[]>(saga['calls']).map((call) => ({ ...call, state: 'done', answer: 'answered' }));
  const revision = Number(saga['revision']) + 1;
  const message = following
    ? messageOf(following.address, source, reply.subject, payloadOf(following.step, order), {
        sagaid: reply.subject,
        commandid: commandId,
        causationid: reply.id,
      })
    : messageOf(types.orderConfirmed, source, reply.subject, { order: documentOf(order, 'CONFIRMED') });
  const now = new Date();
  return {
    message,
    order: following ? null : orderRow(order, 'CONFIRMED'),
    saga: [
      order.id,
      'place-order',
      1,
      order.id,
      revision,
      following ? 'running' : 'completed',
      following?.step ?? null,
      JSON.stringify(sagaDataOf(order, following?.step !== 'take-payment')),
      null,
      JSON.stringify(following ? [...calls, callOf(following.step, commandId, false)] : calls),
      saga['started_at'],
      following ? null : now,
      following ? new Date(now.getTime() + 30_000) : null,
    ],
    entry: timelineRow(order.id, revision, ['replied', following ? 'asked' : 'confirmed'], message),
  };
}

function payloadOf(step: string, order: NewOrder): object {
  if (step === 'commit-stock') return { reservationId: textOf(order.reservationId) };
  return {
    paymentId: textOf(order.paymentId),
    customerId: order.customerId,
    amount: { amount: (totalOf(order) / 100).toFixed(2), currency: 'USD' },
    method: 'card',
    token: 'tok_ok',
  };
}

const orderColumns =
  'id number customer_id client_order_id status version currency total_minor details created_at updated_at'.split(
    ' ',
  );
const sagaColumns =
  'id saga version subject revision status step data reason calls started_at finished_at deadline_at'.split(
    ' ',
  );
const timelineColumns = ['saga_id', 'revision', 'saga', 'entries'];

const orderRow = (order: NewOrder, status: 'PENDING' | 'CONFIRMED'): unknown[] => [
  order.id,
  order.number,
  order.customerId,
  null,
  status,
  status === 'PENDING' ? 1 : 2,
  'USD',
  totalOf(order),
  JSON.stringify(detailsOf(order, status === 'CONFIRMED')),
  order.at,
  new Date(),
];

const timelineRow = (id: Buffer, revision: number, kinds: readonly string[], { id: messageId }: Outgoing) => [
  id,
  revision,
  'place-order',
  JSON.stringify(kinds.map((kind) => entryOf(kind, 'step', textOf(messageId)))),
];

const byId = (rows: readonly RowDataPacket[]): Map<string, RowDataPacket> =>
  new Map(rows.map((row) => [textOf(row['id'] as Buffer), row]));

function newOrderOf(order: RowDataPacket, saga: RowDataPacket): NewOrder {
  const { reservationId, paymentId } = json<{ reservationId: string; paymentId: string }>(saga['data']);
  const lines = json<{ lines: { productId: string; quantity: number }[] }>(order['details']).lines;
  return {
    id: order['id'] as Buffer,
    number: order['number'] as string,
    customerId: order['customer_id'] as string,
    body: { items: lines },
    reservationId: bytesOf(reservationId),
    paymentId: bytesOf(paymentId),
    at: order['created_at'] as Date,
  };
}

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ProductChanged, ReserveStock } from '#libs/contracts/inventory/inventory.messages.js';
import { PaymentDeclined, RefundPayment, TakePayment } from '#libs/contracts/payment/payment.messages.js';
import { queues } from '#libs/contracts/topology.js';
import { newId } from '#libs/kernel/ids.js';
import type { Envelope } from '#libs/messaging/envelope/envelope.js';
import { eventually } from '../../support/eventually.js';
import { envelopeOf, onWire } from '../hostile-amqp/wire.js';
import { ParkedFixture, queue, type ApiAnswer } from './parked-fixture.js';

jest.setTimeout(90_000);

let service: ParkedFixture;

beforeAll(async () => {
  service = await ParkedFixture.create();
  await service.start();
});
afterAll(async () => {
  await service.stop();
  await service.drop();
});

const payments: string = queues.paymentCommands.name;

const charge = {
  paymentId: newId(),
  customerId: 'cust-1',
  amount: { amount: '10.00', currency: 'USD' },
  method: 'card',
  token: 'tok_planted',
};

async function parked(message: Envelope, from = payments): Promise<string> {
  const { body, properties } = onWire(message);
  await service.park(body, properties, from);
  return found(message.id);
}

const found = (messageId: string): Promise<string> =>
  eventually(async () => {
    const [row] = await service.rows({ messageId, state: 'parked' });
    if (!row) throw new Error(`${messageId} is not collected yet`);
    return row.id;
  }, 20_000);

type Options = Parameters<ParkedFixture['call']>[3];

const act = (id: string, action: string, more: object = {}, options: Options = {}): Promise<ApiAnswer> =>
  service.call('POST', `/${id}/${action}`, { reason: 'it has to be', ...more }, options);

const confirm = (id: string, as: string, roles = ['operator'], headers = {}): Promise<ApiAnswer> =>
  service.call('POST', `/api/admin/proposals/${id}/confirm`, { reason: 'looked at' }, { as, roles, headers });

const expectNothingSent = async (id: string, from = payments): Promise<void> => {
  await expect(service.rows({ id })).resolves.toMatchObject([{ state: 'parked' }]);
  await expect(service.query('SELECT 1 FROM outbox WHERE routing_key = ?', from)).resolves.toEqual([]);
  expect(await service.probe.depth(from)).toBe(0);
};

/** A charge that somebody has edited, and somebody has asked to be sent. */
async function proposed(
  change: object = { customerId: 'cust-2' },
): Promise<{ id: string; proposal: string }> {
  const id = await parked(envelopeOf(TakePayment, charge));
  expect((await act(id, 'edit', { data: { ...charge, ...change } })).status).toBe(200);
  const { status, headers, body } = await act(id, 'redrive');
  expect([status, headers['location']]).toEqual([202, `/api/admin/proposals/${body.id}`]);
  return { id, proposal: body.id };
}

describe('a charge that an operator gave other data', () => {
  it.each([
    ['customer', { customerId: 'cust-2' }, '/data/customerId'],
    ['amount', { amount: { amount: '1000.00', currency: 'USD' } }, '/data/amount/amount'],
    ['currency', { amount: { amount: '10.00', currency: 'EUR' } }, '/data/amount/currency'],
    ['payment', { paymentId: newId() }, '/data/paymentId'],
    ['card', { token: 'tok_of_another' }, '/data/token'],
  ])('of another %s is not sent by one person', async (_, change, path) => {
    const { id, proposal } = await proposed(change);
    await expectNothingSent(id);
    const { body } = await service.call('GET', `/api/admin/proposals/${proposal}`);
    expect(body).toMatchObject({
      state: 'open',
      action: 'parked.redrive',
      target: `parked-message:${id}`,
      proposedBy: 'op-1',
      why: `its sender gave another ${path}`,
      changes: [{ path }],
    });
    expect(JSON.stringify(body)).not.toContain('tok_');
    await service.call('POST', `/api/admin/proposals/${proposal}/reject`, { reason: 'no' });
  });

  it('is sent once a second person has confirmed it, once, and the trail has both and what changed', async () => {
    const { id, proposal } = await proposed();
    const key = { 'idempotency-key': newId() };
    expect((await confirm(proposal, 'op-2', ['operator'], key)).body).toMatchObject({ preview: false });
    const again = await confirm(proposal, 'op-2', ['operator'], key);
    expect([again.status, again.headers['idempotency-replayed']]).toEqual([200, 'true']);
    expect((await confirm(proposal, 'op-3')).body).toMatchObject({
      code: 'proposal-settled',
      state: 'confirmed',
    });
    const sent = await eventually(async () => {
      const message = await service.probe.take(payments);
      if (!message) throw new Error('nothing was sent yet');
      return JSON.parse(message.content.toString()) as Envelope;
    });
    expect(sent.data).toMatchObject({ customerId: 'cust-2' });
    expect(await service.probe.depth(payments)).toBe(0);

    const trail = await service.trail(`parked-message:${id}`);
    const customer = { path: '/data/customerId', before: 'cust-1', after: 'cust-2' };
    expect(trail.map(({ actor, action, outcome, changes }) => [actor, action, outcome, changes])).toEqual([
      ['op-2', 'proposal.confirm', 'parked.redrive: done; proposed by op-1', [customer]],
      ['op-1', 'parked.redrive', `proposed: ${proposal}`, [customer]],
      ['op-1', 'parked.edit', 'done', [customer]],
    ]);
    expect(JSON.stringify(trail)).not.toContain('tok_');
  });

  it.each([
    ['op-1', ['operator']],
    ['op-1', ['admin']],
    ['OP-1', ['operator']],
    ['ｏｐ-1', ['operator']],
  ])('is not confirmed by whoever proposed it, as %s with %p', async (subject, roles) => {
    const { id, proposal } = await proposed();
    const { status, body } = await confirm(proposal, subject, roles);
    expect([status, body.code]).toEqual([403, 'own-proposal']);
    await expectNothingSent(id);
  });

  it('is confirmed only as it was when it was proposed', async () => {
    const { id, proposal } = await proposed();
    await act(id, 'edit', { data: { ...charge, customerId: 'cust-3' } });
    expect((await confirm(proposal, 'op-2')).body.code).toBe('proposal-outdated');
    await act(id, 'edit', { data: { ...charge, customerId: 'cust-2' } });
    expect((await service.call('GET', `/api/admin/proposals/${proposal}`)).body.state).toBe('open');
    await act(id, 'edit', { data: charge });
    expect((await confirm(proposal, 'op-2')).body.code).toBe('proposal-outdated');
    await expectNothingSent(id);
  });

  it('is not sent when it was settled, rejected or forgotten meanwhile', async () => {
    const settled = await proposed();
    await act(settled.id, 'discard', {}, { roles: ['admin'], as: 'boss' });
    expect((await confirm(settled.proposal, 'op-2')).body.code).toBe('parked-message-settled');
    const rejected = await proposed();
    const reject = `/api/admin/proposals/${rejected.proposal}/reject`;
    expect((await service.call('POST', reject, { reason: 'a mistake of mine' })).status).toBe(200);
    expect((await confirm(rejected.proposal, 'op-2')).body).toMatchObject({ state: 'rejected' });
    const expired = await proposed();
    await service.query("UPDATE operator_proposals SET expires_at = UTC_TIMESTAMP(6) WHERE state = 'open'");
    expect((await confirm(expired.proposal, 'op-2')).body).toMatchObject({
      code: 'proposal-settled',
      state: 'expired',
    });
    await expectNothingSent(expired.id);
  });

  it('goes back with the data of its sender by one person, once they are its data again', async () => {
    const id = await parked(envelopeOf(TakePayment, charge));
    await act(id, 'edit', { data: { ...charge, customerId: 'cust-2' } });
    await act(id, 'edit', { data: charge });
    expect((await act(id, 'redrive')).status).toBe(200);
    await service.drain(payments);
  });

  it('takes a second person again when it came back', async () => {
    const { id, proposal } = await proposed();
    await confirm(proposal, 'op-2');
    const [back] = await eventually(async () => {
      const messages = await service.drain(payments);
      if (messages.length === 0) throw new Error('nothing was sent yet');
      return messages;
    });
    await service.park(back!.content, back!.properties, payments);
    const again = await found(String(back!.properties.messageId));
    await expect(service.rows({ id: again })).resolves.toMatchObject([{ edited: true, redriveOf: id }]);
    expect((await act(again, 'redrive')).status).toBe(202);
  });

  it('is left where it is by a job that redrives many, but for an admin', async () => {
    const { id } = await proposed();
    const job = async (roles: string[]) => {
      const filter = { filter: { queue: payments }, reason: 'all of them' };
      const { body } = await service.call('POST', '/redrive', filter, { roles });
      return eventually(async () => {
        const { body: now } = await service.call('GET', `/api/admin/jobs/${body.id}`);
        if (now.state !== 'finished') throw new Error('it runs');
        return now as { failed: number };
      }, 20_000);
    };
    expect((await job(['operator'])).failed).toBeGreaterThan(0);
    await expect(service.rows({ id })).resolves.toMatchObject([{ state: 'parked' }]);
    expect(await job(['admin'])).toMatchObject({ failed: 0 });
    await expect(service.rows({ id })).resolves.toMatchObject([{ state: 'redriven' }]);
    await service.drain(payments);
  });
});

describe('what one person may do', () => {
  it.each([
    [PaymentDeclined, { paymentId: newId(), code: 'declined' }, { code: 'insufficient-funds' }],
    [
      ProductChanged,
      {
        sku: 'X',
        name: 'Tabel',
        sellerId: 's',
        price: { amount: '1.00', currency: 'USD' },
        discountPercent: 0,
        active: true,
        version: 1,
        updatedAt: new Date().toISOString(),
      },
      { name: 'Table' },
    ],
  ])('is to give another text in %p', async (type, data, change) => {
    const id = await parked(envelopeOf(type, data), queue);
    await act(id, 'edit', { data: { ...data, ...change } });
    expect((await act(id, 'redrive')).status).toBe(200);
    await service.drain(queue);
  });

  it('is not to reserve more for an order', async () => {
    const data = { reservationId: newId(), lines: [{ sku: 'A', quantity: 1 }] };
    const id = await parked(envelopeOf(ReserveStock, data), queue);
    await act(id, 'edit', { data: { ...data, lines: [...data.lines, { sku: 'B', quantity: 1 }] } });
    expect((await act(id, 'redrive')).body.why).toBe('its sender gave another /data/lines/1');
    await expectNothingSent(id, queue);
  });

  it('is to send back what is as its sender gave it, and all else as an admin', async () => {
    const id = await parked(envelopeOf(TakePayment, charge));
    expect((await act(id, 'redrive')).status).toBe(200);
    const other = await parked(envelopeOf(TakePayment, charge));
    await act(other, 'edit', { data: { ...charge, customerId: 'cust-2' } });
    expect((await act(other, 'redrive', {}, { roles: ['admin'], as: 'boss' })).status).toBe(200);
    await service.drain(payments);
  });

  it.each([
    [TakePayment, charge, 202],
    [RefundPayment, { paymentId: newId() }, 202],
    [ReserveStock, { reservationId: newId(), lines: [{ sku: 'A', quantity: 1 }] }, 200],
  ])('is to discard what moves no money: %p', async (type, data, status) => {
    const id = await parked(envelopeOf(type as typeof TakePayment, data));
    expect((await act(id, 'discard', { preview: true })).body.text).toEqual(
      status === 202
        ? expect.stringContaining('takes a second person')
        : expect.not.stringContaining('takes'),
    );
    expect((await act(id, 'discard')).status).toBe(status);
  });
});

describe('proposals', () => {
  it('are listed page by page, by state, for operators only, and counted', async () => {
    await service.query('DELETE FROM operator_proposals');
    for (let count = 0; count < 3; count++) await proposed();
    const first = (await service.call('GET', '/api/admin/proposals?limit=2')).body;
    expect(first.items).toHaveLength(2);
    const cursor = encodeURIComponent(first.nextCursor);
    const rest = (await service.call('GET', `/api/admin/proposals?limit=2&cursor=${cursor}`)).body;
    expect([rest.items.length, rest.nextCursor]).toEqual([1, null]);
    expect((await service.call('GET', '/api/admin/proposals?state=confirmed')).body.items).toEqual([]);
    const customer = { as: 'cust-1', roles: ['customer'] };
    for (const path of ['', `/${first.items[0].id}`]) {
      const { status } = await service.call('GET', `/api/admin/proposals${path}`, undefined, customer);
      expect(status).toBe(403);
    }
    expect((await confirm(first.items[0].id, 'cust-1', ['customer'])).status).toBe(403);
    for (const id of [newId(), 'x']) {
      expect((await confirm(id, 'op-2')).body.code).toBe('proposal-not-found');
    }
  });

  it('are confirmed by only one of two who are equally quick', async () => {
    const { proposal } = await proposed();
    const answers = await Promise.all(['op-2', 'op-3'].map((as) => confirm(proposal, as)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    await service.drain(payments);
  });
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ReserveStock, StockReserved } from '#libs/contracts/inventory/inventory.messages.js';
import { newId } from '#libs/kernel/ids.js';
import { reservations } from '../../../apps/inventory-service/src/persistence/reservation.row.js';
import { TcpProxy } from '../../../tools/faults/tcp-proxy.js';
import { InventoryFixture } from './inventory-fixture.js';

let inventory: InventoryFixture;
let line: TcpProxy;
beforeAll(async () => {
  inventory = await InventoryFixture.start({
    through: async (brokerUrl) => {
      line = await TcpProxy.to(brokerUrl);
      return line.url(brokerUrl);
    },
  });
}, 60_000);
afterAll(async () => {
  await inventory.stop();
  await line.close();
});

it('a command whose effect is committed but not acknowledged comes again, has no further effect, and is answered once', async () => {
  await inventory.create('TABLE', 50);
  let cuts = 0;
  // Called right after the commit: acknowledgement and reply are not on their way yet, and never will be from here.
  inventory.units.onCommitted(reservations, () => {
    if (cuts++ < 3) line.cut();
  });
  const commands = Array.from({ length: 40 }, () =>
    inventory.send(ReserveStock, { reservationId: newId(), lines: [{ sku: 'TABLE', quantity: 1 }] }),
  );
  const replies = await inventory.answersTo(commands);
  expect(new Set(replies.map(({ type }) => type))).toEqual(new Set([StockReserved.type]));
  expect(await inventory.stockOf('TABLE')).toMatchObject({ available: 10, reserved: 40, sold: 0 });
  expect(cuts).toBeGreaterThan(0);
  await inventory.comesToRest();
  // The same answer may be sent again, but there is no second one.
  expect(new Set(inventory.replies.map(({ id }) => id)).size).toBe(commands.length);
}, 60_000);

import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { OrderPlaced } from '#libs/contracts/order/order.messages.js';
import { money } from '#libs/kernel/money.js';
import type { Outbox } from '#libs/messaging/outbox';
import { lock, read, type UnitOfWork, type WorkingSet } from '#libs/persistence/unit-of-work';
import { catalogueProducts, type CatalogueProductRow } from '../../persistence/catalogue-product.row.js';
import { placeOrder, type Order } from '../../domain/order.js';
import { OrderExists } from '../../domain/order.errors.js';
import { priceLines, type CatalogueProduct } from '../../domain/pricing.js';
import { toDocument } from '../../persistence/order-document.js';
import { toRow } from '../../persistence/order.mapper.js';
import { orderReferences } from '../../persistence/order-reference.row.js';
import { orders } from '../../persistence/order.row.js';
import type { RequestedOrder } from './place-order.command.js';

export interface Placement {
  readonly orderId: string;
  readonly number: string;
  /** Whose the reference is. */
  readonly caller: string;
  readonly customerId: string;
  readonly requested: RequestedOrder;
}

/** What begins with the order, in the transaction that accepts it: a reply can never overtake its saga. */
export type StartSaga = (work: WorkingSet, order: Order) => void;

/**
 * Accepts an order: prices it by one state of the catalogue, and writes the order, its reference, its first event and
 * its saga together.
 */
export const acceptOrder = (
  { orderId, number, caller, customerId, requested }: Placement,
  outbox: Pick<Outbox, 'publish'>,
  startSaga: StartSaga,
): UnitOfWork<OrderDocument> => {
  const { clientOrderId, payment, shippingAddress, note, attributes } = requested;
  const skus = [...new Set(requested.lines.map(({ productId }) => productId))];
  return {
    name: 'place-order',
    priority: 'new',
    load: [
      ...(clientOrderId === null ? [] : [lock(orderReferences, [caller, clientOrderId] as const)]),
      read(catalogueProducts, ...skus),
    ],
    decide: (work) => {
      if (clientOrderId !== null) claimReference(work, caller, clientOrderId, orderId);
      const catalogue = new Map(skus.flatMap((sku) => productOf(work.find(catalogueProducts, sku))));
      const { lines, currency } = priceLines(requested.lines, catalogue, requested.currency);
      const order = placeOrder({
        id: orderId,
        number,
        clientOrderId,
        customerId,
        currency,
        lines,
        method: payment.method,
        shippingAddress,
        note,
        attributes,
        at: work.now,
      });
      const document = toDocument(order);
      work.insert(orders, toRow(order));
      outbox.publish(work, {
        message: OrderPlaced,
        subject: orderId,
        sequence: order.version,
        data: { order: document },
      });
      startSaga(work, order);
      return document;
    },
  };
};

function claimReference(work: WorkingSet, caller: string, clientOrderId: string, orderId: string): void {
  const earlier = work.find(orderReferences, [caller, clientOrderId] as const);
  if (earlier) throw new OrderExists(clientOrderId, earlier.orderId);
  work.insert(orderReferences, { caller, clientOrderId, orderId, createdAt: work.now });
}

const productOf = (row: CatalogueProductRow | undefined): [string, CatalogueProduct][] =>
  row
    ? [
        [
          row.sku,
          {
            sku: row.sku,
            name: row.name,
            sellerId: row.sellerId,
            price: money(row.priceMinor, row.currency),
            discountPercent: row.discountPercent,
            active: row.active,
          },
        ],
      ]
    : [];

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { ShopData, ShopFormat, ShopOrder, ShopProduct } from './shop-data.js';

/**
 * Microsoft's sample company as CSV. Suppliers are our sellers. Products are sold whether or not they were discontinued
 * later, at today's price: the price of back then is not what our catalogue has, and a discount is the seller's to give.
 */
export const northwind: ShopFormat = {
  name: 'northwind',
  recognises: (folder) => files.every((file) => existsSync(path.join(folder, file))),
  read: readNorthwind,
};

const files = ['products.csv', 'orders.csv', 'order_details.csv'] as const;

const wholeNumber = z.string().regex(/^\d+$/).transform(Number);

const productRow = z.object({
  product_id: z.string().min(1),
  product_name: z.string().min(1),
  supplier_id: z.string().min(1),
  unit_price: z.string().regex(/^\d+(\.\d+)?$/),
  units_in_stock: wholeNumber,
});

const orderRow = z.object({
  order_id: z.string().min(1),
  customer_id: z.string().min(1),
  order_date: z.string(),
  freight: z.string(),
  ship_name: z.string(),
  ship_address: z.string().min(1),
  ship_city: z.string().min(1),
  ship_region: z.string(),
  ship_postal_code: z.string(),
  ship_country: z.string(),
});

const lineRow = z.object({ order_id: z.string(), product_id: z.string(), quantity: wholeNumber });

function readNorthwind(folder: string): ShopData {
  const lines = new Map<string, z.infer<typeof lineRow>[]>();
  for (const line of rows(folder, 'order_details.csv', lineRow)) {
    lines.set(line.order_id, [...(lines.get(line.order_id) ?? []), line]);
  }
  return {
    products: rows(folder, 'products.csv', productRow).map(toProduct),
    orders: rows(folder, 'orders.csv', orderRow).map((order) =>
      toOrder(order, lines.get(order.order_id) ?? []),
    ),
  };
}

const skuOf = (productId: string): string => `NW-${productId}`;

const toProduct = (row: z.infer<typeof productRow>): ShopProduct => ({
  sku: skuOf(row.product_id),
  name: row.product_name,
  sellerId: `supplier-${row.supplier_id}`,
  price: row.unit_price,
  currency: 'USD',
  inStock: row.units_in_stock,
});

const toOrder = (row: z.infer<typeof orderRow>, lines: readonly z.infer<typeof lineRow>[]): ShopOrder => ({
  reference: `northwind-${row.order_id}`,
  customerId: row.customer_id,
  items: lines.map(({ product_id, quantity }) => ({ productId: skuOf(product_id), quantity })),
  shippingAddress: withoutBlanks({
    name: row.ship_name,
    street: row.ship_address,
    city: row.ship_city,
    state: row.ship_region,
    // Some countries have no postal codes; the service wants something to print.
    zipCode: row.ship_postal_code || '-',
    country: row.ship_country,
  }),
  attributes: withoutBlanks({ freight: row.freight, orderedOn: row.order_date }),
});

const withoutBlanks = (record: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== ''));

function rows<Row>(folder: string, file: string, schema: z.ZodType<Row>): Row[] {
  const records: unknown[] = parse(readFileSync(path.join(folder, file)), { columns: true, bom: true });
  return records.map((record, index) => {
    const result = schema.safeParse(record);
    if (result.success) return result.data;
    // The header is line 1.
    throw new Error(`${file}, record ${index + 1}: ${z.prettifyError(result.error)}`);
  });
}

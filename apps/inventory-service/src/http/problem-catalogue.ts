/**
 * Every refusal that inventory-service can answer with over HTTP, and how it says it. Codes are stable: clients branch
 * on them.
 */
export const problemCatalogue = {
  'product-not-found': { status: 404, title: 'There is no such product' },
  'product-exists': { status: 409, title: 'There is a product with this SKU' },
  'product-not-yours': { status: 403, title: 'Sold by somebody else' },
  'seller-not-yours': { status: 403, title: 'Not your seller' },
  'product-has-changed': { status: 409, title: 'The product has changed meanwhile' },
  'adjustment-id-taken': { status: 409, title: 'The id stands for another adjustment' },
  'stock-too-low': { status: 422, title: 'Not so many are available' },
  'stock-too-large': { status: 422, title: 'More than can be kept' },
  'invalid-amount': { status: 422, title: 'Not an amount in this currency' },
} as const;

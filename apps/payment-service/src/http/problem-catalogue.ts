/**
 * Every refusal that payment-service can answer with over HTTP, and how it says it. Codes are stable: clients branch on
 * them.
 */
export const problemCatalogue = {
  'payment-not-found': { status: 404, title: 'There is no such payment' },
} as const;

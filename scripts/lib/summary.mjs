import { signToken } from './jwt.mjs';

const order = {
  items: [{ productId: 'OAK-TABLE', quantity: 1 }],
  shippingAddress: {
    name: 'A. Buyer',
    street: '123 Main St',
    city: 'Boston',
    zipCode: '02108',
    country: 'US',
  },
  payment: { token: 'tok_ok' },
};

/**
 * What to do next, once everything runs.
 * @param {Record<string, string>} environment of the stack
 */
export function summary(environment) {
  const port = (name) => new URL(environment[name]).port;
  const orderUrl = `http://localhost:${port('ORDER_URL')}`;
  const metrics = ['ORDER', 'INVENTORY', 'PAYMENT'].map(
    (name) => `localhost:${port(`${name}_METRICS_URL`)}/metrics`,
  );
  const places = [
    ['API docs', `${orderUrl}/docs`],
    ['OpenAPI', `${orderUrl}/openapi.json`],
    ['AsyncAPI', 'docs/asyncapi.yaml'],
    ['Metrics', metrics.join('  ')],
    ['Logs', environment.LOG_DIRECTORY],
  ];
  return [
    '',
    ...places.map(([name, place]) => `  ${name.padEnd(10)} ${place}`),
    ...(environment.JWT_SECRET ? firstOrder(orderUrl, environment) : []),
    '',
    '  Ctrl-C drains and stops everything, and keeps the data.',
    '',
  ].join('\n');
}

function firstOrder(orderUrl, environment) {
  const token = signToken({
    subject: 'cust-1',
    roles: ['customer'],
    secret: environment.JWT_SECRET,
    issuer: environment.JWT_ISSUER,
    audience: environment.JWT_AUDIENCE,
  });
  return [
    '',
    '  A token for customer cust-1, good for a day (another: npm run --silent token -- --sub cust-2 --roles customer):',
    '',
    `TOKEN=${token}`,
    '',
    '  Place an order and wait for its end, then show all orders of this customer:',
    '',
    `curl -s ${orderUrl}/api/orders -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -H 'Prefer: wait=5' \\`,
    `  -d '${JSON.stringify(order)}'`,
    `curl -s ${orderUrl}/api/orders/history/cust-1 -H "Authorization: Bearer $TOKEN"`,
  ];
}

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
 * @param {Awaited<ReturnType<typeof import('./stack.mjs').startStack>>} stack
 */
export function summary({ environment, missing, brokerUrl }) {
  const port = (name) => new URL(environment[name]).port;
  const orderUrl = `http://localhost:${port('ORDER_URL')}`;
  const metrics = ['ORDER', 'INVENTORY', 'PAYMENT']
    .map((name) => `${name}_METRICS_URL`)
    .filter((name) => environment[name])
    .map((name) => `localhost:${port(name)}/metrics`);
  const places = [
    ['API docs', `${orderUrl}/docs`],
    ['OpenAPI', `${orderUrl}/openapi.json`],
    ['AsyncAPI', 'docs/asyncapi.yaml'],
    ['Metrics', metrics.join('  ')],
    ['Logs', environment.LOG_DIRECTORY],
    ['Broker', brokerUrl],
  ];
  return [
    '',
    ...places.map(([name, place]) => `  ${name.padEnd(10)} ${place}`),
    ...missing.flatMap(forAuthors),
    ...(environment.JWT_SECRET ? firstOrder(orderUrl, environment) : []),
    '',
    '  Ctrl-C drains and stops everything, and keeps the data.',
    '',
  ].join('\n');
}

/** What a program needs that takes the place of one of ours. docs/participants.md says the rest. */
function forAuthors({ service, queue, brokerUrl, apart }) {
  return [
    '',
    `  ${service} is not started: it is yours (docs/participants.md).`,
    `    it reads         ${queue}`,
    '    it answers to    saga.replies',
    `    on the broker    ${brokerUrl}`,
    ...(apart
      ? [
          '    and for the conformance test and the stand-in, where nobody else is:',
          `    on the broker    ${apart.brokerUrl}`,
          `    npm run conformance -- --queue ${queue} --broker ${apart.testUrl}`,
        ]
      : [
          '    For the conformance test and the stand-in it needs a virtual host of its own. Set RABBITMQ_MANAGEMENT_URL to have one made.',
        ]),
  ];
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

import { sagaPage } from '#libs/saga/diagram.js';
import { transitions } from '../../apps/order-service/src/domain/order-status.js';
import { placeOrderSaga } from '../../apps/order-service/src/place-order-saga/place-order.saga.js';
import { generatedBy, type Generator } from './document.js';

const sagaFile = 'apps/order-service/src/place-order-saga/place-order.saga.ts';
const statusFile = 'apps/order-service/src/domain/order-status.ts';

function lifecyclePage(): string {
  const edges = Object.entries(transitions).flatMap(([from, targets]: [string, readonly string[]]) =>
    targets.length === 0 ? [`  ${from} --> [*]`] : targets.map((to) => `  ${from} --> ${to}`),
  );
  const rows = Object.entries(transitions).map(
    ([from, targets]: [string, readonly string[]]) =>
      `| \`${from}\` | ${targets.length === 0 ? 'nothing: it is over' : targets.map((to) => `\`${to}\``).join(', ')} |`,
  );
  return `${generatedBy(statusFile)}

# The life of an order

\`\`\`mermaid
stateDiagram-v2
  [*] --> PENDING
${edges.join('\n')}
\`\`\`

| status | may become |
| --- | --- |
${rows.join('\n')}
`;
}

export const sagas: Generator = {
  name: 'sagas',
  documents: () =>
    Promise.resolve([
      { path: 'docs/sagas/place-order.md', text: `${generatedBy(sagaFile)}\n\n${sagaPage(placeOrderSaga)}` },
      { path: 'docs/order-lifecycle.md', text: lifecyclePage() },
    ]),
};

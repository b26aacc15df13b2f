import { publishChannelId } from '#libs/contracts/asyncapi/channels.js';
import { ownerOf } from '#libs/contracts/asyncapi/operations.js';
import {
  declaredExchanges,
  declaredQueues,
  workQueue,
  type QueueDeclaration,
} from '#libs/contracts/declarations.js';
import type { MessageType } from '#libs/contracts/message-type.js';
import { queueReceives, routingKeysOf } from '#libs/contracts/routing.js';
import { queues } from '#libs/contracts/topology.js';
import { generatedBy } from './document.js';

const node = (kind: string, name: string): string => `${kind}_${name.replaceAll(/\W/g, '_')}`;

const plural = { command: 'commands', reply: 'replies', event: 'events' } as const;

function drawing(messages: readonly MessageType[]): string {
  const senders = new Map<string, string>();
  for (const message of messages) {
    const sender = message.kind === 'command' ? 'order-service' : ownerOf(message);
    const edge = `${sender}>${message.exchange.name}`;
    senders.set(
      edge,
      `  ${node('s', sender)} -- ${plural[message.kind]} --> ${node('x', message.exchange.name)}`,
    );
  }
  const used = new Set(messages.map(({ exchange }) => exchange.name));
  const services = [...new Set(messages.map(ownerOf))].sort();
  return [
    'flowchart LR',
    ...services.map((service) => `  ${node('s', service)}[${service}]`),
    ...declaredExchanges
      .filter(({ name }) => used.has(name))
      .map(({ name, type }) => `  ${node('x', name)}{{${name}<br/>${type}}}`),
    ...Object.values(queues).map(({ name }) => `  ${node('q', name)}[(${name})]`),
    ...services.map((service) => `  ${node('c', service)}[${service}]`),
    ...senders.values(),
    ...Object.values(queues).flatMap(({ name, consumer, bindings }) => [
      ...bindings.map(
        ({ exchange, routingKey }) =>
          `  ${node('x', exchange.name)} -- "${routingKey}" --> ${node('q', name)}`,
      ),
      `  ${node('q', name)} --> ${node('c', consumer)}`,
    ]),
  ].join('\n');
}

const failing = `flowchart LR
  q[(work queue)] -- delivered --> c[consumer]
  c -- "fails for now, attempt 1 to 3" --> r[("retry.10s, retry.1m, retry.10m")]
  r -- "after its delay" --> q
  c -- "cannot be read, or all retries spent" --> p[(work queue.parked)]
  q -- "delivery limit: consumers died of it" --> p
  p -- "redriven by an operator" --> q`;

const code = (text: string): string => `\`${text}\``;

const argumentsOf = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => code(`${name}=${value === '' ? "''" : value}`))
    .join('<br>');

const bindingText = ({ exchange, routingKey }: QueueDeclaration['bindings'][number]): string =>
  exchange.type === 'fanout'
    ? `${code(exchange.name)}, any key`
    : code(publishChannelId(exchange, routingKey));

/** What is published to an exchange. */
function kindsOn(name: string, messages: readonly MessageType[]): string {
  const kinds = new Set(messages.filter(({ exchange }) => exchange.name === name).map(({ kind }) => kind));
  return [...kinds].map((kind) => plural[kind]).join(', ') || 'any, on their way to a queue';
}

/** docs/topology.md: what is declared at the broker, drawn and listed. */
export function topologyPage(messages: readonly MessageType[]): string {
  const readersOf = (message: MessageType): string =>
    Object.values(queues)
      .filter((queue) => queueReceives(workQueue(queue), message))
      .map(({ name }) => code(name))
      .join('<br>') || 'anyone';
  return `${generatedBy('libs/contracts')}

# Topology

Exchanges and queues at the broker. Every queue is a durable quorum queue; every message is persistent.

\`\`\`mermaid
${drawing(messages)}
\`\`\`

A message that fails:

\`\`\`mermaid
${failing}
\`\`\`

## Messages

| type | kind | exchange and routing key | read from |
| --- | --- | --- | --- |
${messages
  .map(
    (message) =>
      `| [\`${message.type}\`](schemas/${message.type}.json) | ${message.kind} | ${routingKeysOf(message)
        .map((key) => code(publishChannelId(message.exchange, key)))
        .join('<br>')} | ${readersOf(message)} |`,
  )
  .join('\n')}

An event with two routing keys is one message with the AMQP header \`CC\`: a queue that is bound to both gets it once.

## Exchanges

All are durable. Those that no message names are for consumers, which move messages by them.

| exchange | type | messages |
| --- | --- | --- |
${declaredExchanges.map((exchange) => `| ${code(exchange.name)} | ${exchange.type} | ${kindsOn(exchange.name, messages)} |`).join('\n')}

## Queues

| queue | bound to | arguments |
| --- | --- | --- |
${declaredQueues
  .map(
    ({ name, bindings, arguments: values }) =>
      `| ${code(name)} | ${bindings.map(bindingText).join('<br>')} | ${argumentsOf(values)} |`,
  )
  .join('\n')}
`;
}

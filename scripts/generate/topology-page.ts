import { publishChannelId } from '#libs/contracts/asyncapi/channels.js';
import {
  declaredExchanges,
  declaredQueues,
  parkedPolicy,
  workQueue,
  type QueueDeclaration,
} from '#libs/contracts/declarations.js';
import type { MessageType } from '#libs/contracts/message-type.js';
import { queueReceives, routingKeysOf } from '#libs/contracts/routing.js';
import { rightsOf } from '#libs/contracts/rights.js';
import { ownerOf, senderOf } from '#libs/contracts/senders.js';
import { queues, services as allServices } from '#libs/contracts/topology.js';
import { generatedBy } from './document.js';

const node = (kind: string, name: string): string => `${kind}_${name.replaceAll(/\W/g, '_')}`;

const plural = { command: 'commands', reply: 'replies', event: 'events' } as const;

function drawing(messages: readonly MessageType[]): string {
  const senders = new Map<string, string>();
  for (const message of messages) {
    const sender = senderOf(message);
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
  c -- "fails for now, attempt 1 to 3" --> r[("SERVICE.retry.10s, .1m, .10m")]
  r -- "after its delay, by SERVICE.moves" --> q
  c -- "cannot be read, wrong sender, or all retries spent: by SERVICE.moves" --> p[(work queue.parked)]
  q -- "delivery limit: consumers died of it" --> p
  p -- "redriven by an operator, by order-service.moves" --> q`;

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

All are durable. Those that no message names are a service's own: it moves messages by them that were sent to it.

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

Policy \`${parkedPolicy.name}\`, for queues like \`${parkedPolicy.pattern}\`: ${code(JSON.stringify(parkedPolicy.definition))}. Without it RabbitMQ 4
drops a parked message that was returned to its queue 20 times.

## Rights

Each service has a user of its own, of its own name or one that \`BROKER_USERS\` says. What it may do is no more than this; it
configures nothing. \`deploy/rabbitmq/definitions.json\` has it all: users, rights, policy, exchanges, queues, bindings.

| user | writes to | reads |
| --- | --- | --- |
${allServices
  .map((service) => {
    const { write, read } = rightsOf(service);
    return `| ${code(service)} | ${write.map(code).join('<br>')} | ${read.map(code).join('<br>')} |`;
  })
  .join('\n')}

A service whose user may declare the topology declares all of it at each connection. One whose user may not is refused at the
first exchange (one line in the broker's log), looks whether everything is there, and says what is not.

What a message is moved by tells who moved it, so its first sender goes along in \`x-first-sender\`. That header is believed of
a user who moves messages of the queue, as the broker proves by \`user_id\`, and of nobody else. Who may have sent what, and
what is done about others, is decided in ADR 51.

## From a release before these rights

Arguments of a queue cannot be changed (406), so none are. The queues that services read keep theirs: they dead-letter into their
parking lots by the default exchange, which is the broker's own doing and asks for no right. Delays are queues of other
names, \`<service>.retry.*\` instead of \`retry.*\`. Messages in the former ones come back by themselves.

1. Import \`deploy/rabbitmq/rights-while-moving.json\` (\`rabbitmqctl import_definitions FILE\`). It adds the new
   exchanges, queues, bindings and the policy, and gives the users of both releases what they need. It names the users as the services,
   in the virtual host \`/\`: change that where yours are others, and set \`BROKER_USERS\`.
2. Roll out order-service, and then the others, all with \`REQUIRE_SENDER=none\`: what the former release has sent proves nothing.
3. When no process of the former release runs, and \`retry.10s\`, \`retry.1m\` and \`retry.10m\` are empty, delete these three queues and the
   exchanges of their names. Redrive or discard what is parked.
4. Import definitions.json without its users, whose passwords are samples (\`jq 'del(.users)'\`). From here on each service may do no more than the
   table says. To go back to the former release, import rights-while-moving.json first.
5. Take \`REQUIRE_SENDER=none\` away.

On a broker that moves to RabbitMQ 4 the policy has to be there before.
`;
}

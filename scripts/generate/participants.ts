import { readFile } from 'node:fs/promises';
import { envelopeSchema } from '#libs/contracts/envelope.schema.js';
import { ReserveStock, StockReserved } from '#libs/contracts/inventory/inventory.messages.js';
import { jsonSchemaOf } from '#libs/contracts/json-schema.js';
import type { MessageType } from '#libs/contracts/message-type.js';
import { exchanges, queues } from '#libs/contracts/topology.js';
import { answerPlaces, effectsHangOn } from '#libs/contracts/asyncapi/answers.js';
import { messageTypes } from '#libs/contracts/catalogue-of-messages.js';
import { sandboxTokens } from '../../apps/payment-service/src/provider/sandbox/sandbox-behaviour.js';
import { inventoryDuties, paymentDuties } from '../../tools/conformance/duties.js';
import { paymentTable, reservationTable } from './decision-tables.js';
import { generatedBy, type Generator } from './document.js';
import { goldenFile } from './messages.js';

const root = new URL('../../', import.meta.url);

const golden = async (message: MessageType): Promise<string> =>
  `\`\`\`json\n${await readFile(new URL(goldenFile(message), root), 'utf8')}\`\`\``;

interface Named {
  readonly name: string;
  readonly sentence: string;
  readonly optional?: true;
}

/** Duties that both participants have. */
const shared = inventoryDuties.filter((duty) =>
  paymentDuties.some(({ sentence }) => sentence === duty.sentence),
);
const but = (duties: readonly Named[]): readonly Named[] =>
  duties.filter(({ sentence }) => !shared.some((duty) => duty.sentence === sentence));

const table = (duties: readonly Named[]): string =>
  `| check | duty |\n| --- | --- |\n${duties
    .map(({ name, sentence, optional }) => `| \`${name}\` | ${optional ? '_Optional._ ' : ''}${sentence} |`)
    .join('\n')}`;

/** A token without words here does not compile. */
const tokens: Record<keyof typeof sandboxTokens, string> = {
  tok_ok: 'captured at once',
  tok_declined: '`payment-declined`, code `declined`',
  tok_insufficient_funds: '`payment-declined`, code `insufficient-funds`',
  tok_slow: 'captured after 3 s',
  tok_timeout:
    'the provider never answers, and has captured for half of the orders, always the same ones: `payment-taken`, or `payment-declined` with `provider-timeout`',
  tok_flaky: 'fails twice, then captured',
  tok_pending: '`payment-pending`, captured 2 s later',
};

const page = async (): Promise<string> => `${generatedBy(
  'tools/conformance, libs/contracts and the domains of our participants',
)}

# Writing a participant

A participant does steps of sagas for order-service: it holds stock, or takes payments. Ours can be replaced, each alone, by
a program in any language that does the duties below. \`npm run conformance\` shows whether it does; \`npm run stand-in\` plays
order-service for it while it is written; \`npm run kit -- FOLDER\` writes all that its authors need into a folder. Two small
ones in plain JavaScript that do every duty are in [kit/examples/javascript](../kit/examples/javascript).

## The wire

Commands come from a queue, replies go to an exchange of RabbitMQ (AMQP 0-9-1). Each message is one
[CloudEvent](https://cloudevents.io) in structured JSON; its attributes are in [envelope.json](envelope.json), its \`data\` in
[schemas](schemas) by type, an example of each in [inventory](../libs/contracts/inventory/golden) and
[payment](../libs/contracts/payment/golden), all of it together in [asyncapi.yaml](asyncapi.yaml). A command, and its reply:

${await golden(ReserveStock)}

${await golden(StockReserved)}

| | inventory | payment |
| --- | --- | --- |
| read commands from | \`${queues.inventoryCommands.name}\` | \`${queues.paymentCommands.name}\` |
| publish replies to | \`${exchanges.replies.name}\`, routing key \`${queues.sagaReplies.name}\` | the same |
| publish pages of its books to | \`${exchanges.replies.name}\`, routing key \`${queues.reconciliation.name}\` | the same |
| AMQP properties of a reply | \`content_type: application/cloudevents+json\`, \`message_id\` = \`id\`, \`delivery_mode: 2\` | the same |
| may be left out | \`type\` = \`type\`; \`user_id\`, unless order-service has \`REQUIRE_SENDER=all\` | the same |
| permissions that it needs | read its queue, write \`${exchanges.replies.name}\`; where it says \`user_id\`, its user in \`BROKER_USERS\` of order-service | the same |

Answers go ${answerPlaces([...messageTypes.values()])}. An answer to a listing belongs to no saga: it has neither
\`sagaid\` nor \`commandid\`.

Where nobody has imported \`deploy/rabbitmq/definitions.json\`, whoever starts first declares exchanges and queues, with the
very arguments of [topology.md](topology.md). Commands have the \`user_id\` of order-service, which the broker has checked. A participant that
only uses them has to wait until they are there. Publish with confirms and \`mandatory\`, and ack a command when its effect
and its reply are safe. What fails for now (a database away) is tried again later; what must not be answered is
rejected without requeue, and the broker puts it into \`<queue>.parked\`, where people find it.

## What it comes down to

- ${effectsHangOn}
- A compensation (\`release-stock\`, \`refund-payment\`) may come before what it undoes, and is always agreed to. It leaves a
  tombstone: the command that it undoes is refused from then on.
- An answer stands. What was refused is never done later, and what was done is not refused when it is asked again: order-service
  has it given back, or parked, and people are called.
- A command that order-service may give up says in \`expirytime\` from when on it is not to be begun any more (CloudEvents'
  [Expiry Time](https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/expirytime.md)). Who knows nothing of it by
  then leaves a tombstone, and answers as cancelled; it is never dropped. What was begun before is answered as ever: ask
  the provider first. Every sending of a command has its own time, and compensations have none. 5 s are allowed for clocks.
  Who looks at it charges nobody for an order that is over; who does not conforms, as what is done late is compensated.
- \`stock-short\` and \`payment-declined\` are answers. A broken command is none, and gets none.
- State and answers survive the process. Ack a command when both are safe: who is killed between an effect and its answer is
  given the message again, marked as redelivered, and answers it.
- Books are told of when somebody asks (\`list-reservations\`, \`list-payments\`, \`list-charges\`): order-service compares them
  with its orders, and has given back what no order has a right to. Without them, money that is held by mistake stays.
- Silence is dear: order-service asks three times, 30 s each, and then rolls back. Answer late rather than never: a late answer
  is compensated.

## Duties of both

${table(shared)}

## Duties of an inventory

${table(but(inventoryDuties))}

## Duties of a payment service

${table(but(paymentDuties))}

What cannot be seen from outside is owed all the same: that a charge is made once shows in what is given back and in the ledger
that is told of, and only there. Give the payment id to the provider as its idempotency key, ask it what it holds before
answering for it, and tell of its ledger as it is, not as your own book would have it.

## What ours answer

Made by running their rules. Empty: what is known already makes no difference. \`no answer: parked\` is a command that no
correct saga sends. So is one whose reservation or payment is known with other lines, another amount, another customer or for
another order.

${reservationTable()}

${paymentTable()}

A pending payment is settled later: \`payment-taken\` or \`payment-declined\` follows under the same command.

## The tokens of our sandbox

What a shop puts into \`payment.token\` reaches a payment service as \`data.token\`. A payment service of your own decides what
tokens mean; these are those of ours, which plays the provider, too. Without a token the payment is captured; any other token is
declined with \`invalid-token\`.

| token | what comes of it |
| --- | --- |
${Object.entries(tokens)
  .map(([token, what]) => `| \`${token}\` | ${what} |`)
  .join('\n')}

## With everything else of ours

\`\`\`sh
npm start -- --without payment
\`\`\`

starts everything but payment-service (\`--without inventory\`: but inventory-service; both may be given), and prints what yours
needs: the broker's URL, its queue, and the URL of a virtual host where nobody else is, for the conformance test and the stand-in.
Orders that are placed meanwhile wait in the queue until yours reads it. Without inventory-service there is nobody to tell of
products: the catalogue has those of earlier runs, and what yours publishes as \`product-changed\`.

### Replacing ours while orders are under way

1. Have yours pass the conformance test on a virtual host of its own.
2. Give it the book of ours: reservations or payments, each with its id, order and status, from the tables or by \`list-*\` commands.
   A refund of a payment that it has never heard of would be agreed to, and nobody's money given back.
3. End all instances of ours with SIGTERM: each finishes what it has in hand. Commands wait in the queue, and nothing is lost;
   a saga rolls back after three times 30 s without an answer, one that is past its pivot waits on.
4. Give yours what has changed in the book since, and start it. With \`npm start\`: Ctrl-C, then \`npm start -- --without payment\`;
   data and queues stay.
5. \`npm run ops -- reconciliation run\` compares its book with the orders. The way back is the same with the roles changed.

Two participants must never read one queue at the same time: each would get half of the commands, and a refund would come to the
one that has not charged. \`npm start\` refuses to start ours where somebody else reads already, and ours count who reads with
them (\`orders_queue_foreign_readers\`, alert \`QueueShared\`). Several instances of one participant, on one book, are one participant. Ours are told by
the queue \`<queue>.instances\`, which each of them reads and nobody else is to.

## Looking whether it does them

\`\`\`sh
npm run conformance -- --queue inventory.commands --broker amqp://user:password@localhost/test --sku OAK-TABLE --stock 1000
npm run conformance -- --queue payment.commands --broker amqp://user:password@localhost/test --token-pending none
npm run conformance -- --queue payment.commands --restart 'docker kill -s KILL payments && docker start payments'
\`\`\`

On a broker, or a virtual host, without order-service: it would park replies to commands that it never sent, and the test
refuses to run beside it unless told \`--shared\`. \`--restart\` is a command that kills the participant and starts it again: it
runs while commands are being sent, so that some are between effect and answer. Duties about that are left out without it, and
a participant has been tested only with it. The user of the test may configure, write and read everything there, the queue of commands too. Each duty is a line,
one that is not done with what was sent, what was expected and what came; \`--only release-first\` looks at one, \`--json\` is for
programs, \`--help\` has the rest. It gives back what it has reserved and charged, and takes its messages out of the
queues. Exit codes: 0 all done, 1 some not, 2 nothing could be looked at.

\`\`\`sh
npm run stand-in -- --broker amqp://user:password@localhost/test --sku OAK-TABLE --for inventory --orders 100 --per-second 5
\`\`\`

The stand-in runs the saga of order-service itself, with orders that are made up: duplicates, delays that let compensations
overtake commands, messages marked as redelivered, commands that cannot be read (\`--broken SHARE\`), customers who cancel, and, with
\`--restart\`, participants that are killed. It plays the participant that is not there, and prints how each order ended. In
the end it asks for the books, which have to agree with what was answered, order by order, and looks for what could not be
read in the parking lot, where all of it has to be, unanswered.
`;

export const participants: Generator = {
  name: 'participants',
  async documents() {
    return [
      { path: 'docs/participants.md', text: await page() },
      {
        path: 'docs/envelope.json',
        text: JSON.stringify({ title: 'CloudEvent', ...jsonSchemaOf(envelopeSchema) }, null, 2),
      },
    ];
  },
};

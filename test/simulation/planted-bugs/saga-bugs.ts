import { bodyHashOf, rememberHash } from '#libs/messaging/envelope/body-hash.js';
import type { Envelope } from '#libs/messaging/envelope/envelope.js';
import type { Operation } from '#libs/saga/definition/definition.js';
import { waitingCall } from '#libs/saga/engine/instance.js';
import { goOn, rollBack } from '#libs/saga/definition/reactions.js';
import { SagaRunner, type DueSaga, type InputOutcome } from '#libs/saga/runner/saga-runner.js';
import { instanceOfRow, sagas } from '#libs/saga/runner/saga.row.js';
import { newId } from '#libs/kernel/ids.js';
import { releaseStock } from '../../../apps/order-service/src/sagas/participants/inventory.participant.js';
import type { PlaceOrderData } from '../../../apps/order-service/src/sagas/place-order.saga.js';
import { orderSagas } from '../../../apps/order-service/src/sagas/order-sagas.js';
import type { Act, Parts, Place } from '../services/parts.js';
import type { PlantedBug } from './planted-bug.js';

/** A runner some of whose methods are replaced. */
const runningSagasOtherwise =
  (otherwise: (runner: SagaRunner<Act>, place: Place) => Partial<SagaRunner<Act>>): Parts['runner'] =>
  (runner, place) =>
    // The runner's state is private, so its methods have to be called on the runner itself.
    new Proxy(runner, {
      get: (target, name) => {
        const method =
          (otherwise(target, place) as Record<PropertyKey, unknown>)[name] ?? Reflect.get(target, name);
        return typeof method === 'function' ? (method.bind(target) as unknown) : method;
      },
    });

const callThatWaits = ({ database }: Place, sagaId: string | undefined) => {
  const row = sagaId === undefined ? undefined : database.peek(sagas, sagaId);
  const call = row && waitingCall(instanceOfRow(row));
  const definition = row && orderSagas.all.findLast(({ name }) => name === row.saga);
  const step = definition?.steps.find(({ name }) => name === call?.step);
  return call && step
    ? { call, step, operation: call.operation === 'action' ? step : step.compensate! }
    : undefined;
};

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- operations of sagas with different data
type AnyOperation = Operation<any, Act>;

const answerThat = (
  { ask, on }: AnyOperation,
  kind: 'go-on' | 'roll-back' | 'compensated',
): string | undefined => Object.entries(ask.replies).find(([name]) => on[name]?.kind === kind)?.[1].type;

/** Takes any reply for the answer that the saga waits for. */
function takenForTheAnswer(message: Envelope, place: Place): Envelope {
  const waiting = callThatWaits(place, message.sagaid);
  if (!waiting || Object.values(waiting.operation.ask.replies).some(({ type }) => type === message.type))
    return message;
  const type = answerThat(waiting.operation, waiting.call.operation === 'action' ? 'go-on' : 'compensated');
  const {
    total,
    payment: _,
    ...data
  } = place.database.peek(sagas, message.sagaid!)!.data as Record<string, unknown>;
  const taken = {
    ...message,
    type: type!,
    commandid: waiting.call.commandId,
    data: { ...data, amount: total },
  };
  rememberHash(taken, bodyHashOf(message));
  return taken;
}

/** Any reply, as if it had named the ids of its saga. */
function saidOfItsOwn(message: Envelope, { database }: Place): Envelope {
  const saga = message.sagaid === undefined ? undefined : database.peek(sagas, message.sagaid);
  if (saga?.saga !== 'place-order') return message;
  const { reservationId, paymentId } = saga.data as PlaceOrderData;
  const named = { ...message, data: { ...(message.data as object), reservationId, paymentId } };
  rememberHash(named, bodyHashOf(message));
  return named;
}

/** The step counts as refused when its last deadline passes, and what was refused needs no compensation. */
async function refusedBySilence(runner: SagaRunner<Act>, due: DueSaga, place: Place): Promise<InputOutcome> {
  const waiting = callThatWaits(place, due.id);
  const { attempts } = waiting?.operation.patience ?? {};
  const refusal = waiting && answerThat(waiting.operation, 'roll-back');
  if (!waiting || refusal === undefined || attempts === undefined || waiting.call.attempt < attempts) {
    return runner.deadlinePassed(due);
  }
  await runner.reply({
    specversion: '1.0',
    id: newId(),
    type: refusal,
    source: '/nobody',
    subject: due.subject,
    time: place.life.now().toISOString(),
    datacontenttype: 'application/json',
    dataschema: refusal,
    sagaid: due.id,
    commandid: waiting.call.commandId,
    data: { shortages: [], code: 'declined' },
  });
  return 'taken';
}

const takenAsPaid = goOn<PlaceOrderData, Act, unknown>({
  remember: (data) => ({ ...data, paymentStatus: 'PAID' }),
});

const paysByCard = ({ payment }: PlaceOrderData): boolean => payment.method === 'card';

export const sagaBugs: readonly PlantedBug[] = [
  {
    name: 'reply-without-command-id-check',
    what: 'A reply to a saga counts for whatever the saga waits for.',
    parts: {
      runner: runningSagasOtherwise((runner, place) => ({
        reply: (message) => runner.reply(takenForTheAnswer(message, place)),
      })),
    },
  },
  {
    name: 'reply-about-another-thing',
    what: 'Nobody looks which reservation or payment a reply is about.',
    parts: {
      runner: runningSagasOtherwise((runner, place) => ({
        reply: (message) => runner.reply(saidOfItsOwn(message, place)),
      })),
    },
  },
  {
    name: 'amount-is-not-looked-at',
    what: 'Whatever amount was taken, the order counts as paid.',
    parts: {
      definition: (definition) => ({
        ...definition,
        steps: definition.steps.map((step) =>
          step.name === 'take-payment' ? { ...step, on: { ...step.on, PaymentTaken: takenAsPaid } } : step,
        ),
      }),
    },
  },
  {
    name: 'compensate-only-after-success',
    what: 'A step that was not answered counts as not done.',
    parts: {
      runner: runningSagasOtherwise((runner, place) => ({
        deadlinePassed: (due) => refusedBySilence(runner, due, place),
      })),
    },
  },
  {
    name: 'timer-without-revision',
    what: 'A deadline that was found due fires, whatever the saga has done since.',
    parts: {
      runner: runningSagasOtherwise((runner, { database }) => ({
        deadlinePassed: (due) =>
          runner.deadlinePassed({ ...due, revision: database.peek(sagas, due.id)?.revision ?? due.revision }),
      })),
    },
  },
  {
    name: 'nothing-is-charged-for',
    what: 'A payment is taken also where the total is nothing.',
    parts: {
      definition: (definition) => ({
        ...definition,
        steps: definition.steps.map((step) =>
          step.name === 'take-payment' ? { ...step, when: paysByCard } : step,
        ),
      }),
    },
  },
  {
    name: 'kept-for-nobody',
    what: "What a participant did after it had refused is nobody's business.",
    parts: {
      definition: (definition) => ({
        ...definition,
        steps: definition.steps.map((step) => ({
          ...step,
          giveBack: () => ({ type: 'gave-back' }) as const,
        })),
      }),
    },
  },
  {
    name: 'roll-back-after-the-pivot',
    what: 'When the sold stock is not confirmed in time, the order is rejected.',
    parts: {
      definition: (definition) => ({
        ...definition,
        steps: definition.steps.map((step) =>
          step.name === 'commit-stock'
            ? {
                ...step,
                afterPivot: false,
                patience: { deadlineSeconds: 5, attempts: 2 },
                onSilence: rollBack('inventory-timeout'),
                compensate: {
                  ...definition.steps[0]!.compensate!,
                  ask: releaseStock,
                },
              }
            : step,
        ),
      }),
    },
  },
];

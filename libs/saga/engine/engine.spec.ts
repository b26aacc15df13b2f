import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  CommitStock,
  ReleaseStock,
  ReserveStock,
  StockCommitted,
  StockReleased,
  StockReserved,
  StockShort,
} from '#libs/contracts/inventory/inventory.messages.js';
import type { MessageType } from '#libs/contracts/message-type.js';
import { defineSaga, type SagaDefinition } from '../definition/definition.js';
import { participantCommand } from '../definition/participant.js';
import { compensated, goOn, keepWaiting, rollBack } from '../definition/reactions.js';
import { cannotGoOn } from './cannot-go-on.js';
import type { Decision, SagaInput } from './decision.js';
import { begin, decide } from './engine.js';
import type { SagaInstance } from './instance.js';

interface Data {
  readonly reservationId: string;
  readonly wanted: boolean;
  readonly foundNothing?: boolean;
  readonly soldByHand?: boolean;
}

const Later = { type: 'inventory.stock-pending.v1' } as MessageType;
const reserve = participantCommand({ message: ReserveStock, replies: { StockReserved, StockShort, Later } });
const release = participantCommand({ message: ReleaseStock, replies: { StockReleased } });
const commit = participantCommand({ message: CommitStock, replies: { StockCommitted, Later } });
const reservation = ({ reservationId }: Data) => ({ reservationId });

const saga = defineSaga<Data, string>('hold-stock', { version: 3 })
  .step('reserve-stock', {
    ask: reserve,
    when: ({ wanted }) => wanted,
    with: ({ reservationId }) => ({ reservationId, lines: [{ sku: 'LAMP', quantity: 1 }] }),
    on: {
      StockReserved: goOn(),
      StockShort: rollBack('out-of-stock', { detail: () => 'No lamp is left.' }),
      Later: keepWaiting({ deadlineSeconds: 300 }),
    },
    patience: { deadlineSeconds: 30, attempts: 2, onSilence: rollBack('inventory-timeout') },
    compensate: {
      ask: release,
      with: reservation,
      on: {
        StockReleased: compensated({
          remember: (data: Data, said: object): Data => ({ ...data, foundNothing: 'nothing' in said }),
        }),
      },
      patience: { deadlineSeconds: 5, alertAfterAttempts: 2 },
      foundNothing: ({ foundNothing }) => foundNothing === true,
    },
    giveBack: ({ reservationId }) => `give back ${reservationId}`,
  })
  .pivot()
  .step('commit-stock', {
    ask: commit,
    with: reservation,
    on: { StockCommitted: goOn(), Later: keepWaiting({ deadlineSeconds: 300 }) },
    patience: { deadlineSeconds: 5, growingToSeconds: 60, alertAfterAttempts: 2 },
    byHand: (data) => ({ ...data, soldByHand: true }),
  })
  .end({
    completed: { recordedAs: 'confirmed', act: () => 'confirm' },
    rolledBack: { recordedAs: 'rejected', act: (_, { code }) => `reject: ${code}` },
  });

const start = Date.parse('2026-01-01T00:00:00Z');
const at = (seconds: number) => new Date(start + seconds * 1000);
const time = (seconds: number) => at(seconds).toISOString();

let seconds: number;
let last: Decision<Data, string>;
let commands: number;
const given = () => ({ at: at(seconds), jitter: 0, nextCommandId: `command-${(commands += 1)}` });

/** Five seconds later. */
function then(input: object): Decision<Data, string> {
  seconds += 5;
  return (last = decide(saga, last.instance, { ...given(), ...input } as SagaInput));
}
const answered = (
  message: MessageType,
  data: object = {},
  commandId = last.instance.calls.at(-1)?.commandId,
) => then({ type: 'reply', messageId: 'message-1', messageType: message.type, commandId, data });
const silent = () => then({ type: 'deadline-passed', revision: last.instance.revision });
const rolledBack = () =>
  then({ type: 'roll-back-requested', reason: { code: 'unwanted', detail: 'Never mind.' } });
const retried = () => then({ type: 'retry-requested', note: 'it is back' });
const resolved = () => then({ type: 'resolve-requested', note: 'seen to' });
const told = () => last.effects.timeline;

function begun(over: Partial<Data> = {}): Decision<Data, string> {
  [seconds, commands] = [0, 0];
  const data = { reservationId: 'reservation-1', wanted: true, ...over };
  return (last = begin(saga, { id: 'saga-1', subject: 'order-1', data }, given()));
}
beforeEach(() => void begun());

const entry = (kind: string, text: string, more: object = {}) => ({
  at: time(seconds),
  kind,
  step: null,
  attempt: null,
  messageId: null,
  text,
  ...more,
});
const ofReserve = { step: 'reserve-stock', attempt: 1 };
const ofCommit = { step: 'commit-stock', attempt: 1 };
const fromReply = { messageId: 'message-1' };

const call = (over: object = {}) => ({
  step: 'reserve-stock',
  operation: 'action',
  commandId: 'command-1',
  askedAt: time(0),
  attempt: 1,
  acknowledged: false,
  state: 'waiting',
  answer: null,
  ...over,
});

const defect = (message: string) => expect.objectContaining({ name: 'Defect', message });

describe('a saga', () => {
  it('begins by asking its first step', () => {
    expect(last).toEqual({
      instance: {
        id: 'saga-1',
        subject: 'order-1',
        data: { reservationId: 'reservation-1', wanted: true },
        saga: 'hold-stock',
        version: 3,
        revision: 1,
        status: 'running',
        reason: null,
        attention: null,
        calls: [call()],
        startedAt: at(0),
        finishedAt: null,
        deadlineAt: at(30),
      },
      effects: {
        ask: {
          message: ReserveStock,
          commandId: 'command-1',
          data: { reservationId: 'reservation-1', lines: [{ sku: 'LAMP', quantity: 1 }] },
          expiresAt: at(55),
        },
        acts: [],
        timeline: [
          entry('accepted', 'Accepted; hold stock begins.'),
          entry('asked', 'Asked inventory to reserve stock.', ofReserve),
        ],
      },
      ignored: null,
      contradiction: null,
    });
  });

  it('tells of a step that it does not need', () => {
    begun({ wanted: false });
    expect(told().slice(1)).toEqual([
      entry('skipped', 'Nothing to do for reserve stock.', { step: 'reserve-stock' }),
      entry('asked', 'Asked inventory to commit stock.', ofCommit),
    ]);
    expect(last.effects.ask?.expiresAt).toBeNull();
  });

  it('tells of its answers and of its end', () => {
    answered(StockReserved);
    expect(told()).toEqual([
      entry('replied', 'Inventory answered: stock reserved.', {
        ...ofReserve,
        ...fromReply,
        result: 'done',
        seconds: 5,
      }),
      entry('asked', 'Asked inventory to commit stock.', ofCommit),
    ]);
    expect(last.instance.calls).toEqual([
      call({ state: 'done', answer: 'StockReserved' }),
      call({ step: 'commit-stock', commandId: 'command-2', askedAt: time(5) }),
    ]);
    answered(StockCommitted);
    expect(told()).toEqual([
      entry('replied', 'Inventory answered: stock committed.', {
        ...ofCommit,
        ...fromReply,
        result: 'done',
        seconds: 5,
      }),
      entry('confirmed', 'Confirmed.', { outcome: 'completed', seconds: 10 }),
    ]);
    expect(last.effects.acts).toEqual(['confirm']);
    expect(last.instance).toMatchObject({ status: 'completed', finishedAt: at(10), deadlineAt: null });
  });

  it('tells of a refusal, of rolling back and of its end', () => {
    answered(StockShort);
    expect(told()).toEqual([
      entry('replied', 'Inventory answered: stock short.', {
        ...ofReserve,
        ...fromReply,
        result: 'refused',
        seconds: 5,
      }),
      entry('rolling-back', 'Rolling back: out-of-stock. No lamp is left.'),
      entry('rejected', 'Rejected: out-of-stock.', { outcome: 'rolled-back', seconds: 5 }),
    ]);
    expect(last.effects.acts).toEqual(['reject: out-of-stock']);
    expect(last.instance).toMatchObject({
      status: 'rolled-back',
      reason: { code: 'out-of-stock', detail: 'No lamp is left.' },
      calls: [call({ state: 'refused', answer: 'StockShort' })],
    });
  });

  it('tells of silence, of giving up and of undoing', () => {
    silent();
    expect(told()).toEqual([
      entry('deadline-passed', 'Inventory did not answer in time (attempt 1).', ofReserve),
      entry('retried', 'Asked inventory to reserve stock again (attempt 2).', { ...ofReserve, attempt: 2 }),
    ]);
    expect(last.effects.ask).toMatchObject({ commandId: 'command-1', expiresAt: at(30) });
    expect(last.instance.deadlineAt).toEqual(at(35));
    silent();
    expect(told()).toEqual([
      entry('deadline-passed', 'Inventory did not answer in time (attempt 2).', { ...ofReserve, attempt: 2 }),
      entry('given-up', 'Gave up on reserve stock; it will be undone, whether it was done or not.', {
        ...ofReserve,
        attempt: 2,
        result: 'unanswered',
        seconds: 10,
      }),
      entry('rolling-back', 'Rolling back: inventory-timeout.'),
      entry('compensating', 'Asked inventory to release stock.', ofReserve),
    ]);
    expect(last.instance).toMatchObject({ status: 'rolling-back', attention: null });
    answered(StockReleased);
    expect(told()).toEqual([
      entry('compensated', 'Inventory answered: stock released.', {
        ...ofReserve,
        ...fromReply,
        result: 'compensated',
        seconds: 5,
      }),
      entry('rejected', 'Rejected: inventory-timeout.', { outcome: 'rolled-back', seconds: 15 }),
    ]);
  });

  it('takes no time for what was asked later than now, by the clock of another process', () => {
    seconds = -60;
    answered(StockReserved);
    expect(told()[0]).toMatchObject({ result: 'done', seconds: 0 });
  });

  it('waits longer for a participant that will answer later, once per attempt', () => {
    answered(Later);
    expect(told()).toEqual([
      entry('replied', 'Inventory answered: stock pending.', { ...ofReserve, ...fromReply }),
    ]);
    expect(last.instance).toMatchObject({ deadlineAt: at(305), calls: [call({ acknowledged: true })] });
    expect(answered(Later).ignored).toBe('duplicate');
    expect(last.instance.deadlineAt).toEqual(at(305));
    silent();
    expect(answered(Later).ignored).toBeNull();
  });

  it('calls for attention once a command that has to be done was asked too often, and goes on asking', () => {
    answered(StockReserved);
    silent();
    expect(last.instance).toMatchObject({ status: 'running', attention: null });
    silent();
    const detail = 'Asked 2 times without an answer';
    expect(told()).toEqual([
      entry('deadline-passed', 'Inventory did not answer in time (attempt 2).', { ...ofCommit, attempt: 2 }),
      entry('retried', 'Asked inventory to commit stock again (attempt 3).', { ...ofCommit, attempt: 3 }),
      entry('needs-attention', `${detail}. Asking goes on; somebody should look.`, {
        ...ofCommit,
        attempt: 2,
      }),
    ]);
    const attention = { cause: 'unanswered', detail, since: time(15) };
    expect(last.instance).toMatchObject({ status: 'needs-attention', attention, deadlineAt: at(35) });
    silent();
    expect(told().map(({ kind }) => kind)).toEqual(['deadline-passed', 'retried']);
    expect(last.instance).toMatchObject({ status: 'needs-attention', attention });
    answered(StockCommitted);
    expect(last.instance).toMatchObject({ status: 'completed', attention: null });
  });

  it('is no longer in need of attention once it has ended', () => {
    rolledBack();
    silent();
    silent();
    expect(last.instance.status).toBe('needs-attention');
    answered(StockReleased);
    expect(last.instance).toMatchObject({ status: 'rolled-back', attention: null });
  });
});

describe('a request', () => {
  it('to roll back is honoured before the pivot', () => {
    rolledBack();
    expect(told()).toEqual([
      entry('given-up', 'Gave up on reserve stock; it will be undone, whether it was done or not.', {
        ...ofReserve,
        result: 'unanswered',
        seconds: 5,
      }),
      entry('rolling-back', 'Rolling back: unwanted. Never mind.'),
      entry('compensating', 'Asked inventory to release stock.', ofReserve),
    ]);
  });

  const ignoredAs = (reason: string, what: string, why: string) => {
    expect(last.ignored).toBe(reason);
    expect(last.effects).toEqual({
      ask: null,
      acts: [],
      timeline: [entry('ignored', `Was asked ${what}. Ignored: ${why}.`, { ignored: reason })],
    });
  };

  it('to roll back is ignored while that is done, past the pivot, and at the end', () => {
    rolledBack();
    rolledBack();
    ignoredAs('already-rolling-back', 'to roll back', 'the saga is rolling back already');
    begun({ wanted: false });
    rolledBack();
    ignoredAs('past-the-pivot', 'to roll back', 'the saga is past the point of no return and goes on');
    answered(StockCommitted);
    rolledBack();
    ignoredAs('saga-finished', 'to roll back', 'the saga had ended');
  });

  it('to retry asks the waiting command again at once', () => {
    retried();
    expect(told()).toEqual([
      entry('operator', 'An operator retries: it is back', ofReserve),
      entry('retried', 'Asked inventory to reserve stock again (attempt 2).', { ...ofReserve, attempt: 2 }),
    ]);
    answered(StockShort);
    retried();
    ignoredAs('saga-finished', 'to retry', 'the saga had ended');
  });

  it('to take a step as done is for what cannot be undone', () => {
    resolved();
    ignoredAs(
      'compensate-instead',
      'to take a step as done',
      'the step is before the point of no return, where it can be undone but not passed over',
    );
    answered(StockReserved);
    resolved();
    expect(told()).toEqual([
      entry('operator', 'An operator did by hand what was asked: seen to', {
        ...ofCommit,
        result: 'by-hand',
        seconds: 5,
      }),
      entry('confirmed', 'Confirmed.', { outcome: 'completed', seconds: 15 }),
    ]);
    expect(last.instance.data).toMatchObject({ soldByHand: true });
    expect(last.instance.calls.at(-1)).toMatchObject({ state: 'by-hand', answer: null });
    resolved();
    ignoredAs('saga-finished', 'to take a step as done', 'the saga had ended');
  });

  it('to take an undoing as done goes on with the next, and its answer comes to nothing', () => {
    rolledBack();
    resolved();
    expect(told()).toEqual([
      entry('operator', 'An operator did by hand what was asked: seen to', {
        ...ofReserve,
        result: 'by-hand',
        seconds: 5,
      }),
      entry('rejected', 'Rejected: unwanted.', { outcome: 'rolled-back', seconds: 10 }),
    ]);
  });
});

describe('an answer', () => {
  const ignoredAs = (reason: string, text: string, step: string | null = 'reserve-stock') => {
    expect(last.ignored).toBe(reason);
    expect(told()).toEqual([entry('ignored', text, { step, ...fromReply, ignored: reason })]);
  };

  it('to a command that was never asked is ignored', () => {
    answered(StockReserved, {}, 'never-asked');
    ignoredAs(
      'unknown-command',
      'Inventory answered: stock reserved. Ignored: this saga asked no command with that id.',
      null,
    );
  });

  it('that the command does not have is ignored', () => {
    answered(StockCommitted);
    ignoredAs(
      'wrong-type',
      'Inventory answered: stock committed. Ignored: the command that was asked has no such answer.',
    );
  });

  it('that comes late is ignored, and what it says remembered', () => {
    rolledBack();
    answered(StockReserved, {}, 'command-1');
    ignoredAs(
      'late',
      'Inventory answered: stock reserved. Ignored: the step was given up before; whatever was done is being undone.',
    );
    expect(last.instance.calls[0]).toMatchObject({ state: 'unanswered', answer: 'StockReserved' });
    expect(() => answered(StockReleased, { nothing: true })).toThrow(
      defect('inventory.stock-released.v1 finds nothing of what reserve-stock was said to have done'),
    );
  });

  it('that comes twice, or otherwise than before, or after the end is ignored', () => {
    answered(StockReserved);
    answered(StockReserved, {}, 'command-1');
    ignoredAs(
      'duplicate',
      'Inventory answered: stock reserved. Ignored: the command had been answered so before.',
    );
    answered(Later, {}, 'command-1');
    ignoredAs(
      'contradiction',
      'Inventory answered: stock pending. Ignored: the command had been answered otherwise before.',
    );
    answered(StockCommitted);
    answered(StockCommitted, {}, 'command-2');
    expect(last.ignored).toBe('saga-finished');
  });

  it('about another thing is a defect', () => {
    expect(() => answered(StockReserved, { reservationId: 'reservation-2' })).toThrow(
      defect(
        'inventory.stock-reserved.v1 to reserve-stock is about another thing: reservationId is reservation-2, not reservation-1',
      ),
    );
    expect(answered(StockReserved, { reservationId: 'reservation-1', orderId: 'x' }).ignored).toBeNull();
  });

  it('that finds nothing of what was said to be done is a defect', () => {
    answered(StockReserved);
    const undone = { ...last.instance, reason: { code: 'unwanted', detail: null } };
    const asked = call({ operation: 'compensation', commandId: 'command-9' });
    last = { ...last, instance: { ...undone, calls: [undone.calls[0], asked] } as SagaInstance<Data> };
    expect(() => answered(StockReleased, { nothing: true })).toThrow(
      defect('inventory.stock-released.v1 finds nothing of what reserve-stock was said to have done'),
    );
    expect(answered(StockReleased).instance.status).toBe('rolled-back');
  });

  it('that something was done after it was refused has it given back, once', () => {
    answered(StockShort);
    answered(StockReserved, {}, 'command-1');
    expect(last).toMatchObject({ ignored: null, contradiction: 'done-after-refusal' });
    expect(last.effects).toEqual({
      ask: null,
      acts: ['give back reservation-1'],
      timeline: [
        entry(
          'contradicted',
          'Inventory answered: stock reserved. It had refused before; what it did after all is given back.',
          { ...ofReserve, ...fromReply, contradiction: 'done-after-refusal' },
        ),
      ],
    });
    expect(last.instance.calls).toEqual([call({ state: 'given-back', answer: 'StockReserved' })]);
    answered(StockReserved, {}, 'command-1');
    expect(last).toMatchObject({ contradiction: null, ignored: 'saga-finished' });
  });

  it('that something was done after nothing was found to undo has it given back', () => {
    rolledBack();
    answered(StockReleased, { nothing: true });
    answered(StockReserved, {}, 'command-1');
    expect(last.contradiction).toBe('done-after-undoing');
    expect(last.effects.acts).toEqual(['give back reservation-1']);
    expect(told()[0]?.text).toBe(
      'Inventory answered: stock reserved. It had found nothing to undo before; what it did after all is given back.',
    );
  });

  it('that it was done, to a saga that has undone it, contradicts nothing', () => {
    rolledBack();
    answered(StockReleased);
    expect(answered(StockReserved, {}, 'command-1')).toMatchObject({
      contradiction: null,
      ignored: 'saga-finished',
    });
  });

  it('that it was refused after it was done is for people', () => {
    answered(StockReserved);
    answered(StockShort, {}, 'command-1');
    expect(last.contradiction).toBe('refused-after-done');
    expect(last.effects).toEqual({
      ask: null,
      acts: [],
      timeline: [
        entry(
          'contradicted',
          'Inventory answered: stock short. It had said before that it was done. Somebody has to look.',
          { ...ofReserve, ...fromReply, contradiction: 'refused-after-done' },
        ),
      ],
    });
    const calledOff = {
      type: 'reply',
      messageId: 'message-1',
      messageType: StockShort.type,
      calledOff: true,
    };
    expect(then({ ...calledOff, commandId: 'command-1', data: {} }).contradiction).toBeNull();
  });
});

describe('what cannot be', () => {
  it('is a saga that is given to the definition of another, or of another version', () => {
    const input: SagaInput = { ...given(), type: 'retry-requested', note: '' };
    expect(() => decide({ ...saga, name: 'other' }, last.instance, input)).toThrow(
      defect('hold-stock 3 was given to the definition of other 3'),
    );
    expect(() => decide({ ...saga, version: 4 }, last.instance, input)).toThrow(
      defect('hold-stock 3 was given to the definition of hold-stock 4'),
    );
  });

  it('is an input that nobody knows', () => {
    expect(() => then({ type: 'wished' })).toThrow(/^unexpected saga input: /);
  });

  const broken = (over: Partial<SagaDefinition<Data, string>>, input: object) => () =>
    decide({ ...saga, ...over }, last.instance, { ...given(), ...input } as SagaInput);
  const deadline = () => ({ type: 'deadline-passed', revision: last.instance.revision });

  it('is a step that the definition does not have', () => {
    expect(broken({ steps: [] }, deadline())).toThrow(defect('hold-stock 3 has no step reserve-stock'));
  });

  it('is a step past the pivot that ends its patience, or is to be undone', () => {
    const [step] = saga.steps;
    const { onSilence: _, compensate: __, giveBack: ___, ...past } = step!;
    silent();
    expect(broken({ steps: [past] }, deadline())).toThrow(
      defect('reserve-stock may not be given up: it is past the pivot'),
    );
    expect(
      broken({ steps: [past] }, { type: 'roll-back-requested', reason: { code: 'x', detail: '' } }),
    ).toThrow(defect('hold-stock: reserve-stock is past the pivot and cannot be undone'));
    answered(StockShort);
    const reply = {
      type: 'reply',
      messageId: 'm',
      messageType: StockReserved.type,
      commandId: 'command-1',
      data: {},
    };
    expect(broken({ steps: [past] }, reply)).toThrow(
      defect('reserve-stock is past the pivot and has nothing to give back'),
    );
  });

  it('is a saga without a way back that rolls back', () => {
    const { completed } = saga.ends;
    const reply = {
      type: 'reply',
      messageId: 'm',
      messageType: StockShort.type,
      commandId: 'command-1',
      data: {},
    };
    expect(broken({ ends: { completed } }, reply)).toThrow(
      defect('hold-stock has no reason or no way to roll back'),
    );
  });
});

describe('a saga that could not be decided on', () => {
  it('is tried again in a minute, and says once that somebody has to look', () => {
    last = cannotGoOn(last.instance, 'it is broken', at(40)) as Decision<Data, string>;
    const detail = 'Cannot go on past its deadline: it is broken';
    expect(last).toEqual({
      instance: {
        ...begun().instance,
        deadlineAt: at(100),
        revision: 2,
        status: 'needs-attention',
        attention: { cause: 'defect', detail, since: time(40) },
      },
      effects: {
        ask: null,
        acts: [],
        timeline: [
          { ...entry('needs-attention', `${detail}. Somebody has to look.`, ofReserve), at: time(40) },
        ],
      },
      ignored: null,
      contradiction: null,
    });
  });

  it('keeps what was wrong the last time, and since when something is', () => {
    const first = cannotGoOn(last.instance, 'it is broken', at(40)).instance;
    const second = cannotGoOn(first, 'x'.repeat(600), at(100));
    expect(second).toEqual({
      instance: {
        ...first,
        deadlineAt: at(160),
        attention: {
          cause: 'defect',
          detail: `Cannot go on past its deadline: ${'x'.repeat(468)}`,
          since: time(40),
        },
      },
      effects: { ask: null, acts: [], timeline: [] },
      ignored: null,
      contradiction: null,
    });
  });

  it('is as it was when it can be asked again', () => {
    last = cannotGoOn(last.instance, 'it is broken', at(1)) as Decision<Data, string>;
    silent();
    expect(last.instance).toMatchObject({ status: 'running', attention: null });
  });

  it('need not have asked anything', () => {
    const decision = cannotGoOn({ ...last.instance, calls: [] }, 'it is broken', at(40));
    expect(decision.effects.timeline).toMatchObject([{ step: null, attempt: null }]);
  });
});

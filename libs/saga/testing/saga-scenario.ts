import assert from 'node:assert/strict';
import type { DataOf, MessageType } from '#libs/contracts/message-type.js';
import type { Contradiction } from '../engine/contradictions.js';
import type { SagaDefinition } from '../definition/definition.js';
import type { Decision, Given, SagaInput } from '../engine/decision.js';
import { begin, decide } from '../engine/engine.js';
import type { Ignored } from '../engine/ignored.js';
import { waitingCall, type Call, type SagaInstance, type SagaStatus } from '../engine/instance.js';
import type { TimelineEntry } from '../engine/timeline.js';
import { revived } from './revived.js';

/**
 * A saga told in sentences, without a broker, a database or a clock:
 *
 *     sagaScenario(placeOrderSaga).given(anOrder())
 *       .expectAsked(ReserveStock)
 *       .whenAnswered(StockShort, { ... })
 *       .expectRolledBack('out-of-stock');
 */
export const sagaScenario = <Data, Act>(definition: SagaDefinition<Data, Act>) => ({
  given: (data: Data): SagaScenario<Data, Act> => new SagaScenario(definition, data),
});

class SagaScenario<Data, Act> {
  #last: Decision<Data, Act>;
  #lastAnswer: { message: MessageType; data: unknown; commandId: string } | undefined;
  #at = new Date('2026-01-01T00:00:00.000Z');
  #ids = 0;
  readonly acts: Act[] = [];
  readonly timeline: TimelineEntry[] = [];

  constructor(
    private readonly definition: SagaDefinition<Data, Act>,
    data: Data,
  ) {
    this.#last = begin(definition, { id: 'saga-1', subject: 'subject-1', data }, this.#given());
    this.#remember();
  }

  get instance(): SagaInstance<Data> {
    return this.#last.instance;
  }

  /** The participant that is being asked answers; or, with `to`, one that was asked before. */
  whenAnswered<Message extends MessageType>(
    message: Message,
    data: DataOf<Message>,
    { to, operation = 'action' }: { to?: string; operation?: Call['operation'] } = {},
  ): this {
    const call =
      to === undefined
        ? waitingCall(this.instance)
        : this.instance.calls.find((asked) => asked.step === to && asked.operation === operation);
    assert(call, `nothing was asked that ${message.type} could answer`);
    return this.#answer({ message, data, commandId: call.commandId });
  }

  /** The participant answers once more what it answered last. */
  whenAnsweredAgain(): this {
    assert(this.#lastAnswer, 'nothing was answered yet');
    return this.#answer(this.#lastAnswer);
  }

  whenAnsweredToUnknownCommand<Message extends MessageType>(message: Message, data: DataOf<Message>): this {
    return this.#answer({ message, data, commandId: 'never-asked' });
  }

  /** This many deadlines pass without an answer. */
  whenSilent({ deadlines = 1 } = {}): this {
    for (let passed = 0; passed < deadlines; passed += 1) {
      const { deadlineAt, revision } = this.instance;
      assert(deadlineAt, 'nothing is waited for');
      this.#at = deadlineAt;
      this.#decide({ type: 'deadline-passed', revision, ...this.#given() });
    }
    return this;
  }

  /** A timer fires that was set `revisionsAgo` revisions before this one. */
  whenOutdatedDeadlinePasses({ revisionsAgo = 1 } = {}): this {
    const revision = this.instance.revision - revisionsAgo;
    return this.#decide({ type: 'deadline-passed', revision, ...this.#given() });
  }

  whenRollBackRequested(code: string, detail: string): this {
    return this.#decide({ type: 'roll-back-requested', reason: { code, detail }, ...this.#given() });
  }

  whenRetryRequested(note: string): this {
    return this.#decide({ type: 'retry-requested', note, ...this.#given() });
  }

  whenDoneByHand(note: string): this {
    return this.#decide({ type: 'resolve-requested', note, ...this.#given() });
  }

  expectAsked<Message extends MessageType>(message: Message, data?: DataOf<Message>): this {
    const { ask } = this.#last.effects;
    assert.equal(ask?.message.type, message.type);
    if (data !== undefined) assert.deepEqual(ask?.data, data);
    return this;
  }

  /** The command that was asked last is the same as before: participants tell by its id that it is. */
  expectSameCommandAgain(): this {
    const { ask } = this.#last.effects;
    assert(ask, 'nothing was asked');
    const call = this.instance.calls.find(({ commandId }) => commandId === ask.commandId);
    assert(call && call.attempt > 1, `${ask.message.type} has a new command id`);
    return this;
  }

  expectNothingAsked(): this {
    assert.equal(this.#last.effects.ask, null);
    return this;
  }

  expectStatus(status: SagaStatus): this {
    assert.equal(this.instance.status, status);
    return this;
  }

  /** The last input changed nothing, for this reason, and the timeline says so. */
  expectIgnored(reason: Ignored): this {
    assert.equal(this.#last.ignored, reason);
    assert.deepEqual(
      this.#last.effects.timeline.map(({ ignored }) => ignored),
      reason === 'outdated-deadline' ? [] : [reason],
    );
    return this.expectNothingAsked();
  }

  /** The last input contradicted an answer that was given before; with `act`, what was done is given back. */
  expectContradiction(contradiction: Contradiction, act?: Act): this {
    assert.equal(this.#last.contradiction, contradiction);
    assert.deepEqual(this.#last.effects.acts, act === undefined ? [] : [act]);
    return this.expectNothingAsked();
  }

  expectCompleted(act: Act): this {
    return this.expectStatus('completed').#expectLastAct(act);
  }

  expectRolledBack(code: string, act?: Act): this {
    assert.equal(this.instance.reason?.code, code);
    this.expectStatus('rolled-back');
    return act === undefined ? this : this.#expectLastAct(act);
  }

  /** The next deadline is this far away, apart from what jitter may add. */
  expectPatienceOf(seconds: number): this {
    const { deadlineAt } = this.instance;
    assert(deadlineAt, 'nothing is waited for');
    assert.equal((deadlineAt.getTime() - this.#at.getTime()) / 1000, seconds);
    return this;
  }

  expectTimelineKinds(...kinds: readonly string[]): this {
    assert.deepEqual(
      this.timeline.map(({ kind }) => kind),
      kinds,
    );
    return this;
  }

  #expectLastAct(act: Act): this {
    assert.deepEqual(this.acts.at(-1), act);
    return this;
  }

  #answer(answer: { message: MessageType; data: unknown; commandId: string }): this {
    this.#lastAnswer = answer;
    this.#at = new Date(this.#at.getTime() + 1000);
    const { message, data, commandId } = answer;
    const messageId = `message-${(this.#ids += 1)}`;
    const reply = { type: 'reply', messageType: message.type, messageId, commandId, data } as const;
    return this.#decide({ ...reply, ...this.#given() });
  }

  #decide(input: SagaInput): this {
    this.#last = decide(this.definition, revived(this.instance), input);
    this.#remember();
    return this;
  }

  #remember(): void {
    this.acts.push(...this.#last.effects.acts);
    this.timeline.push(...this.#last.effects.timeline);
  }

  #given(): Given {
    return { at: this.#at, jitter: 0, nextCommandId: `command-${(this.#ids += 1)}` };
  }
}

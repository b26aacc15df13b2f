import { assertNever, Defect } from '#libs/kernel/errors.js';
import type { Contradiction } from './contradictions.js';
import type { Operation, Reaction, SagaDefinition } from '../definition/definition.js';
import { whyIgnored, type Ignored } from './ignored.js';
import {
  isFinished,
  isRollingBack,
  undoingOf,
  waitingCall,
  type Call,
  type SagaInstance,
} from './instance.js';
import { otherId } from './other-id.js';
import type { Reason } from '../definition/reason.js';
import { Transition, type Decision, type Given } from './transition.js';
import { answeredSentence, capitalised, spoken, wordsOfMessage } from '../definition/wording.js';

export type SagaInput =
  | (Given & Reply)
  | (Given & DeadlinePassed)
  | (Given & RollBackRequested)
  | (Given & RetryRequested)
  | (Given & ResolveRequested);

interface Reply {
  readonly type: 'reply';
  readonly messageId: string;
  readonly messageType: string;
  readonly commandId: string;
  readonly data: unknown;
  /** What the saga did for its subject has been undone since, by another saga. */
  readonly calledOff?: boolean;
}

interface DeadlinePassed {
  readonly type: 'deadline-passed';
  /** The saga's revision when the deadline was seen to be due. */
  readonly revision: number;
}

/** A customer's cancel, or an operator's decision. Honoured before the pivot; after it the saga goes on. */
interface RollBackRequested {
  readonly type: 'roll-back-requested';
  readonly reason: Reason & { readonly detail: string };
}

/** An operator does not want to wait for the deadline. */
interface RetryRequested {
  readonly type: 'retry-requested';
  readonly note: string;
}

/** An operator did by hand what the waiting command was to do. Where a step can still be undone, it is undone instead. */
interface ResolveRequested {
  readonly type: 'resolve-requested';
  readonly note: string;
}

export interface NewSaga<Data> {
  readonly id: string;
  readonly subject: string;
  readonly data: Data;
}

/** A new saga that has asked its first step. */
export function begin<Data, Act>(
  definition: SagaDefinition<Data, Act>,
  newSaga: NewSaga<Data>,
  given: Given,
): Decision<Data, Act> {
  const transition = new Transition(
    definition,
    {
      ...newSaga,
      saga: definition.name,
      version: definition.version,
      revision: 0,
      status: 'running',
      reason: null,
      attention: null,
      calls: [],
      startedAt: given.at,
      finishedAt: null,
      deadlineAt: null,
    },
    given,
  );
  transition.record('accepted', { text: `Accepted; ${spoken(definition.name)} begins.` });
  transition.goForwardFrom(0);
  return transition.end();
}

/**
 * What a saga does about an input. Pure: the same arguments give the same decision, whenever and how often it is asked.
 * What changes nothing is ignored by name (see ignored.ts). The walk in testing/walk.ts says what is promised, and proves
 * it for every reachable state of a definition.
 * @throws Defect when the instance does not fit the definition, or an answer says what cannot be true.
 */
export function decide<Data, Act>(
  definition: SagaDefinition<Data, Act>,
  instance: SagaInstance<Data>,
  input: SagaInput,
): Decision<Data, Act> {
  if (instance.saga !== definition.name || instance.version !== definition.version) {
    throw new Defect(
      `${instance.saga} ${instance.version} was given to the definition of ${definition.name} ${definition.version}`,
    );
  }
  const transition = new Transition(definition, instance, input);
  switch (input.type) {
    case 'reply':
      return onReply(transition, input);
    case 'deadline-passed':
      return onDeadlinePassed(transition, input);
    case 'roll-back-requested':
      return onRollBackRequested(transition, input);
    case 'retry-requested':
      return onRetryRequested(transition, input);
    case 'resolve-requested':
      return onResolveRequested(transition, input);
    default:
      return assertNever(input, 'saga input');
  }
}

function onReply<Data, Act>(transition: Transition<Data, Act>, reply: Reply): Decision<Data, Act> {
  const { instance } = transition;
  const call = instance.calls.find(({ commandId }) => commandId === reply.commandId);
  if (!call) return ignoreReply(transition, reply, 'unknown-command');

  const operation = transition.operationOf(call);
  const answer = answerOf(operation, reply.messageType);
  const reaction = answer === undefined ? undefined : operation.on[answer];
  if (answer === undefined || !reaction) return ignoreReply(transition, reply, 'wrong-type', call);

  const other = otherId(operation.with(instance.data), reply.data);
  if (other !== null)
    throw new Defect(`${reply.messageType} to ${call.step} is about another thing: ${other}`);
  const contradiction = contradictionOf(transition, call, reaction, reply);
  if (contradiction) {
    const { messageId, messageType } = reply;
    return transition.contradict(contradiction, call, answer, {
      messageId,
      text: answeredSentence(messageType),
    });
  }
  if (call.state !== 'waiting' && reaction.kind !== 'keep-waiting') {
    // For what it throws: an answer that cannot be true is a defect whenever it comes.
    reaction.remember?.(instance.data, reply.data as never);
  }
  if (isFinished(instance)) return ignoreReply(transition, reply, 'saga-finished', call);
  if (call.state === 'unanswered') {
    if (reaction.kind === 'go-on') transition.hear(call, answer);
    return ignoreReply(transition, reply, 'late', call);
  }
  if (call.state === 'by-hand') return ignoreReply(transition, reply, 'done-by-hand', call);
  if (call.state !== 'waiting') {
    return ignoreReply(transition, reply, call.answer === answer ? 'duplicate' : 'contradiction', call);
  }
  if (reaction.kind === 'keep-waiting' && call.acknowledged) {
    // Only one per attempt moves the deadline: a participant that says "later" for ever must not hold the saga for ever.
    return ignoreReply(transition, reply, 'duplicate', call);
  }
  react(transition, call, answer, reaction, reply);
  return transition.end();
}

function contradictionOf<Data, Act>(
  transition: Transition<Data, Act>,
  { operation, step, state }: Call,
  { kind }: Reaction<Data, Act>,
  { calledOff = false }: Reply,
): Contradiction | null {
  if (operation === 'compensation') return null;
  const undoing = undoingOf(transition.instance, step);
  if (kind === 'go-on' && state === 'refused') return 'done-after-refusal';
  if (kind === 'go-on' && state === 'unanswered' && undoing && transition.foundNothing(undoing)) {
    return 'done-after-undoing';
  }
  // Once it is undone, that it is not done is the truth.
  return kind === 'roll-back' && state === 'done' && !undoing && !calledOff ? 'refused-after-done' : null;
}

function react<Data, Act>(
  transition: Transition<Data, Act>,
  call: Call,
  answer: string,
  reaction: Reaction<Data, Act>,
  reply: Reply,
): void {
  const entry = {
    step: call.step,
    attempt: call.attempt,
    messageId: reply.messageId,
    text: answeredSentence(reply.messageType),
  };
  const seconds = transition.secondsSince(call.askedAt);
  switch (reaction.kind) {
    case 'keep-waiting':
      transition.record('replied', entry);
      transition.acknowledge(call, reaction.patience);
      return;
    case 'go-on':
      transition.record('replied', { ...entry, result: 'done', seconds });
      transition.settle(call, 'done', answer);
      transition.take(reaction, reply.data);
      transition.goForwardAfter(call.step);
      return;
    case 'roll-back':
      transition.record('replied', { ...entry, result: 'refused', seconds });
      transition.settle(call, 'refused', answer);
      transition.take(reaction, reply.data);
      transition.rollBack(reasonOf(reaction, transition.instance.data, reply.data as never));
      return;
    case 'compensated':
      transition.record('compensated', { ...entry, result: 'compensated', seconds });
      transition.settle(call, 'done', answer);
      transition.take(reaction, reply.data);
      if (transition.foundNothing(call) && transition.isDone(call.step)) {
        throw new Defect(`${reply.messageType} finds nothing of what ${call.step} was said to have done`);
      }
      transition.compensateNext();
      return;
    default:
      assertNever(reaction, 'reaction');
  }
}

function onDeadlinePassed<Data, Act>(
  transition: Transition<Data, Act>,
  { revision }: DeadlinePassed,
): Decision<Data, Act> {
  const call = waitingCall(transition.instance);
  if (!call || transition.instance.revision !== revision) {
    return transition.ignore('outdated-deadline', { text: whyIgnored['outdated-deadline'] });
  }
  const { ask, patience } = transition.operationOf(call);
  transition.record('deadline-passed', {
    step: call.step,
    attempt: call.attempt,
    text: `${capitalised(wordsOfMessage(ask.message.type).owner)} did not answer in time (attempt ${call.attempt}).`,
  });
  if (patience.attempts === undefined || call.attempt < patience.attempts) {
    transition.askAgain(call);
    return transition.end();
  }
  const { onSilence } = transition.step(call.step);
  if (!onSilence) throw new Defect(`${call.step} may not be given up: it is past the pivot`);
  transition.take(onSilence, null);
  giveUp(transition, call, reasonOf(onSilence, transition.instance.data, null));
  return transition.end();
}

function onRollBackRequested<Data, Act>(
  transition: Transition<Data, Act>,
  { reason }: RollBackRequested,
): Decision<Data, Act> {
  const { instance } = transition;
  const call = waitingCall(instance);
  if (!call || isFinished(instance)) return ignoreRequest(transition, 'saga-finished', 'to roll back');
  if (isRollingBack(instance)) return ignoreRequest(transition, 'already-rolling-back', 'to roll back');
  if (transition.step(call.step).afterPivot)
    return ignoreRequest(transition, 'past-the-pivot', 'to roll back');
  giveUp(transition, call, reason);
  return transition.end();
}

function onRetryRequested<Data, Act>(
  transition: Transition<Data, Act>,
  { note }: RetryRequested,
): Decision<Data, Act> {
  const call = waitingCall(transition.instance);
  if (!call) return ignoreRequest(transition, 'saga-finished', 'to retry');
  transition.record('operator', {
    step: call.step,
    attempt: call.attempt,
    text: `An operator retries: ${note}`,
  });
  transition.askAgain(call);
  return transition.end();
}

function onResolveRequested<Data, Act>(
  transition: Transition<Data, Act>,
  { note }: ResolveRequested,
): Decision<Data, Act> {
  const call = waitingCall(transition.instance);
  if (!call) return ignoreRequest(transition, 'saga-finished', 'to take a step as done');
  const undoing = call.operation === 'compensation';
  if (!undoing && !transition.step(call.step).afterPivot) {
    return ignoreRequest(transition, 'compensate-instead', 'to take a step as done');
  }
  transition.record('operator', {
    step: call.step,
    attempt: call.attempt,
    result: 'by-hand',
    seconds: transition.secondsSince(call.askedAt),
    text: `An operator did by hand what was asked: ${note}`,
  });
  transition.settle(call, 'by-hand', null);
  transition.takeByHand(transition.operationOf(call));
  if (undoing) transition.compensateNext();
  else transition.goForwardAfter(call.step);
  return transition.end();
}

/** Whether the participant did it is not known, and may not have been decided yet: so it will be undone. */
function giveUp<Data, Act>(transition: Transition<Data, Act>, call: Call, reason: Reason): void {
  transition.settle(call, 'unanswered', null);
  transition.record('given-up', {
    step: call.step,
    attempt: call.attempt,
    result: 'unanswered',
    seconds: transition.secondsSince(call.askedAt),
    text: `Gave up on ${spoken(call.step)}; it will be undone, whether it was done or not.`,
  });
  transition.rollBack(reason);
}

function ignoreReply<Data, Act>(
  transition: Transition<Data, Act>,
  reply: Reply,
  reason: Ignored,
  call?: Call,
) {
  return transition.ignore(reason, {
    step: call?.step ?? null,
    messageId: reply.messageId,
    text: `${answeredSentence(reply.messageType)} Ignored: ${whyIgnored[reason]}.`,
  });
}

const ignoreRequest = <Data, Act>(transition: Transition<Data, Act>, reason: Ignored, what: string) =>
  transition.ignore(reason, { text: `Was asked ${what}. Ignored: ${whyIgnored[reason]}.` });

const answerOf = <Data, Act>({ ask }: Operation<Data, Act>, messageType: string): string | undefined =>
  Object.entries(ask.replies).find(([, message]) => message.type === messageType)?.[0];

function reasonOf<Data, Reply>(
  rollBack: {
    readonly code: string | ((reply: Reply, data: Data) => string);
    readonly detail?: (reply: Reply, data: Data) => string;
  },
  data: Data,
  reply: Reply,
): Reason {
  const { code, detail } = rollBack;
  return {
    code: typeof code === 'function' ? code(reply, data) : code,
    detail: detail?.(reply, data) ?? null,
  };
}

import { assertNever, Defect } from '#libs/kernel/errors.js';
import type { SagaDefinition } from '../definition/definition.js';
import { reasonOf, type Reason } from '../definition/reason.js';
import { capitalised, spoken, wordsOfMessage } from '../definition/wording.js';
import type {
  DeadlinePassed,
  Decision,
  Given,
  NewSaga,
  ResolveRequested,
  RetryRequested,
  RollBackRequested,
  SagaInput,
} from './decision.js';
import { whyIgnored, type Ignored } from './ignored.js';
import { isFinished, isRollingBack, waitingCall, type Call, type SagaInstance } from './instance.js';
import { onReply } from './on-reply.js';
import { Transition } from './transition.js';

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

const ignoreRequest = <Data, Act>(transition: Transition<Data, Act>, reason: Ignored, what: string) =>
  transition.ignore(reason, { text: `Was asked ${what}. Ignored: ${whyIgnored[reason]}.` });

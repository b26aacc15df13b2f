import { assertNever, Defect } from '#libs/kernel/errors.js';
import type { Operation, Reaction } from '../definition/definition.js';
import { reasonOf } from '../definition/reason.js';
import { answeredSentence } from '../definition/wording.js';
import type { Contradiction } from './contradictions.js';
import type { Decision, Reply } from './decision.js';
import { whyIgnored, type Ignored } from './ignored.js';
import { isFinished, undoingOf, type Call } from './instance.js';
import { otherId } from './other-id.js';
import type { Transition } from './transition.js';

/** What an answer means to a saga: whether it is one that is waited for, and where the saga goes from it. */
export function onReply<Data, Act>(transition: Transition<Data, Act>, reply: Reply): Decision<Data, Act> {
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
  // Once it has been undone, it is true that it is not done.
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

const answerOf = <Data, Act>({ ask }: Operation<Data, Act>, messageType: string): string | undefined =>
  Object.entries(ask.replies).find(([, message]) => message.type === messageType)?.[0];

import { messageTypes } from '#libs/contracts/catalogue-of-messages.js';
import { queues } from '#libs/contracts/topology.js';
import { newId } from '#libs/kernel/ids.js';
import type { Received } from './fake-participant.js';
import { types, untilRestarted, type PlantedFaults } from './planted-fault.js';

const isBroken = (command: Received | undefined): boolean =>
  command !== undefined && messageTypes.get(command.type)?.schema.safeParse(command.data).success !== true;

/** Applies to any participant. */
export const faultsOfBoth: PlantedFaults = {
  'says nothing of the cause': {
    breaks: ['reply-names-cause'],
    fault: () => ({ alterReply: (reply) => ({ ...reply, causationid: undefined }) }),
  },
  'gives every answer a command id of its own': {
    breaks: ['reply-names-command'],
    fault: () => ({ alterReply: (reply) => ({ ...reply, commandid: newId() }) }),
  },
  'takes the command for the saga': {
    breaks: ['reply-names-saga'],
    fault: () => ({ alterReply: (reply) => ({ ...reply, sagaid: reply['commandid'] }) }),
  },
  'loses the trace': {
    breaks: ['reply-keeps-trace'],
    fault: () => ({ alterReply: (reply) => ({ ...reply, traceparent: undefined }) }),
  },
  'has one id for all replies': {
    breaks: ['reply-id-is-new'],
    fault: () => {
      const id = newId();
      return { alterReply: (reply) => ({ ...reply, id }) };
    },
  },
  'does not say that it sends CloudEvents': {
    breaks: ['reply-content-type'],
    fault: () => ({ alterProperties: (properties) => ({ ...properties, contentType: 'application/json' }) }),
  },
  'has no message id': {
    breaks: ['reply-message-id'],
    fault: () => ({ alterProperties: (properties) => ({ ...properties, messageId: undefined }) }),
  },
  'has the broker keep replies in memory': {
    breaks: ['reply-persistent'],
    fault: () => ({ alterProperties: (properties) => ({ ...properties, deliveryMode: 1 }) }),
  },
  'sends pages of its books to the sagas': {
    breaks: ['reply-routing-key'],
    fault: () => ({ routingKey: queues.sagaReplies.name }),
  },
  'leaves out the last item of a page that is full': {
    breaks: ['list-pages'],
    fault: () => ({
      answers: (command, rules, later) => {
        const answer = rules(command, later);
        const items = answer?.data['items'] as unknown[] | undefined;
        const isFull = items?.length === command.data['limit'];
        return answer && items && isFull
          ? { ...answer, data: { ...answer.data, items: items.slice(0, -1) } }
          : answer;
      },
    }),
  },
  'drops what is marked as redelivered, unless it has been started again': {
    breaks: ['redelivered-unanswered'],
    fault: () => ({
      ...untilRestarted({
        answers: (command, rules, later) => (command.isRedelivered ? undefined : rules(command, later)),
      }),
      unanswered: (command) => (command?.isRedelivered ? 'acked' : undefined),
    }),
  },
  'drops what is marked as redelivered': {
    breaks: ['redelivered-unanswered', 'restart-in-hand'],
    fault: () => ({
      answers: (command, rules, later) => (command.isRedelivered ? undefined : rules(command, later)),
      unanswered: (command) => (command?.isRedelivered ? 'acked' : undefined),
    }),
  },
  'acks a command before it has done anything': {
    breaks: ['restart-in-hand'],
    fault: () => ({ acksFirst: true }),
  },
  'has its state in memory': {
    breaks: ['restart-remembers'],
    andOthers: true,
    fault: () => ({ restarted: (_, fresh) => fresh() }),
  },
  'acks what it cannot read': {
    breaks: ['broken-is-parked'],
    fault: () => ({ unanswered: (command) => (isBroken(command) ? 'acked' : undefined) }),
  },
  'gives what it cannot read back to the queue for ever': {
    breaks: ['broken-is-parked'],
    fault: () => ({ unanswered: (command) => (isBroken(command) ? 'spent' : undefined) }),
  },
  'acks what it refuses': {
    breaks: ['refused-is-parked'],
    fault: () => ({ unanswered: (command) => (command && !isBroken(command) ? 'acked' : undefined) }),
  },
  'acks what is not JSON': {
    breaks: ['not-json'],
    fault: () => ({ unanswered: (command) => (command ? undefined : 'acked') }),
  },
  'says no time': {
    breaks: ['reply-fits-schema'],
    fault: () => ({ alterReply: (reply) => ({ ...reply, time: undefined }) }),
  },
  'dies of what is not JSON': {
    breaks: ['not-json'],
    fault: () => ({ diesOfMalformedInput: true }),
  },
  'takes every version for its own': {
    breaks: ['other-version'],
    fault: () => ({
      answers: (command, rules, later) =>
        rules({ ...command, type: command.type.replace(/\.v\d+$/, '.v1') }, later),
    }),
  },
  'refuses fields that it does not know': {
    breaks: ['unknown-fields'],
    fault: () => ({
      answers: (command, rules, later) => ('colour' in command.data ? undefined : rules(command, later)),
    }),
  },
  'cannot do without a trace': {
    breaks: ['no-tracing'],
    fault: () => ({
      answers: (command, rules, later) =>
        command.traceparent === undefined ? undefined : rules(command, later),
    }),
  },
  'takes what it does not know for what it knows': {
    breaks: ['unknown-type'],
    fault: () => ({
      answers: (command, rules, later) => {
        const [owner, name] = command.type.split('.');
        const type = owner === 'payment' ? types.take : types.reserve;
        return rules(name === 'do-nothing-known' ? { ...command, type } : command, later);
      },
    }),
  },
};

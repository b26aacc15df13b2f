import { newId } from '#libs/kernel/ids.js';
import { types, type PlantedFaults } from './planted-fault.js';

/** Applies to any participant: what its replies look like. */
export const faultsOfReplies: PlantedFaults = {
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

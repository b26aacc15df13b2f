import { messageTypes } from '#libs/contracts/catalogue-of-messages.js';
import { senderOf } from '#libs/contracts/senders.js';
import type { BrokerUsers } from '../broker/broker-users.js';
import type { SenderReason } from '../parking/parking.js';

/** Messages that have no effect when the broker does not prove who sent them. */
export const requiredSenders = ['none', 'commands', 'all'] as const;
export type RequiredSenders = (typeof requiredSenders)[number];

export interface Objection {
  readonly reason: SenderReason;
  readonly detail: string;
}

/**
 * Whether a message comes from who may send it: commands from order-service, all else from the service whose it is. What comes
 * from somebody else is refused in any case. What comes from nobody knows who is a reply of a foreign participant, which need
 * not say, or a forgery: `required` says which of them are believed.
 */
export class SenderCheck {
  constructor(
    private readonly users: BrokerUsers,
    private readonly required: RequiredSenders = 'commands',
  ) {}

  /** @returns why the message must not have an effect; nothing when it may. */
  objectionTo(type: string, firstSender: string | undefined): Objection | undefined {
    const message = messageTypes.get(type);
    if (!message) return undefined;
    const service = senderOf(message);
    if (firstSender === undefined) {
      const isRequired =
        this.required === 'all' || (this.required === 'commands' && message.kind === 'command');
      return isRequired
        ? { reason: 'no-sender', detail: `nobody knows who sent ${type}: it has to be ${service}` }
        : undefined;
    }
    return this.users.isOf(service, firstSender)
      ? undefined
      : {
          reason: 'wrong-sender',
          detail: `${type} comes from the user ${firstSender}, and not from ${service}`,
        };
  }
}

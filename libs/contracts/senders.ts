import type { MessageType } from './message-type.js';
import type { Service } from './topology.js';

/** Whose message it is: the service that a type begins with. */
export const ownerOf = ({ type }: Pick<MessageType, 'type'>): Service =>
  `${type.slice(0, type.indexOf('.'))}-service` as Service;

/** Only order-service runs sagas, so it is the one that sends commands; everything else comes from its owner. */
export const senderOf = (message: Pick<MessageType, 'type' | 'kind'>): Service =>
  message.kind === 'command' ? 'order-service' : ownerOf(message);

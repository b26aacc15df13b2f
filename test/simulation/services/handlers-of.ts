import 'reflect-metadata';
import { PATTERN_METADATA } from '@nestjs/microservices/constants.js';
import type { Envelope } from '#libs/messaging/envelope/envelope.js';
import type { MessageHandler } from '#libs/messaging/consumer/message-handling.js';

/** The handlers of message controllers by message type, read from the decorators that Nest reads them from. */
export function handlersOf(controllers: readonly object[]): Map<string, MessageHandler> {
  const handlers = new Map<string, MessageHandler>();
  for (const controller of controllers) {
    const prototype = Object.getPrototypeOf(controller) as Record<string, unknown>;
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const method = prototype[name];
      if (typeof method !== 'function' || name === 'constructor') continue;
      const patterns = Reflect.getMetadata(PATTERN_METADATA, method) as (string | string[])[] | undefined;
      const handle = (message: Envelope): Promise<unknown> =>
        (method as (this: object, message: Envelope) => Promise<unknown>).call(controller, message);
      for (const type of patterns?.flat() ?? []) handlers.set(type, handle);
    }
  }
  return handlers;
}

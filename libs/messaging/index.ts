/**
 * Messages between services: {@link MessagingModule} binds outbox, inbox and consumers to a broker and a database.
 * Rooms, from what is leaned on to what leans: envelope, broker; inbox; parking; outbox, consumer.
 */
export { MessagingModule } from './messaging.module.js';
export { senderEnvironment } from './sender-environment.js';

/** What the author of a saga writes: steps, what they ask of participants, and what comes of each answer. Pure. */
export { defineSaga } from './definition.js';
export { participantCommand } from './participant.js';
export { untilAnswered } from './patience.js';
export { compensated, goOn, keepWaiting, rollBack } from './reactions.js';
export type { Reason } from './reason.js';
export { SagaDefinitions } from './saga-definitions.js';

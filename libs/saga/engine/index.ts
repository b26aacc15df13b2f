/** What a saga does about an input. Pure: the same arguments give the same decision. */
export { attentionCauses } from './attention.js';
export type { Ask, Decision, Given, SagaInput } from './decision.js';
export { begin, decide } from './engine.js';
export { type Ignored, ignoredReasons, whyIgnored } from './ignored.js';
export { isFinished, type SagaInstance, type SagaStatus, sagaStatuses, waitingCall } from './instance.js';
export type { TimelineEntry } from './timeline.js';

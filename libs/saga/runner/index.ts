/** Runs the engine on rows, messages and deadlines. */
export { activeSagas } from './active-sagas.query.js';
export { DeadlinePoller } from './deadline-poller.js';
export { dueSagas } from './due-sagas.query.js';
export type { SagaBinding, SagaStarter } from './saga-binding.js';
export { countSagas, showActiveSagas } from './saga-metrics.js';
export { sagaPruning, timelineTrimming } from './saga-pruning.js';
export { type InputPreview, type SagaReference, type SagaRequest, SagaRunner } from './saga-runner.js';
export { SagaTimelineRow } from './saga-timeline.row.js';
export { instanceOfRow, SagaRow, sagas } from './saga.row.js';

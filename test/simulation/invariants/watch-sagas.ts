import { TakePayment } from '#libs/contracts/payment/payment.messages.js';
import { isNothing } from '#libs/contracts/shapes.js';
import { isFinished } from '#libs/saga/engine/instance.js';
import { sagaTimeline } from '#libs/saga/runner/saga-timeline.row.js';
import { instanceOfRow, sagas, type SagaRow } from '#libs/saga/runner/saga.row.js';
import type { Coverage } from '../world/coverage.js';
import {
  changesOf,
  maxClockSkewMs,
  messagesIn,
  type ChangeOf,
  type Report,
  type CommitObserver,
} from './commit-observer.js';

/** Sagas change one revision at a time, send only what their calls say, and time out only after their deadline. */
export const watchSagas =
  (nowMs: () => number, coverage: Coverage, report: Report): CommitObserver =>
  (commit) => {
    const timelines = changesOf(commit, sagaTimeline);
    for (const change of changesOf(commit, sagas)) {
      const { before, after } = change;
      if (!after) return report('sagas stay', `saga ${before!.id} was removed`);
      const decisions = timelines.flatMap((row) => (row.after?.sagaId === after.id ? [row.after] : []));
      checkRevision(change, decisions.length, report);
      const entries = decisions.flatMap((decision) => decision.entries);
      for (const { kind, ignored, contradiction } of entries)
        coverage.count(
          ignored ? `ignored.${ignored}` : contradiction ? `contradiction.${contradiction}` : `saga.${kind}`,
        );
      const unwanted = entries.filter(
        ({ contradiction }) => contradiction && contradiction !== 'refused-after-done',
      );
      const givingBack = changesOf(commit, sagas).filter(
        (begun) =>
          !begun.before && begun.after?.saga === 'give-back' && begun.after.subject === after.subject,
      );
      if (after.saga !== 'give-back' && unwanted.length !== givingBack.length) {
        report('what was done for nobody is given back, once', `saga ${after.id}: ${unwanted.length} times`);
      }
      const due = before?.deadlineAt?.getTime() ?? 0;
      // With several decisions in one commit, the deadline that passed may be one of those in between.
      if (
        decisions.length === 1 &&
        entries.some(({ kind }) => kind === 'deadline-passed') &&
        due > nowMs() + maxClockSkewMs
      ) {
        report('nobody is given less time than was said', `saga ${after.id} had ${due - nowMs()} ms left`);
      }
      for (const { type, sagaid, commandid, data } of messagesIn(commit)) {
        if (sagaid === after.id && type === TakePayment.type && isNothing((data as TakePayment).amount)) {
          report('nothing is asked of a card for what costs nothing', `saga ${after.id}`);
        }
        if (sagaid === after.id && !after.calls.some((call) => call.commandId === commandid)) {
          report('a saga sends what its calls say', `saga ${after.id}: ${type} with command id ${commandid}`);
        }
      }
    }
  };

/** No saga goes on by an answer that cannot be true. */
export const watchAnswers =
  (isImpossible: (messageId: string) => boolean, report: Report): CommitObserver =>
  (commit) => {
    for (const { after } of changesOf(commit, sagaTimeline)) {
      for (const { kind, messageId, text } of after?.entries ?? []) {
        if ((kind === 'replied' || kind === 'compensated') && messageId && isImpossible(messageId)) {
          report('an answer that cannot be true is not believed', `saga ${after!.sagaId}: ${text}`);
        }
      }
    }
  };

function checkRevision({ before, after }: ChangeOf<SagaRow>, decisions: number, report: Report): void {
  if (!after) return;
  if (after.revision !== (before?.revision ?? 0) + decisions) {
    report(
      'a saga goes on by one revision at a time',
      `${after.id}: ${before?.revision} to ${after.revision} by ${decisions} decisions`,
    );
  }
  const wasOver = before !== undefined && isFinished(instanceOfRow(before));
  if (wasOver && before.status !== after.status) {
    report('a saga that is over stays so', `${after.id}: ${before.status} to ${after.status}`);
  }
  if (!isFinished(instanceOfRow(after)) && !after.deadlineAt) {
    report('a saga that is not over has a deadline', after.id);
  }
  if (after.attention?.cause === 'defect') {
    report('no saga is taken for broken', `${after.id}: ${after.attention.detail}`);
  }
  if (before && before.version !== after.version) {
    report('a saga keeps its version', `${after.id}: ${before.version} to ${after.version}`);
  }
}

import { waitingCall, type SagaInstance } from './instance.js';
import type { Decision } from './decision.js';

/** Long enough that sagas behind it get their turn, short enough that it goes on soon after it was mended. */
const triedAgainAfterSeconds = 60;

const maxDetailCharacters = 500;

/**
 * What becomes of a saga that could not be decided on. Its timeline says so once, however often it is tried again; what
 * was wrong the last time is kept with the saga. Needs no definition, because that may be what is broken.
 */
export function cannotGoOn<Data>(
  instance: SagaInstance<Data>,
  defect: string,
  at: Date,
): Decision<Data, never> {
  const deadlineAt = new Date(at.getTime() + triedAgainAfterSeconds * 1000);
  const detail = `Cannot go on past its deadline: ${defect}`.slice(0, maxDetailCharacters);
  const { attention } = instance;
  if (attention?.cause === 'defect') {
    const stillBroken = { ...instance, deadlineAt, attention: { ...attention, detail } };
    return { instance: stillBroken, effects: nothing, ignored: null, contradiction: null };
  }
  const since = at.toISOString();
  const call = waitingCall(instance);
  const entry = {
    at: since,
    kind: 'needs-attention',
    step: call?.step ?? null,
    attempt: call?.attempt ?? null,
    messageId: null,
    text: `${detail}. Somebody has to look.`,
  };
  return {
    instance: {
      ...instance,
      deadlineAt,
      revision: instance.revision + 1,
      status: 'needs-attention',
      attention: { cause: 'defect', detail, since },
    },
    effects: { ...nothing, timeline: [entry] },
    ignored: null,
    contradiction: null,
  };
}

const nothing = { ask: null, acts: [], timeline: [] };

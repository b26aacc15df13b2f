import { isDeepStrictEqual } from 'node:util';
import type { AnySagaDefinition } from '../definition/saga-definitions.js';
import { begin } from '../engine/engine.js';
import type { SagaInstance } from '../engine/instance.js';
import { instanceOfRow } from '../runner/saga.row.js';
import { essenceOf, type Essence } from './essence.js';
import { at, recordedInputs, tryOut } from './recorded-inputs.js';
import { keyOf, type RecordedInstance, type Recording } from './recording.js';

/** Differences that are told; the first few say it all. */
const maxTold = 5;

/**
 * Has today's definition decide what was recorded of it, on instances as they come back from their rows.
 * @throws Error that names what is different, and says what to do about it.
 */
export function expectAsRecorded(
  recording: Recording,
  definition: AnySagaDefinition<unknown> | undefined,
): void {
  const key = keyOf({ name: recording.saga, version: recording.version });
  if (!definition) {
    throw new Error(
      `${key} was released, and is gone. Register it again: a version stays until none of its instances is active. ` +
        `If none is, delete its recording along with it (CONTRIBUTING.md, "Sagas").`,
    );
  }
  const found = differences(recording, definition);
  if (found.length === 0) return;
  const more = found.length > maxTold ? [`... and ${found.length - maxTold} more`] : [];
  throw new Error(
    [
      `${key} is released; running instances depend on it.`,
      ...found.slice(0, maxTold).map((difference) => `  ${difference}`),
      ...more,
      `Make this edit in version ${recording.version + 1}, beside it (CONTRIBUTING.md, "Sagas"). ` +
        `If version ${recording.version} was never released, run npm run generate -- --unreleased`,
    ].join('\n'),
  );
}

function differences(recording: Recording, definition: AnySagaDefinition<unknown>): string[] {
  const begun = Object.entries(recording.begins).flatMap(([name, expected]) =>
    compare(`${name}: begin`, expected, beginning(definition, recording.data[name])),
  );
  const decided = recording.instances.flatMap((recorded) => {
    const instance = instanceOf(recording, recorded);
    return recordedInputs(recording.replies, instance).flatMap(([name, input]) =>
      compare(
        `${recorded.way}: ${name}`,
        recorded.takes[name] ?? 'ignored',
        tryOut(definition, instance, input).essence,
      ),
    );
  });
  return [...begun, ...decided];
}

const compare = (where: string, recorded: Essence, now: Essence): string[] =>
  isDeepStrictEqual(recorded, now)
    ? []
    : [`${where}: recorded ${JSON.stringify(recorded)}, now ${JSON.stringify(now)}`];

function beginning(definition: AnySagaDefinition<unknown>, data: unknown): Essence {
  try {
    const given = { at, jitter: 0, nextCommandId: 'command-0' };
    return essenceOf(null, begin(definition, { id: 'saga', subject: 'subject', data }, given));
  } catch (error) {
    return { fails: error instanceof Error ? error.name : 'unknown' };
  }
}

function instanceOf(recording: Recording, { status, reason, data, calls }: RecordedInstance): SagaInstance {
  const { saga, version } = recording;
  const finished = status === 'completed' || status === 'rolled-back';
  return instanceOfRow({
    id: 'saga',
    saga,
    version,
    subject: 'subject',
    revision: 1,
    step: null,
    status,
    reason,
    attention: null,
    data: recording.data[data],
    calls: calls.map((name, place) => {
      const call = recording.calls[name];
      if (!call) throw new Error(`the recording of ${saga} does not say what "${name}" is`);
      return { ...call, commandId: `command-${place}` };
    }),
    startedAt: at,
    finishedAt: finished ? at : null,
    deadlineAt: finished ? null : at,
  });
}

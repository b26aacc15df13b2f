import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import type { AnySagaDefinition } from '#libs/saga/definition/saga-definitions.js';
import { recordSaga } from '#libs/saga/testing/record-saga.js';
import { recordingText } from '#libs/saga/testing/recording-text.js';
import type { Recording, SagaSamples } from '#libs/saga/testing/recording.js';
import { expectAsRecorded } from '#libs/saga/testing/replay-recording.js';
import type { OrderAct } from '../../apps/order-service/src/sagas/order-act.js';
import { orderSagas } from '../../apps/order-service/src/sagas/order-sagas.js';
import type { Generator } from './document.js';

type Definition = AnySagaDefinition<OrderAct>;

const root = new URL('../../', import.meta.url);
const folder = 'apps/order-service/src/sagas';
const recorded = `${folder}/recorded`;

const recordingFile = (saga: Definition): string => `${recorded}/${saga.name}.v${saga.version}.json`;

async function committed(): Promise<Recording[]> {
  const files = await readdir(new URL(recorded, root));
  const texts = await Promise.all(
    files.map((file) => readFile(new URL(`${recorded}/${file}`, root), 'utf8')),
  );
  return texts.map((text) => JSON.parse(text) as Recording);
}

/** What was committed is what running instances were begun with: the code of today decides on them as then. */
async function refuseToChange(): Promise<void> {
  for (const recording of await committed()) {
    const { saga, version } = recording;
    const definition = orderSagas.all.find((known) => known.name === saga && known.version === version);
    expectAsRecorded(recording, definition);
  }
}

async function samplesOf(saga: Definition): Promise<SagaSamples> {
  const file = `${folder}/testing/${saga.name}.samples.ts`;
  if (!existsSync(new URL(file, root))) {
    throw new Error(
      `${saga.name} has to be recorded: write ${file}, which exports \`samples\` (CONTRIBUTING.md)`,
    );
  }
  return ((await import(new URL(file, root).href)) as { samples: SagaSamples }).samples;
}

/** Of the newest versions. Older ones are as they were recorded when they were new. */
export const recordings: Generator = {
  name: 'recordings',
  async documents() {
    if (!process.argv.includes('--unreleased')) await refuseToChange();
    return Promise.all(
      orderSagas.newest.map(async (saga) => ({
        path: recordingFile(saga),
        text: recordingText(recordSaga(saga, await samplesOf(saga))),
      })),
    );
  },
};

import { HttpConnection } from '../load/http-connection.js';
import { Latencies } from '../measure/latencies.js';
import type { ReadCase } from './read-cases.js';

export interface ReadRun {
  readonly latencies: Latencies;
  readonly seconds: number;
}

/** A slow question is asked less often: its latency shows all the same. */
const maxSeconds = 2;

/** Asks so many times, or until time is up, from clients that wait for each answer. @throws unless each is a success. */
export async function askAll(
  url: string,
  { name, requests }: ReadCase,
  { times, clients, from }: { times: number; clients: number; from: number },
): Promise<ReadRun> {
  const latencies = new Latencies();
  const startedAt = performance.now();
  const isTime = (): boolean => performance.now() - startedAt < maxSeconds * 1000;
  let asked = 0;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      const connection = new HttpConnection(new URL(url));
      try {
        while (asked < times && isTime()) {
          const { path, headers } = requests[(from + asked++) % requests.length]!;
          const sentAt = performance.now();
          const status = await new Promise<number | undefined>((resolve) => {
            connection.send('GET', path, headers, '', (answer) => resolve(answer?.status));
          });
          if (status !== 200) throw new Error(`${name}: ${path} was answered ${status ?? 'not at all'}`);
          latencies.record(performance.now() - sentAt);
        }
      } finally {
        connection.close();
      }
    }),
  );
  return { latencies, seconds: (performance.now() - startedAt) / 1000 };
}

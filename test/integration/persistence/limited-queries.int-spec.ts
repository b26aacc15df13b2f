import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { Fault } from '#libs/kernel/errors.js';
import { annotate, runInContext } from '#libs/observability/request-context.js';
import { openPoolBeside } from '#libs/persistence/database/data-source.js';
import { ConnectionLost, Contention, StatementRefused } from '#libs/persistence/database/errors.js';
import { poolStats } from '#libs/persistence/database/pool-stats.js';
import { CounterRow } from '#libs/persistence/testing/sample-rows.js';
import { onServer } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { TcpProxy } from '../../../tools/faults/tcp-proxy.js';
import { SampleDatabase } from './sample-database.js';

let database: SampleDatabase;
let proxy: TcpProxy;
let throughProxy: SampleDatabase;
let queries: DataSource;
beforeAll(async () => {
  database = await SampleDatabase.create();
  proxy = await TcpProxy.to(database.url);
  throughProxy = await database.at(proxy.url(database.url));
});
beforeEach(async () => {
  queries = await openPoolBeside(throughProxy.dataSource, 4, 'queries');
});
afterEach(async () => {
  proxy.heal();
  proxy.accept();
  await queries.destroy();
});
afterAll(async () => {
  await throughProxy.disconnect();
  await proxy.close();
  await database.drop();
});

const find = (): Promise<CounterRow | null> => queries.getRepository(CounterRow).findOneBy({ name: 'a' });
const times = <T>(count: number, work: () => Promise<T>): Promise<T>[] => Array.from({ length: count }, work);
const sleep = (seconds: number): Promise<unknown> => queries.query(`SELECT SLEEP(${seconds}) AS slept`);

/** A request of this caller. */
const as = <T>(caller: string, work: () => Promise<T>): Promise<T> =>
  runInContext({}, () => {
    annotate({ caller });
    return work();
  });

/** How each ended: a result, or the name of an error. */
async function outcomes(work: readonly Promise<unknown>[]): Promise<string[]> {
  const settled = await Promise.allSettled(work);
  return settled.map((each) => (each.status === 'fulfilled' ? 'answered' : (each.reason as Error).name));
}

describe('a query', () => {
  it('of a server that does not answer any more fails in its time, and the next finds a new connection', async () => {
    await Promise.all(times(4, find));
    proxy.make({ stalled: 'both' });
    for (const outcome of await outcomes(times(8, find)))
      expect(outcome).toMatch(/^(ConnectionLost|Overloaded)$/);
    expect(poolStats(queries)).toMatchObject({ waiting: 0 });
    proxy.heal();
    await eventually(async () => expect(await find()).toBeNull());
    expect(await outcomes(times(8, find))).toEqual(Array(8).fill('answered'));
  }, 60_000);

  it('of a server that takes connections and says nothing fails in its time', async () => {
    proxy.cut();
    proxy.make({ stalled: 'both' });
    await expect(find()).rejects.toBeInstanceOf(ConnectionLost);
  }, 30_000);

  it('of a server that is away, or is killed in the middle, is a fault', async () => {
    const inTheMiddle = sleep(2);
    await eventually(() => expect(poolStats(queries).active).toBe(1));
    proxy.refuse();
    await expect(inTheMiddle).rejects.toBeInstanceOf(ConnectionLost);
    expect(await outcomes(times(20, find))).toEqual(Array(20).fill('ConnectionLost'));
    proxy.accept();
    expect(await find()).toBeNull();
  });

  it('is ended by the server when it is merely slow, and leaves no connection behind', async () => {
    await expect(queries.query(slow)).rejects.toBeInstanceOf(Contention);
    expect(await find()).toBeNull();
    expect(poolStats(queries)).toEqual({ active: 0, idle: 1, waiting: 0 });
  }, 30_000);

  it('that waits for a table that somebody alters is a fault', async () => {
    await onServer(async (holder) => {
      await holder.query('LOCK TABLES counters WRITE');
      await expect(find()).rejects.toBeInstanceOf(Contention);
    }, database.url);
  }, 30_000);

  it('of a user who has been taken away is a fault, not an error of the query', async () => {
    const lost = new URL(proxy.url(database.url));
    const reader = `reader_${process.pid}`;
    await onServer(async (server) => {
      await server.query(`CREATE USER '${reader}'@'%' IDENTIFIED BY 'one'`);
      await server.query(`GRANT ALL ON *.* TO '${reader}'@'%'`);
      Object.assign(lost, { username: reader, password: 'one' });
      const other = await database.at(lost.href);
      const reading = await openPoolBeside(other.dataSource, 2, 'queries');
      await server.query(`ALTER USER '${reader}'@'%' IDENTIFIED BY 'two'`);
      proxy.cut();
      const counters = reading.getRepository(CounterRow);
      await eventually(() => expect(poolStats(reading)).toMatchObject({ idle: 0 }));
      expect(await outcomes(times(3, () => counters.find()))).toEqual(Array(3).fill('ConnectionLost'));
      await reading.destroy();
      await other.disconnect();
      await server.query(`DROP USER '${reader}'@'%'`);
    }, database.url);
  }, 30_000);

  it('that the server refuses for what it says is a defect still', async () => {
    await expect(queries.query('SELECT nothing FROM counters')).rejects.toBeInstanceOf(StatementRefused);
  });

  it('ends with the request that it is for', async () => {
    const late = { answerByMs: performance.now() };
    await expect(runInContext(late, find)).rejects.toBeInstanceOf(Fault);
    expect(await find()).toBeNull();
  });
});

describe('queries of which there are too many', () => {
  it('are refused beyond the queue, and those in it are answered', async () => {
    const ended = await outcomes(times(4 + 1_000 + 50, find));
    expect(ended.filter((outcome) => outcome === 'Overloaded')).toHaveLength(50);
    expect(ended.filter((outcome) => outcome === 'answered')).toHaveLength(4 + 1_000);
  }, 30_000);

  it('of one caller leave connections to others', async () => {
    const slowOnes = times(3, () => as('greedy', () => sleep(1)));
    expect(await as('modest', find)).toBeNull();
    expect(poolStats(queries)).toMatchObject({ active: 1, waiting: 2 });
    await Promise.all(slowOnes);
  });

  it('of one caller are refused beyond its share, while others wait', async () => {
    const greedy = times(1 + 30 + 5, () => as('greedy', find));
    const modest = as('modest', find);
    const ended = await outcomes(greedy);
    expect(ended.filter((outcome) => outcome === 'TooManyRequests')).toHaveLength(5);
    expect(await modest).toBeNull();
  });

  it('but a request that was let in is carried to its end', async () => {
    await as('greedy', async () => {
      await find();
      const others = times(1 + 30, () => as('greedy', find));
      expect(await outcomes([find(), as('greedy', find)])).toEqual(['answered', 'TooManyRequests']);
      await Promise.all(others);
    });
  });
});

describe('a transaction', () => {
  it('whose server stops answering is given up with all that is left of it', async () => {
    const background = await openPoolBeside(throughProxy.dataSource, 1, 'health');
    const work = background.transaction(async (manager) => {
      await manager.query('SELECT 1');
      proxy.make({ stalled: 'both' });
      await manager.query('SELECT 1');
    });
    await expect(work).rejects.toBeInstanceOf(ConnectionLost);
    await expect(background.query('SELECT 1')).rejects.toBeInstanceOf(Fault);
    proxy.heal();
    await eventually(async () => expect(await background.query('SELECT 1 AS one')).toEqual([{ one: 1 }]));
    await background.destroy();
  }, 30_000);

  it('waits its turn like anybody', async () => {
    const one = await openPoolBeside(throughProxy.dataSource, 1, 'health');
    const [first, second] = times(2, () => one.transaction((manager) => manager.query('SELECT 1 AS one')));
    expect(await first).toEqual(await second);
    await one.destroy();
  });
});

/** Something that takes long, and that both engines end: MySQL's SLEEP() would just be shorter. */
const slow = `SELECT COUNT(*) FROM information_schema.columns a, information_schema.columns b, information_schema.columns c`;

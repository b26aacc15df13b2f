import net from 'node:net';

/**
 * Whether a server could listen on this port of every address of the machine.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export function isFree(port) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * Below the ports that systems give to whoever connects, from 32768 on: what is free when it is chosen is free still when
 * the server that it is for begins to listen.
 */
const lowest = 20_000;
const portCount = 12_000;

/** How many of them a worker of jest has for itself, so that tests which run side by side never choose the same. */
const ofWorker = 500;
const maxWorkers = 4;

/** What tells the workers of a phase of tests which ports are theirs. */
export const portsOfPhase = (index) => ({
  TEST_PORTS_FROM: String(lowest + ((index * maxWorkers * ofWorker) % portCount)),
});

/**
 * Where a process looks for free ports.
 *
 * @param {{ TEST_PORTS_FROM?: string, JEST_WORKER_ID?: string }} environment
 * @returns {{ from: number, count: number }}
 */
export function portRange({ TEST_PORTS_FROM, JEST_WORKER_ID = '1' }) {
  if (TEST_PORTS_FROM === undefined) return { from: lowest, count: portCount };
  const worker = (Number(JEST_WORKER_ID) - 1) % maxWorkers;
  return { from: Number(TEST_PORTS_FROM) + worker * ofWorker, count: ofWorker };
}

/** Anywhere at first: two checkouts of this project are not to try the same ones, and logs are named after ports. */
let next = Math.floor(Math.random() * portCount);

/**
 * Distinct free ports, none of which this process has chosen lately.
 *
 * @param {number} wanted
 * @returns {Promise<number[]>}
 */
export async function freePorts(wanted) {
  const { from, count } = portRange(process.env);
  const found = [];
  for (let tried = 0; found.length < wanted; tried += 1) {
    if (tried === count)
      throw new Error(`there are no ${wanted} free ports from ${from} to ${from + count - 1}`);
    const port = from + (next++ % count);
    if (await isFree(port)) found.push(port);
  }
  return found;
}

/**
 * The preferred ports where they are free, others where they are not.
 * @param {readonly (number | undefined)[]} preferred
 */
export async function freePortsLike(preferred) {
  const free = await Promise.all(preferred.map((port) => port !== undefined && isFree(port)));
  const others = await freePorts(preferred.length);
  return preferred.map((port, index) => (free[index] ? port : others[index]));
}

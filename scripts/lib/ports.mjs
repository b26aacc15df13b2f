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
 * Distinct free ports, chosen by the operating system.
 * All are held until all are known, so that no two are the same.
 *
 * @param {number} count
 * @returns {Promise<number[]>}
 */
export async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, listenAnywhere));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
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

function listenAnywhere() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1' }, () => resolve(server));
  });
}

import net from 'node:net';

/**
 * Whether a MySQL-protocol server listens there: such a server speaks first, and tells its version.
 * Needs no driver, so that it can run before anything is installed. Knows nothing about users and passwords.
 *
 * @param {{ host: string, port: number, timeoutSeconds?: number }} address
 * @returns {Promise<string>} the server's version; rejects when there is none
 */
export async function probeMysql(address) {
  const greeting = await firstBytes(address);
  const protocol = greeting[4];
  if (protocol === 0xff) throw new Error(`the server refuses: ${greeting.subarray(7).toString('latin1')}`);
  if (protocol !== 10) throw new Error('what answers there does not speak the MySQL protocol');
  return greeting
    .subarray(5, greeting.indexOf(0, 5))
    .toString('latin1')
    .replace(/^5\.5\.5-/, '');
}

/**
 * Whether an AMQP 0-9-1 broker listens there and is ready to open connections.
 *
 * @param {{ host: string, port: number, timeoutSeconds?: number }} address
 * @returns {Promise<string>} the broker's version; rejects when there is none
 */
export async function probeAmqp(address) {
  const start = await firstBytes(address, Buffer.from('AMQP\0\0\x09\x01', 'latin1'));
  if (start[0] !== 1) throw new Error('what answers there does not speak AMQP 0-9-1');
  return /version\S{0,5}?(\d+\.\d+\.\d+)/s.exec(start.toString('latin1'))?.[1] ?? 'unknown version';
}

function firstBytes({ host, port, timeoutSeconds = 3 }, hello) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port });
    socket.setTimeout(timeoutSeconds * 1000, () =>
      socket.destroy(new Error(`${host}:${port} does not answer`)),
    );
    socket.once('connect', () => hello && socket.write(hello));
    socket.once('data', (bytes) => {
      resolve(bytes);
      socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`${host}:${port} closed the connection`)));
  });
}

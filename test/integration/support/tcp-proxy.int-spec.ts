import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { eventually } from '../../support/eventually.js';
import { TcpProxy } from '../../../tools/faults/tcp-proxy.js';

/** A server that says everything back, a client, and the proxy between them. */
let server: Server;
let proxy: TcpProxy;
let client: Socket;
let heard = '';
let said = '';
const serverEnds = new Set<Socket>();

const connectThrough = (): Socket => {
  const { port } = new URL(proxy.url('tcp://server'));
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.on('data', (bytes) => (heard += bytes.toString()));
  return socket;
};

beforeEach(async () => {
  [heard, said] = ['', ''];
  server = createServer((socket) => {
    serverEnds.add(socket);
    socket.on('error', () => undefined).on('close', () => serverEnds.delete(socket));
    socket.on('data', (bytes) => {
      said += bytes.toString();
      socket.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy = await TcpProxy.to(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}`);
  client = connectThrough();
  client.write('hello');
  await eventually(() => expect(heard).toBe('hello'));
});

afterEach(async () => {
  client.destroy();
  await proxy.close();
  await new Promise((resolve) => server.close(resolve));
});

describe('a proxy between a client and a server', () => {
  it('carries a lot in both directions, unchanged', async () => {
    const much = 'abcdefghij'.repeat(300_000);
    client.write(much);
    await eventually(() => expect(heard.length).toBe(5 + much.length));
    expect(heard).toBe(`hello${much}`);
  });

  it('passes on that one side has finished, and lets the other finish', async () => {
    client.end('bye');
    await eventually(() => expect(client.destroyed && heard).toBe('hellobye'));
  });

  it.each(['to-server', 'to-client', 'both'] as const)(
    'stalls %s, and goes on where it was',
    async (which) => {
      proxy.make({ stalled: which });
      client.write(' world');
      if (which === 'to-client') await eventually(() => expect(said).toBe('hello world'));
      await eventually(() => expect(client.bytesWritten).toBe(11));
      expect(heard).toBe('hello');
      expect(client.destroyed).toBe(false);
      proxy.heal();
      await eventually(() => expect(heard).toBe('hello world'));
    },
  );

  it('delays bytes without changing their order', async () => {
    const from = performance.now();
    proxy.make({ delayMs: 60 });
    for (const letter of 'abcdef') client.write(letter);
    await eventually(() => expect(heard).toBe('helloabcdef'));
    expect(performance.now() - from).toBeGreaterThanOrEqual(119);
  });

  it('slows down to a number of bytes a second', async () => {
    const from = performance.now();
    proxy.make({ bytesPerSecond: 1_000 });
    client.write('a'.repeat(100));
    await eventually(() => expect(said.length).toBe(105));
    client.write('b');
    await eventually(() => expect(said.length).toBe(106));
    expect(performance.now() - from).toBeGreaterThanOrEqual(99);
  });

  it('cuts what there is, and lets new connections through', async () => {
    expect(proxy.cut()).toBe(1);
    await eventually(() => expect([client.destroyed, serverEnds.size]).toEqual([true, 0]));
    client = connectThrough();
    client.write('again');
    await eventually(() => expect(heard).toBe('helloagain'));
  });

  it('refuses new connections until it accepts them again', async () => {
    proxy.refuse();
    const refused = connectThrough();
    await eventually(() => expect(refused.destroyed).toBe(true));
    proxy.accept();
    client = connectThrough();
    client.write('again');
    await eventually(() => expect(heard).toBe('helloagain'));
  });

  it('severs before the server has heard, or before the client hears of it', async () => {
    const before = proxy.severAt('COMMIT', 'before');
    client.write('COMMIT');
    await before;
    expect(said).toBe('hello');
    client = connectThrough();
    const after = proxy.severAt('COMMIT', 'after');
    client.write('COMMIT');
    await after;
    expect([said, heard]).toEqual(['helloCOMMIT', 'hello']);
  });

  it('leaves the server its end, as after a cut cable', async () => {
    const severed = proxy.severAt('COMMIT', 'before', { serverNotices: false });
    client.write('COMMIT');
    await severed;
    await eventually(() => expect(client.destroyed).toBe(true));
    expect(serverEnds.size).toBe(1);
    proxy.endServerSides();
    await eventually(() => expect(serverEnds.size).toBe(0));
  });

  it('delays one direction only', async () => {
    proxy.make({ delayMs: 60_000, delayed: 'to-client' });
    client.write(' world');
    await eventually(() => expect(said).toBe('hello world'));
    expect(heard).toBe('hello');
    client.destroy();
  });

  it('loses what there is, and new connections too, and tells neither end', async () => {
    expect(proxy.lose()).toBe(1);
    const another = connectThrough();
    client.write(' world');
    another.write(' world');
    await eventually(() => expect([client.bytesWritten, serverEnds.size]).toEqual([11, 2]));
    client.destroy();
    proxy.accept();
    const healthy = connectThrough();
    healthy.write('again');
    await eventually(() => expect(heard).toBe('helloagain'));
    expect(said).toBe('helloagain');
    // The end of its client was not told to the server.
    expect([another.destroyed, serverEnds.size]).toEqual([false, 3]);
    another.destroy();
    healthy.destroy();
  });

  it('loses one line at a text, before the server hears it or with its answer', async () => {
    const before = proxy.loseAt('COMMIT', 'before');
    client.write('COMMIT');
    await before;
    client.destroy();
    client = connectThrough();
    const after = proxy.loseAt('COMMIT', 'after');
    client.write('COMMIT');
    await after;
    expect([said, heard]).toEqual(['helloCOMMIT', 'hello']);
    expect([client.destroyed, serverEnds.size]).toEqual([false, 2]);
  });

  it('lets a text through until it comes for the last of so many times', async () => {
    const lost = proxy.loseAt('COMMIT', 'before', 3);
    for (const letter of 'abc') {
      client.write(`COMMIT ${letter}`);
      if (letter !== 'c') await eventually(() => expect(said).toMatch(new RegExp(`${letter}$`)));
    }
    await lost;
    expect(said).toBe('helloCOMMIT aCOMMIT b');
  });

  it('holds one line at a text until it is healed', async () => {
    const held = proxy.holdAt('COMMIT');
    client.write('COMMIT');
    await held;
    const another = connectThrough();
    another.write('!');
    await eventually(() => expect(heard).toBe('hello!'));
    expect(said).toBe('hello!');
    proxy.heal();
    await eventually(() => expect(heard).toBe('hello!COMMIT'));
    another.destroy();
  });
});

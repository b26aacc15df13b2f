import { refuseUnknownParameters, serverUrls, type Protection } from './server-urls.js';

export interface BrokerAddress {
  /** One per server, for the driver: without what it does not read. */
  readonly urls: readonly [string, ...string[]];
  /** By whose name and password; the driver's own, where the URL names nobody. */
  readonly user: string;
  readonly tls: {
    readonly caFile: string | undefined;
    readonly certFile: string | undefined;
    readonly keyFile: string | undefined;
    readonly verifies: boolean;
    /** The name in the servers' certificate, where it is not the host's. */
    readonly serverName: string | undefined;
  };
  readonly protection: Protection;
}

/** Read by the driver. */
const forTheDriver = ['heartbeat', 'channelMax', 'frameMax', 'maxFrameSize', 'locale'];

/** Read here, and named as RabbitMQ's own clients name them. */
const forTls = ['cacertfile', 'certfile', 'keyfile', 'verify', 'server_name_indication'];

/**
 * Reads `amqps://user:password@host:port,host:port/virtual-host?cacertfile=FILE`. With amqps the certificate is checked
 * unless `verify=verify_none` says otherwise.
 *
 * @throws Error that says what is wrong, without the password.
 */
export const readBrokerUrl = (text: string): BrokerAddress => read(text, 'amqp', forTheDriver);

/** Of the URL of a broker; without a path it is the default one. */
export const virtualHostOf = (url: string): string =>
  decodeURIComponent(serverUrls(url)[0].pathname.slice(1)) || '/';

/**
 * Reads where the broker's management API is, `https://user:password@host:port,host:port?cacertfile=FILE`: protected as
 * {@link readBrokerUrl} says, with https in the place of amqps.
 *
 * @throws Error that says what is wrong, without the password.
 */
export function readManagementUrl(text: string): BrokerAddress {
  const address = read(text, 'http', []);
  const { username, password, pathname } = new URL(address.urls[0]);
  if (username === '' || password === '') throw new Error('names no user with a password');
  if (pathname !== '/') throw new Error(`has a path, ${pathname}, and needs none`);
  return address;
}

function read(text: string, scheme: 'amqp' | 'http', otherParameters: readonly string[]): BrokerAddress {
  const urls = serverUrls(text);
  const [{ protocol, searchParams }] = urls;
  const [plain, encrypted] = [`${scheme}:`, `${scheme}s:`];
  if (protocol !== plain && protocol !== encrypted)
    throw new Error(`is not an ${plain}// or ${encrypted}// URL`);
  refuseUnknownParameters(urls[0], [...otherParameters, ...forTls]);
  const [caFile, certFile, keyFile, verify, serverName] = forTls.map(
    (name) => searchParams.get(name) ?? undefined,
  );
  if (protocol === plain && forTls.some((name) => searchParams.has(name))) {
    throw new Error(`has parameters of TLS, but is ${plain}// instead of ${encrypted}//`);
  }
  if ((certFile === undefined) !== (keyFile === undefined))
    throw new Error('certfile and keyfile go together');
  if (verify !== undefined && verify !== 'verify_peer' && verify !== 'verify_none') {
    throw new Error('has a verify other than verify_peer and verify_none');
  }
  const verifies = verify !== 'verify_none';
  if (!verifies && caFile !== undefined)
    throw new Error('has a cacertfile, by which verify_none checks nothing');
  const [first, ...others] = urls.map(withoutTls);
  return {
    urls: [first!, ...others],
    user: decodeURIComponent(urls[0].username) || 'guest',
    tls: { caFile, certFile, keyFile, verifies, serverName },
    protection: protocol === plain ? 'plain' : verifies ? 'verified' : 'encrypted',
  };
}

function withoutTls(url: URL): string {
  const copy = new URL(url);
  for (const name of forTls) copy.searchParams.delete(name);
  return copy.href;
}

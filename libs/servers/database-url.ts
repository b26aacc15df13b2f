import { refuseUnknownParameters, serverUrls, type Protection } from './server-urls.js';

/** As MySQL's own clients name them, and as they mean them. */
const modes = ['DISABLED', 'PREFERRED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'] as const;

export type DatabaseTlsMode = (typeof modes)[number];

export interface DatabaseServer {
  readonly host: string;
  readonly port: number;
}

export interface DatabaseAddress {
  /** More than one: they have the same data, and one at a time is used. */
  readonly servers: readonly [DatabaseServer, ...DatabaseServer[]];
  readonly username: string;
  readonly password: string;
  readonly database: string;
  readonly tls: {
    readonly mode: DatabaseTlsMode;
    readonly caFile: string | undefined;
    readonly certFile: string | undefined;
    readonly keyFile: string | undefined;
  };
  readonly protection: Protection;
}

const protections: Readonly<Record<DatabaseTlsMode, Protection>> = {
  DISABLED: 'plain',
  // Whoever is in between says that the server has none.
  PREFERRED: 'plain',
  REQUIRED: 'encrypted',
  VERIFY_CA: 'verified',
  VERIFY_IDENTITY: 'verified',
};

/**
 * Reads `mysql://user:password@host:port,host:port/database?ssl-mode=VERIFY_IDENTITY&ssl-ca=FILE`.
 *
 * @throws Error that says what is wrong, without the password.
 */
export function readDatabaseUrl(text: string): DatabaseAddress {
  const urls = serverUrls(text);
  const [url] = urls;
  if (!/^(mysql|mariadb):$/.test(url.protocol)) throw new Error('is not a mysql:// or mariadb:// URL');
  refuseUnknownParameters(url, ['ssl-mode', 'ssl-ca', 'ssl-cert', 'ssl-key', 'ssl']);
  const database = decodeURIComponent(url.pathname.slice(1));
  if (database === '') throw new Error('names no database');
  const [first, ...others] = urls.map(serverOf);
  const tls = tlsOf(url.searchParams);
  return {
    servers: [first!, ...others],
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database,
    tls,
    protection: protections[tls.mode],
  };
}

const serverOf = ({ hostname, port }: URL): DatabaseServer => ({
  host: hostname.replace(/^\[(.*)\]$/, '$1'),
  port: Number(port || 3306),
});

function tlsOf(parameters: URLSearchParams): DatabaseAddress['tls'] {
  const [caFile, certFile, keyFile] = ['ssl-ca', 'ssl-cert', 'ssl-key'].map(
    (name) => parameters.get(name) ?? undefined,
  );
  const mode = modeOf(parameters, caFile !== undefined);
  if ((certFile === undefined) !== (keyFile === undefined))
    throw new Error('ssl-cert and ssl-key go together');
  if (mode === 'DISABLED' && certFile !== undefined) throw new Error('has a certificate, and TLS disabled');
  if (caFile !== undefined && protections[mode] !== 'verified') {
    throw new Error(`has an ssl-ca, by which ssl-mode=${mode} checks nothing`);
  }
  // Anybody can have a certificate of one of the authorities that everybody trusts.
  if (mode === 'VERIFY_CA' && caFile === undefined) throw new Error('needs an ssl-ca for ssl-mode=VERIFY_CA');
  return { mode, caFile, certFile, keyFile };
}

/** `ssl=true` is how earlier releases named a check of the certificate. */
function modeOf(parameters: URLSearchParams, hasCa: boolean): DatabaseTlsMode {
  const [text, ssl] = [parameters.get('ssl-mode'), parameters.get('ssl')];
  if (text === null) {
    if (ssl !== null && ssl !== 'true' && ssl !== 'false')
      throw new Error('has an ssl other than true and false');
    if (ssl === 'true') return 'VERIFY_IDENTITY';
    return hasCa ? 'VERIFY_CA' : 'DISABLED';
  }
  if (ssl !== null) throw new Error('has both ssl and ssl-mode');
  const mode = modes.find((known) => known === text);
  if (!mode) throw new Error(`has an ssl-mode other than ${modes.join(', ')}`);
  return mode;
}

/**
 * One URL per server of a URL that names several: `amqp://user:secret@a:5672,b:5672/shop`. A URL with one server is the
 * only one.
 *
 * @throws Error when there is none, or when one is no URL.
 */
export function serverUrls(text: string): readonly [URL, ...URL[]] {
  const parts = /^(?<scheme>[a-z][a-z\d+.-]*:\/\/)(?<authority>[^/?#]*)(?<rest>.*)$/i.exec(text)?.groups;
  if (!parts) throw new Error('is not a URL');
  const { scheme = '', authority = '', rest = '' } = parts;
  const [, credentials = '', hosts = ''] = /^(.*@)?([^@]*)$/.exec(authority) ?? [];
  const [first, ...others] = hosts.split(',').map((host) => urlOf(`${scheme}${credentials}`, host, rest));
  return [first!, ...others];
}

function urlOf(before: string, host: string, rest: string): URL {
  if (host.trim() === '') throw new Error('names no server, or an empty one');
  try {
    return new URL(`${before}${host}${rest}`);
  } catch {
    // Without the URL: there is a password in it.
    throw new Error(`names a server that is none: ${host}`);
  }
}

/**
 * What is written in a URL and read by nobody may be what somebody relies on: `sslmode=require`, say.
 *
 * @throws Error that names what nobody reads.
 */
export function refuseUnknownParameters(url: URL, known: readonly string[]): void {
  const unknown = [...url.searchParams.keys()].filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`has parameters that mean nothing here: ${unknown.join(', ')}`);
}

/** How a connection is protected: `plain` not at all, `encrypted` against who only listens, `verified`. */
export type Protection = 'plain' | 'encrypted' | 'verified';

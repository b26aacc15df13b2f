import { rightsOf, serviceUsers, topologyOfVirtualHost } from '../provision/broker-definitions.mjs';

const name = 'participants';
const everything = { configure: '.*', write: '.*', read: '.*' };

/**
 * A virtual host of the broker where order-service is not: the conformance test and the stand-in play its part there. It is
 * kept, like all data. A participant has the rights there that it has beside order-service; who plays order-service looks into
 * the participant's queues as well.
 *
 * @param {{ url: string, serviceUrls?: Record<string, string>, managementUrl?: string }} broker
 * @returns {Promise<{ url: string, serviceUrls?: Record<string, string> } | undefined>} how to reach it; nothing where the
 * broker's management API is not known
 */
export async function virtualHostApart({ url, serviceUrls, managementUrl }) {
  if (!managementUrl) return undefined;
  const management = new URL(managementUrl);
  const credentials = [management.username, management.password].map(decodeURIComponent).join(':');
  const send = async (method, path, body) => {
    const response = await fetch(new URL(path, management.origin), {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok) throw new Error(`The broker's management API answers ${path} with ${response.status}.`);
  };
  const apart = (text) => {
    const here = new URL(text);
    here.pathname = `/${name}`;
    return here.href;
  };
  const grant = (user, rights) => send('PUT', `/api/permissions/${name}/${user}`, rights);
  await send('PUT', `/api/vhosts/${name}`, {});
  await grant(new URL(url).username, everything);
  if (!serviceUrls) return { url: apart(url) };
  await send('POST', `/api/definitions/${name}`, topologyOfVirtualHost());
  for (const user of serviceUsers) await grant(user, user === 'order-service' ? everything : rightsOf(user));
  return {
    url: apart(url),
    serviceUrls: Object.fromEntries(Object.entries(serviceUrls).map(([user, own]) => [user, apart(own)])),
  };
}

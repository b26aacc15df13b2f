const name = 'participants';

/**
 * A virtual host of the broker where order-service is not: the conformance test and the stand-in play its part there. It is
 * kept, like all data.
 *
 * @param {{ url: string, managementUrl?: string }} broker
 * @returns {Promise<string | undefined>} how to reach it; nothing where the broker's management API is not known
 */
export async function virtualHostApart({ url, managementUrl }) {
  if (!managementUrl) return undefined;
  const management = new URL(managementUrl);
  const credentials = [management.username, management.password].map(decodeURIComponent).join(':');
  const put = async (path, body) => {
    const response = await fetch(new URL(path, management.origin), {
      method: 'PUT',
      headers: {
        authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok) throw new Error(`The broker's management API answers ${path} with ${response.status}.`);
  };
  const apart = new URL(url);
  await put(`/api/vhosts/${name}`, {});
  await put(`/api/permissions/${name}/${apart.username}`, { configure: '.*', write: '.*', read: '.*' });
  apart.pathname = `/${name}`;
  return apart.href;
}

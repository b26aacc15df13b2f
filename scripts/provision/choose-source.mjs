/**
 * One way to get a server.
 *
 * @typedef {object} Source
 * @property {string} name
 * @property {boolean} [binding] once it applies, its failure is the end: nothing else is tried in its place
 * @property {() => Promise<Finding>} look changes nothing
 * @property {() => Promise<Server>} take
 *
 * @typedef {{ applies: boolean, why: string }} Finding
 * @typedef {{ url: string, version: string, managementUrl?: string, stop?: () => Promise<void> }} Server
 * @typedef {{ name: string, why: string }} Tried
 */

/**
 * Takes the first source that applies. One that applies and then fails is passed over, aloud, unless it is binding.
 *
 * @param {readonly Source[]} sources in order of preference
 * @param {{ say?: (text: string) => void, ended?: () => boolean }} [options] ended: true once nothing more is to be started;
 *   what fails then was interrupted, which is no reason to try the next one
 * @returns {Promise<{ source: Source, server: Server, tried: Tried[] }>} rejects with a NoSource
 */
export async function chooseSource(sources, { say = () => undefined, ended = () => false } = {}) {
  const tried = [];
  for (const source of sources) {
    const { applies, why } = await source.look();
    if (ended()) throw new Error('it was asked to stop');
    if (!applies) {
      tried.push({ name: source.name, why });
      continue;
    }
    try {
      return { source, server: await source.take(), tried };
    } catch (error) {
      if (source.binding)
        throw new Error(`${source.name} (${why}) cannot be used: ${error.message}`, { cause: error });
      if (ended()) throw error;
      tried.push({ name: source.name, why: error.message });
      say(`${source.name} did not work: ${error.message.split('\n')[0]}`);
    }
  }
  throw new NoSource(tried);
}

/** Every way was tried, and none led to a server. */
export class NoSource extends Error {
  /** @param {Tried[]} tried */
  constructor(tried) {
    super(tried.map(({ name, why }) => `  - ${name}: ${why}`).join('\n'));
    this.tried = tried;
  }
}

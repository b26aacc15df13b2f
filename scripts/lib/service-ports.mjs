import { freePortsLike, isFree } from './ports.mjs';
import { services } from './project.mjs';

/**
 * Where each service listens: where a setting says, otherwise on its usual port, otherwise, when that is taken, anywhere.
 *
 * @param {Record<string, string>} settings
 * @param {{ anywhere?: boolean, say: (text: string) => void }} options anywhere: leave the usual ports to `npm start`
 * @returns {Promise<Record<string, { port: number, metricsPort: number, fixed: boolean }>>}
 */
export async function servicePorts(settings, { anywhere = false, say }) {
  const wanted = services.flatMap(({ name, port, metricsPort }) =>
    [port, metricsPort].map(({ setting, fallback }) => ({
      name,
      fallback,
      set: anywhere ? undefined : settings[setting] && Number(settings[setting]),
    })),
  );
  const ports = await freePortsLike(
    wanted.map(({ set, fallback }) => set ?? (anywhere ? undefined : fallback)),
  );
  for (const [index, { name, fallback, set }] of wanted.entries()) {
    if (!set && !anywhere && ports[index] !== fallback)
      say(`port ${fallback} is taken: ${name} uses ${ports[index]}`);
  }
  return Object.fromEntries(
    services.map(({ name }, index) => [
      name,
      {
        port: ports[index * 2],
        metricsPort: ports[index * 2 + 1],
        fixed: Boolean(wanted[index * 2].set && wanted[index * 2 + 1].set),
      },
    ]),
  );
}

/** Throws when a port that a setting names is in use: what was asked for is not to be replaced in silence. */
export async function refuseTakenPorts(settings) {
  for (const { setting } of services.flatMap(({ port, metricsPort }) => [port, metricsPort])) {
    if (settings[setting] && !(await isFree(Number(settings[setting])))) {
      throw new Error(
        `${setting}=${settings[setting]}, but that port is in use. Free it, or change the setting.`,
      );
    }
  }
}

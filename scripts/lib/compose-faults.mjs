import { stagesOf } from './dockerfile-faults.mjs';

/**
 * @param {object} compose the parsed file, merge keys resolved
 * @param {{ exists: (file: string) => boolean, dockerfile: string, known: Set<string> }} context
 *   known: names of settings that the services read
 * @returns {string[]} sentences
 */
export function composeFaults(compose, { exists, dockerfile, known }) {
  const stages = new Map(stagesOf(dockerfile).map((stage) => [stage.name, stage]));
  const services = compose.services ?? {};
  return Object.entries(services).flatMap(([name, service]) => {
    const faults = [];
    if (service.image && !/:(?!latest)[\w.-]+$/.test(service.image))
      faults.push(`${service.image} has no fixed tag`);
    if (service.image && !service.healthcheck) faults.push('has no health check');
    if (!service.image && !stages.has(service.build?.target)) {
      faults.push(`there is no stage ${service.build?.target} in the Dockerfile`);
    }
    for (const port of service.ports ?? []) {
      if (!String(port).startsWith('127.0.0.1:')) faults.push(`port ${port} is open to the network`);
    }
    for (const volume of service.volumes ?? []) {
      const [source] = String(volume).split(':');
      const found = source.startsWith('.') ? exists(source) : source in (compose.volumes ?? {});
      if (!found) faults.push(`volume ${source} does not exist`);
    }
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      if (!(other in services)) faults.push(`depends on ${other}, which is not there`);
      if (condition !== 'service_healthy') faults.push(`does not wait until ${other} is healthy`);
    }
    if (service.build) {
      for (const setting of Object.keys(service.environment ?? {})) {
        if (!known.has(setting)) faults.push(`${setting} is not a setting that any service reads`);
      }
    }
    return faults.map((fault) => `${name}: ${fault}`);
  });
}

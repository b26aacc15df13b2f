/**
 * @typedef {{ image: string, name: string | undefined, lines: { word: string, rest: string }[] }} Stage
 *
 * @param {string} text of a Dockerfile
 * @returns {Stage[]}
 */
export function stagesOf(text) {
  const stages = [];
  const joined = text.replace(/^\s*#.*\n/gm, '').replace(/\\\n/g, ' ');
  for (const line of joined.split('\n').filter((each) => each.trim())) {
    const [, word, rest] = /^\s*(\S+)\s+(.*)$/.exec(line) ?? [undefined, line.trim(), ''];
    if (word.toUpperCase() === 'FROM') {
      const [, image, name] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(rest) ?? [];
      stages.push({ image, name, lines: [] });
    } else {
      stages.at(-1)?.lines.push({ word: word.toUpperCase(), rest });
    }
  }
  return stages;
}

/**
 * @param {string} text of a Dockerfile
 * @param {{ exists: (file: string) => boolean }} context
 * @returns {string[]} sentences
 */
export function dockerfileFaults(text, { exists }) {
  const stages = stagesOf(text);
  const names = stages.map(({ name }) => name);
  const faults = stages.flatMap(({ image, lines }) => [
    ...(names.includes(image) || /:(?!latest)[\w.-]+$/.test(image) ? [] : [`${image} has no fixed tag`]),
    ...lines.filter(({ word }) => word === 'ADD').map(({ rest }) => `ADD ${rest}: use COPY`),
    ...lines
      .filter(({ word, rest }) => word === 'COPY' && !rest.includes('--from='))
      .flatMap(({ rest }) => rest.split(/\s+/).slice(0, -1))
      .filter((file) => !file.startsWith('--') && !exists(file))
      .map((file) => `COPY ${file}: there is no such file`),
    ...lines
      .filter(({ word, rest }) => word === 'COPY' && /--from=(\S+)/.test(rest))
      .map(({ rest }) => /--from=(\S+)/.exec(rest)[1])
      .filter((stage) => !names.includes(stage))
      .map((stage) => `COPY --from=${stage}: there is no such stage`),
  ]);
  const runnable = stages.filter(
    ({ name }) => !stages.some(({ image, lines }) => isUsed(name, image, lines)),
  );
  for (const stage of runnable) {
    const lines = withAncestors(stage, stages);
    const last = (word) => lines.filter((line) => line.word === word).at(-1)?.rest;
    if (!last('USER') || /^(root|0)\b/.test(last('USER'))) faults.push(`${stage.name} runs as root`);
    if (!last('HEALTHCHECK')) faults.push(`${stage.name} has no HEALTHCHECK`);
    const settings = lines.filter(({ word }) => word === 'ENV').map(({ rest }) => rest);
    if (settings.some((rest) => rest.includes('METRICS_PORT=')) && !settings.includes('METRICS_HOST=0.0.0.0'))
      faults.push(
        `${stage.name} serves metrics to nobody outside the container: METRICS_HOST is not 0.0.0.0`,
      );
    if (!last('CMD')?.startsWith('['))
      faults.push(`${stage.name}: CMD is not a list, so a shell would get the SIGTERM`);
  }
  return faults;
}

const isUsed = (name, image, lines) =>
  name !== undefined && (image === name || lines.some(({ rest }) => rest.includes(`--from=${name} `)));

function withAncestors(stage, stages) {
  const parent = stages.find(({ name }) => name === stage.image);
  return [...(parent ? withAncestors(parent, stages) : []), ...stage.lines];
}

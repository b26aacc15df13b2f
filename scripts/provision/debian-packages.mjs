import { chmodSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { run } from '../lib/run.mjs';

const policyFile = '/usr/sbin/policy-rc.d';
const policyKept = '/usr/sbin/policy-rc.d.order-service-kept';
const policyMark = '# order-service: written while packages are installed';
const dayMs = 24 * 60 * 60 * 1000;

/**
 * Installs Debian packages without letting one start a system service, now or at the next boot.
 * Throws with apt's own words when it fails.
 *
 * @param {readonly string[]} packages
 * @param {{ services: readonly string[] }} options the system services that these packages would bring
 */
export async function installDebianPackages(packages, { services }) {
  undoPolicy(); // an installation that was killed may have left it behind
  const before = new Set(services.filter(serviceExists));
  const undo = () => {
    undoPolicy();
    process.exit(130);
  };
  process.once('SIGINT', undo).once('SIGTERM', undo);
  forbidServiceStarts();
  try {
    if (listsAreOld()) await apt(['update', '-qq']).catch(() => undefined);
    const install = ['install', '-y', '-qq', '--no-install-recommends', ...packages];
    // Lists that are a few hours old may name versions that the mirror has dropped since: refresh and try once more.
    await apt(install).catch(() => apt(['update', '-qq']).then(() => apt(install)));
  } finally {
    undoPolicy();
    process.off('SIGINT', undo).off('SIGTERM', undo);
  }
  for (const service of services) if (!before.has(service)) await keepOffAtBoot(service);
}

function forbidServiceStarts() {
  if (existsSync(policyFile)) renameSync(policyFile, policyKept);
  writeFileSync(policyFile, `#!/bin/sh\n${policyMark}\nexit 101\n`);
  chmodSync(policyFile, 0o755);
}

function undoPolicy() {
  if (existsSync(policyFile) && readFileSync(policyFile, 'utf8').includes(policyMark)) rmSync(policyFile);
  if (existsSync(policyKept)) renameSync(policyKept, policyFile);
}

function serviceExists(service) {
  return ['/lib/systemd/system', '/etc/systemd/system'].some((dir) => existsSync(`${dir}/${service}.service`));
}

async function keepOffAtBoot(service) {
  if (existsSync('/run/systemd/system')) await run('systemctl', ['disable', '--quiet', service]);
}

function listsAreOld() {
  try {
    return Date.now() - statSync('/var/lib/apt/lists/partial').mtimeMs > dayMs;
  } catch {
    return true;
  }
}

async function apt(args) {
  const { code, output } = await run('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], {
    timeoutSeconds: 600,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1' },
  });
  if (code !== 0) throw new Error(`apt-get ${args.join(' ')} failed (${code}):\n${output.trim()}`);
}

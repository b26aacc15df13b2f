import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { takeLock } from '../lib/lock-file.mjs';
import { run } from '../lib/run.mjs';
import { findBinary } from './find-binary.mjs';

const policyFile = '/usr/sbin/policy-rc.d';
const policyKept = '/usr/sbin/policy-rc.d.order-service-kept';
const policyMark = '# order-service: written while packages are installed';
const lockFile = '/run/lock/order-service-install';

/** @type {Promise<unknown>} */
let last = Promise.resolve();

/**
 * Installs packages without letting one start a system service, now or at the next boot.
 * Installations follow one another, also those of other copies of this project: they share the policy file.
 *
 * @param {readonly (readonly string[])[]} choices sets of packages that serve the same; the first that is known is taken
 * @param {{ units: readonly string[] }} options system services that the packages may bring
 * @returns {Promise<void>} rejects with apt's own words
 */
export function installDebianPackages(choices, { units }) {
  const result = last.then(() => install(choices, units));
  last = result.catch(() => undefined);
  return result;
}

/** Resolves when no installation is under way: one that is interrupted leaves packages half configured. */
export const installationsEnded = async () => {
  await last;
};

async function install(choices, units) {
  const release = await takeLock(lockFile, { waitSeconds: 600 });
  try {
    undoPolicy(); // an installation that was killed may have left it behind
    const before = new Set(units.filter(unitExists));
    forbidServiceStarts();
    try {
      await installFirstKnown(choices);
    } finally {
      undoPolicy();
    }
    const systemctl = findBinary(['systemctl']);
    const added = units.filter((unit) => unitExists(unit) && !before.has(unit));
    if (systemctl && added.length > 0) await run(systemctl, ['disable', '--quiet', ...added]);
  } finally {
    release();
  }
}

async function installFirstKnown(choices) {
  const tryAll = async () => {
    const packages = await firstKnown(choices);
    if (!packages)
      throw new Error(`apt knows no package ${choices.map((choice) => choice.join(' ')).join(', nor ')}`);
    await apt(['install', '-y', '-qq', '--no-install-recommends', ...packages]);
  };
  // The lists may be absent, or name versions that the mirror has dropped since: refresh them when a first try fails.
  await tryAll().catch(async () => {
    await apt(['update', '-qq']);
    await tryAll();
  });
}

async function firstKnown(choices) {
  for (const choice of choices) {
    const { output } = await run('apt-cache', ['policy', ...choice], {
      env: { ...process.env, LC_ALL: 'C' },
    });
    const candidates = output.match(/^ {2}Candidate: (?!\(none\))/gm) ?? [];
    if (candidates.length === choice.length) return choice;
  }
  return undefined;
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

function unitExists(unit) {
  return ['/lib/systemd/system', '/usr/lib/systemd/system', '/etc/systemd/system'].some((directory) =>
    existsSync(`${directory}/${unit}`),
  );
}

async function apt(args) {
  const { code, output } = await run('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], {
    timeoutSeconds: 900,
    graceSeconds: null,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1' },
  });
  if (code !== 0) throw new Error(`apt-get ${args.join(' ')} failed (${code}):\n${output.trim()}`);
}

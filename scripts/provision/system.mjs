import { readFileSync } from 'node:fs';
import { findBinary } from './find-binary.mjs';

/** @returns {{ applies: boolean, why: string }} whether packages of Debian or Ubuntu can be installed here */
export function canInstallPackages() {
  const { id, like, name } = distribution();
  if (![id, ...like].some((word) => word === 'debian' || word === 'ubuntu')) {
    return { applies: false, why: `this is ${name}, not Debian or Ubuntu` };
  }
  if (process.getuid?.() !== 0) return { applies: false, why: `this is ${name}, but installing needs root` };
  if (!findBinary(['apt-get'])) return { applies: false, why: 'there is no apt-get' };
  return { applies: true, why: `this is ${name}, as root` };
}

/** What a person has to type on this system to get the two servers. */
export function installCommand() {
  if (process.platform === 'darwin') return 'brew install mariadb rabbitmq';
  const { id, like } = distribution();
  const is = (...names) => names.some((name) => name === id || like.includes(name));
  if (is('debian', 'ubuntu')) {
    return 'sudo apt-get install --no-install-recommends mariadb-server-core mariadb-client-core rabbitmq-server';
  }
  if (is('alpine')) return 'apk add mariadb rabbitmq-server';
  if (is('fedora', 'rhel', 'centos')) return 'sudo dnf install mariadb-server rabbitmq-server';
  if (is('arch')) return 'sudo pacman -S mariadb rabbitmq';
  if (is('suse', 'opensuse')) return 'sudo zypper install mariadb rabbitmq-server';
  return 'start Docker (https://docs.docker.com/get-docker), or install MariaDB and RabbitMQ';
}

function distribution() {
  let text = '';
  try {
    text = readFileSync('/etc/os-release', 'utf8');
  } catch {
    // not Linux
  }
  const field = (name) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(text)?.[1];
  return {
    id: field('ID') ?? process.platform,
    like: (field('ID_LIKE') ?? '').split(' ').filter(Boolean),
    name: field('PRETTY_NAME') ?? process.platform,
  };
}

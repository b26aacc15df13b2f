import { readFileSync } from 'node:fs';
import { inRoot, services } from '../lib/project.mjs';

const file = inRoot('deploy', 'rabbitmq', 'definitions.json');

/** What deploy/rabbitmq/definitions.json says of the broker: users, their rights, policy and topology, in the virtual host `/`. */
const definitions = () => JSON.parse(readFileSync(file, 'utf8'));

/** The one user that may do anything; the others are services. */
export const administrator = 'admin';

/** The users that are services. */
export const serviceUsers = services.map(({ name }) => name);

/** Passwords of the containers. @returns {Record<string, string>} by user */
export const samplePasswords = () =>
  Object.fromEntries(definitions().users.map(({ name, password }) => [name, password]));

/** The same with other passwords, for a broker to load when it starts; whoever has none is left out. @param {Record<string, string>} passwords by user */
export function definitionsWith(passwords) {
  const { users, permissions, ...rest } = definitions();
  return {
    users: users
      .filter(({ name }) => name in passwords)
      .map((user) => ({ ...user, password: passwords[user.name] })),
    permissions: permissions.filter(({ user }) => user in passwords),
    ...rest,
  };
}

/** What is in a virtual host, for the management API to import into another one. */
export function topologyOfVirtualHost() {
  const { exchanges, queues, bindings, policies } = definitions();
  const lists = Object.entries({ exchanges, queues, bindings, policies });
  const anywhere = (list) => list.map((entry) => ({ ...entry, vhost: undefined })); // JSON leaves that out
  return Object.fromEntries(lists.map(([name, list]) => [name, anywhere(list)]));
}

/** @returns {{ configure: string, write: string, read: string }} a service's rights in any virtual host with this topology */
export function rightsOf(user) {
  const { configure, write, read } = definitions().permissions.find((permission) => permission.user === user);
  return { configure, write, read };
}

/** The broker's URL for each service. @param {string} url @param {Record<string, string>} passwords by user */
export const urlsOfServices = (url, passwords) =>
  Object.fromEntries(
    serviceUsers.map((user) => {
      const own = new URL(url);
      Object.assign(own, { username: user, password: passwords[user] });
      return [user, own.href];
    }),
  );

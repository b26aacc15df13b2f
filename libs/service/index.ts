/** What the processes of all services have in common: settings, start and end. */
export { cursorEnvironment, withCursorSecret } from './cursor-secret.js';
export { runService, type ServiceIdentity } from './run-service.js';
export {
  databaseUrl,
  flag,
  migrationUrl,
  readEnvironment,
  serviceEnvironment,
  whole,
} from './service-environment.js';

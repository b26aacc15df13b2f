import { parseArgs } from 'node:util';
import { signToken } from './lib/jwt.mjs';
import { dataDirectory } from './lib/project.mjs';
import { runningStack } from './lib/running-stack.mjs';
import { jwtSecret } from './lib/secrets.mjs';
import { isProduction, readSettings } from './lib/settings.mjs';

/** `npm run --silent token -- --sub cust-1 --roles customer`: prints a token and nothing else. */
const usage =
  'Usage: npm run --silent token -- --sub SUBJECT [--roles customer,seller,operator,admin] [--hours 24]';
const known = ['customer', 'seller', 'operator', 'admin'];

try {
  const { values } = parseArgs({
    options: {
      sub: { type: 'string' },
      roles: { type: 'string', default: 'customer' },
      hours: { type: 'string', default: '24' },
    },
  });
  const roles = values.roles.split(',').map((role) => role.trim());
  const strange = roles.filter((role) => !known.includes(role));
  const hours = Number(values.hours);
  if (!values.sub) throw new Error('--sub is missing');
  if (strange.length > 0) throw new Error(`there is no role ${strange.join(', ')}`);
  if (!(hours > 0)) throw new Error('--hours has to be a number above 0');
  const settings = { ...runningStack(), ...readSettings() };
  if (isProduction(settings) && !settings.JWT_SECRET)
    throw new Error('in production a JWT_SECRET has to be set');
  console.log(
    signToken({
      subject: values.sub,
      roles,
      secret: jwtSecret(dataDirectory, settings),
      issuer: settings.JWT_ISSUER,
      audience: settings.JWT_AUDIENCE,
      seconds: Math.round(hours * 3600),
    }),
  );
} catch (error) {
  console.error(`${error.message}\n${usage}`);
  process.exitCode = 1;
}

import type { LoggerService, LogLevel } from '@nestjs/common';
import winston from 'winston';
import { allowed, scrub, type LogFields } from './log-fields.js';
import { currentContext } from './request-context.js';

export interface LoggerOptions {
  /** Default `info`. */
  readonly level?: Level;
  /** `json`: one object per line. `lines`: for people. Default: lines in a terminal, JSON anywhere else. */
  readonly format?: 'json' | 'lines';
  /** Where lines go. Default: standard output. */
  readonly stream?: NodeJS.WritableStream;
}

export const levels = ['error', 'warn', 'info', 'debug', 'silly'] as const;
export type Level = (typeof levels)[number];

/**
 * The process's logger. Every line carries the service and the ids of the work in hand (request-context.ts). Of objects
 * that are passed along, only the fields of the allow-list in log-fields.ts are written; logger.spec.ts plants secrets
 * and looks for them.
 *
 * Speaks Nest's LoggerService, so `app.useLogger(it)` makes `new Logger('Name')` of @nestjs/common write here, and
 * `.log('relayed', { count: 3 })` on that one has its fields, too.
 */
export class Logger implements LoggerService {
  constructor(private readonly target: winston.Logger) {}

  /** What follows the message, in Nest's order: fields, an error or its stack, and the component's name last. */
  log(message: unknown, ...more: unknown[]): void {
    this.write('info', message, more);
  }

  info(message: unknown, ...more: unknown[]): void {
    this.write('info', message, more);
  }

  error(message: unknown, ...more: unknown[]): void {
    this.write('error', message, more);
  }

  fatal(message: unknown, ...more: unknown[]): void {
    this.write('error', message, more);
  }

  warn(message: unknown, ...more: unknown[]): void {
    this.write('warn', message, more);
  }

  debug(message: unknown, ...more: unknown[]): void {
    this.write('debug', message, more);
  }

  verbose(message: unknown, ...more: unknown[]): void {
    this.write('silly', message, more);
  }

  setLogLevels(enabled: LogLevel[]): void {
    const winstonNames: Record<LogLevel, Level> = {
      fatal: 'error',
      error: 'error',
      warn: 'warn',
      log: 'info',
      debug: 'debug',
      verbose: 'silly',
    };
    const most = Math.max(...enabled.map((level) => levels.indexOf(winstonNames[level])));
    this.target.level = levels[most] ?? 'error';
  }

  private write(level: Level, message: unknown, more: readonly unknown[]): void {
    if (!this.target.isLevelEnabled(level)) return;
    this.target.log({ level, ...entryOf(message, more) });
  }
}

/** @param service goes into every line: `order-service`. */
export function createLogger(service: string, options: LoggerOptions = {}): Logger {
  const format = options.format ?? (process.stdout.isTTY ? 'lines' : 'json');
  return new Logger(
    winston.createLogger({
      level: options.level ?? 'info',
      levels: Object.fromEntries(levels.map((level, severity) => [level, severity])),
      defaultMeta: { service },
      format: format === 'json' ? jsonFormat : linesFormat,
      transports: [
        options.stream
          ? new winston.transports.Stream({ stream: options.stream })
          : new winston.transports.Console(),
      ],
    }),
  );
}

interface Entry {
  message: string;
  component?: string;
  stack?: string;
  fields: LogFields;
}

/** Only known members get from here into a line: winston would write whatever else an object carries. */
function entryOf(message: unknown, more: readonly unknown[]): Entry {
  const entry: Entry = { message: textOf(message), fields: {} };
  const fields: Record<string, LogFields[string]> = {};
  for (const [index, part] of [message, ...more].entries()) {
    if (part instanceof Error) {
      entry.stack = scrub(describe(part));
      Object.assign(fields, allowed(part));
    } else if (typeof part === 'object' && part !== null) {
      Object.assign(fields, allowed(part));
    } else if (typeof part === 'string' && index > 0) {
      if (index === more.length && !isStack(part)) entry.component = part;
      else entry.stack = scrub(part);
    }
  }
  entry.fields = fields;
  return entry;
}

function textOf(message: unknown): string {
  if (typeof message === 'string') return scrub(message);
  if (message instanceof Error) return scrub(message.message);
  if (typeof message === 'object' && message !== null && 'message' in message) return textOf(message.message);
  return typeof message === 'object' ? '' : String(message);
}

const isStack = (text: string): boolean => text.includes('\n    at ');

/** The error's stack and, one below the other, those of its causes. */
function describe(error: Error, depth = 0): string {
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause instanceof Error && depth < 3
    ? `${own}\ncaused by ${describe(error.cause, depth + 1)}`
    : own;
}

interface Line extends Entry {
  level: string;
  service: string;
}

const symbolForLine = Symbol.for('message');

const jsonFormat = winston.format((info) => {
  const { level, service, message, component, stack, fields } = info as unknown as Line;
  const { requestId, traceId, orderId, sagaId } = currentContext() ?? {};
  const line = {
    time: new Date().toISOString(),
    level,
    service,
    component,
    message,
    requestId,
    traceId,
    orderId,
    sagaId,
    ...fields,
    stack,
  };
  return { ...info, [symbolForLine]: JSON.stringify(line) };
})();

const linesFormat = winston.format((info) => {
  const { level, message, component, stack, fields } = info as unknown as Line;
  const { requestId, orderId, sagaId } = currentContext() ?? {};
  const details = Object.entries({ ...fields, requestId, orderId, sagaId })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${String(value)}`);
  const head = [
    new Date().toISOString().slice(11, 23),
    level.padEnd(5),
    component && `[${component}]`,
    message,
  ];
  const line = oneLine([...head, ...details].filter(Boolean).join(' '));
  return { ...info, [symbolForLine]: stack === undefined ? line : `${line}\n${stack}` };
})();

/** A line break in a value must not look like a line of ours. */
const oneLine = (text: string): string =>
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  text.replace(/[\u0000-\u001f\u007f\u2028\u2029]/g, (character) => JSON.stringify(character).slice(1, -1));

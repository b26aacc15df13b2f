import type { INestApplication, LoggerService } from '@nestjs/common';

export interface ShutdownOptions {
  /** How long everything that is in hand may take to finish. */
  readonly seconds: number;
  readonly logger: LoggerService;
  /** Ends the process; replaced by tests. */
  readonly exit?: (code: number) => void;
}

/**
 * SIGTERM and SIGINT: `app.close()`, within the bound. Nest then runs `onModuleDestroy` (health says not ready), stops
 * accepting HTTP and finishes what is in hand, cancels consumers and finishes theirs, and runs `onApplicationShutdown`
 * (connections are closed). A second signal, or the end of the bound, ends the process at once: what was not finished
 * was not acknowledged either, and is done again by the next instance.
 */
export function closeOnSignals(app: INestApplication, options: ShutdownOptions): void {
  const { seconds, logger, exit = process.exit } = options;
  let closing = false;
  const close = (signal: NodeJS.Signals): void => {
    if (closing) {
      logger.warn('second signal: ending at once', { signal });
      exit(1);
      return;
    }
    closing = true;
    logger.log('closing', { signal });
    const late = setTimeout(() => {
      logger.error('not everything was finished in time', { durationSeconds: seconds });
      exit(1);
    }, seconds * 1000);
    app.close().then(
      () => {
        clearTimeout(late);
        logger.log('closed', { signal });
        exit(0);
      },
      (error: unknown) => {
        logger.error('could not close', error);
        exit(1);
      },
    );
  };
  process.on('SIGTERM', close);
  process.on('SIGINT', close);
}

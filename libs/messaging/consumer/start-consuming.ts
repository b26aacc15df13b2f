import { Catch, type INestApplication, type RpcExceptionFilter } from '@nestjs/common';
import type { MicroserviceOptions, NestMicroservice } from '@nestjs/microservices';
import { throwError, type Observable } from 'rxjs';
import { AmqpTransport } from './amqp-transport.js';

/** Nest's own filter turns every error into "Internal server error"; what becomes of a message depends on which it was. */
@Catch()
class RethrowFilter implements RpcExceptionFilter<unknown> {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/**
 * Begins to consume the queues that `MessagingModule.forRoot` names. Initialises the application first: a handler must
 * not run before its modules (migrations among them) are ready. The broker may be away; consuming then begins later.
 */
export async function startConsuming(app: INestApplication): Promise<void> {
  await app.init();
  const transport = app.get(AmqpTransport);
  const consumer = app.connectMicroservice<MicroserviceOptions>(
    { strategy: transport },
    // Handlers get the filters that are there when they are registered.
    { deferInitialization: true },
  ) as unknown as NestMicroservice;
  consumer.useGlobalFilters(new RethrowFilter());
  // The application has called its hooks; the microservice, which shares its modules, is not to call them again.
  consumer.setIsInitHookCalled(true);
  transport.prepare();
  await app.startAllMicroservices();
}

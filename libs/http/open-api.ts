import type { INestApplication, Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { isPublic } from '#libs/auth/public.decorator.js';
import { allowedRoles } from '#libs/auth/roles.decorator.js';
import type { Role } from '#libs/kernel/caller.js';
import { problemComponents, problemResponses } from './open-api-problems.js';
import type { ProblemCatalogue } from './problem.js';

export interface OpenApiOptions {
  readonly title: string;
  readonly version: string;
  /** Markdown. */
  readonly description?: string;
  readonly problemCatalogue: ProblemCatalogue;
}

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;

/**
 * The OpenAPI 3.1 document of all routes of the app: who may use them as the guard's decorators say, bodies and queries
 * as the validation's schemas say, problems as the catalogue says.
 */
export function openApiDocument(app: INestApplication, options: OpenApiOptions): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(options.title)
    .setVersion(options.version)
    .setDescription(options.description ?? '')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'token')
    .build();
  const document = SwaggerModule.createDocument(app, config, { operationIdFactory: operationId });
  const access = accessByOperation(app.get(ModulesContainer));
  for (const operation of operationsOf(document)) {
    sayWhoMay(operation, access.get(operation.operationId ?? ''));
    operation.responses = { ...operation.responses, ...problemResponses };
  }
  const { schemas, responses } = problemComponents(options.problemCatalogue);
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, ...schemas },
    responses: { ...document.components?.responses, ...responses },
  };
  return document;
}

const verbs = ['get', 'put', 'post', 'delete', 'patch'] as const;

const operationsOf = ({ paths }: OpenAPIObject): Operation[] =>
  Object.values(paths).flatMap((item) => verbs.flatMap((verb) => item[verb] ?? []));

const operationId = (controller: string, method: string): string =>
  `${controller.replace(/Controller$/, '')}.${method}`;

type Access = 'everybody' | readonly Role[] | undefined;

/** Who may use which operation, by the metadata that the guard decides on. */
function accessByOperation(modules: ModulesContainer): ReadonlyMap<string, Access> {
  const access = new Map<string, Access>();
  for (const module of modules.values()) {
    for (const { metatype } of module.controllers.values()) {
      if (typeof metatype !== 'function') continue;
      for (const [name, handler] of methodsOf(metatype as Type)) {
        const said = <Said>(key: symbol): Said | undefined =>
          (Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(key, metatype)) as Said | undefined;
        const open = said<boolean>(isPublic);
        access.set(
          operationId(metatype.name, name),
          open ? 'everybody' : said<readonly Role[]>(allowedRoles),
        );
      }
    }
  }
  return access;
}

function methodsOf(controller: Type): [string, object][] {
  const prototype = controller.prototype as Readonly<Record<string, unknown>>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const member = name === 'constructor' ? undefined : prototype[name];
    return typeof member === 'function' ? [[name, member] as [string, object]] : [];
  });
}

function sayWhoMay(operation: Operation, access: Access): void {
  if (access === 'everybody') {
    operation.security = [];
    return;
  }
  operation.security = [{ token: [] }];
  const who = access && access.length > 0 ? `For: ${access.join(', ')}.` : 'For nobody.';
  operation.description = [operation.description, who].filter(Boolean).join('\n\n');
}

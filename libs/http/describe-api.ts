import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { httpAdapter } from './create-http-app.js';
import { openApiDocument, type OpenApiOptions } from './open-api.js';

/** The document of an app that is not started: nothing is connected, no provider is made. */
export async function describeApi(
  module: Type | DynamicModule,
  options: OpenApiOptions,
): Promise<OpenAPIObject> {
  const app = await NestFactory.create(module, httpAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  return openApiDocument(app, options);
}

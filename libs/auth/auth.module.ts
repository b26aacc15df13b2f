import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { AuthGuard } from './auth.guard.js';
import { Authenticator } from './authenticator.js';
import type { JwtConfig } from './jwt-config.js';
import { TokenVerifier } from './token-verifier.js';
import { VerifiedTokens } from './verified-tokens.js';

/** Puts the guard before every route of the app. */
@Module({})
export class AuthModule {
  static forRoot(config: JwtConfig): DynamicModule {
    return {
      module: AuthModule,
      global: true,
      imports: [JwtModule.register({})],
      providers: [
        {
          provide: TokenVerifier,
          inject: [JwtService],
          useFactory: (jwt: JwtService) => new TokenVerifier(jwt, config),
        },
        { provide: VerifiedTokens, useFactory: () => new VerifiedTokens() },
        Authenticator,
        { provide: APP_GUARD, useClass: AuthGuard },
      ],
      exports: [TokenVerifier, Authenticator],
    };
  }
}

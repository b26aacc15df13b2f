import { JwtService } from '@nestjs/jwt';

export interface TokenClaims {
  readonly subject: string;
  readonly roles: readonly string[];
  readonly secret: string;
}

/** A bearer token as the services take it, good for longer than a run of tests or a benchmark lasts. */
export const signToken = ({ subject, roles, secret }: TokenClaims): string =>
  new JwtService().sign(
    { sub: subject, roles },
    { secret, issuer: 'order-service', audience: 'order-service', expiresIn: '4h' },
  );

import { z } from 'zod';
import type { CreatedRunner, IssuedToken, VerifiedRunner } from './runner-token.ts';
import { Secret } from './secret.ts';
import { optionalInstant } from './wire-value.ts';

const tokenShape = z.object({ token: z.string().min(1), token_expires_at: optionalInstant });

function toIssuedToken(wire: z.output<typeof tokenShape>): IssuedToken {
  return { token: new Secret(wire.token), expiresAt: wire.token_expires_at };
}

export const wireIssuedToken = tokenShape.transform(toIssuedToken);

export const wireCreatedRunner = tokenShape
  .extend({ id: z.number() })
  .transform((wire): CreatedRunner => ({ id: wire.id, ...toIssuedToken(wire) }));

/** Older servers answer with the bare text `200`, which is a number of JSON. */
export const wireVerifiedRunner = z.union([
  z
    .object({ id: z.number(), token_expires_at: optionalInstant })
    .transform((wire): VerifiedRunner => ({ id: wire.id, expiresAt: wire.token_expires_at })),
  z.literal(200).transform((): VerifiedRunner => ({ id: undefined, expiresAt: undefined })),
]);

export const wireJobRouter = z
  .object({ server_url: z.string() })
  .transform((wire) => ({ serverUrl: wire.server_url }));

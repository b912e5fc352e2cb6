import type { Call } from '../http/call.ts';
import { json } from '../http/reply.ts';
import { Refusal, unauthorized } from '../http/refusal.ts';
import type { AccessToken, Scope, User } from '../world/user.ts';
import type { World } from '../world/world.ts';

/** The token of `PRIVATE-TOKEN`, `private_token` or `Authorization: Bearer`; undefined for nobody's. */
function accessTokenOf(world: World, call: Call): AccessToken | undefined {
  const bearer = /^Bearer (.+)$/i.exec(call.header('authorization') ?? '')?.[1];
  const token =
    call.header('private-token') ?? call.queryParameters.string('private_token') ?? bearer;
  return token === undefined ? undefined : world.users.byToken(token);
}

/** Whoever the request's token belongs to, if one of the scopes is enough for the request. */
export function authenticateUser(world: World, call: Call, ...extra: Scope[]): User {
  const token = accessTokenOf(world, call);
  if (token === undefined || token.user.state === 'blocked') throw unauthorized();
  const reads = call.method === 'GET' || call.method === 'HEAD';
  const sufficient: readonly Scope[] = ['api', ...(reads ? (['read_api'] as const) : []), ...extra];
  if (!token.scopes.some((scope) => sufficient.includes(scope)))
    throw insufficientScope(sufficient);
  return token.user;
}

function insufficientScope(sufficient: readonly Scope[]): Refusal {
  return new Refusal(
    json(403, {
      error: 'insufficient_scope',
      error_description:
        'The request requires higher privileges than provided by the access token.',
      scope: sufficient.join(' '),
    }),
  );
}

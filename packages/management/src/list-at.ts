import { z } from 'zod';
import type { Connection } from './connection.ts';
import { Listing } from './listing.ts';

/** The list at a path, each item parsed by the schema. */
export function listAt<T>(
  connection: Connection,
  path: string,
  { query, schema }: { readonly query: URLSearchParams; readonly schema: z.ZodType<T> },
): Listing<T> {
  return new Listing(query, async (page) => {
    const call = { method: 'GET', path, query: page } as const;
    const answer = await connection.send(call);
    const items = connection.parse(call, answer, z.array(schema));
    return { items, headers: answer.headers };
  });
}

import { expectTypeOf, test } from 'vitest';
import type {
  Listing,
  Management,
  NewRunner,
  Runner,
  RunnerDetails,
  Secret,
} from '../src/index.ts';

type Create = Management['runners']['create'];

test('a group runner is made with its group, and a project runner with its project', () => {
  expectTypeOf<{ type: 'group_type' }>().not.toExtend<NewRunner>();
  expectTypeOf<{ type: 'group_type'; groupId: number }>().toExtend<NewRunner>();
  expectTypeOf<{ type: 'project_type'; groupId: number }>().not.toExtend<NewRunner>();
  expectTypeOf<{ type: 'instance_type' }>().toExtend<NewRunner>();
});

test('a token that was made is a secret, and runners have none', () => {
  expectTypeOf<Awaited<ReturnType<Create>>['token']>().toEqualTypeOf<Secret>();
  expectTypeOf<RunnerDetails>().not.toHaveProperty('token');
});

test('a listing is iterated as it is', () => {
  expectTypeOf<ReturnType<Management['runners']['list']>>().toEqualTypeOf<Listing<Runner>>();
  expectTypeOf<Listing<Runner>>().toExtend<AsyncIterable<Runner>>();
});

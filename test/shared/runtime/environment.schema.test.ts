import { expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import { type EnvironmentOf, parseEnvironment } from '../../../shared/runtime/environment.schema.ts';

const schema = z.object({
  TABLE_NAME: z.string().min(1),
  BASE_SECONDS: z.coerce.number(),
  OWN_HOSTS: z.string().default(''),
});

it('needs a text from infra for every variable without a default (checked by tsc)', () => {
  expectTypeOf<EnvironmentOf<typeof schema>>().toEqualTypeOf<{
    readonly TABLE_NAME: string;
    readonly BASE_SECONDS: string;
    readonly OWN_HOSTS?: string;
  }>();
});

it('is read with its types and defaults', () => {
  const environment = parseEnvironment('send', schema, { TABLE_NAME: 'log', BASE_SECONDS: '30', OTHER: 'x' });
  expect(environment).toEqual({ TABLE_NAME: 'log', BASE_SECONDS: 30, OWN_HOSTS: '' });
});

it('names what is wrong, all of it, and no value', () => {
  const parse = () => parseEnvironment('send', schema, { BASE_SECONDS: 'hunter2' });
  for (const words of ['send is misconfigured', 'TABLE_NAME', 'BASE_SECONDS']) {
    expect(parse).toThrow(words);
  }
  expect(parse).not.toThrow('hunter2');
});

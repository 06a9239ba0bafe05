import { expect, it } from 'vitest';
import { findingFields } from '../../console/events/finding-fields.ts';
import { findingSchema } from '../../shared/finding/finding.schema.ts';

it('shows every field of a finding with what it means, also those within another', () => {
  const fields = findingFields();
  const paths = fields.map(({ path }) => path);
  for (const name of Object.keys(findingSchema.shape)) {
    expect(paths.map((path) => path.replace('[]', ''))).toContain(name);
  }
  expect(paths).toEqual(expect.arrayContaining(['severity.level', 'alsoAffected[].id', 'remediation.url']));
  expect(fields.filter(({ meaning }) => meaning === '')).toEqual([]);
  const optional = fields.filter(({ isOptional }) => isOptional).map(({ path }) => path);
  expect(optional).toEqual(expect.arrayContaining(['url', 'alsoAffected[].id', 'remediation.url']));
  expect(optional).not.toContain('severity.level');
});

import { expect, it } from 'vitest';
import { groupFormats } from '../../console/browse/group-formats.ts';
import { toFormatResponse } from '../../shared/api/format-responses.schema.ts';
import { FORMS } from '../../shared/destinations/forms.form.ts';

const formats = FORMS.map(toFormatResponse);

it('shows every kind of destination once, by what the product documentation names as its use', () => {
  const groups = groupFormats(formats);
  expect(groups.map(({ title }) => title)).toEqual([
    'SIEM',
    'SOAR',
    'Chat and paging',
    'Ticketing',
    'Your own systems',
  ]);
  expect(groups.flatMap((group) => group.formats.map(({ id }) => id)).toSorted()).toEqual(
    formats.map(({ id }) => id).toSorted(),
  );
  const idsOf = (use: string) => groups.find((group) => group.use === use)?.formats.map(({ id }) => id);
  expect(idsOf('siem')).toEqual(['splunk-hec', 'elastic', 'sentinel']);
  expect(idsOf('own')?.[0]).toBe('json');
});

it('has no group with nothing in it', () => {
  expect(groupFormats(formats.filter(({ id }) => id === 'jira')).map(({ use }) => use)).toEqual(['ticketing']);
});

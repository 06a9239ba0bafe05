import { expect, it } from 'vitest';
import { matchFormats } from '../../console/browse/match-formats.ts';
import { toFormatResponse } from '../../shared/api/format-responses.schema.ts';
import { FORMS } from '../../shared/destinations/forms.form.ts';

const formats = FORMS.map(toFormatResponse);

it.each([
  ['Webhook', 'json'],
  ['webhook json', 'json'],
  ['SLACK', 'slack'],
  ['hec', 'splunk-hec'],
])('finds by %j', (search, id) => {
  expect(matchFormats(formats, search).map((format) => format.id)).toContain(id);
});

it('finds everything by nothing, and nothing by what is nowhere', () => {
  expect(matchFormats(formats, '  ')).toEqual(formats);
  expect(matchFormats(formats, 'webhook xyzzy')).toEqual([]);
});

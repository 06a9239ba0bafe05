import { expect, it } from 'vitest';
import { aheadWords } from '../../console/delivery/waiting-words.ts';
import { speedWords } from '../../console/integrations/limit-words.ts';
import { toFormatResponse } from '../../shared/api/format-responses.schema.ts';
import { FORMS } from '../../shared/destinations/forms.form.ts';

const at = '2026-11-23T10:00:00.000Z';

it.each([
  [{ count: 0, isCapped: false }, 'it is next'],
  [{ count: 299, isCapped: false }, 'about 299 ahead'],
  [{ count: 9_999, isCapped: true }, 'about 9,999+ ahead'],
])('says how many others wait: %j', (ahead, words) => {
  expect(aheadWords({ since: at, ahead, expectedAt: at })).toBe(words);
});

it.each([
  ['json', undefined, 'As fast as possible'],
  ['json', { perMinute: 1_200 }, 'At most 1,200 a minute'],
  ['slack', undefined, 'The limit of Slack: one finding a second'],
  ['slack', { perMinute: 6 }, 'At most 6 a minute'],
  ['teams', undefined, 'The limit of Microsoft Teams: one finding every 52 s, up to 1,666 at once after a quiet time'],
])('says how fast findings go to %s with a pace of %j', (id, pace, words) => {
  const form = FORMS.find((known) => known.id === id);
  expect(speedWords({ pace }, form && toFormatResponse(form))).toBe(words);
});

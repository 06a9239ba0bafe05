import { expect, it } from 'vitest';
import { knownVersion, PAYLOAD_VERSIONS } from '../../../shared/webhook/payload-version.ts';

it('a payload version of a later release is read as the newest that this one knows', () => {
  expect(PAYLOAD_VERSIONS.map(knownVersion)).toEqual(PAYLOAD_VERSIONS);
  expect(knownVersion(PAYLOAD_VERSIONS.length + 1)).toBe(PAYLOAD_VERSIONS.at(-1));
  expect(knownVersion(0)).toBe(PAYLOAD_VERSIONS[0]);
});

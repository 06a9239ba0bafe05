/**
 * Writes requests that Ed25519 keys sign, and forged ones, one to a line with the public keys that the receiver knows: what libraries
 * for Standard Webhooks are asked about. Within five minutes, or all are too old. `README.md` says how.
 */
import { writeFileSync } from 'node:fs';
import { toPublicText } from '../../shared/webhook/public-keys.ts';
import { FORGED, GENUINE, KEY, type KeyCase, publicOf } from '../builders/requests-by-key.ts';

const lineOf =
  (isGenuine: boolean) =>
  ([what, request, keys = publicOf(KEY)]: KeyCase): string =>
    JSON.stringify({ what, isGenuine, ...request(), keys: keys.map(toPublicText) });

const [file] = process.argv.slice(2);
if (file === undefined) {
  throw new Error('Name the file to write.');
}
writeFileSync(file, [...GENUINE.map(lineOf(true)), ...FORGED.map(lineOf(false)), ''].join('\n'));

/** What a receiver must refuse. */
import { randomBytes } from 'node:crypto';
import { formatGeneratedSecret } from '../../shared/http/signature.ts';
import { changed, mapHeaders, refreshed, without } from './altered-request.ts';
import { type ReceiverCase, refused, TOLERANCE_SECONDS, VERIFY_FIRST } from './receiver-case.ts';
import type { MakeRequest } from './signed-request.ts';

const BEYOND_SECONDS = TOLERANCE_SECONDS * 2;

const USE_A_LIBRARY = 'Verify with a library of Standard Webhooks, or with the code of docs/receiving-webhooks.md.';

export function refusedCases(request: MakeRequest): readonly ReceiverCase[] {
  const other = () => formatGeneratedSecret(randomBytes(32));
  return [
    refused(
      'late',
      `a finding, signed ${BEYOND_SECONDS} s ago`,
      'A request that was recorded could be sent again for ever.',
      `Refuse a timestamp more than ${TOLERANCE_SECONDS} s away from your clock.`,
      () => request({ ageSeconds: BEYOND_SECONDS }),
    ),
    refused(
      'future',
      `a finding, signed ${BEYOND_SECONDS} s from now`,
      'A request with a far timestamp could be sent again until then.',
      `Refuse a timestamp more than ${TOLERANCE_SECONDS} s away from your clock, in either direction.`,
      () => request({ ageSeconds: -BEYOND_SECONDS }),
    ),
    refused(
      'late-refreshed',
      'an old finding with a new timestamp before its old signature',
      'A timestamp that is not signed can be replaced.',
      'Compute the signature over the timestamp of the same header as well.',
      () => refreshed(request({ ageSeconds: BEYOND_SECONDS })),
    ),
    refused(
      'tampered',
      'a finding whose severity was changed after it was signed',
      'A party in between could change what you act on.',
      USE_A_LIBRARY,
      () => changed(request(), (body) => body.replace('"score":82', '"score":12')),
    ),
    refused(
      'tampered-space',
      'a finding with one blank more than was signed',
      'A receiver that takes it verifies something else than the bytes that arrived.',
      VERIFY_FIRST,
      () => changed(request(), (body) => body.replace('":', '": ')),
    ),
    refused(
      'wrong-secret',
      'a finding that another secret signs',
      'Everyone can sign with a secret of their own.',
      USE_A_LIBRARY,
      () => request({ secrets: [other()] }),
    ),
    refused(
      'wrong-secrets',
      'a finding that two other secrets sign',
      'Of several signatures one must match.',
      USE_A_LIBRARY,
      () => request({ secrets: [other(), other()] }),
    ),
    refused(
      'unsigned',
      'a finding without a signature',
      'Every system that knows your URL could pretend to be Thalian.',
      'Refuse a request whose signature header is missing.',
      () => without(request(), /signature$/),
    ),
    refused(
      'no-headers',
      'a finding with none of the headers of webhooks',
      'Scanners find every URL.',
      'Refuse a request that lacks one of the headers that you verify, with 401.',
      () => without(request(), /^(?:webhook|x-thalian)-/),
    ),
    refused(
      'empty-signature',
      'a finding with signatures of no bytes',
      'A comparison of nothing with nothing can succeed.',
      'Compare the whole signature, and its length.',
      () =>
        mapHeaders(request(), (name, value) =>
          name.endsWith('signature') ? value.replace(/(v1[,=]).*/, '$1') : value,
        ),
    ),
    refused(
      'other-version',
      'a finding whose signatures are of another version',
      'Another version may mean another scheme, of which you know nothing.',
      'Skip entries of the header that do not begin with v1.',
      () =>
        mapHeaders(request(), (name, value) =>
          name.endsWith('signature') ? value.replaceAll(/v1(?=[,=])/g, 'v9') : value,
        ),
    ),
    refused(
      'no-json',
      'a text that is no JSON, with a wrong signature',
      'What is not verified may be anything: it must not reach a parser, nor end in an error of yours.',
      VERIFY_FIRST,
      () => request({ body: '{"half":', secrets: [other()] }),
    ),
  ];
}

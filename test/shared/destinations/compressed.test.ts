/** A vendor, or a proxy before it, may compress a response though nothing asks for it: what its body says must still count. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { classify } from '../../../shared/delivery/classify.ts';
import type { FormatOptions } from '../../../shared/destinations/format.ts';
import { findFormat } from '../../../shared/destinations/formats.ts';
import { findForm } from '../../../shared/destinations/forms.form.ts';
import type { VendorResponse } from '../../../shared/destinations/simulation.vendor.ts';
import { VENDORS } from '../../../shared/destinations/vendors.vendor.ts';
import { aFilledInput } from '../../builders/filled-in.ts';
import { asReceived } from '../../builders/vendor-request.ts';
import { sendRaw } from '../../fakes/hostile-server.ts';
import { bodyOf, send, urlOf, useReceivers } from '../../fakes/receivers.ts';

const CODINGS = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync } as const;

const { aClient, aReceiver } = useReceivers();

/** Those whose 2xx alone does not mean accepted; one that wants an access token has other requests beside. */
const vendors = VENDORS.filter(({ falseSuccess, tokenPath }) => falseSuccess !== undefined && tokenPath === undefined);

it('the destinations whose success is in the body are among them', () => {
  const ids = vendors.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(['slack', 'jira', 'servicenow', 'elastic', 'splunk-hec']));
});

describe.each(Object.entries(CODINGS))('in %s', (coding, compress) => {
  it.each(vendors)('$id is understood', async ({ id, create, falseSuccess, refusal }) => {
    const [format, form] = [findFormat(id), findForm(id)];
    if (format === undefined || form === undefined || falseSuccess === undefined) {
      throw new Error(`The destination ${id} lacks a part.`);
    }
    const input = aFilledInput(form);
    const acceptance = create()(asReceived(format.render(input)));
    const judge = async (response: VendorResponse, options: FormatOptions = {}) => {
      const outcome = await attemptAnswered(response);
      return { text: bodyOf(outcome), result: classify(outcome, format, 0, options).kind };
    };
    expect(await judge(acceptance, input.options)).toEqual({ text: acceptance.body, result: 'success' });
    expect(await judge(falseSuccess)).toEqual({ text: falseSuccess.body, result: 'failure' });
    expect(await judge(refusal)).toEqual({ text: refusal.body, result: 'failure' });
  });

  async function attemptAnswered({ statusCode, headers = {}, body }: VendorResponse) {
    const compressed = compress(body);
    const all = { ...headers, 'content-encoding': coding, 'content-length': String(compressed.length) };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `HTTP/1.1 ${statusCode} Any\r\n${lines.join('')}\r\n`;
    const receiver = await aReceiver(sendRaw(Buffer.concat([Buffer.from(head), compressed])));
    return send(aClient(), { url: urlOf(receiver) });
  }
});

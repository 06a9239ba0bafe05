import { describe, expect, it } from 'vitest';
import { MAIL_ADDRESS, sameAddress } from '../../../shared/mail/mail-address.ts';

describe('an address for notices', () => {
  it.each([
    'ops@acme.example',
    'first.last+soc@mail.acme.co',
    "o'neil@a-b.example",
    'x@xn--bcher-kva.example',
    'a@b.xn--p1ai',
  ])('may be %s', (address) => expect(address).toMatch(MAIL_ADDRESS));

  it.each([
    ['a display name', 'Ops <ops@acme.example>'],
    ['two addresses', 'a@acme.example,b@acme.example'],
    ['a line break before a header', 'ops@acme.example\r\nBcc: all@victim.example'],
    ['a line break at its end', 'ops@acme.example\n'],
    ['a quoted part', '"a b"@acme.example'],
    ['letters beyond ASCII', 'ops@аcme.example'],
    ['a mark that turns the direction of reading', 'ops\u202e@acme.example'],
    ['no domain', 'ops'],
    ['a domain of one label', 'ops@localhost'],
    ['an address of a machine', 'ops@[127.0.0.1]'],
    ['two dots', 'o..ps@acme.example'],
    ['a dot at its end', 'ops@acme.example.'],
    ['another route', 'ops%acme.example@relay.example'],
    ['65 characters before the @', `${'a'.repeat(65)}@acme.example`],
    ['a label of 64', `ops@${'a'.repeat(64)}.example`],
  ])('may not have %s', (_what, address) => expect(address).not.toMatch(MAIL_ADDRESS));

  it('is recognised however it is written', () => {
    expect(sameAddress('Ops@ACME.example')).toBe(sameAddress('ops@acme.example'));
  });
});

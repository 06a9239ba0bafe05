import { describe, expect, it } from 'vitest';
import {
  optional,
  readCount,
  readDeliveryId,
  readInstant,
  readOneOf,
  readOptions,
  readPort,
  readStageName,
  readTenantId,
  readText,
  readWebhookId,
  required,
} from '../../local/command-line.ts';

const OPTIONS = { port: { type: 'string' }, json: { type: 'boolean' } } as const;

describe('the options of a command', () => {
  it('are read by their names', () => {
    expect(readOptions(OPTIONS, ['--port=80', '--json'])).toEqual({ port: '80', json: true });
    expect(readOptions(OPTIONS, [])).toEqual({});
  });

  it.each([
    [['--prot', '80'], "Unknown option '--prot'. There are --port, --json."],
    [['now'], "Unexpected argument 'now'. There are --port, --json."],
    [['--port'], "Option '--port <value>' argument missing. There are --port, --json."],
    [['--port', '--json'], "Option '--port' argument is ambiguous. There are --port, --json."],
    [['--json=yes'], "Option '--json' does not take an argument. There are --port, --json."],
  ])('are refused in one line if they are %j', (args, words) => {
    expect(() => readOptions(OPTIONS, args)).toThrow(new Error(words));
  });
});

const readSeverity = (name: string, text: string) => readOneOf(name, text, ['low', 'high']);

describe('the value of an option', () => {
  it.each([
    [readPort, '0', 0],
    [readPort, '65535', 65_535],
    [readCount, '12', 12],
    [readSeverity, 'low', 'low'],
    [readTenantId, 'acme', 'acme'],
    [readWebhookId, 'wh_1', 'wh_1'],
    [readDeliveryId, 'dlv_1', 'dlv_1'],
    [readStageName, 'e2e', 'e2e'],
    [readInstant, '2026-11-23T00:00:00+01:00', '2026-11-23T00:00:00+01:00'],
    [readText, ' a folder ', ' a folder '],
  ])('is taken by %o: %s', (read, text, value) => {
    expect(read('it', text)).toBe(value);
  });

  it.each([
    [
      readPort,
      ['abc', '', '-1', '65536', '1e3', '0x50', ' 80', '80.5'],
      'a port: a whole number from 0 (any free one) to 65535',
    ],
    [readCount, ['abc', '', '0', '-1', '1.5', '1e3', '99999999999999999'], 'a whole number from 1 up'],
    [readSeverity, ['', 'urgent', 'LOW'], 'one of low, high'],
    [readTenantId, ['', 'a b', 'acme#globex'], "a tenant's id: 1 to 64 letters, digits, underscores or hyphens"],
    [readWebhookId, ['', 'wh 1'], "a webhook's id: 1 to 64 letters, digits, underscores or hyphens"],
    [readDeliveryId, ['', '1'], "a delivery's id: dlv_ and 1 to 60 letters, digits, underscores or hyphens"],
    [readStageName, ['', 'my stage', 'x_y'], "a stage's name: 1 to 64 letters, digits or hyphens"],
    [
      readInstant,
      ['', 'yesterday', '2026-11-23', '2026-11-23T00:00:00'],
      'an instant in ISO 8601 with a zone, such as 2026-11-23T00:00:00Z',
    ],
    [readText, ['', ' '], 'at least one character'],
  ])('is refused by %o: %j', (read, texts, allowed) => {
    for (const text of texts) {
      expect(() => read('it', text)).toThrow(new Error(`--it takes ${allowed}, not '${text}'.`));
    }
  });

  it('may be left out, or not', () => {
    expect(optional(readCount, 'max', undefined)).toBeUndefined();
    expect(optional(readCount, 'max', '3')).toBe(3);
    expect(() => required(readTenantId, 'tenant', undefined)).toThrow(new Error('--tenant is missing: see --help.'));
    expect(required(readTenantId, 'tenant', 'acme')).toBe('acme');
  });
});

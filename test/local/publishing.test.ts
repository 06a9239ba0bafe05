import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localClientSettings } from '../../local/aws/local-aws.ts';
import { readFindingLines } from '../../local/demo/findings-file.ts';
import { publishLines } from '../../local/demo/publish.ts';
import { useEngines } from '../fakes/local-engines.ts';

describe('reading a file of findings', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'thalian-findings-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function read(text: string) {
    const file = join(folder, 'findings.ndjson');
    writeFileSync(file, text);
    return readFindingLines(file);
  }

  it('skips blank lines, and counts lines as editors do', () => {
    expect(read('\ufeff{"a":1}\r\n\r\n   \n{"b":2}')).toEqual([
      { lineNumber: 1, text: '{"a":1}' },
      { lineNumber: 4, text: '{"b":2}' },
    ]);
  });

  const event = { source: 'thalian.findings', 'detail-type': 'Finding Detected', detail: { a: 1 } };

  it('takes a whole event for its detail, and keeps its time', () => {
    const time = '2026-11-23T10:00:01Z';
    expect(read(JSON.stringify({ ...event, time }))).toEqual([{ lineNumber: 1, text: '{"a":1}', time }]);
    expect(read(JSON.stringify({ ...event, time: 'soon' }, null, 2))).toEqual([{ lineNumber: 1, text: '{"a":1}' }]);
  });

  it('takes a document over several lines, and each element of a list', () => {
    expect(read('{\n  "a": 12345678901234567890\n}\n')).toEqual([
      { lineNumber: 1, text: '{\n  "a": 12345678901234567890\n}' },
    ]);
    expect(read(JSON.stringify([{ a: 1 }, event], null, 2)).map(({ text }) => text)).toEqual(['{"a":1}', '{"a":1}']);
  });

  it('reads the files of a folder in their order', () => {
    const inner = join(folder, 'inner');
    mkdirSync(inner);
    writeFileSync(join(inner, 'b.json'), JSON.stringify(event, null, 2));
    writeFileSync(join(inner, 'a.ndjson'), '{"b":1}\n\n{"b":2}\n');
    writeFileSync(join(inner, 'notes.txt'), 'no finding');
    expect(readFindingLines(inner)).toEqual([
      { lineNumber: 1, file: 'a.ndjson', text: '{"b":1}' },
      { lineNumber: 2, file: 'a.ndjson', text: '{"b":2}' },
      { lineNumber: 3, file: 'b.json', text: '{"a":1}' },
    ]);
  });

  it('says which event the demo does not publish', () => {
    expect(() => read(JSON.stringify({ ...event, 'detail-type': 'finding detected' }))).toThrow(
      'holds an event of source thalian.findings and detail type finding detected',
    );
  });

  it('says what is wrong with a file that is empty, or not there', () => {
    expect(() => read('\n \n')).toThrow('holds no findings: every line is blank.');
    expect(() => readFindingLines(join(folder, 'nowhere'))).toThrow('cannot be read: ENOENT');
  });
});

describe('publishing', () => {
  const engines = useEngines();

  it('puts everything on the bus, and names the lines that EventBridge refuses', async () => {
    const { endpointUrl, findingsBus, queues, sqs } = engines();
    const texts = Array.from({ length: 23 }, (_, index) => JSON.stringify({ index }));
    texts[3] = 'no json';
    texts[7] = JSON.stringify({ large: 'x'.repeat(700_000) });
    texts[8] = JSON.stringify({ large: 'x'.repeat(700_000) });
    texts[15] = JSON.stringify({ tooLarge: 'x'.repeat(1_100_000) });
    const lines = texts.map((text, index) => ({ lineNumber: index + 1, text }));
    const published = await publishLines(new EventBridgeClient(localClientSettings(endpointUrl)), findingsBus, lines);
    expect(published.map(({ lineNumber }) => lineNumber)).toEqual(lines.map(({ lineNumber }) => lineNumber));
    expect(published.filter(({ refusedBecause }) => refusedBecause !== undefined)).toMatchObject([
      { lineNumber: 4, refusedBecause: 'MalformedDetail: Detail is malformed.' },
      { lineNumber: 16, refusedBecause: expect.stringContaining('ValidationException') },
    ]);
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queues.findings, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    expect(Attributes?.['ApproximateNumberOfMessages']).toBe('21');
  });
});

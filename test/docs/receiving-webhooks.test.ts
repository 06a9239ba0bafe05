/** What the receivers' page promises is what the code does: its example, its fields, its headers and its numbers. */
import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { embedSnippets, generateDocs } from '../../scripts/generated/generated-docs.ts';
import { makeAttempt } from '../../shared/attempt/make-attempt.flow.ts';
import { buildRequest } from '../../shared/attempt/outgoing-request.schema.ts';
import { parseDeliveryMessage, serializeDeliveryMessage } from '../../shared/delivery/delivery-message.schema.ts';
import { ATTEMPTS_PER_CYCLE, nextAttemptAt, policyDelayMillis } from '../../shared/delivery/retry-policy.ts';
import { findFormat } from '../../shared/destinations/formats.ts';
import { FORMS } from '../../shared/destinations/forms.form.ts';
import { format as jsonFormat } from '../../shared/destinations/json/json.ts';
import { findingSchema } from '../../shared/finding/finding.schema.ts';
import { FINDING_BOUNDS, type Finding } from '../../shared/finding/finding.ts';
import { fitFinding } from '../../shared/finding/finding-size.ts';
import { FIRST_DETECTION, type Lifecycle } from '../../shared/finding/lifecycle.ts';
import { SEVERITY_LEVELS } from '../../shared/finding/severity.ts';
import { parseCidrList } from '../../shared/http/address.ts';
import type { OutgoingRequest } from '../../shared/http/attempt-outcome.ts';
import { checkCustomHeader } from '../../shared/http/custom-headers.ts';
import { excerptResponse } from '../../shared/http/response-excerpt.ts';
import { createHttpsWebhookClient } from '../../shared/http/webhook-client.https.ts';
import { PRODUCTION_RETRY } from '../../shared/topology/retry-policies.ts';
import { DEFAULT_OVERLAP_SECONDS, MAX_SIGNING_SECRETS } from '../../shared/webhook/signing-secrets.ts';
import { aCertificateFor } from '../builders/certificate.ts';
import { aDeliveryMessage } from '../builders/delivery.ts';
import { aFilledInput } from '../builders/filled-in.ts';
import { aFinding } from '../builders/finding.ts';
import { everyMemberOf } from '../builders/of-schema.ts';
import { aWebhook } from '../builders/webhook.ts';
import { flood, startHostileServer } from '../fakes/hostile-server.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { MemoryAccessTokens } from '../fakes/memory-access-tokens.ts';

const DOCS = new URL('../../docs/', import.meta.url);
const page = readFileSync(new URL('receiving-webhooks.md', DOCS), 'utf8');
/** Without regard to where its lines are wrapped. */
const prose = page.replaceAll(/\s+/g, ' ');
const message = aDeliveryMessage();
const { deliveryId } = message;

function render(finding: Finding, lifecycle?: Lifecycle): string {
  return jsonFormat.render({
    finding,
    ...(lifecycle && { lifecycle }),
    deliveryId,
    url: '',
    options: {},
    credentials: {},
  }).body;
}

/** As `send` has it: read back from the message's canonical text. */
function queuedFinding(): Finding {
  const parsed = parseDeliveryMessage(serializeDeliveryMessage(message));
  if (parsed.kind === 'rejected') {
    throw new Error(parsed.reason);
  }
  return parsed.finding;
}

/** The page's tables by the code in the first cell, with the rest of the row. */
const rows = new Map([...page.matchAll(/^\| `([^`]+)` \| (.*) \|$/gm)].map(([, name = '', rest = '']) => [name, rest]));

/** A list of objects is explained by the members of one, a map as a whole. */
function leavesOf(value: unknown, path = ''): readonly string[] {
  if (path === 'data.attributes') {
    return [path];
  }
  if (Array.isArray(value)) {
    return typeof value[0] === 'object' ? leavesOf(value[0], `${path}[]`) : [path];
  }
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, path === '' ? name : `${path}.${name}`))
    : [path];
}

describe('the code on the page', () => {
  it('is exactly that of the files in docs/snippets', () => {
    const generated = generateDocs(new URL('../', DOCS)).find(({ path }) => path === 'docs/receiving-webhooks.md');
    expect(generated?.wanted, 'run "npm run docs"').toBe(page);
  });

  it('cannot go missing unseen', () => {
    const snippets = new Map([['a.sh', 'echo\n']]);
    const mount = '<!-- snippet: a.sh -->\n<!-- end of snippet -->';
    const filled = embedSnippets(mount, snippets);
    expect(filled).toBe('<!-- snippet: a.sh -->\n```sh\necho\n```\n<!-- end of snippet -->');
    expect(embedSnippets(filled, snippets)).toBe(filled);
    expect(() => embedSnippets('', snippets)).toThrow('No page embeds docs/snippets/a.sh');
    expect(() => embedSnippets(mount.replace('a.sh', 'b.sh'), snippets)).toThrow('does not exist');
    expect(() => embedSnippets(`<!-- snippet: a.sh -->\n\n${mount}`, snippets)).toThrow('no end marker');
  });
});

describe('the request on the page', () => {
  const [, example = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];

  it('has the body that the json format gives, field for field and in this order', () => {
    expect(JSON.stringify(JSON.parse(example))).toBe(render(queuedFinding(), FIRST_DETECTION));
  });

  it('has every field explained, and no other', () => {
    const explained = [...rows.keys()].filter((name) => /^(type|timestamp|revision|data\..*)$/.test(name));
    expect(explained).toEqual(leavesOf(JSON.parse(example)));
  });

  it.each([
    ['data.id', 1, FINDING_BOUNDS.idCharacters],
    ['data.title', 1, FINDING_BOUNDS.titleCharacters],
    ['data.severity.score', FINDING_BOUNDS.score.min, FINDING_BOUNDS.score.max],
    ['data.affected.id', 1, FINDING_BOUNDS.idCharacters],
    ['data.affected.name', 0, FINDING_BOUNDS.nameCharacters],
    ['data.platform', 1, FINDING_BOUNDS.platformCharacters],
    ['data.remediation.summary', 0, FINDING_BOUNDS.summaryCharacters],
  ])('has the bounds of %s', (field, from, to) => {
    expect(rows.get(field)).toContain(`, ${from} to ${to} |`);
  });

  it("has the bound of the link, and the levels' names in their order", () => {
    expect(rows.get('data.remediation.url')).toContain(`up to ${FINDING_BOUNDS.urlCharacters}, optional`);
    const levels = [...(rows.get('data.severity.level') ?? '').matchAll(/`(\w+)`/g)].map(([, level]) => level);
    expect(levels).toEqual(SEVERITY_LEVELS);
  });

  it('stays below 64 KB with the longest texts of the longest characters', () => {
    const longest = everyMemberOf(
      findingSchema,
      (_path, { enum: [choice] = [], type, format, pattern, maxLength = 0 }) => {
        if (type !== 'string' || choice !== undefined) {
          return choice ?? 100 / 3;
        }
        if (format === 'date-time') {
          return aFinding().detectedAt;
        }
        // A control character takes six bytes in JSON, more than any other; a link has none.
        return pattern === undefined ? '\u0001'.repeat(maxLength) : 'https://a.example/'.padEnd(maxLength, '\u5bc6');
      },
    );
    const { finding } = fitFinding(findingSchema.parse(longest));
    expect(Buffer.byteLength(render(finding))).toBeLessThan(64 * 1024);
    expect(prose).toContain('smaller than 64 KB');
  });

  it('has exactly the headers that the table names', () => {
    const { method, headers } = buildRequest({
      webhook: aWebhook(),
      secret: { signing: { current: 'a-secret-of-the-tenant' } },
      format: jsonFormat,
      finding: aFinding(),
      deliveryId,
      nowMillis: Date.now(),
    });
    const [, section = ''] = /## The request\n([\s\S]*?)```json/.exec(page) ?? [];
    const named = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
    expect(named.toSorted()).toEqual(Object.keys(headers).toSorted());
    expect(section).toContain(`\`${method}\` to your URL`);
    for (const reserved of ['webhook-x', 'x-thalian-x', 'content-type', 'user-agent', 'host']) {
      expect(checkCustomHeader(reserved, 'x')).toBe('reserved-name');
    }
    expect(checkCustomHeader('authorization', 'x')).toBeUndefined();
  });
});

describe('the content types on the page', () => {
  const types = ['json', 'template', 'ocsf', 'cloudevents'].map((id) => {
    const form = FORMS.find((known) => known.id === id);
    return form === undefined ? undefined : findFormat(id)?.render(aFilledInput(form)).headers?.['content-type'];
  });

  it('are those of the generic formats', () => {
    const named = (rows.get('content-type') ?? '').match(/(?<=`)application[^`]+/g);
    expect(named).toEqual([...new Set(types)]);
  });

  it('are all told to the parsers of frameworks', () => {
    const told = /`TYPES` is `\[(.*?)\]`/.exec(page)?.[1]?.split(', ');
    expect(told).toEqual([...new Set(types)].map((type) => `'${type?.split(';')[0]}'`));
  });
});

describe('the numbers on the page', () => {
  it('say how long an attempt may take', async () => {
    let deadlineMillis = 0;
    const client = {
      async send(_request: OutgoingRequest, deadline: number) {
        deadlineMillis = deadline;
        return { kind: 'unanswered', error: 'timeout', millis: deadline, phases: {} } as const;
      },
    };
    const ready = { webhook: aWebhook(), format: jsonFormat, secret: undefined };
    await makeAttempt(
      { client, tokens: new MemoryAccessTokens(), clock: new ManualClock() },
      ready,
      message,
      aFinding(),
    );
    expect(prose).toContain(`**Time**: ${deadlineMillis / 1000} seconds for each attempt`);
    expect(prose).toContain(`within ${deadlineMillis / 1000} seconds`);
  });

  it('say how much of a response is read', async () => {
    const certificate = await aCertificateFor('127.0.0.1');
    const receiver = await startHostileServer(certificate, flood);
    onTestFinished(receiver.stop);
    const client = createHttpsWebhookClient({
      allowedCidrs: parseCidrList('127.0.0.0/8'),
      ownHosts: [],
      extraCa: certificate.cert,
    });
    onTestFinished(client.close);
    const url = `https://127.0.0.1:${receiver.port}/`;
    const outcome = await client.send({ method: 'POST', url, headers: {}, body: '' }, 5_000);
    const readBytes = outcome.kind === 'answered' ? outcome.response.body.length : 0;
    expect(prose).toContain(`at most the first ${readBytes / 1024} KB`);
  });

  it('say how much of a failing answer is kept', () => {
    const keptBytes = excerptResponse('x'.repeat(100_000), []).length;
    expect(prose).toContain(`the first ${keptBytes / 1024} KB is kept`);
  });

  it('say when the retries come, and how many there are', () => {
    const spread = [1, 2, 3].map((attempt) => {
      const delays = Array.from({ length: 2_000 }, (_, index) => {
        const { deliveryId: id } = aDeliveryMessage({ finding: String(index) });
        return policyDelayMillis(PRODUCTION_RETRY, { deliveryId: id, attempt, attemptLimit: ATTEMPTS_PER_CYCLE });
      });
      return { least: Math.min(...delays), most: Math.max(...delays) };
    });
    const seconds = spread.map(({ least }) => Math.floor(least / 1000));
    expect(seconds).toEqual([30, 2 * 60, 8 * 60]);
    expect(prose).toContain('30 seconds, 2 minutes and 8 minutes after the failure before them');

    const jitter = Math.max(...spread.map(({ least, most }) => most / least - 1));
    expect(prose).toContain(`up to ${Math.round(jitter * 100)} %`);

    expect(prose.match(/retry up to (\d) times/g)).toEqual(
      Array(2).fill(`retry up to ${ATTEMPTS_PER_CYCLE - 1} times`),
    );
    expect(prose).toContain(`up to ${ATTEMPTS_PER_CYCLE} more attempts`);
  });

  it('say how far Retry-After postpones', () => {
    const failed = { deliveryId, attempt: 1, attemptLimit: ATTEMPTS_PER_CYCLE };
    const hours = nextAttemptAt(PRODUCTION_RETRY, failed, 0, Number.MAX_SAFE_INTEGER) / 3_600_000;
    expect(prose).toContain(`by up to ${hours} hours`);
  });

  it('say how long a replaced secret goes on signing', () => {
    expect(prose).toContain(`for ${DEFAULT_OVERLAP_SECONDS / 3600} hours unless your admin chose`);
    expect(prose).toContain(`at most ${MAX_SIGNING_SECRETS} secrets sign at once`);
  });
});

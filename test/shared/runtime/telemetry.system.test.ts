/** What really goes to standard output: every byte of it is billed, and only JSON can be queried. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const ADAPTER = new URL('../../../shared/runtime/telemetry.system.ts', import.meta.url).href;

function printedBy(statements: string): string[] {
  const script = `import { createSystemTelemetry } from ${JSON.stringify(ADAPTER)};
const telemetry = createSystemTelemetry(process.env);
${statements}`;
  const env = {
    ...process.env,
    POWERTOOLS_SERVICE_NAME: 'send',
    POWERTOOLS_METRICS_NAMESPACE: 'ThalianWebhooks',
    AWS_LAMBDA_FUNCTION_NAME: 'thalian-webhooks-production-send',
    AWS_EXECUTION_ENV: 'nodejs24.x',
    _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=1',
  };
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    env,
    encoding: 'utf8',
  });
  // Lambda logs both.
  return (stdout + stderr).split('\n').filter(Boolean);
}

describe('telemetry on standard output', () => {
  it('is one JSON line of about 500 bytes for an attempt, with its decision', () => {
    const [line = '', ...others] = printedBy(`telemetry.attempted({
      tenantId: 'acme-corporation', webhookId: 'wh_01JDPX8ZQ4T7S2V3W4X5Y6Z7A8', deliveryId: 'dlv_01JDPX8ZQ4T7S2V3W4X5Y6Z7A8',
      attempt: 2, attemptLimit: 4, format: 'json', host: 'http-inputs-acme.splunkcloud.example:8088', statusCode: 503,
      millis: 1234, decision: 'retry', nextAttemptAt: '2026-11-23T10:02:24.123Z', reopen: 'operator' });`);
    expect(others).toEqual([]);
    const { timestamp, ...fields } = JSON.parse(line);
    expect(fields).toMatchObject({ message: 'delivery.attempted', level: 'INFO', service: 'send', decision: 'retry' });
    expect(fields['xray_trace_id']).toBe('1-5759e988-bd862e3fe1be46a994272793');
    expect(new Date(timestamp).toISOString()).toBe(timestamp);
    expect(Buffer.byteLength(line)).toBeLessThan(600);
  });

  it('is one EMF document for the metrics of an invocation, and nothing at all when there are none', () => {
    const counted = "telemetry.count('delivery.delivered', 9); telemetry.count('delivery.delivered');";
    const flushed = "telemetry.count('delivery.failed', 0); telemetry.flush();";
    // Nothing is left for the next invocation.
    const [document = '', ...others] = printedBy(`${counted}${flushed}telemetry.flush();`);
    expect(others).toEqual([]);
    const { _aws, ...values } = JSON.parse(document);
    expect(values).toEqual({ service: 'send', 'delivery.delivered': 10, 'delivery.failed': 0 });
    const metrics = ['delivery.delivered', 'delivery.failed'].map((Name) => ({ Name, Unit: 'Count' }));
    expect(_aws).toEqual({
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [{ Namespace: 'ThalianWebhooks', Dimensions: [['service']], Metrics: metrics }],
    });
    expect(printedBy('telemetry.flush();')).toEqual([]);
  });

  it('is one more EMF document for each field that is counted apart, however often', () => {
    const count = (field: string) => `telemetry.countByField('finding.repaired', '${field}');`;
    const statements = `telemetry.count('finding.repaired');${count('title')}${count('id')}${count('id')}telemetry.flush();`;
    // Nothing is left for the next invocation.
    const [total, ...byField] = printedBy(`${statements}telemetry.flush();`).map((line) => JSON.parse(line));
    expect(total).toMatchObject({ service: 'send', 'finding.repaired': 1 });
    expect(byField).toMatchObject([
      { service: 'send', field: 'title', 'finding.repaired': 1 },
      { service: 'send', field: 'id', 'finding.repaired': 2 },
    ]);
    expect(byField[0]._aws.CloudWatchMetrics).toMatchObject([
      { Namespace: 'ThalianWebhooks', Dimensions: [['service', 'field']] },
    ]);
  });

  it('tells of a failure with its cause, and of what JSON has no form for', () => {
    const statements = `const error = Object.assign(new TypeError('x', { cause: new Error('y') }), { code: 'Z', bytes: 1n });
error.cause.cause = error;
telemetry.fail('dependency.failed', { attempt: 1 }, error);
telemetry.fail('dependency.failed', {}, 'no error');`;
    const [failure, text] = printedBy(statements).map((line) => JSON.parse(line));
    expect(failure).toMatchObject({ level: 'ERROR', message: 'dependency.failed', attempt: 1 });
    expect(failure.error).toEqual({
      ...{
        name: 'TypeError',
        message: 'x',
        stack: expect.stringContaining('TypeError: x\n    at '),
        code: 'Z',
        bytes: '1',
      },
      cause: { name: 'Error', message: 'y', stack: expect.stringContaining('Error: y') },
    });
    expect(text.error).toMatchObject({ name: 'Error', message: 'no error' });
  });
});

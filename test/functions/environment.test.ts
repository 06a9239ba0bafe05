import { describe, expect, it } from 'vitest';
import { parseDispatchEnvironment } from '../../functions/dispatch/env.ts';
import { parseSendEnvironment } from '../../functions/send/env.ts';

const send = {
  CONFIG_TABLE_NAME: 'config',
  DELIVERY_LOG_NAME: 'log',
  DELIVERY_QUEUE_URL: 'https://sqs.example/delivery',
  RETRY_QUEUE_URL: 'https://sqs.example/retry',
  EXHAUSTED_DELIVERIES_URL: 'https://sqs.example/exhausted',
  POISON_QUEUE_URL: 'https://sqs.example/poison',
  EVENT_BUS_NAME: 'findings',
  RETRY_BASE_SECONDS: '30',
  RETRY_FACTOR: '4',
};

describe("a function's environment", () => {
  it('is read with its units, and without the exceptions of test stages unless they are set', () => {
    expect(parseSendEnvironment(send)).toMatchObject({
      RETRY_BASE_SECONDS: 30,
      RETRY_FACTOR: 4,
      OWN_HOSTS: '',
      ALLOWED_CIDRS: '',
      EXTRA_CA_PEM: '',
      VENDOR_PACE_FACTOR: 1,
    });
  });

  it('that is incomplete fails the cold start with every fault in one message', () => {
    const { RETRY_QUEUE_URL: _missing, ...rest } = send;
    const start = () => parseSendEnvironment({ ...rest, RETRY_FACTOR: 'four' });
    expect(start).toThrow(/send is misconfigured/);
    expect(start).toThrow(/RETRY_QUEUE_URL/);
    expect(start).toThrow(/RETRY_FACTOR/);
    expect(() => parseDispatchEnvironment({})).toThrow(/FINDINGS_DLQ_URL/);
  });
});

import { createServer } from 'node:net';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { AWS_CLIENT_SETTINGS } from '../../../shared/runtime/aws-client-settings.ts';
import { FUNCTION_TIMEOUT_SECONDS } from '../../../shared/topology/queues.ts';

describe('an AWS client', () => {
  it('gives a service that accepts and never answers up, after as many tries as it is told', async () => {
    let connections = 0;
    const server = createServer(() => {
      connections += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const client = new DynamoDBClient({
      ...AWS_CLIENT_SETTINGS,
      requestHandler: { ...AWS_CLIENT_SETTINGS.requestHandler, requestTimeout: 50 },
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const call = client.send(new GetItemCommand({ TableName: 'log', Key: { pk: { S: 'x' } } }));
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(connections).toBe(AWS_CLIENT_SETTINGS.maxAttempts);
    client.destroy();
    server.close();
  });

  it('leaves room for an attempt of 10 s and its record within the invocation', () => {
    const { maxAttempts, requestHandler } = AWS_CLIENT_SETTINGS;
    const worstCallSeconds = (maxAttempts * requestHandler.requestTimeout) / 1000;
    expect(worstCallSeconds + 10 + worstCallSeconds).toBeLessThan(FUNCTION_TIMEOUT_SECONDS);
  });
});

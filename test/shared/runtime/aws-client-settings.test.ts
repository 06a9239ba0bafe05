import { createServer } from 'node:net';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createAwsClient } from '../../../shared/runtime/aws-client.https.ts';
import { AWS_CLIENT_SETTINGS, AWS_REQUEST_LIMITS } from '../../../shared/runtime/aws-client-settings.ts';
import { createRequestHandler } from '../../../shared/runtime/request-handler.https.ts';
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
      requestHandler: createRequestHandler({ ...AWS_REQUEST_LIMITS, requestTimeout: 50 }),
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

  const settings = { region: 'us-east-1' };
  it.each([
    ['SQS', new SQSClient(settings), createAwsClient(SQSClient)],
    ['EventBridge', new EventBridgeClient(settings), createAwsClient(EventBridgeClient)],
    ['Secrets Manager', new SecretsManagerClient(settings), createAwsClient(SecretsManagerClient)],
  ])('of %s has all of the middleware that the SDK gives it but the one that logs', (_name, usual, ours) => {
    const expected = usual.middlewareStack.identify().filter((name) => !name.startsWith('loggerMiddleware'));
    expect(ours.middlewareStack.identify()).toEqual(expected);
    expect(expected).toHaveLength(usual.middlewareStack.identify().length - 1);
  });

  it('leaves room for an attempt of 10 s and its record within the invocation', () => {
    const worstCallSeconds = (AWS_CLIENT_SETTINGS.maxAttempts * AWS_REQUEST_LIMITS.requestTimeout) / 1000;
    expect(worstCallSeconds + 10 + worstCallSeconds).toBeLessThan(FUNCTION_TIMEOUT_SECONDS);
  });
});

/** The real client, against what CloudFormation says by its query protocol: only so are the names of its errors known. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import { localClientSettings } from '../../../local/aws/local-aws.ts';
import { findStack } from '../../../scripts/stage/deployed-stack.ts';

async function findWith(status: number, body: string) {
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new CloudFormationClient({ ...localClientSettings(`http://127.0.0.1:${port}`), maxAttempts: 1 });
  try {
    return await findStack(client, 'production');
  } finally {
    client.destroy();
    server.close();
  }
}

const failure = (code: string, message: string) =>
  `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;

describe("a stage's stack", () => {
  it('is found with its state', async () => {
    const member = '<StackName>thalian-webhooks-production</StackName><StackStatus>CREATE_COMPLETE</StackStatus>';
    const body = `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>${member}</member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
    expect(await findWith(200, body)).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
  });

  it('is none where CloudFormation knows none', async () => {
    const message = 'Stack with id thalian-webhooks-production does not exist';
    expect(await findWith(400, failure('ValidationError', message))).toBeUndefined();
  });

  it.each([
    ['AccessDenied', 'User is not authorized to perform cloudformation:DescribeStacks'],
    ['ValidationError', '1 validation error detected'],
  ])('is not taken for none because of %s', async (code, message) => {
    await expect(findWith(400, failure(code, message))).rejects.toThrow(message);
  });
});

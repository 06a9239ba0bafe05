/**
 * SQS by fauxqs: delays, visibility, receive counts, redrive policies, batches. Two of its ways are put right here:
 * which characters a message may have, and where its queue URLs point to.
 */
import { buildApp } from 'fauxqs';
import type { RunningEngine } from './engine.ts';
import { LOOPBACK } from './loopback-server.ts';

/**
 * What SQS accepts (API reference, SendMessage). fauxqs 2.4.1 also refuses everything above U+FFFF, an emoji say; mended
 * upstream in https://github.com/kibertoad/fauxqs/pull/278, which is not on the registry yet.
 */
const REFUSED_CHARACTERS = '[^\\x09\\x0A\\x0D\\x20-\\uD7FF\\uE000-\\uFFFD\\u{10000}-\\u{10FFFF}]';

/** fauxqs invents host names that not every resolver knows, and clients go where a queue URL points. */
const INVENTED_HOST = /http:\/\/sqs\.[a-z0-9-]+\.localhost(?=:\d+\/)/g;
const ACTIONS_THAT_RETURN_URLS = ['AmazonSQS.CreateQueue', 'AmazonSQS.GetQueueUrl', 'AmazonSQS.ListQueues'];

export async function startSqsEngine(region: string): Promise<RunningEngine> {
  await allowAllOfUnicode();
  // Not `startFauxqs`, which listens on every interface of the machine.
  const app = buildApp({ logger: false, defaultRegion: region });
  app.addHook('onSend', async ({ headers }, _reply, payload) =>
    typeof payload === 'string' && ACTIONS_THAT_RETURN_URLS.includes(String(headers['x-amz-target']))
      ? payload.replace(INVENTED_HOST, `http://${LOOPBACK}`)
      : payload,
  );
  const origin = await app.listen({ port: 0, host: LOOPBACK });
  return { origin, stop: () => app.close() };
}

async function allowAllOfUnicode(): Promise<void> {
  const internals = new URL('./sqs/sqsTypes.js', import.meta.resolve('fauxqs'));
  const { INVALID_MESSAGE_BODY_CHAR } = (await import(internals.href)) as { INVALID_MESSAGE_BODY_CHAR: RegExp };
  INVALID_MESSAGE_BODY_CHAR.compile(REFUSED_CHARACTERS, 'u');
}

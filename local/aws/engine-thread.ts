/** One part of the local AWS in a thread of its own; started by `engine-threads.ts`, which says what. Ends with its process. */
import { parentPort, workerData } from 'node:worker_threads';
import { startDynamoDbEngine } from './dynamodb-engine.ts';
import type { ThreadMessage, ThreadTask } from './engine-threads.ts';
import { startFrontDoor } from './front-door.ts';
import { startSqsEngine } from './sqs-engine.ts';

async function start(task: ThreadTask): Promise<string> {
  switch (task.part) {
    case 'dynamodb':
      return (await startDynamoDbEngine()).origin;
    case 'sqs':
      return (await startSqsEngine(task.region)).origin;
    case 'front-door':
      return (await startFrontDoor(task.settings)).endpointUrl;
  }
}

const message: ThreadMessage = await start(workerData as ThreadTask).then(
  (origin) => ({ kind: 'started', origin }),
  (error: unknown) => ({ kind: 'refused', because: error instanceof Error ? error.message : String(error) }),
);
parentPort?.postMessage(message);

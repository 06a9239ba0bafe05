/** The triggers of a deployed function, stopped and started as an operator does it: messages lie in their queues meanwhile. */
import {
  type EventSourceMappingConfiguration,
  type LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { until } from './until.ts';

export function createTriggers(client: LambdaClient, FunctionName: string) {
  async function list(): Promise<readonly EventSourceMappingConfiguration[]> {
    const { EventSourceMappings = [] } = await client.send(new ListEventSourceMappingsCommand({ FunctionName }));
    if (EventSourceMappings.length === 0) {
      throw new Error(`${FunctionName} has no trigger.`);
    }
    return EventSourceMappings;
  }

  async function turn(Enabled: boolean): Promise<void> {
    for (const { UUID } of await list()) {
      await client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
    }
    const state = Enabled ? 'Enabled' : 'Disabled';
    await until(`the triggers of ${FunctionName} to be ${state}`, async () =>
      (await list()).every(({ State }) => State === state) ? true : undefined,
    );
  }

  return { stop: () => turn(false), start: () => turn(true) };
}

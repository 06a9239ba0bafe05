/**
 * What tables, queues, the bus and the secrets of a stage are called: chosen, not generated, so that operators and
 * scripts know them without asking the stack.
 */

const SERVICE_NAME = 'thalian-webhooks';

export function physicalName(stageName: string, part: string): string {
  return `${SERVICE_NAME}-${stageName}-${part}`;
}

/** Every webhook's secret is named below it, so that one statement reaches the stage's secrets and no others. */
export function secretPrefix(stageName: string): string {
  return `${SERVICE_NAME}/${stageName}/`;
}

/**
 * What the parts of a stage are called: chosen, not generated. Publishers and operators know the names before the first
 * deploy, scripts find them without asking the stack, and a change that would replace a table or a queue fails on the
 * taken name instead of starting an empty one.
 */

const SERVICE_NAME = 'thalian-webhooks';

export function stackName(stageName: string): string {
  return `${SERVICE_NAME}-${stageName}`;
}

export function physicalName(stageName: string, part: string): string {
  return `${stackName(stageName)}-${part}`;
}

/**
 * Of what has one name in the whole account, whatever the region: CloudFront's resources and CloudWatch's dashboards. With the
 * region in it a stage can be in two.
 */
export function accountWideName(stageName: string, part: string, region: string): string {
  return `${physicalName(stageName, part)}-${region}`;
}

/** Every webhook's secret is named below it, so that one statement reaches the stage's secrets and no others. */
export function secretPrefix(stageName: string): string {
  return `${SERVICE_NAME}/${stageName}/`;
}

/** What signs the API's cursors. No webhook's secret can bear the name: those are `<tenantId>/<webhookId>`, with a slash. */
export function cursorKeyName(stageName: string): string {
  return `${secretPrefix(stageName)}cursor-key`;
}

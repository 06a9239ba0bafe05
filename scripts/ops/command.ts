/** How every command of the platform team is called: its own options, those that all have, and the stage that is meant. */
import type { ParseArgsConfig } from 'node:util';
import { optional, readOptions, readStageName } from '../../local/command-line.ts';
import type { TenantId, WebhookId } from '../../shared/runtime/ids.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import type { WebhookStore } from '../../shared/webhook/webhook-store.port.ts';
import type { StageResources } from '../stage-resources.ts';
import type { OpsSession } from './session.ts';

export type OpsCommand = (args: readonly string[], session: OpsSession) => Promise<void>;

/** Of a command that changes something: a dry run without it. */
export const APPLY = { apply: { type: 'boolean', default: false } } as const;

const OF_ALL = { stage: { type: 'string' }, help: { type: 'boolean', default: false } } as const;

/** `run` is called with the options unless the usage is asked for. Every option is to be read before `connect`. */
export async function runCommand<const Options extends NonNullable<ParseArgsConfig['options']>>(
  usage: string,
  options: Options,
  args: readonly string[],
  session: OpsSession,
  run: (
    values: ReturnType<typeof readOptions<Options & typeof OF_ALL>>,
    connect: () => Promise<StageResources>,
  ) => Promise<void>,
): Promise<void> {
  const all: Options & typeof OF_ALL = { ...options, ...OF_ALL };
  const values = readOptions(all, args);
  const { stage, help } = values as { readonly stage?: string; readonly help?: boolean };
  if (help) {
    session.say(usage);
    return;
  }
  const stageName = optional(readStageName, 'stage', stage);
  await run(values, () => session.findResources(stageName));
}

/** Throws, in words for the operator, if there is none: a typing error must not look like a webhook without deliveries. */
export async function theWebhook(
  webhooks: Pick<WebhookStore, 'find'>,
  tenantId: TenantId,
  webhookId: WebhookId,
): Promise<Webhook> {
  const webhook = await webhooks.find(tenantId, webhookId);
  if (webhook === undefined) {
    throw new Error(`Tenant ${tenantId} has no webhook ${webhookId}: npm run ops -- webhooks lists those that it has.`);
  }
  return webhook;
}

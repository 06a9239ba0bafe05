/** The commands of `npm run ops`, by their names. */
import type { OpsCommand } from './command.ts';
import { eraseTenant } from './erase.ts';
import { exportTenant } from './export.ts';
import { listSetAside } from './findings.ts';
import { missingSecrets } from './missing-secrets.ts';
import { setNotices } from './notices.ts';
import { orphanedSecrets } from './orphaned-secrets.ts';
import { publish } from './publish.ts';
import { redrive } from './redrive.ts';
import { redriveFindings } from './redrive-findings.ts';
import { replay } from './replay.ts';
import { restore } from './restore.ts';
import { retry } from './retry.ts';
import { showWebhook } from './show.ts';
import { disableWebhook, pauseWebhook, removeWebhook, resumeWebhook } from './webhook-commands.ts';
import { listWebhooks } from './webhooks.ts';

export const COMMANDS: Readonly<Record<string, OpsCommand>> = {
  publish,
  webhooks: listWebhooks,
  show: showWebhook,
  pause: pauseWebhook,
  disable: disableWebhook,
  resume: resumeWebhook,
  delete: removeWebhook,
  notices: setNotices,
  retry,
  redrive,
  findings: listSetAside,
  'redrive-findings': redriveFindings,
  replay,
  export: exportTenant,
  erase: eraseTenant,
  'orphaned-secrets': orphanedSecrets,
  'missing-secrets': missingSecrets,
  restore,
};

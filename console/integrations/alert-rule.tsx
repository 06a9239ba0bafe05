/** The alert rule of an integration, changed where it is shown: on the card and on its page. */
import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { SEVERITY_LEVELS, type SeverityLevel } from '../../shared/finding/severity.ts';
import { listWords } from '../../shared/webhook/alert-rule.ts';
import { useWebhookChange } from '../api/mutations.ts';
import { useWriteGuard } from '../frame/session-context.tsx';
import { severityWords } from './severity-words.ts';

const OPTIONS = SEVERITY_LEVELS.map((level) => ({ value: level, label: thresholdWords(level) }));

export function AlertRule({ webhook }: { readonly webhook: WebhookResponse }) {
  const { alerts, name } = webhook;
  const { disabled } = useWriteGuard();
  const change = useWebhookChange<WebhookResponse['alerts']>((api, target, request) => api.setAlerts(target, request), {
    failed: ({ enabled }) =>
      enabled === alerts.enabled
        ? `The severity threshold of ${name} was not changed.`
        : `Alerts of ${name} were not turned ${enabled ? 'on' : 'off'}.`,
  });
  // While it is on its way the page shows the new rule; a refusal brings the old rule back.
  const shown = change.isPending ? change.variables.request : alerts;
  const words = listWords(shown);
  const set = (request: WebhookResponse['alerts']) => change.mutate({ target: webhook, request });
  return (
    <SpaceBetween size="xs">
      <Toggle
        checked={shown.enabled}
        disabled={disabled}
        // Disabled, it would lose the focus.
        readOnly={change.isPending}
        ariaLabel={`Alerts of ${name}`}
        onChange={({ detail }) => set({ ...alerts, enabled: detail.checked })}
      >
        Alerts
      </Toggle>
      <FormField
        label={
          <>
            Severity threshold<span className="heard"> of {name}</span>
          </>
        }
        stretch
      >
        <Select
          selectedOption={{ value: shown.minSeverity, label: thresholdWords(shown.minSeverity) }}
          options={OPTIONS}
          disabled={disabled}
          readOnly={change.isPending}
          onChange={({ detail }) => {
            const level = SEVERITY_LEVELS.find((known) => known === detail.selectedOption.value);
            if (level !== undefined) {
              set({ ...alerts, minSeverity: level });
            }
          }}
        />
      </FormField>
      {words !== '' && <Box color="text-body-secondary">Only {words}</Box>}
    </SpaceBetween>
  );
}

function thresholdWords(level: SeverityLevel): string {
  const words = severityWords(level);
  if (level === 'critical') {
    return `${words} only`;
  }
  return level === 'info' ? 'All findings' : `${words} and above`;
}

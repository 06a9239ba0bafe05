/** Settings of a connected webhook, once the webhook and what its kind of destination asks for are read. */
import Alert from '@cloudscape-design/components/alert';
import { useParams } from 'wouter';
import { useFormats, useWebhook, useWebhookNames } from '../api/queries.ts';
import { Page } from '../frame/page.tsx';
import { QueryResult } from '../frame/query-result.tsx';
import { paths } from '../paths.ts';
import { SettingsForm } from './settings-form.tsx';

export function SettingsPage() {
  const { webhookId = '' } = useParams();
  const webhook = useWebhook(webhookId);
  const formats = useFormats();
  const names = useWebhookNames(true);
  const name = webhook.data?.name ?? webhookId;
  return (
    <Page
      title="Settings"
      description={webhook.data?.name}
      above={[
        { text: 'Integrations', href: paths.integrations },
        { text: name, href: paths.integration(webhookId) },
      ]}
    >
      <QueryResult question={webhook} what="the integration">
        {(known) => (
          <QueryResult question={formats} what="the form">
            {(all) => {
              const format = all.find(({ id }) => id === known.format);
              return format === undefined ? (
                <Alert type="warning">This kind of destination is not known any more.</Alert>
              ) : (
                <SettingsForm read={known} format={format} names={names.data} />
              );
            }}
          </QueryResult>
        )}
      </QueryResult>
    </Page>
  );
}

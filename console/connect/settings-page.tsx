/** Settings of a connected webhook: name, destination, options, credentials and headers. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useLocation, useParams } from 'wouter';
import type { FormatResponse } from '../../shared/api/format-responses.schema.ts';
import type { ChangeRequest } from '../../shared/api/webhook-requests.schema.ts';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { FIRST_PAYLOAD_VERSION } from '../../shared/webhook/payload-version.ts';
import { useApi } from '../api/api-context.ts';
import { fieldErrorsIn, isProblem, messageOf } from '../api/api-error.ts';
import { useChangeFeed } from '../api/change-feed.ts';
import type { Target } from '../api/client.ts';
import { refreshIfOutdated, takeOver } from '../api/mutations.ts';
import { useFormats, useWebhook, useWebhookNames } from '../api/queries.ts';
import { useFollow } from '../frame/follow.ts';
import { useKeep } from '../frame/leave-guard.ts';
import { useNotices } from '../frame/notices.tsx';
import { Page } from '../frame/page.tsx';
import { QueryResult } from '../frame/query-result.tsx';
import { useWriteGuard } from '../frame/session-context.tsx';
import { paths } from '../paths.ts';
import { SecretOnce } from '../signing/secret-once.tsx';
import { NoPermission } from './before-typing.tsx';
import { differencesOf, keptOf, type Part } from './conflict.ts';
import { ConflictDialog } from './conflict-dialog.tsx';
import { fieldErrors, useFocusOnRefusal } from './field-errors.ts';
import {
  EventsField,
  FormatFields,
  HeadersField,
  NameField,
  NoticesField,
  SettingFields,
  SigningFields,
  UrlField,
} from './fields.tsx';
import { PayloadVersionField } from './payload-version.tsx';
import { Refusal } from './refusal.tsx';
import {
  changeOf,
  checkSettings,
  type HeadersChoice,
  isElsewhere,
  needsSecretAnew,
  type SettingsDraft,
  settingsDraft,
} from './settings-draft.ts';

export function SettingsPage() {
  const { webhookId = '' } = useParams();
  const webhook = useWebhook(webhookId);
  const formats = useFormats();
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
                <SettingsForm read={known} format={format} />
              );
            }}
          </QueryResult>
        )}
      </QueryResult>
    </Page>
  );
}

interface SettingsFormProps {
  /** Read again and again meanwhile; the form keeps to the first reading, so that the API can refuse an outdated change. */
  readonly read: WebhookResponse;
  readonly format: FormatResponse;
}

interface Saving {
  readonly target: Target;
  readonly request: ChangeRequest;
}

const SHOWN =
  /^(name|url|secret|headers|pace\.perMinute|payloadVersion|events|noticesTo)$|^(options|credentials|headers)\./;

const LOSS = 'What you have changed is not saved.';

function SettingsForm({ read, format }: SettingsFormProps) {
  const api = useApi();
  const queries = useQueryClient();
  const feed = useChangeFeed();
  const follow = useFollow();
  const guard = useWriteGuard();
  const names = useWebhookNames(true);
  const { notify } = useNotices();
  const [, navigate] = useLocation();
  const [webhook, setWebhook] = useState(read);
  const [draft, setDraft] = useState(() => settingsDraft(webhook, format));
  const [wasTried, setTried] = useState(false);
  const [isInConflict, setInConflict] = useState(false);
  const focusOnRefusal = useFocusOnRefusal();
  const path = paths.integration(webhook.id);

  const leave = () => {
    release();
    notify({ type: 'success', content: 'The settings are saved.', path });
    navigate(path);
  };
  const saving = useMutation({
    onMutate: feed.beforeChange,
    mutationFn: ({ target, request: wanted }: Saving) => api.change(target, wanted),
    onSuccess: (changed) => {
      takeOver(queries, changed);
      if (changed.signingSecret === undefined) {
        leave();
      }
    },
    onError: async (error) => {
      focusOnRefusal();
      await refreshIfOutdated(feed, error);
      // Also if the decision about one conflict has met another: what is stored now is shown.
      setInConflict((before) => before || isProblem(error, 'revision-outdated'));
    },
  });

  const request = changeOf(draft, webhook, format);
  const isUnchanged = Object.keys(request).length === 0;
  const release = useKeep(isUnchanged || saving.isSuccess ? undefined : LOSS);
  const refused = JSON.stringify(saving.variables?.request) === JSON.stringify(request) ? saving.error : null;
  const errors = fieldErrors([...(wasTried ? checkSettings(draft, webhook, format) : []), ...fieldErrorsIn(refused)]);
  const change = (part: Partial<SettingsDraft>) => setDraft((before) => ({ ...before, ...part }));

  const save = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (checkSettings(draft, webhook, format).length > 0) {
      focusOnRefusal();
    } else {
      saving.mutate({ target: webhook, request });
    }
  };

  const decide = (kept: ReadonlySet<Part>) => {
    const decided = keptOf(request, kept);
    if (Object.keys(decided).length > 0) {
      saving.mutate({ target: read, request: decided });
      return;
    }
    setWebhook(read);
    setDraft(settingsDraft(read, format));
    setInConflict(false);
  };

  const secret = saving.data?.signingSecret;
  if (secret !== undefined) {
    return <SecretOnce secret={secret} name={draft.name} onDone={leave} />;
  }
  return (
    <form onSubmit={save} noValidate>
      {isInConflict && (
        <ConflictDialog
          stored={read}
          parts={differencesOf(
            webhook,
            read,
            request,
            format,
            (id) => names.data?.find((other) => other.id === id)?.name ?? id,
          )}
          isUnderWay={saving.isPending}
          error={conflictError(saving.error)}
          onSave={decide}
          onClose={() => setInConflict(false)}
        />
      )}
      <Form
        actions={
          <SpaceBetween size="xs" direction="horizontal">
            <Button formAction="none" variant="link" href={path} onFollow={follow}>
              Cancel
            </Button>
            <Button variant="primary" loading={saving.isPending} disabled={isUnchanged} {...(guard.disabled && guard)}>
              Save
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          <NoPermission />
          {refused !== null && <Refusal error={refused} errors={errors} isShown={(field) => SHOWN.test(field)} />}
          {isElsewhere(draft, webhook) && <AnotherDestination />}
          <Container header={<Header variant="h2">Destination</Header>}>
            <SpaceBetween size="l">
              <NameField value={draft.name} errors={errors} onChange={(name) => change({ name })} />
              {format.urlIsCredential && (
                <Box color="text-body-secondary">
                  The URL now: <span className="unbroken">{webhook.url}</span>. Leave the field empty to keep it.
                </Box>
              )}
              <UrlField format={format} value={draft.url} errors={errors} onChange={(url) => change({ url })} />
              {format.credentials.length > 0 && (
                <FormatFields
                  formatId={format.id}
                  part="credentials"
                  fields={format.credentials}
                  values={draft.credentials}
                  errors={errors}
                  {...(!isElsewhere(draft, webhook) && { constraint: 'Leave it empty to keep it.' })}
                  onChange={(credentials) => change({ credentials })}
                />
              )}
              <SettingFields format={format} draft={draft} errors={errors} onChange={change} />
              <EventsField
                values={draft.events}
                errors={errors}
                isPossible={draft.payloadVersion > FIRST_PAYLOAD_VERSION}
                onChange={(events) => change({ events })}
              />
              <NoticesField
                value={draft.noticesTo}
                errors={errors}
                others={names.data?.filter(({ id }) => id !== webhook.id)}
                onChange={(noticesTo) => change({ noticesTo })}
              />
            </SpaceBetween>
          </Container>
          <PayloadVersionField
            webhook={webhook}
            value={draft.payloadVersion}
            errors={errors}
            onChange={(payloadVersion) => change({ payloadVersion })}
          />
          <Container header={<Header variant="h2">Security</Header>}>
            <SpaceBetween size="l">
              {needsSecretAnew(draft, webhook) && (
                <SigningFields
                  label="Secret for the new destination"
                  draft={draft}
                  errors={errors}
                  choices={['generate', 'own', 'none']}
                  onChange={change}
                />
              )}
              <FormField
                label="Custom headers"
                description={headersNow(webhook)}
                errorText={draft.headersChoice === 'replace' ? undefined : errors.of('headers')}
              >
                <RadioGroup
                  value={draft.headersChoice}
                  items={headersChoices(webhook)}
                  onChange={({ detail }) => {
                    const chosen = headersChoices(webhook).find(({ value }) => value === detail.value);
                    change(chosen === undefined ? {} : { headersChoice: chosen.value });
                  }}
                />
              </FormField>
              {draft.headersChoice === 'replace' && (
                <HeadersField headers={draft.headers} errors={errors} onChange={(headers) => change({ headers })} />
              )}
            </SpaceBetween>
          </Container>
        </SpaceBetween>
      </Form>
    </form>
  );
}

/** That there was a conflict is what the dialog is about. */
function conflictError(error: unknown): string | undefined {
  return error === null || isProblem(error, 'revision-outdated')
    ? undefined
    : [messageOf(error), ...fieldErrorsIn(error).map(({ field, message }) => `${field}: ${message}`)].join(' ');
}

function AnotherDestination() {
  return (
    <Alert type="info" header="Another destination">
      The URL leads to another host. Its secret, headers and credentials are needed again, so that no editor can have
      them sent elsewhere.
    </Alert>
  );
}

function headersNow({ ownHeaders }: WebhookResponse): string {
  return ownHeaders === 0 ? 'It has none.' : `It has ${ownHeaders}. Names and values are write-only.`;
}

interface Choice {
  readonly value: HeadersChoice;
  readonly label: string;
}

function headersChoices({ ownHeaders }: WebhookResponse): readonly Choice[] {
  return ownHeaders === 0
    ? [
        { value: 'keep', label: 'None' },
        { value: 'replace', label: 'Add headers' },
      ]
    : [
        { value: 'keep', label: 'Keep them' },
        { value: 'replace', label: 'Replace them' },
        { value: 'remove', label: 'Remove them' },
      ];
}

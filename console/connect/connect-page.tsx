/** Connect: the form for one kind of destination, and after saving its secret, if one was generated. */
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useParams } from 'wouter';
import type { FormatResponse } from '../../shared/api/format-responses.schema.ts';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { useApi } from '../api/api-context.ts';
import { fieldErrorsIn } from '../api/api-error.ts';
import { useChangeFeed } from '../api/change-feed.ts';
import { useIdempotencyKey } from '../api/idempotency-key.ts';
import { useFormats, useWebhooks } from '../api/queries.ts';
import { useKeep } from '../frame/leave-guard.ts';
import { NotFoundPage } from '../frame/not-found-page.tsx';
import { useNotices } from '../frame/notices.tsx';
import { Page } from '../frame/page.tsx';
import { QueryResult } from '../frame/query-result.tsx';
import { paths } from '../paths.ts';
import { SecretOnce } from '../signing/secret-once.tsx';
import { NameField, UrlField } from './address-fields.tsx';
import { LimitReached } from './before-typing.tsx';
import { checkDraft, type Draft, defaultName, emptyDraft, requestOf } from './draft.ts';
import { fieldErrors, useFocusOnRefusal } from './field-errors.ts';
import { FormatFields } from './format-fields.tsx';
import { HeadersField } from './header-fields.tsx';
import { IntegrationForm } from './integration-form.tsx';
import { SecurityFields } from './security-fields.tsx';
import { SettingFields } from './setting-fields.tsx';

const ABOVE = [
  { text: 'Integrations', href: paths.integrations },
  { text: 'Browse', href: paths.browse },
];

export function ConnectPage() {
  const { formatId = '' } = useParams();
  const formats = useFormats();
  const connected = useWebhooks();
  const format = formats.data?.find(({ id }) => id === formatId);
  if (formats.data !== undefined && format === undefined) {
    return <NotFoundPage />;
  }
  return (
    <Page title={`Connect ${format?.title ?? ''}`} description={format?.summary} above={ABOVE}>
      <QueryResult question={formats} what="the form">
        {() => format && <ConnectForm format={format} connected={connected.data?.webhooks} />}
      </QueryResult>
    </Page>
  );
}

const LOSS = 'What you have typed is not saved.';

interface ConnectFormProps {
  readonly format: FormatResponse;
  /** Undefined until they are read. */
  readonly connected: readonly WebhookResponse[] | undefined;
}

function ConnectForm({ format, connected }: ConnectFormProps) {
  const api = useApi();
  const feed = useChangeFeed();
  const keyFor = useIdempotencyKey();
  const [, navigate] = useLocation();
  const { notify } = useNotices();
  const [draft, setDraft] = useState(() => emptyDraft(format));
  const [wasTried, setTried] = useState(false);
  const focusOnRefusal = useFocusOnRefusal();

  const saving = useMutation({
    mutationFn: (request: ReturnType<typeof requestOf>) => api.connect(request, keyFor(request)),
    onSuccess: async ({ id, name, signingSecret }, { secret }) => {
      await feed.refresh();
      if (signingSecret !== undefined) {
        return;
      }
      // An earlier try got through, but its response, and the secret in it, was lost.
      const isSecretLost = typeof secret === 'object';
      const path = paths.integration(id);
      release();
      notify(
        isSecretLost
          ? { type: 'info', content: `${name} is connected, but its secret was lost on the way: rotate it.`, path }
          : { type: 'success', content: `${name} is connected.`, path },
      );
      navigate(path);
    },
    onError: focusOnRefusal,
  });

  const isTouched = !isSame(draft, emptyDraft(format));
  const release = useKeep(isTouched && !saving.isSuccess ? LOSS : undefined);

  const found = wasTried ? checkDraft(draft, format) : [];
  // The API's refusals are about what was sent; they go when it is changed.
  const refused = saving.variables && isSame(saving.variables, requestOf(draft, format)) ? saving.error : null;
  const errors = fieldErrors([...found, ...fieldErrorsIn(refused)]);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));

  /** The name follows the URL until another is typed. */
  const changeUrl = (url: string) =>
    setDraft((before) => ({
      ...before,
      url,
      name: before.name === defaultName(before.url, format) ? defaultName(url, format) : before.name,
    }));

  const save = () => {
    setTried(true);
    if (checkDraft(draft, format).length > 0) {
      focusOnRefusal();
    } else {
      saving.mutate(requestOf(draft, format));
    }
  };

  if (saving.data?.signingSecret !== undefined) {
    const { id, name, signingSecret } = saving.data;
    return <SecretOnce secret={signingSecret} name={name} onDone={() => navigate(paths.integration(id))} />;
  }
  return (
    <IntegrationForm
      cancelPath={paths.browse}
      isSaving={saving.isPending}
      refused={refused}
      errors={errors}
      onSave={save}
    >
      <LimitReached />
      <Container header={<Header variant="h2">Destination</Header>}>
        <SpaceBetween size="l">
          <UrlField format={format} value={draft.url} errors={errors} onChange={changeUrl} />
          {format.credentials.length > 0 && (
            <FormatFields
              formatId={format.id}
              part="credentials"
              fields={format.credentials}
              values={draft.credentials}
              errors={errors}
              onChange={(credentials) => change({ credentials })}
            />
          )}
          <NameField value={draft.name} errors={errors} onChange={(name) => change({ name })} />
          <SettingFields
            format={format}
            draft={draft}
            errors={errors}
            areEventsPossible
            others={connected}
            onChange={change}
          />
        </SpaceBetween>
      </Container>
      <SecurityFields
        format={format}
        draft={draft}
        errors={errors}
        secretLabel="Secret (optional)"
        keepsClientSecret={false}
        onChange={change}
      >
        <ExpandableSection headerText="Custom headers" defaultExpanded={draft.headers.length > 0} variant="footer">
          <HeadersField headers={draft.headers} errors={errors} onChange={(headers) => change({ headers })} />
        </ExpandableSection>
      </SecurityFields>
    </IntegrationForm>
  );
}

function isSame(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The form that changes a connected webhook. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { FormatResponse } from '../../shared/api/format-responses.schema.ts';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { FIRST_PAYLOAD_VERSION } from '../../shared/webhook/payload-version.ts';
import { fieldErrorsIn, isProblem, messageOf } from '../api/api-error.ts';
import { paths } from '../paths.ts';
import { SecretOnce } from '../signing/secret-once.tsx';
import { NameField, UrlField } from './address-fields.tsx';
import { differencesOf } from './conflict.ts';
import { ConflictDialog } from './conflict-dialog.tsx';
import { FormatFields } from './format-fields.tsx';
import { KeptHeaders } from './header-fields.tsx';
import { IntegrationForm } from './integration-form.tsx';
import { PayloadVersionField } from './payload-version.tsx';
import { useSavingSettings } from './saving-settings.ts';
import { SecurityFields } from './security-fields.tsx';
import { SettingFields, type WebhookName } from './setting-fields.tsx';
import { isElsewhere, keepsOauthSecret, needsNewSecret } from './settings-draft.ts';

interface SettingsFormProps {
  readonly read: WebhookResponse;
  readonly format: FormatResponse;
  /** Of the tenant's webhooks; undefined until they are read. */
  readonly names: readonly WebhookName[] | undefined;
}

export function SettingsForm({ read, format, names }: SettingsFormProps) {
  const settings = useSavingSettings(read, format);
  const { webhook, draft, change, errors } = settings;
  const isMoving = isElsewhere(draft, webhook);

  if (settings.signingSecret !== undefined) {
    return <SecretOnce secret={settings.signingSecret} name={draft.name} onDone={settings.leave} />;
  }
  const nameOf = (id: string) => names?.find((other) => other.id === id)?.name ?? id;
  return (
    <>
      {settings.isInConflict && (
        <ConflictDialog
          stored={read}
          parts={differencesOf(webhook, read, settings.request, format, nameOf)}
          isUnderWay={settings.isSaving}
          error={conflictError(settings.error)}
          onSave={settings.decide}
          onClose={settings.closeConflict}
        />
      )}
      <IntegrationForm
        cancelPath={paths.integration(webhook.id)}
        isSaving={settings.isSaving}
        isUnchanged={settings.isUnchanged}
        refused={settings.refused}
        errors={errors}
        onSave={settings.save}
      >
        {isMoving && <AnotherDestination />}
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
                {...(!isMoving && { constraint: 'Leave it empty to keep it.' })}
                onChange={(credentials) => change({ credentials })}
              />
            )}
            <SettingFields
              format={format}
              draft={draft}
              errors={errors}
              areEventsPossible={draft.payloadVersion > FIRST_PAYLOAD_VERSION}
              others={names?.filter(({ id }) => id !== webhook.id)}
              onChange={change}
            />
          </SpaceBetween>
        </Container>
        <PayloadVersionField
          webhook={webhook}
          value={draft.payloadVersion}
          errors={errors}
          onChange={(payloadVersion) => change({ payloadVersion })}
        />
        <SecurityFields
          format={format}
          draft={draft}
          errors={errors}
          {...(needsNewSecret(draft, webhook) && { secretLabel: 'Secret for the new destination' })}
          keepsClientSecret={keepsOauthSecret(draft, webhook)}
          onChange={change}
        >
          <KeptHeaders webhook={webhook} draft={draft} errors={errors} onChange={change} />
        </SecurityFields>
      </IntegrationForm>
    </>
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
      The URL leads to another host. Its secret, headers, credentials and client secret are needed again, so that no
      editor can have them sent elsewhere.
    </Alert>
  );
}

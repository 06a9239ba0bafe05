/** The fields of the OAuth client, for the form that connects a destination and the form that changes it. */
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ClientAuthentication } from '../../shared/webhook/oauth.ts';
import type { FieldErrors } from './field-errors.ts';
import type { OauthDraft } from './oauth-draft.ts';

const AUTHENTICATIONS: readonly { readonly value: ClientAuthentication; readonly label: string }[] = [
  { value: 'basic', label: 'Header Authorization (basic)' },
  { value: 'body', label: 'Fields of the request (body)' },
];

interface OauthFieldsProps {
  readonly draft: OauthDraft;
  readonly errors: FieldErrors;
  /** Whether the client secret that is stored stays if none is typed. */
  readonly keepsSecret: boolean;
  readonly onChange: (draft: OauthDraft) => void;
}

export function OauthFields({ draft, errors, keepsSecret, onChange }: OauthFieldsProps) {
  const change = (part: Partial<OauthDraft>) => onChange({ ...draft, ...part });
  return (
    <SpaceBetween size="s">
      <FormField label="Access token (optional)" errorText={errors.of('oauth')}>
        <Checkbox
          checked={draft.hasClient}
          description="For a system that lets requests in by OAuth 2.0. We ask its token URL for a token and send it with every request."
          onChange={({ detail }) => change({ hasClient: detail.checked })}
        >
          Send an access token (OAuth 2.0 client credentials)
        </Checkbox>
      </FormField>
      {draft.hasClient && (
        <SpaceBetween size="l">
          <TextField
            label="Token URL"
            description="Where the access token is asked for. The client secret is sent there."
            placeholder="https://login.example.com/oauth2/token"
            value={draft.tokenUrl}
            error={errors.of('oauth.tokenUrl')}
            onChange={(tokenUrl) => change({ tokenUrl })}
          />
          <TextField
            label="Client ID"
            value={draft.clientId}
            error={errors.of('oauth.clientId')}
            onChange={(clientId) => change({ clientId })}
          />
          <TextField
            label="Client secret"
            isSecret
            {...(keepsSecret && { constraint: 'Leave it empty to keep it.' })}
            value={draft.clientSecret}
            error={errors.of('oauth.clientSecret')}
            onChange={(clientSecret) => change({ clientSecret })}
          />
          <TextField
            label="Scope (optional)"
            description="What the token is for, as the server names it."
            value={draft.scope}
            error={errors.of('oauth.scope')}
            onChange={(scope) => change({ scope })}
          />
          <TextField
            label="Audience (optional)"
            description="For whom the token is. Only some servers ask for it."
            value={draft.audience}
            error={errors.of('oauth.audience')}
            onChange={(audience) => change({ audience })}
          />
          <FormField label="Client authentication" description="How the token URL takes the client ID and secret.">
            <Select
              selectedOption={AUTHENTICATIONS.find(({ value }) => value === draft.clientAuthentication) ?? null}
              options={AUTHENTICATIONS}
              onChange={({ detail }) => {
                const chosen = AUTHENTICATIONS.find(({ value }) => value === detail.selectedOption.value);
                change(chosen === undefined ? {} : { clientAuthentication: chosen.value });
              }}
            />
          </FormField>
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly description?: string;
  readonly constraint?: string;
  readonly placeholder?: string;
  readonly isSecret?: boolean;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}

function TextField({
  label,
  description,
  constraint,
  placeholder,
  isSecret = false,
  value,
  error,
  onChange,
}: TextFieldProps) {
  return (
    <FormField label={label} description={description} constraintText={constraint} errorText={error}>
      <Input
        value={value}
        type={isSecret ? 'password' : 'text'}
        autoComplete={false}
        spellcheck={false}
        {...(placeholder !== undefined && { placeholder })}
        onChange={({ detail }) => onChange(detail.value)}
      />
    </FormField>
  );
}

/** How a receiver knows that a request is from us, for the form that connects a destination and the form that changes it. */
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import type { FormatResponse } from '../../shared/api/format-responses.schema.ts';
import { ChallengeField } from './challenge-field.tsx';
import type { Draft } from './draft.ts';
import type { FieldErrors } from './field-errors.ts';
import { OauthFields } from './oauth-fields.tsx';
import { SigningFields } from './signing-fields.tsx';

type SecurityDraft = Pick<Draft, 'signing' | 'ownSecret' | 'oauth' | 'challenge'>;

interface SecurityFieldsProps {
  readonly format: Pick<FormatResponse, 'takesAccessToken' | 'takesChallenge'>;
  readonly draft: SecurityDraft;
  readonly errors: FieldErrors;
  /** What the choice of a signing secret is called; absent: none is chosen here. */
  readonly secretLabel?: string;
  /** Whether the client secret that is stored stays if none is typed. */
  readonly keepsClientSecret: boolean;
  readonly onChange: (draft: Partial<SecurityDraft>) => void;
  /** The custom headers. */
  readonly children: ReactNode;
}

export function SecurityFields(props: SecurityFieldsProps) {
  const { format, draft, errors, secretLabel, keepsClientSecret, onChange, children } = props;
  return (
    <Container header={<Header variant="h2">Security</Header>}>
      <SpaceBetween size="l">
        {secretLabel !== undefined && (
          <SigningFields
            label={secretLabel}
            draft={draft}
            errors={errors}
            choices={['generate', 'own', 'none']}
            onChange={onChange}
          />
        )}
        {format.takesAccessToken && (
          <OauthFields
            draft={draft.oauth}
            errors={errors}
            keepsSecret={keepsClientSecret}
            onChange={(oauth) => onChange({ oauth })}
          />
        )}
        {format.takesChallenge && (
          <ChallengeField value={draft.challenge} errors={errors} onChange={(challenge) => onChange({ challenge })} />
        )}
        {children}
      </SpaceBetween>
    </Container>
  );
}

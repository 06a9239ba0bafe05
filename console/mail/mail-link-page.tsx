/** Where a link in a mail leads: nothing happens until its reader presses the button, as programs open links, too. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useState } from 'react';
import type { MailLink, MailLinkResult } from './mail-link.ts';

export function MailLinkPage({ link }: { readonly link: MailLink }) {
  const [result, setResult] = useState<MailLinkResult>();
  const [isUnderWay, setUnderWay] = useState(false);
  const title = result?.title ?? link.title;
  useEffect(() => {
    document.title = `${title} – Thalian`;
  }, [title]);

  async function follow(): Promise<void> {
    setUnderWay(true);
    setResult(await link.follow());
    setUnderWay(false);
  }

  return (
    <main className="plain-page">
      <Container header={<Header variant="h1">{title}</Header>}>
        <SpaceBetween size="l">
          <div aria-live="polite">
            <Box variant="p">{result?.text ?? link.question}</Box>
          </div>
          {result?.isDone !== true && (
            <Button variant="primary" loading={isUnderWay} onClick={() => void follow()}>
              {link.button}
            </Button>
          )}
        </SpaceBetween>
      </Container>
    </main>
  );
}

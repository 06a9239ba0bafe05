/** A page for when there is no console to draw: no reader is signed in, or something failed before. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';

interface PlainPageProps {
  readonly title: string;
  readonly text: string;
  readonly button: string;
  readonly onClick: () => void;
}

export function PlainPage({ title, text, button, onClick }: PlainPageProps) {
  return (
    <main className="plain-page">
      <Container header={<Header variant="h1">{title}</Header>}>
        <SpaceBetween size="l">
          <Box variant="p">{text}</Box>
          <Button variant="primary" onClick={onClick}>
            {button}
          </Button>
        </SpaceBetween>
      </Container>
    </main>
  );
}

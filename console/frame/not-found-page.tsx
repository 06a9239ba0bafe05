/** For an address that leads nowhere. */
import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import { paths } from '../paths.ts';
import { useFollow } from './follow.ts';
import { Page } from './page.tsx';

export function NotFoundPage() {
  const follow = useFollow();
  return (
    <Page title="There is no such page">
      <Box variant="p">
        Go to{' '}
        <Link href={paths.integrations} onFollow={follow}>
          Integrations
        </Link>
        .
      </Box>
    </Page>
  );
}

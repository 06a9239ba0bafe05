/** The bar above every page: whose console this is, who has signed in, and light or dark. */
import TopNavigation from '@cloudscape-design/components/top-navigation';
import { paths } from '../paths.ts';
import { useFollow } from './follow.ts';
import { useSession } from './session-context.tsx';
import { chooseTheme, type Theme, useTheme } from './theme.ts';

const THEMES: Readonly<Record<Theme, string>> = { system: 'As the system', light: 'Light', dark: 'Dark' };

export function TopBar() {
  const { session, person } = useSession();
  const theme = useTheme();
  const follow = useFollow();
  return (
    <TopNavigation
      identity={{
        href: paths.integrations,
        title: 'Thalian',
        onFollow: (event) =>
          follow({ detail: { href: paths.integrations }, preventDefault: () => event.preventDefault() }),
      }}
      utilities={[
        {
          type: 'menu-dropdown',
          text: 'Theme',
          ariaLabel: `Theme: ${THEMES[theme]}`,
          items: Object.entries(THEMES).map(([id, text]) => ({
            id,
            text,
            itemType: 'checkbox' as const,
            checked: id === theme,
          })),
          onItemClick: ({ detail }) => chooseTheme(detail.id as Theme),
        },
        {
          type: 'menu-dropdown',
          iconName: 'user-profile',
          text: person.name,
          description: `Tenant ${person.tenantId}`,
          items: [{ id: 'sign-out', text: 'Sign out' }],
          onItemClick: () => void session.signOut(),
        },
      ]}
    />
  );
}

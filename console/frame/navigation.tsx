/** The way around: a few places, which need no drawer. */
import { Link, useLocation } from 'wouter';
import { paths } from '../paths.ts';
import { useSession } from './session-context.tsx';

const PLACES = [
  { text: 'Integrations', href: paths.integrations },
  { text: 'Browse', href: paths.browse },
  { text: 'Events', href: paths.events },
] as const;

const NOTICES = { text: 'Notices', href: paths.notices } as const;

export function Navigation() {
  const [location] = useLocation();
  const { sendsMail } = useSession();
  const here =
    [paths.browse, paths.events, paths.notices].find((path) => location.startsWith(path)) ?? paths.integrations;
  return (
    <nav className="navigation" aria-label="Outbound webhooks">
      <ul>
        {[...PLACES, ...(sendsMail ? [NOTICES] : [])].map(({ text, href }) => (
          <li key={href}>
            <Link href={href} {...(href === here && { 'aria-current': 'page' })}>
              {text}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

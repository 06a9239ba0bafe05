/** The way around: three places, which need no drawer. */
import { Link, useLocation } from 'wouter';
import { paths } from '../paths.ts';

const PLACES = [
  { text: 'Integrations', href: paths.integrations },
  { text: 'Browse', href: paths.browse },
  { text: 'Events', href: paths.events },
] as const;

export function Navigation() {
  const [location] = useLocation();
  const here = [paths.browse, paths.events].find((path) => location.startsWith(path)) ?? paths.integrations;
  return (
    <nav className="navigation" aria-label="Outbound webhooks">
      <ul>
        {PLACES.map(({ text, href }) => (
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

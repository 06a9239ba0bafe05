/** Light or dark: as the reader's system has it, unless the reader has chosen here. */
import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';

const STORAGE_KEY = 'thalian.theme';
const systemIsDark = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

export function chosenTheme(): Theme {
  const stored = window.localStorage.getItem(STORAGE_KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

export function chooseTheme(theme: Theme): void {
  window.localStorage.setItem(STORAGE_KEY, theme);
  applyTheme();
  for (const listener of listeners) {
    listener();
  }
}

/** Before the first page is drawn, and whenever the system changes its mind. */
export function keepTheme(): void {
  applyTheme();
  systemIsDark.addEventListener('change', applyTheme);
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, chosenTheme);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function applyTheme(): void {
  const theme = chosenTheme();
  const isDark = theme === 'system' ? systemIsDark.matches : theme === 'dark';
  applyMode(isDark ? Mode.Dark : Mode.Light);
  // Scroll bars and native controls too.
  document.documentElement.style.colorScheme = isDark ? 'dark' : 'light';
}

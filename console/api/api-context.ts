/** Hands the API's client to whatever is drawn below. */
import { createContext, useContext } from 'react';
import type { ApiClient } from './client.ts';

export const ApiContext = createContext<ApiClient | undefined>(undefined);

export function useApi(): ApiClient {
  const api = useContext(ApiContext);
  if (api === undefined) {
    throw new Error('Drawn outside of the API context');
  }
  return api;
}

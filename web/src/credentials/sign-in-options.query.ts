import { useQuery } from '@tanstack/react-query';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';

interface SignInOptions {
  /** The provider of the house; null: by password alone. */
  readonly oidc: { readonly title: string } | null;
  readonly passwordRule: string;
}

/** What the page of sign-in offers; undefined until it is known. */
export const useSignInOptions = (): SignInOptions | undefined =>
  useQuery<SignInOptions, Problem>({ queryKey: ['sign-in-options'], queryFn: () => api.get('/auth/options') }).data;

import { SetMetadata } from '@nestjs/common';

/** Where a route's declaration of access is kept. */
export const ACCESS = 'greenrank:access';
export type Access = 'public' | { readonly resource: string; readonly action: string };

/** Declares a route that needs nobody signed in. Short list: health, sign-in, one-click entry. */
export const Public = () => SetMetadata(ACCESS, 'public' satisfies Access);

import { type INestApplicationContext, RequestMethod } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { ACCESS, type Access } from '../platform/public.decorator.js';
import { rolesFor } from './rights.js';

export interface DeclaredRoute {
  readonly method: string;
  /** Without the prefix of the interface: `/filings/:id`. */
  readonly path: string;
  readonly access: Access;
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map((text) => String(text ?? ''));

/**
 * Every route with the row of the table of rights that it names, or `public`.
 * @throws Error for a route that declares neither: then there is no start (reliability 3.3)
 */
export function declaredRoutes(app: INestApplicationContext): DeclaredRoute[] {
  const reflector = app.get(Reflector);
  const scanner = new MetadataScanner();
  return app
    .get(DiscoveryService)
    .getControllers()
    .flatMap(({ instance, metatype }) => {
      if (!instance || !metatype) return [];
      const prototype = Object.getPrototypeOf(instance) as Record<string, () => unknown>;
      return scanner.getAllMethodNames(prototype).flatMap((name) => {
        const handler = prototype[name];
        const own: unknown = handler && Reflect.getMetadata('path', handler);
        if (!handler || own === undefined) return [];
        const access = reflector.getAllAndOverride<Access | undefined>(ACCESS, [handler, metatype as () => unknown]);
        const isDeclared = access === 'public' || (access && rolesFor(access.resource, access.action).length > 0);
        if (!isDeclared) throw new Error(`no right declared for ${(metatype as { name: string }).name}.${name}`);
        const method = RequestMethod[Reflect.getMetadata('method', handler) as RequestMethod] as string;
        return texts(Reflect.getMetadata('path', metatype)).flatMap((first) =>
          texts(own).map((second) => ({ method, path: joined(first, second), access })),
        );
      });
    });
}

const joined = (...parts: readonly string[]): string =>
  `/${parts.flatMap((part) => part.split('/').filter((piece) => piece !== '')).join('/')}`;

import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import fastifyStatic from '@fastify/static';
import { ConsoleLogger, RequestMethod } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { appModule, ENTITIES, type Opened } from './app.module.js';
import { type DistrictFile, openDistrict } from './district/district-file.service.js';
import { loadCatalogue } from './forms/catalogue.service.js';
import { declaredRoutes } from './identity/declared-routes.service.js';
import { callBodiesAs } from './identity/departments.js';
import { type Login, loginOf } from './platform/connections.service.js';
import { Database } from './platform/database.service.js';
import { validation } from './platform/http.service.js';
import { refuseAddress } from './platform/problem.filter.js';
import { projectRoot } from './platform/project.service.js';
import { openQueue, type QueueConnection } from './platform/queue.service.js';
import { requestContext } from './platform/request-context.service.js';
import type { Settings } from './platform/settings.js';
import { unfitTexts } from './platform/unfit-texts.js';
import { DomainError } from './problems/problems.js';

/** A body of JSON; uploads have their own limit. */
const BODY_LIMIT = 4 * 1024 * 1024;
export const UPLOAD_LIMIT = 20 * 1024 * 1024;

/** What a page may load and do: only what this server brings, nothing written inline (reliability J7). */
const POLICY = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'"],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
  formAction: ["'self'"],
  // An installation may serve plain HTTP inside its own network.
  upgradeInsecureRequests: null,
};
/** The page of the API's documentation is not ours and writes its styles inline. */
const DOCS_POLICY = { ...POLICY, styleSrc: ["'self'", "'unsafe-inline'"] };
const DOCS = /^\/api\/docs(\/|\?|$)/;

export interface OpenedApplication extends Opened {
  readonly connection: QueueConnection;
}

/** Opens what Nest is given: the district, catalogue, both logins, the queue. @throws DISTRICT_INVALID, CATALOGUE_INVALID */
export async function open(
  settings: Settings,
  owner: Login,
  catalogue = loadCatalogue(),
  district: DistrictFile = openDistrict(settings),
): Promise<OpenedApplication> {
  callBodiesAs(district);
  const database = await Database.open(owner, settings.now, ENTITIES);
  const connection = openQueue(settings.redisUrl, loginOf(owner, 'staff'), `greenrank-${owner.database}`);
  const backupsDir = settings.backupsNamed ? settings.backupsDir : (district.backups ?? settings.backupsDir);
  return {
    settings: { ...settings, backupsDir },
    owner,
    database,
    district,
    catalogue,
    queue: connection.module,
    connection,
  };
}

const logger = (): ConsoleLogger => new ConsoleLogger({ json: true, logLevels: ['error', 'warn', 'fatal'] });

/** A worker alone: takes jobs, answers nobody. */
export const createWorker = (opened: Opened) =>
  NestFactory.createApplicationContext(appModule(opened, 'worker'), { logger: logger() });

/** The API, the pages and the workers in one process. @throws Error for a route without a declared right */
export async function createApplication(opened: Opened): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    // Only a named proxy's word on the caller's address and on TLS is taken.
    trustProxy: opened.settings.proxies.length > 0 ? [...opened.settings.proxies] : false,
    forceCloseConnections: true,
    genReqId: () => randomUUID(),
    // `__proto__` in a body is refused, not copied.
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    frameworkErrors: refuseAddress,
  });
  const app = await NestFactory.create<NestFastifyApplication>(appModule(opened, 'everything'), adapter, {
    logger: logger(),
    bodyParser: true,
  });
  app.setGlobalPrefix('api/v1', { exclude: [{ path: 'api/health', method: RequestMethod.GET }] });
  app.useGlobalPipes(validation());
  declaredRoutes(app); // throws for a route without a right

  await app.register(cookie);
  await app.register(helmet, { contentSecurityPolicy: { directives: POLICY }, xFrameOptions: { action: 'deny' } });
  await app.register(multipart, { limits: { fileSize: UPLOAD_LIMIT + 1, files: 1, fields: 4 } });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('preValidation', (request, _reply, done) => {
    const key = request.headers['idempotency-key'];
    const idempotency =
      typeof key === 'string' && key.length > 0 && key.length <= 200
        ? {
            key,
            hash: createHash('sha256')
              .update(JSON.stringify([request.method, request.url, request.body ?? null]))
              .digest('hex'),
          }
        : null;
    const faults = unfitTexts(request.body);
    const refusal = faults.length > 0 ? new DomainError('INVALID', 422, '内容未通过校验', faults) : undefined;
    requestContext.run({ id: String(request.id), idempotency, from: request.ip }, () => done(refusal));
  });
  fastify.addHook('onSend', async (request, reply) => {
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
    if (DOCS.test(request.url)) reply.helmet({ contentSecurityPolicy: { directives: DOCS_POLICY } });
  });

  const document = SwaggerModule.createDocument(
    app,
    new DocumentBuilder()
      .setTitle('GreenRank · 绿评')
      .setDescription('区县绿色金融评价：填报、审核、评价、排名。')
      .setVersion('1')
      .setOpenAPIVersion('3.1.0')
      .addCookieAuth('greenrank_session')
      .build(),
  );
  SwaggerModule.setup('api/docs', app, document, { jsonDocumentUrl: 'api/openapi.json' });
  await servePages(app);
  await app.init();
  // Forms and plain text are what other sites can make a browser send; nothing here takes them.
  fastify.removeContentTypeParser(['application/x-www-form-urlencoded', 'text/plain']);
  await fastify.ready();
  return app;
}

async function servePages(app: NestFastifyApplication): Promise<void> {
  const folder = path.join(projectRoot(), 'web-dist');
  if (!existsSync(path.join(folder, 'index.html'))) return; // tests of the API need no pages
  const verifier = path.join(folder, 'verifier.html');
  const verifierPolicy = policyWithin(verifier);
  await app.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    setHeaders: (reply, file) => {
      const isNamedByContent = file.includes(`${path.sep}assets${path.sep}`);
      reply.header('cache-control', isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache');
      if (file === verifier) reply.header('content-security-policy', `${verifierPolicy}; frame-ancestors 'none'`);
    },
  });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/*', (request, reply) =>
    /^\/(api|assets)\//.test(request.url) ? reply.callNotFound() : reply.sendFile('index.html'),
  );
}

/**
 * The policy that a single-file page carries: its own script and style by their hashes, nothing else, no connection.
 * @throws Error when it carries none
 */
function policyWithin(file: string): string {
  const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]+)"/i.exec(readFileSync(file, 'utf8'))?.[1];
  if (policy === undefined) throw new Error(`${file} carries no policy`);
  return policy;
}

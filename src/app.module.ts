import { BullModule } from '@nestjs/bullmq';
import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { Assessments } from './assessments/assessments.service.js';
import { Acts } from './audit/acts.service.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditQuery } from './audit/audit.query.js';
import { Demo } from './demo/demo.service.js';
import { DemoFrontQuery } from './demo/demo-front.query.js';
import { Evaluation } from './evaluations/evaluation.entity.js';
import { EvaluationProcessor } from './evaluations/evaluation.processor.js';
import { EvaluationQuery } from './evaluations/evaluation.query.js';
import { EvaluationEvents } from './evaluations/evaluation-events.query.js';
import { EvaluationsController } from './evaluations/evaluations.controller.js';
import { Evaluations } from './evaluations/evaluations.service.js';
import { Pin } from './evaluations/pin.service.js';
import { RankingQuery } from './evaluations/ranking.query.js';
import { ResultQuery } from './evaluations/result.query.js';
import { RunKeys } from './evaluations/run-keys.service.js';
import { QUEUE, Runs } from './evaluations/runs.service.js';
import { ScoringThread } from './evaluations/scoring-thread.service.js';
import { Drafts } from './filings/drafts.service.js';
import { Filing } from './filings/filing.entity.js';
import { FilingQuery } from './filings/filing.query.js';
import { FilingBatches } from './filings/filing-batches.service.js';
import { FilingsController } from './filings/filings.controller.js';
import { Filings } from './filings/filings.service.js';
import { Observations } from './filings/observations.service.js';
import { Revisions } from './filings/revisions.service.js';
import type { Catalogue } from './forms/catalogue.js';
import { CATALOGUE } from './forms/catalogue.service.js';
import { FormsController } from './forms/forms.controller.js';
import { AccessGuard } from './identity/access.guard.js';
import { AuthController } from './identity/auth.controller.js';
import { DEMO_FRONT, DemoEntry } from './identity/demo-entry.service.js';
import { People } from './identity/people.service.js';
import { Sessions } from './identity/sessions.service.js';
import { ImportQuery } from './imports/import.query.js';
import { ImportsController } from './imports/imports.controller.js';
import { Imports } from './imports/imports.service.js';
import { Previews } from './imports/previews.service.js';
import { InstitutionsController } from './institutions/institutions.controller.js';
import { Institutions } from './institutions/institutions.service.js';
import { ObligationsController } from './obligations/obligations.controller.js';
import { Obligations } from './obligations/obligations.service.js';
import { Database } from './platform/database.service.js';
import { HealthController, Readiness } from './platform/health.controller.js';
import { Outbox } from './platform/outbox.service.js';
import { ProblemFilter } from './platform/problem.filter.js';
import { SETTINGS, type Settings } from './platform/settings.js';
import { Scheme } from './schemes/scheme.entity.js';
import { SchemesController } from './schemes/schemes.controller.js';
import { Schemes } from './schemes/schemes.service.js';

/** All entities, for the data sources. */
export const ENTITIES = [Filing, Scheme, Evaluation];

/** What is opened before Nest starts. */
export interface Opened {
  readonly settings: Settings;
  readonly database: Database;
  readonly catalogue: Catalogue;
  /** BullMQ's root module, connected. */
  readonly queue: DynamicModule;
}

const FEATURES: Provider[] = [
  Acts,
  AuditQuery,
  People,
  Sessions,
  DemoEntry,
  Institutions,
  Obligations,
  Drafts,
  Revisions,
  Observations,
  FilingQuery,
  Filings,
  FilingBatches,
  ImportQuery,
  Previews,
  Imports,
  Assessments,
  Schemes,
  Pin,
  RunKeys,
  Runs,
  ScoringThread,
  EvaluationQuery,
  EvaluationEvents,
  RankingQuery,
  ResultQuery,
  Evaluations,
  Demo,
  { provide: DEMO_FRONT, useClass: DemoFrontQuery },
  Outbox,
  EvaluationProcessor,
  Readiness,
];

const CONTROLLERS: Type[] = [
  HealthController,
  AuthController,
  InstitutionsController,
  ObligationsController,
  FormsController,
  FilingsController,
  ImportsController,
  SchemesController,
  EvaluationsController,
  AuditController,
];

/** The whole product in one module: features are folders, not modules, and find each other by class. */
@Module({})
class AppModule {}

/** @param parts `worker`: takes jobs and answers nobody */
export const appModule = (opened: Opened, parts: 'everything' | 'worker'): DynamicModule => ({
  module: AppModule,
  imports: [opened.queue, BullModule.registerQueue({ name: QUEUE }), DiscoveryModule],
  controllers: parts === 'everything' ? CONTROLLERS : [],
  providers: [
    { provide: SETTINGS, useValue: opened.settings },
    { provide: Database, useValue: opened.database },
    { provide: CATALOGUE, useValue: opened.catalogue },
    { provide: APP_FILTER, useClass: ProblemFilter },
    ...(parts === 'everything' ? [{ provide: APP_GUARD, useClass: AccessGuard }] : []),
    ...FEATURES,
  ],
});

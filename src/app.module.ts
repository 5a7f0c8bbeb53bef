import { BullModule } from '@nestjs/bullmq';
import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { AnalysesController } from './analyses/analyses.controller.js';
import { Analyses } from './analyses/analyses.service.js';
import { AnalysisProcessor } from './analyses/analysis.processor.js';
import { AnalysisQuery } from './analyses/analysis.query.js';
import { AnalysisEvents } from './analyses/analysis-events.query.js';
import { QUEUE as ANALYSES_QUEUE, AnalysisRuns } from './analyses/analysis-runs.service.js';
import { AnalysisThreads } from './analyses/analysis-threads.service.js';
import { Assessments } from './assessments/assessments.service.js';
import { Acts } from './audit/acts.service.js';
import { Anchors } from './audit/anchors.service.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditQuery } from './audit/audit.query.js';
import { OnBehalfController } from './audit/on-behalf.controller.js';
import { OnBehalf } from './audit/on-behalf.service.js';
import { SealQuery } from './audit/seal.query.js';
import { Sealer } from './audit/sealer.service.js';
import { BackfillsController } from './backfill/backfills.controller.js';
import { Backfills } from './backfill/backfills.service.js';
import { BackupRuns } from './backups/backup-runs.service.js';
import { BackupsController } from './backups/backups.controller.js';
import { Backups } from './backups/backups.service.js';
import { Demo } from './demo/demo.service.js';
import { DemoFrontQuery } from './demo/demo-front.query.js';
import { DISTRICT, type DistrictFile } from './district/district-file.service.js';
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
import { Amendments } from './filings/amendments.service.js';
import { CheckContextQuery } from './filings/check-context.query.js';
import { Drafts } from './filings/drafts.service.js';
import { Evidence } from './filings/evidence.service.js';
import { Filing } from './filings/filing.entity.js';
import { FilingQuery } from './filings/filing.query.js';
import { FilingBatches } from './filings/filing-batches.service.js';
import { FilingContextQuery } from './filings/filing-context.query.js';
import { FilingNotices } from './filings/filing-notices.service.js';
import { FilingStore } from './filings/filing-store.service.js';
import { FilingsController } from './filings/filings.controller.js';
import { Filings } from './filings/filings.service.js';
import { Observations } from './filings/observations.service.js';
import { Receiving } from './filings/receiving.service.js';
import { ReviewRules } from './filings/review-rules.service.js';
import { ReviewsController } from './filings/reviews.controller.js';
import { Reviews } from './filings/reviews.service.js';
import { Revisions } from './filings/revisions.service.js';
import { WaiversController } from './filings/waivers.controller.js';
import { Waivers } from './filings/waivers.service.js';
import { FlagQuery } from './flags/flag.query.js';
import { FlagKinds } from './flags/flag-kinds.service.js';
import { FlagsController } from './flags/flags.controller.js';
import { Flags } from './flags/flags.service.js';
import type { Catalogue } from './forms/catalogue.js';
import { CATALOGUE } from './forms/catalogue.service.js';
import { FormsController } from './forms/forms.controller.js';
import { AccessGuard } from './identity/access.guard.js';
import { AccountController } from './identity/account.controller.js';
import { AuthController } from './identity/auth.controller.js';
import { DEMO_FRONT, DemoEntry } from './identity/demo-entry.service.js';
import { Lockouts } from './identity/lockouts.service.js';
import { Oidc } from './identity/oidc.service.js';
import { Passwords } from './identity/passwords.service.js';
import { People } from './identity/people.service.js';
import { Retention } from './identity/retention.service.js';
import { SecondFactor } from './identity/second-factor.service.js';
import { Sessions } from './identity/sessions.service.js';
import { SignIn } from './identity/sign-in.service.js';
import { TokensController } from './identity/tokens.controller.js';
import { Tokens } from './identity/tokens.service.js';
import { ImportQuery } from './imports/import.query.js';
import { ImportsController } from './imports/imports.controller.js';
import { Imports } from './imports/imports.service.js';
import { MarkedWorkbooks } from './imports/marked-workbooks.service.js';
import { Previews } from './imports/previews.service.js';
import { Aliases } from './institutions/aliases.service.js';
import { InstitutionQuery } from './institutions/institution.query.js';
import { InstitutionEvents } from './institutions/institution-events.service.js';
import { InstitutionsController } from './institutions/institutions.controller.js';
import { Institutions } from './institutions/institutions.service.js';
import { IntakeAnswers } from './intake/answers.service.js';
import { IntakeController } from './intake/intake.controller.js';
import { IntakeProcessor } from './intake/intake.processor.js';
import { IntakeQuery } from './intake/intake.query.js';
import { QUEUE as INTAKE_QUEUE, Intake } from './intake/intake.service.js';
import { Recogniser } from './intake/recogniser.service.js';
import { StampedPages } from './intake/stamped-pages.service.js';
import { MailProcessor } from './notices/mail.processor.js';
import { Mailer } from './notices/mailer.service.js';
import { Mails } from './notices/mails.service.js';
import { NoticeQuery } from './notices/notice.query.js';
import { NoticesController } from './notices/notices.controller.js';
import { QUEUE as NOTICES_QUEUE, Notices } from './notices/notices.service.js';
import { ChasingController } from './obligations/chasing.controller.js';
import { ChasingProcessor } from './obligations/chasing.processor.js';
import { Chasing } from './obligations/chasing.service.js';
import { QUEUE as CHASING_QUEUE, ChasingDays } from './obligations/chasing-days.service.js';
import { Conduct } from './obligations/conduct.service.js';
import { ControlTotals } from './obligations/control-totals.query.js';
import { DueChanges } from './obligations/due-changes.service.js';
import { ObligationQuery } from './obligations/obligation.query.js';
import { ObligationsController } from './obligations/obligations.controller.js';
import { Obligations } from './obligations/obligations.service.js';
import { ProgressQuery } from './obligations/progress.query.js';
import { Attachments } from './platform/attachments.service.js';
import { type Login, OWNER } from './platform/connections.service.js';
import { Database } from './platform/database.service.js';
import { HealthController, Readiness } from './platform/health.controller.js';
import { Outbox } from './platform/outbox.service.js';
import { ProblemFilter } from './platform/problem.filter.js';
import { Restart } from './platform/restart.service.js';
import { SETTINGS, type Settings } from './platform/settings.js';
import { RegisterController } from './register/register.controller.js';
import { RegisterQuery } from './register/register.query.js';
import { Register } from './register/register.service.js';
import { Scheme } from './schemes/scheme.entity.js';
import { SchemeQuery } from './schemes/scheme.query.js';
import { SchemeReading } from './schemes/scheme-reading.service.js';
import { SchemesController } from './schemes/schemes.controller.js';
import { Schemes } from './schemes/schemes.service.js';
import { FirstAdmin } from './setup/first-admin.service.js';
import { OfficialStartController } from './setup/official-start.controller.js';
import { OfficialStart } from './setup/official-start.service.js';
import { SchemeFiles } from './setup/scheme-files.service.js';
import { SetupController } from './setup/setup.controller.js';
import { SetupQuery } from './setup/setup.query.js';
import { Setup } from './setup/setup.service.js';
import { ExportsController } from './templates/exports.controller.js';
import { FilingsExport } from './templates/filings-export.service.js';
import { PrefilledWorkbooks } from './templates/prefilled-workbooks.service.js';
import { Templates } from './templates/templates.service.js';
import { SheetMappings } from './trial/sheet-mappings.service.js';
import { TrialExport } from './trial/trial-export.service.js';
import { TrialsController } from './trial/trials.controller.js';
import { AccountRequests } from './users/account-requests.service.js';

import { UserQuery } from './users/user.query.js';
import { UsersController } from './users/users.controller.js';
import { Users } from './users/users.service.js';

/** All entities, for the data sources. */
export const ENTITIES = [Filing, Scheme, Evaluation];

/** What is opened before Nest starts. */
export interface Opened {
  readonly settings: Settings;
  readonly owner: Login;
  readonly database: Database;
  readonly district: DistrictFile;
  readonly catalogue: Catalogue;
  /** BullMQ's root module, connected. */
  readonly queue: DynamicModule;
}

const FEATURES: Provider[] = [
  Acts,
  AuditQuery,
  OnBehalf,
  Attachments,
  Passwords,
  Lockouts,
  SecondFactor,
  SealQuery,
  Anchors,
  Sealer,
  People,
  Sessions,
  Tokens,
  SignIn,
  Oidc,
  Retention,
  DemoEntry,
  Institutions,
  InstitutionEvents,
  Aliases,
  InstitutionQuery,
  UserQuery,
  Users,
  AccountRequests,
  RegisterQuery,
  Register,
  FlagKinds,
  FlagQuery,
  Flags,
  Notices,
  NoticeQuery,
  Mails,
  Mailer,
  Obligations,
  ObligationQuery,
  DueChanges,
  ProgressQuery,
  ControlTotals,
  Chasing,
  ChasingDays,
  Drafts,
  Revisions,
  Observations,
  CheckContextQuery,
  FilingQuery,
  FilingStore,
  FilingNotices,
  FilingContextQuery,
  ReviewRules,
  Conduct,
  Reviews,
  Amendments,
  Evidence,
  Waivers,
  Receiving,
  Filings,
  FilingBatches,
  Templates,
  FilingsExport,
  ImportQuery,
  Previews,
  Imports,
  MarkedWorkbooks,
  PrefilledWorkbooks,
  Recogniser,
  IntakeQuery,
  Intake,
  IntakeAnswers,
  StampedPages,
  SheetMappings,
  Backfills,
  TrialExport,
  Assessments,
  SchemeQuery,
  SchemeReading,
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
  AnalysisThreads,
  AnalysisRuns,
  AnalysisQuery,
  AnalysisEvents,
  Analyses,
  BackupRuns,
  Backups,
  FirstAdmin,
  OfficialStart,
  SchemeFiles,
  SetupQuery,
  Setup,
  Restart,
  Demo,
  { provide: DEMO_FRONT, useClass: DemoFrontQuery },
  Outbox,
  EvaluationProcessor,
  AnalysisProcessor,
  MailProcessor,
  ChasingProcessor,
  IntakeProcessor,
  Readiness,
];

const CONTROLLERS: Type[] = [
  HealthController,
  AuthController,
  AccountController,
  TokensController,
  OnBehalfController,
  UsersController,
  InstitutionsController,
  RegisterController,
  FlagsController,
  ObligationsController,
  ChasingController,
  NoticesController,
  FormsController,
  FilingsController,
  ReviewsController,
  WaiversController,
  ImportsController,
  TrialsController,
  BackfillsController,
  ExportsController,
  IntakeController,
  SchemesController,
  EvaluationsController,
  AnalysesController,
  AuditController,
  BackupsController,
  OfficialStartController,
  SetupController,
];

/** The whole product in one module: features are folders, not modules, and find each other by class. */
@Module({})
class AppModule {}

/** @param parts `worker`: takes jobs and answers nobody */
export const appModule = (opened: Opened, parts: 'everything' | 'worker'): DynamicModule => ({
  module: AppModule,
  imports: [
    opened.queue,
    BullModule.registerQueue(
      ...[QUEUE, ANALYSES_QUEUE, NOTICES_QUEUE, CHASING_QUEUE, INTAKE_QUEUE].map((name) => ({ name })),
    ),
    DiscoveryModule,
  ],
  controllers: parts === 'everything' ? CONTROLLERS : [],
  providers: [
    { provide: SETTINGS, useValue: opened.settings },
    { provide: OWNER, useValue: opened.owner },
    { provide: Database, useValue: opened.database },
    { provide: DISTRICT, useValue: opened.district },
    { provide: CATALOGUE, useValue: opened.catalogue },
    { provide: APP_FILTER, useClass: ProblemFilter },
    ...(parts === 'everything' ? [{ provide: APP_GUARD, useClass: AccessGuard }] : []),
    ...FEATURES,
  ],
});

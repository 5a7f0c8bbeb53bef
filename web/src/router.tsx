import { createBrowserRouter } from 'react-router';
import { AccountPage } from './account/account.page.js';
import { AuditPage } from './audit/audit.page.js';
import { AuditRootsPage } from './audit/audit-roots.page.js';
import { BackupsPage } from './backups/backups.page.js';
import { ComparePage } from './evaluations/compare.page.js';
import { EvaluationPage } from './evaluations/evaluation.page.js';
import { EvaluationsPage } from './evaluations/evaluations.page.js';
import { FilingPage } from './filings/filing.page.js';
import { FilingsPage } from './filings/filings.page.js';
import { FormsPage } from './forms/forms.page.js';
import { FrontPage } from './front/front.page.js';
import { HomePage } from './home/home.page.js';
import { ImportPage } from './imports/import.page.js';
import { PreviewPage } from './imports/preview.page.js';
import { InstitutionPage } from './institutions/institution.page.js';
import { InstitutionsPage } from './institutions/institutions.page.js';
import { RegisterPage } from './institutions/register.page.js';
import { BatchPage } from './intake/batch.page.js';
import { IntakePage } from './intake/intake.page.js';
import { StampedPage } from './intake/stamped.page.js';
import { StampedPrintPage } from './intake/stamped-print.page.js';
import { MessagesPage } from './messages/messages.page.js';
import { ObligationsPage } from './obligations/obligations.page.js';
import { OnBehalfPage } from './on-behalf/on-behalf.page.js';
import { FormalNoticePage } from './progress/formal-notice.page.js';
import { ProgressPage } from './progress/progress.page.js';
import { LatestRankingPage } from './ranking/latest-ranking.page.js';
import { RankingPage } from './ranking/ranking.page.js';
import { OwnResultsPage } from './results/own-results.page.js';
import { ResultPage } from './results/result.page.js';
import { ReviewPage } from './review/review.page.js';
import { DisclosurePage } from './schemes/disclosure.page.js';
import { MethodologyPage } from './schemes/methodology.page.js';
import { NewVersionPage } from './schemes/new-version.page.js';
import { SchemePage } from './schemes/scheme.page.js';
import { SchemesPage } from './schemes/schemes.page.js';
import { SetupPage } from './setup/setup.page.js';
import { Absent } from './shell/absent.js';
import { Shell } from './shell/shell.js';
import { SignInPage } from './sign-in/sign-in.page.js';
import { TokensPage } from './tokens/tokens.page.js';
import { TrialPage } from './trial/trial.page.js';
import { CoveragePage } from './users/coverage.page.js';
import { UsersPage } from './users/users.page.js';
import { WorkbenchPage } from './workbench/workbench.page.js';

export const router = createBrowserRouter([
  { path: '/', element: <FrontPage /> },
  { path: '/sign-in', element: <SignInPage /> },
  {
    element: <Shell />,
    children: [
      { path: '/home', element: <HomePage /> },
      { path: '/filings', element: <FilingsPage /> },
      { path: '/filings/:id', element: <FilingPage /> },
      { path: '/progress', element: <ProgressPage /> },
      { path: '/progress/notices/:id', element: <FormalNoticePage /> },
      { path: '/messages', element: <MessagesPage /> },
      { path: '/review', element: <ReviewPage /> },
      { path: '/review/:id', element: <ReviewPage /> },
      { path: '/forms', element: <FormsPage /> },
      { path: '/import', element: <ImportPage /> },
      { path: '/imports/:id', element: <PreviewPage /> },
      { path: '/intake', element: <IntakePage /> },
      { path: '/intake/stamped', element: <StampedPage /> },
      { path: '/intake/stamped/print', element: <StampedPrintPage /> },
      { path: '/intake/:id', element: <BatchPage /> },
      { path: '/obligations', element: <ObligationsPage /> },
      { path: '/institutions', element: <InstitutionsPage /> },
      { path: '/institutions/register', element: <RegisterPage /> },
      { path: '/institutions/:institution', element: <InstitutionPage /> },
      { path: '/evaluations', element: <EvaluationsPage /> },
      { path: '/evaluations/compare', element: <ComparePage /> },
      { path: '/evaluations/:id', element: <EvaluationPage /> },
      { path: '/evaluations/:id/ranking', element: <RankingPage /> },
      { path: '/evaluations/:id/results/:institution', element: <ResultPage /> },
      { path: '/trial', element: <TrialPage /> },
      { path: '/schemes', element: <SchemesPage /> },
      { path: '/schemes/new', element: <NewVersionPage /> },
      { path: '/schemes/:code/:version', element: <SchemePage /> },
      { path: '/schemes/:code/:version/disclosure', element: <DisclosurePage /> },
      { path: '/schemes/:code/:version/methodology', element: <MethodologyPage /> },
      { path: '/schemes/:code/:version/workbench', element: <WorkbenchPage /> },
      { path: '/ranking', element: <LatestRankingPage /> },
      { path: '/results', element: <OwnResultsPage /> },
      { path: '/users', element: <UsersPage /> },
      { path: '/users/coverage', element: <CoveragePage /> },
      { path: '/tokens', element: <TokensPage /> },
      { path: '/on-behalf', element: <OnBehalfPage /> },
      { path: '/setup', element: <SetupPage /> },
      { path: '/admin/backups', element: <BackupsPage /> },
      { path: '/account', element: <AccountPage /> },
      { path: '/audit', element: <AuditPage /> },
      { path: '/audit/roots', element: <AuditRootsPage /> },
      { path: '*', element: <Absent /> },
    ],
  },
]);

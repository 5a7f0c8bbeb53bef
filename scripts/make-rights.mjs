// Writes docs/rights.md from the table of rights and the routes of the built program. Run after a build:
//   node scripts/make-rights.mjs
import { writeFileSync } from 'node:fs';
import { Test } from '@nestjs/testing';
import { appModule } from '../dist/src/app.module.js';
import { declaredRoutes } from '../dist/src/identity/declared-routes.service.js';
import { rightsTable } from '../dist/src/identity/rights-table.js';

class NoQueue {}
const module = appModule({ settings: {}, database: {}, catalogue: {}, queue: { module: NoQueue } }, 'everything');
const app = await Test.createTestingModule({
  imports: [{ ...module, providers: [], imports: module.imports.slice(-1) }],
})
  .useMocker(() => ({}))
  .compile();
writeFileSync('docs/rights.md', rightsTable(declaredRoutes(app)));
process.exit(0);

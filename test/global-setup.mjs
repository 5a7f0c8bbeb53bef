// One embedded PostgreSQL for the whole run; each story makes a database of its own on it. With DATABASE_URL set, the
// stories run on that server and on Redis instead.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export default async function setup() {
  if (process.env.DATABASE_URL) return;
  const { startEmbeddedPostgres } = await import('../dist/src/platform/embedded-postgres.service.js');
  const folder = mkdtempSync(path.join(tmpdir(), 'greenrank-test-'));
  chmodSync(folder, 0o755);
  const server = await startEmbeddedPostgres(folder);
  process.env.GREENRANK_TEST_SERVER = JSON.stringify(server.address);
  globalThis.stopTestServer = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

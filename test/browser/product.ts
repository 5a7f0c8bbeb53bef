import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

export const ROOT = path.resolve(path.dirname(new URL(import.meta.url).pathname), '..', '..');
const CHROMIUM = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A command of the command line: exit code and what it printed. */
export function greenrank(
  args: readonly string[],
  { env = {}, input = '' }: { readonly env?: Readonly<Record<string, string>>; readonly input?: string } = {},
): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(ROOT, 'dist/src/cli.js'), ...args], {
      env: { ...process.env, NODE_OPTIONS: '', DATABASE_URL: '', REDIS_URL: '', ...env },
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (data) => {
      out += String(data);
    });
    child.stderr.on('data', (data) => {
      err += String(data);
    });
    child.on('close', (code) => resolve({ code, out, err }));
    child.stdin.end(input);
  });
}

export const testId = (id: string): string => `[data-testid="${id}"]`;

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** The product as people start it, on a fresh folder, and a browser of 1366×768 before it. */
export interface Product {
  readonly base: string;
  /** Temporary; the test may put files there. */
  readonly folder: string;
  /** What the start printed so far. */
  said(): string;
  /** Somebody's own window. Errors, refusals by the security policy and requests to elsewhere are added to `faults`. */
  person(faults: string[]): Promise<{ context: BrowserContext; page: Page }>;
  end(): Promise<void>;
}

/** @param settings further environment */
export async function startProduct(settings: Readonly<Record<string, string>> = {}): Promise<Product> {
  const folder = mkdtempSync(path.join(tmpdir(), 'greenrank-browser-'));
  mkdirSync(path.join(folder, 'data'), { mode: 0o755 });
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const server = spawn(process.execPath, [path.join(ROOT, 'scripts/run.mjs'), 'start'], {
    cwd: ROOT,
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      PORT: String(port),
      GREENRANK_DATA: path.join(folder, 'data'),
      DATABASE_URL: '',
      REDIS_URL: '',
      ...settings,
    },
  });
  let said = '';
  for (const stream of [server.stdout, server.stderr])
    stream.on('data', (data) => {
      said += String(data);
    });
  let browser: Browser | undefined;
  const end = async (): Promise<void> => {
    await browser?.close();
    await ended(server);
    rmSync(folder, { recursive: true, force: true });
  };
  for (;;) {
    if (server.exitCode !== null) throw new Error(`the server ended: ${said}`);
    const health = await fetch(`${base}/api/health`).catch(() => null);
    if (health?.ok) break;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: CHROMIUM });
  const opened = browser;
  const person = async (faults: string[]) => {
    const context = await opened.newContext({
      viewport: { width: 1366, height: 768 },
      locale: 'zh-CN',
      acceptDownloads: true,
    });
    const page = await context.newPage();
    await context.exposeFunction('refused', (what: string) => faults.push(`${page.url()} refused: ${what}`));
    await context.addInitScript(`document.addEventListener('securitypolicyviolation', (event) =>
      refused([event.effectiveDirective, event.blockedURI, event.sourceFile, event.lineNumber].join(' ')))`);
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => faults.push(`${page.url()} ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(`${page.url()} ${message.text()}`);
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(base) && !request.url().startsWith('data:'))
        faults.push(`left the host: ${request.url()}`);
    });
    return { context, page };
  };
  return { base, folder, said: () => said, person, end };
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const closed = new Promise((resolve) => server.once('close', resolve));
  server.kill('SIGINT');
  await closed;
}

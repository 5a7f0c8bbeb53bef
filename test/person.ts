import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FilingView } from '../src/filings/filing.query.js';
import { SESSION_COOKIE } from '../src/identity/sessions.service.js';
import type { Violation } from '../src/problems/problems.js';

/** An answer as it came: status, headers, and the body read as JSON where it is JSON. */
export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly body: T;
}

/** A problem document, thrown by the verbs of a story. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly violations: readonly Violation[];
  constructor(readonly answer: Answer) {
    super(`${answer.status} ${answer.text}`);
    this.status = answer.status;
    this.code = String(answer.body.code);
    this.violations = (answer.body.violations ?? []) as Violation[];
  }
}

type Method = 'GET' | 'POST' | 'PATCH';

/** A file as a browser would send it. */
export interface Upload {
  readonly name: string;
  readonly bytes: Uint8Array | string;
  readonly layout?: string;
  /** Further fields of the form. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** The body of a form with one file, and its content type. */
export function multipart({ name, bytes, layout, fields: more = {} }: Upload): { payload: Buffer; type: string } {
  const boundary = 'greenrank-story-5f0c1a';
  const part = (head: string, body: Uint8Array | string): Buffer =>
    Buffer.concat([Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`), Buffer.from(body as string), Buffer.from('\r\n')]);
  const texts = { ...(layout === undefined ? {} : { layout }), ...more };
  const fields = Object.entries(texts).map(([field, text]) =>
    part(`content-disposition: form-data; name="${field}"`, text),
  );
  const file = part(
    `content-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/octet-stream`,
    bytes,
  );
  return {
    payload: Buffer.concat([...fields, file, Buffer.from(`--${boundary}--\r\n`)]),
    type: `multipart/form-data; boundary=${boundary}`,
  };
}

/** Somebody with a session, or nobody: everything he does goes through HTTP. */
export class Person {
  constructor(
    private readonly app: NestFastifyApplication,
    private readonly token: string | null,
  ) {}

  /** The session, for a request that does not go through `asks`, such as an event stream. */
  get cookie(): string {
    return `${SESSION_COOKIE}=${this.token}`;
  }

  /** Several files in one form, with texts. */
  dropsFiles<T = Record<string, unknown>>(
    path: string,
    files: readonly { readonly name: string; readonly bytes: Uint8Array | string }[],
    fields: Readonly<Record<string, string>> = {},
  ): Promise<Answer<T>> {
    const boundary = 'greenrank-story-7d21be';
    const part = (head: string, body: Uint8Array | string): Buffer =>
      Buffer.concat([
        Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`),
        Buffer.from(body as string),
        Buffer.from('\r\n'),
      ]);
    const payload = Buffer.concat([
      ...Object.entries(fields).map(([name, text]) => part(`content-disposition: form-data; name="${name}"`, text)),
      ...files.map(({ name, bytes }) =>
        part(
          `content-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/octet-stream`,
          bytes,
        ),
      ),
      Buffer.from(`--${boundary}--\r\n`),
    ]);
    return this.asks<T>('POST', path, payload, { 'content-type': `multipart/form-data; boundary=${boundary}` });
  }

  /** `body`: an object becomes JSON; text and bytes go out as they are, under the content type of `headers`. */
  async asks<T = Record<string, unknown>>(
    method: Method,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const response = await this.app.inject({
      method,
      url: path.startsWith('/api') ? path : `/api/v1${path}`,
      ...(body === undefined ? {} : { payload: body as object }),
      headers: { ...headers, ...(this.token === null ? {} : { cookie: this.cookie }) },
    });
    const text = response.body;
    const isJson = String(response.headers['content-type'] ?? '').includes('json');
    return {
      status: response.statusCode,
      headers: response.headers,
      text,
      body: (isJson && text !== '' ? JSON.parse(text) : {}) as T,
    };
  }

  /** A file, as bytes. */
  async download(path: string): Promise<{ status: number; headers: Readonly<Record<string, unknown>>; bytes: Buffer }> {
    const response = await this.app.inject({
      method: 'GET',
      url: `/api/v1${path}`,
      headers: this.token === null ? {} : { cookie: this.cookie },
    });
    return { status: response.statusCode, headers: response.headers, bytes: response.rawPayload };
  }

  private async does<T>(method: Method, path: string, body?: unknown, headers?: Record<string, string>): Promise<T> {
    const answer = await this.asks<T>(method, path, body, headers);
    if (answer.status >= 400) throw new Refused(answer as Answer);
    return answer.body;
  }

  get<T>(path: string): Promise<T> {
    return this.does<T>('GET', path);
  }

  post<T>(path: string, body: unknown = {}, headers?: Record<string, string>): Promise<T> {
    return this.does<T>('POST', path, body, headers);
  }

  patch<T>(path: string, body: unknown, headers?: Record<string, string>): Promise<T> {
    return this.does<T>('PATCH', path, body, headers);
  }

  /** Sends a file for preview. */
  uploads<T = Record<string, unknown>>(file: Upload, headers: Record<string, string> = {}): Promise<Answer<T>> {
    const { payload, type } = multipart(file);
    return this.asks<T>('POST', '/imports', payload, { ...headers, 'content-type': type });
  }

  /** An act on a filing, from the version that stands now. */
  async acts(filing: { id: string }, action: string, body: unknown = {}): Promise<FilingView> {
    const { version } = await this.get<FilingView>(`/filings/${filing.id}`);
    return this.post<FilingView>(`/filings/${filing.id}/${action}`, body, { 'if-match': `"${version}"` });
  }

  /** Opens the filing of an institution and period, or finds it, and fills these cells. */
  async files(place: { institution: string; form?: string; period?: string }, figures: Record<string, string | null>) {
    const { institution, form = 'bank-quarterly', period = '2026Q3' } = place;
    const made = await this.asks<FilingView>('POST', '/filings', { institution, form, period });
    if (made.status !== 201 && made.status !== 409) throw new Refused(made as unknown as Answer);
    const path = made.status === 201 ? `/filings/${made.body.id}` : String(made.headers.location);
    const filing = await this.get<FilingView>(path);
    const changes = Object.fromEntries(
      Object.entries(figures).map(([code, value]) => [code, { value, version: filing.figures[code]?.version ?? 0 }]),
    );
    return this.patch<FilingView>(`/filings/${filing.id}`, { figures: changes });
  }

  /** Signs it; what rules want explained is explained. */
  async submits(filing: { id: string }): Promise<FilingView> {
    const { checks } = await this.get<FilingView>(`/filings/${filing.id}`);
    const soft = checks.filter(({ severity }) => severity === 'justify');
    return this.acts(filing, 'submit', {
      justifications: Object.fromEntries(soft.map(({ rule }) => [rule, '已核对'])),
    });
  }

  claims = (filing: { id: string }) => this.acts(filing, 'claim');
  releases = (filing: { id: string }) => this.acts(filing, 'release');

  async accepts(filing: { id: string }): Promise<FilingView> {
    await this.claims(filing);
    return this.acts(filing, 'accept');
  }

  returns = (filing: { id: string }, cells: string[] = []) =>
    this.acts(filing, 'return', { reason: '数据有误', message: '请核对后重新提交', cells });

  amends = (filing: { id: string }, reason: string) => this.acts(filing, 'amend', { reason, cells: [] });
}

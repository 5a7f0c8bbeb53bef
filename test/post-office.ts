import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { MailSettings } from '../src/platform/settings.js';

/** One mail as the server took it. */
export interface Received {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and body as they came over the line. */
  readonly raw: string;
  readonly subject: string;
  readonly messageId: string;
  /** Decoded. */
  readonly text: string;
}

const refusal = (code: number, text: string): Error => Object.assign(new Error(text), { responseCode: code });

/** RFC 2047: the words of a header line, decoded. */
const decoded = (line: string): string =>
  line
    .replace(/\r\n[ \t]+/g, ' ')
    .replace(/\?= =\?/g, '?==?')
    .replace(/=\?UTF-8\?([BQ])\?([^?]*)\?=/gi, (_, how: string, text: string) =>
      how.toUpperCase() === 'B'
        ? `\uE000${text}\uE001`
        : text
            .replaceAll('_', ' ')
            .replace(/(=[0-9A-F]{2})+/g, (run) => Buffer.from(run.replaceAll('=', ''), 'hex').toString('utf8')),
    )
    .replace(/\uE000([^\uE001]*)\uE001/g, (_, text: string) => Buffer.from(text, 'base64').toString('utf8'));

function readMail(raw: string): Pick<Received, 'subject' | 'messageId' | 'text'> {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const header = (name: string): string =>
    decoded(new RegExp(`^${name}: ((?:.*)(?:\\r\\n[ \\t].*)*)`, 'im').exec(head)?.[1] ?? '');
  const body = rest.join('\r\n\r\n');
  const encoding = header('Content-Transfer-Encoding').toLowerCase();
  const text =
    encoding === 'base64'
      ? Buffer.from(body, 'base64').toString('utf8')
      : encoding === 'quoted-printable'
        ? Buffer.from(
            body
              .replace(/=\r\n/g, '')
              .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
            'latin1',
          ).toString('utf8')
        : body;
  return { subject: header('Subject'), messageId: header('Message-ID'), text };
}

/** A real SMTP server on this machine: takes mails, or refuses them as a test wishes. */
export class PostOffice {
  readonly received: Received[] = [];
  /** Addresses that have no mailbox. */
  readonly unknown = new Set<string>();
  /** How many of the next mails are turned away for now (451). */
  busy = 0;
  private constructor(private readonly server: SMTPServer) {}

  static async open(): Promise<PostOffice> {
    const server: SMTPServer = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      authOptional: true,
      allowInsecureAuth: true,
      logger: false,
      onAuth: ({ username, password }, _session, done) =>
        username === 'lvping' && password === 'p%w@rd' ? done(null, { user: username }) : done(refusal(535, 'no')),
      onRcptTo: ({ address }, _session, done) =>
        office.unknown.has(address) ? done(refusal(550, 'no such mailbox')) : done(),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          if (office.busy > 0) {
            office.busy -= 1;
            done(refusal(451, 'try again later'));
            return;
          }
          const raw = Buffer.concat(chunks).toString('utf8');
          const { mailFrom, rcptTo } = session.envelope;
          const from = mailFrom === false ? '' : mailFrom.address;
          office.received.push({ from, to: rcptTo.map(({ address }) => address), raw, ...readMail(raw) });
          done();
        });
      },
    });
    const office = new PostOffice(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    return office;
  }

  get settings(): MailSettings {
    const { port } = this.server.server.address() as AddressInfo;
    const account = { user: 'lvping', password: 'p%w@rd' };
    return {
      host: '127.0.0.1',
      port,
      secure: false,
      ...account,
      from: 'lvping@example.gov.cn',
      publicUrl: 'https://lvping.example',
    };
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

/** Waits until `holds`. @throws Error after 15 s */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 15_000; waited += 50) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not within 15 s: ${what}`);
}

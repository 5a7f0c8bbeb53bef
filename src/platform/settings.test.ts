import { DomainError } from '../problems/problems.js';
import { readSettings } from './settings.js';

const faulty = (env: Record<string, string>): string[] => {
  try {
    readSettings(env);
  } catch (error) {
    return (error as DomainError).violations.map((violation) => violation.path);
  }
  return [];
};

it('nothing set: embedded, on loopback, with the demonstration', () => {
  expect(readSettings({})).toMatchObject({
    mode: 'embedded',
    host: '127.0.0.1',
    port: 3000,
    demo: true,
    dataDir: '.data',
    backupsDir: '.data/backups',
    backupsKept: 14,
    anchorsDir: '.data/anchors',
  });
});

it('both addresses set: services, without the demonstration', () => {
  expect(readSettings({ DATABASE_URL: 'postgres://g@h/d', REDIS_URL: 'redis://h' })).toMatchObject({
    mode: 'services',
    demo: false,
    backupsDir: null,
    anchorsDir: null,
  });
});

it('the auditor’s folder is where it is said to be, in both modes', () => {
  const env = { GREENRANK_ANCHORS: '/mnt/auditor' };
  const services = { DATABASE_URL: 'postgres://g@h/d', REDIS_URL: 'redis://h' };
  expect(readSettings(env).anchorsDir).toBe('/mnt/auditor');
  expect(readSettings({ ...env, ...services }).anchorsDir).toBe('/mnt/auditor');
});

it.each([
  [{ DATABASE_URL: 'postgres://g@h/d' }, ['REDIS_URL']],
  [{ REDIS_URL: 'redis://h' }, ['DATABASE_URL']],
  [{ PORT: '70000', GREENRANK_DEMO: 'yes' }, ['PORT', 'GREENRANK_DEMO']],
  [{ GREENRANK_DEMO_PASSWORD: 'short' }, ['GREENRANK_DEMO_PASSWORD']],
  [{ GREENRANK_BACKUPS_KEPT: '0' }, ['GREENRANK_BACKUPS_KEPT']],
  [{ GREENRANK_NOW: '2026-10-20 09:00' }, ['GREENRANK_NOW']],
  [{ GREENRANK_SMTP: 'smtp://mail.example' }, ['GREENRANK_MAIL_FROM', 'GREENRANK_URL']],
  [
    {
      GREENRANK_SMTP: 'http://mail.example',
      GREENRANK_MAIL_FROM: 'a@b.example\r\nBcc: c@d.example',
      GREENRANK_URL: 'x',
    },
    ['GREENRANK_MAIL_FROM', 'GREENRANK_URL', 'GREENRANK_SMTP'],
  ],
  [{ GREENRANK_NOW: '2026-10-20T09:00:00+08:00', GREENRANK_DEMO: 'off' }, ['GREENRANK_NOW']],
])('%j: refused, naming %j', (env, names) => expect(faulty(env)).toEqual(names));

it('a mail server: port by protocol, a password with its signs, no slash at the end of our address', () => {
  const env = { GREENRANK_MAIL_FROM: 'lvping@example.gov.cn', GREENRANK_URL: 'https://lvping.example/' };
  expect(readSettings({ ...env, GREENRANK_SMTP: 'smtp://lvping:p%25w%40rd@mail.example' }).mail).toEqual({
    host: 'mail.example',
    port: 587,
    secure: false,
    user: 'lvping',
    password: 'p%w@rd',
    from: 'lvping@example.gov.cn',
    publicUrl: 'https://lvping.example',
  });
  expect(readSettings({ ...env, GREENRANK_SMTP: 'smtps://mail.example' }).mail).toMatchObject({
    port: 465,
    secure: true,
    user: null,
  });
  expect(readSettings({ GREENRANK_URL: 'https://lvping.example' }).mail).toBeNull();
});

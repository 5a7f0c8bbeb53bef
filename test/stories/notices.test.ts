import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { createWorker, open } from '../../src/application.js';
import { type Act, Acts } from '../../src/audit/acts.service.js';
import type { Actor } from '../../src/lifecycle/lifecycle.js';
import { Mailer } from '../../src/notices/mailer.service.js';
import { type Attempted, type ClaimedMail, Mails } from '../../src/notices/mails.service.js';
import type { MailItem, NoticeItem } from '../../src/notices/notice.query.js';
import { type NewNotice, Notices, QUEUE } from '../../src/notices/notices.service.js';
import { Database, systemActor } from '../../src/platform/database.service.js';
import { aDistrict, type Bank } from '../district.js';
import type { Person } from '../person.js';
import { PostOffice, until } from '../post-office.js';

interface List<T> {
  readonly items: readonly T[];
}

let post: PostOffice;
let place: Awaited<ReturnType<typeof aDistrict>>;
let mine: Bank;
let rival: Bank;

const SYSTEM = systemActor('test');
const TITLE = '2026年第三季度《绿色信贷统计表》已退回';
const RETURNED = {
  kind: 'returned',
  title: TITLE,
  todo: '请按退回意见修改后重新提交。',
  body: '各项贷款余额 918273.4455 与总账不符',
  link: '/filings',
};

const within = <T>(work: (act: Act, notices: Notices) => Promise<T>, actor: Actor = SYSTEM): Promise<T> =>
  place.district.app
    .get(Acts)
    .perform({ action: 'test.tell', actor }, (act) => work(act, place.district.app.get(Notices)));
const tell = (notice: Partial<NewNotice>, actor?: Actor) =>
  within(
    (act, notices) => notices.tell(act, { ...RETURNED, to: { institutionId: mine.id, roles: ['filer'] }, ...notice }),
    actor,
  );

const inbox = async (person: Person, query = ''): Promise<readonly NoticeItem[]> =>
  (await person.get<List<NoticeItem>>(`/notices${query}`)).items;
const mails = async (state: string): Promise<readonly MailItem[]> =>
  (await place.officer.get<List<MailItem>>(`/notices/mails?state=${state}&limit=200`)).items;
const mailState = async (notice: string) =>
  (
    await place.district.rows<{ state: string; claims: number; unsent: number; error: string | null }>(
      'select state, claims, unsent, error from notice_mail where notice_id = $1',
      [notice],
    )
  )[0];
const latest = async (): Promise<string> =>
  String(
    (await place.district.rows<{ id: string }>('select id from notice order by created_at desc, id limit 1'))[0]?.id,
  );

beforeAll(async () => {
  post = await PostOffice.open();
  place = await aDistrict({ banks: 2, settings: { mail: post.settings } });
  [mine, rival] = place.banks as [Bank, Bank];
  await mine.filer.post('/account/contact', { email: 'filer@mine.example', phone: '023-6789 0123' });
  await rival.filer.post('/account/contact', { email: 'filer@rival.example', phone: null });
});
afterAll(async () => {
  await place.district.close();
  await post.close();
});
beforeEach(async () => {
  await until('no mail waits', async () => (await mails('queued')).length === 0);
  post.received.splice(0);
  post.busy = 0;
  post.unknown.clear();
});

describe('who is told', () => {
  it('the filer of that institution and nobody else: message, and mail with title, what to do, link; no figure', async () => {
    const told = await tell({});
    expect(told).toEqual([{ user: expect.any(String), name: expect.stringMatching(/^filer/), mailed: true }]);
    const [notice] = await inbox(mine.filer);
    expect(notice).toMatchObject({ ...RETURNED, readAt: null });
    for (const person of [mine.checker, rival.filer, rival.checker, place.officer, place.reviewer])
      expect(await inbox(person)).toEqual([]);
    await until('the mail came', () => post.received.length === 1);
    const [mail] = post.received;
    expect(mail).toMatchObject({
      from: 'lvping@example.gov.cn',
      to: ['filer@mine.example'],
      subject: `【绿评】${TITLE}`,
      messageId: `<notice-${notice?.id}@example.gov.cn>`,
    });
    expect(mail?.text).toContain(`${RETURNED.todo}\n请登录办理：https://lvping.example/filings`);
    expect(mail?.raw).toMatch(/^Content-Type: text\/plain; charset=utf-8/m);
    expect(mail?.raw).not.toContain('multipart');
    expect(mail?.text).not.toContain('918273');
    await until('it is marked', async () => (await mailState(String(notice?.id)))?.state === 'sent');
  });

  it('staff by role and department; whoever has no address reads it in the product alone', async () => {
    const told = await tell({ to: { roles: ['reviewer'], department: 'finance_bureau' } });
    expect(told.map(({ mailed }) => mailed)).toEqual([false]);
    expect(await tell({ to: { roles: ['reviewer'], department: 'ecology' } })).toEqual([]);
    expect((await inbox(place.reviewer)).length).toBe(1);
  });

  it('a role that has ended and an account that is disabled are not told', async () => {
    await place.district.rows(
      `update user_role r set valid_to = now() from user_account u where u.id = r.user_id and u.institution_id = $1 and r.role = 'checker'`,
      [rival.id],
    );
    expect(await tell({ to: { institutionId: rival.id, roles: ['filer', 'checker'] } })).toHaveLength(1);
    await place.district.rows(
      `update user_account set disabled_at = now() where institution_id = $1 and name like 'checker%'`,
      [rival.id],
    );
    const [checker] = await place.district.rows<{ id: string }>(
      `select id from user_account where institution_id = $1 and name like 'checker%'`,
      [rival.id],
    );
    expect(await tell({ to: { users: [String(checker?.id)] } })).toEqual([]);
  });

  it("an institution's act tells its own people and staff, and reaches no other institution", async () => {
    const actor: Actor = { ...SYSTEM, id: 'somebody', roles: ['checker'], institutionId: mine.id };
    expect(await tell({ to: { roles: ['reviewer'] } }, actor)).toHaveLength(1);
    expect(await tell({ to: { institutionId: mine.id, roles: ['filer'] } }, actor)).toHaveLength(1);
    expect(await tell({ to: { institutionId: rival.id, roles: ['filer'] } }, actor)).toEqual([]);
    const [foreign] = await place.district.rows<{ id: string }>(
      `select id from user_account where institution_id = $1 and name like 'filer%'`,
      [rival.id],
    );
    expect(await tell({ to: { users: [String(foreign?.id)] } }, actor)).toEqual([]);
  });

  it('an act that fails tells nobody', async () => {
    const before = await place.district.rows<{ n: string }>('select count(*) as n from notice');
    await expect(
      within(async (act, notices) => {
        await notices.tell(act, { ...RETURNED, to: { institutionId: mine.id, roles: ['filer'] } });
        throw new Error('the act failed');
      }),
    ).rejects.toThrow('the act failed');
    expect(await place.district.rows('select count(*) as n from notice')).toEqual(before);
  });
});

describe('reading', () => {
  it('counted, marked one by one and all at once', async () => {
    await mine.filer.post('/notices/read');
    await tell({ title: '甲' });
    await tell({ title: '乙' });
    expect(await mine.filer.get('/notices/unread')).toEqual({ count: 2 });
    const [last] = await inbox(mine.filer, '?limit=1');
    await mine.filer.post(`/notices/${last?.id}/read`);
    expect((await inbox(mine.filer, '?unread=true')).map(({ title }) => title)).toEqual(['甲']);
    expect(await mine.filer.post('/notices/read')).toEqual({ marked: 1 });
    expect(await mine.filer.get('/notices/unread')).toEqual({ count: 0 });
  });

  it('page by page, latest first, each once', async () => {
    for (const title of ['一', '二', '三']) await tell({ title });
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { items: NoticeItem[]; next: string | null } = await mine.filer.get(
        `/notices?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(6);
  });

  it("somebody else's reads like none at all, in the same institution too, and even without a filter in the query", async () => {
    await tell({});
    const id = await latest();
    for (const person of [mine.checker, rival.filer, place.officer]) {
      const foreign = await person.asks('POST', `/notices/${id}/read`);
      const absent = await person.asks('POST', '/notices/00000000-0000-4000-8000-000000000000/read');
      const bare = ({ status, text }: typeof foreign): string => `${status} ${text.replace(/"instance":"[^"]*"/, '')}`;
      expect(bare(foreign)).toBe(bare(absent));
      expect(foreign.status).toBe(404);
    }
    const seen = (user: string, institutionId: string) =>
      place.district.app
        .get(Database)
        .transaction({ ...SYSTEM, id: user, roles: ['filer'], institutionId }, (tx) =>
          tx.row<{ n: number }>('select count(*)::int as n from notice'),
        );
    const [filer] = await place.district.rows<{ id: string }>('select user_id as id from notice where id = $1', [id]);
    const user = String(filer?.id);
    expect((await seen(user, mine.id))?.n).toBeGreaterThan(0);
    expect(await seen('another', mine.id)).toEqual({ n: 0 });
    expect(await seen(user, rival.id)).toEqual({ n: 0 });
    expect(await seen(user, '')).toEqual({ n: 0 });
  });
});

describe('mails', () => {
  it('turned away for now: tried again, delivered once', async () => {
    post.busy = 1;
    await tell({});
    const id = await latest();
    await until('it was delivered', async () => (await mailState(id))?.state === 'sent');
    expect(post.received).toHaveLength(1);
    expect(await mailState(id)).toMatchObject({ claims: 2, unsent: 1, error: null });
  });

  it('no such mailbox: given up at once, the officer sees whose and why; the message stands', async () => {
    post.unknown.add('filer@mine.example');
    await tell({ title: '无此邮箱' });
    const id = await latest();
    await until('it was given up', async () => (await mailState(id))?.state === 'failed');
    const [failed] = await mails('failed');
    expect(failed).toMatchObject({ notice: id, email: 'filer@mine.example', institution: mine.name, attempts: 1 });
    expect(failed?.error).toContain('550');
    expect((await inbox(mine.filer))[0]).toMatchObject({ title: '无此邮箱' });
    expect((await mine.filer.asks('GET', '/notices/mails')).status).toBe(403);
    expect(post.received).toEqual([]);
  });

  it('a title with a line break sets no header', async () => {
    await tell({ title: '退回\r\nBcc: everybody@example.org\r\n\r\n正文' });
    await until('the mail came', () => post.received.length === 1);
    expect(post.received[0]?.to).toEqual(['filer@mine.example']);
    expect(post.received[0]?.raw.split('\r\n\r\n')[0]).not.toMatch(/^Bcc:/im);
    expect(post.received[0]?.subject).toBe('【绿评】退回 Bcc: everybody@example.org 正文');
  });

  it('a worker that dies after sending: sent once more under the same id, and never a third time', async () => {
    const settle = Mails.prototype.settle;
    let died = 0;
    Mails.prototype.settle = async function (mail: ClaimedMail, attempted: Attempted, outbox: string) {
      if (attempted.outcome === 'sent') {
        died += 1;
        throw new Error('killed');
      }
      return settle.call(this, mail, attempted, outbox);
    };
    try {
      await tell({});
      const id = await latest();
      const queue = place.district.app.get<Queue>(getQueueToken(QUEUE));
      await until('it was given up', async () => {
        // As if the lease had run out, and the half minute after which the outbox is looked at again.
        await place.district.rows(`update notice_mail set claimed_until = now() where notice_id = $1`, [id]);
        await place.district.rows(`update outbox set relayed_at = now() - interval '31 seconds' where done_at is null`);
        for (const job of await queue.getDelayed()) await job.promote().catch(() => undefined);
        return (await mailState(id))?.state === 'failed';
      });
      expect(died).toBe(2);
      expect(post.received.map(({ messageId }) => messageId)).toEqual(Array(2).fill(`<notice-${id}@example.gov.cn>`));
      expect((await mailState(id))?.error).toContain('可能已送达');
    } finally {
      Mails.prototype.settle = settle;
    }
  });

  it('a line that is cut before anything was handed over counts as not sent', async () => {
    const closed = await PostOffice.open();
    const settings = { ...place.district.opened.settings, mail: closed.settings };
    await closed.close();
    const mail = { notice: 'x', title: '甲', todo: '乙', link: '/home', name: '丙', email: 'a@b.example', attempt: 1 };
    expect(await new Mailer(settings).send(mail)).toMatchObject({ outcome: 'unsent' });
  });

  it('two workers, twenty mails at once: each comes once', async () => {
    const another = await open(place.district.opened.settings, place.district.owner);
    const worker = await createWorker(another);
    try {
      await within(async (act, notices) => {
        for (let i = 0; i < 20; i++)
          await notices.tell(act, { ...RETURNED, title: `第${i}封`, to: { institutionId: mine.id, roles: ['filer'] } });
      });
      await until('all came', () => post.received.length >= 20);
      await until('all are marked', async () => (await mails('queued')).length === 0);
      expect(new Set(post.received.map(({ messageId }) => messageId)).size).toBe(20);
      expect(post.received).toHaveLength(20);
    } finally {
      await worker.close();
      await worker.get(Database).close();
      await another.connection.close();
    }
  });
});

describe('contacts', () => {
  it('one sets one’s own; what is no address is refused; the audit holds neither', async () => {
    for (const email of ['a@b', 'a@b.example\nBcc: c@d.example', 'a@b.example,c@d.example', '"a" <a@b.example>'])
      expect((await mine.checker.asks('POST', '/account/contact', { email, phone: null })).status).toBe(422);
    await mine.checker.post('/account/contact', { email: 'zhou@mine.example', phone: '+86 23 6789 0123' });
    expect(await mine.checker.get('/auth/me')).toMatchObject({
      contact: { email: 'zhou@mine.example', phone: '+86 23 6789 0123' },
    });
    const entries = await place.district.rows<{ body: string }>(
      `select body from audit.entry where action = 'account.contact'`,
    );
    expect(entries.length).toBeGreaterThan(2);
    expect(entries.filter(({ body }) => /mine\.example|6789/.test(body))).toEqual([]);
    await mine.checker.post('/account/contact', { email: null, phone: '' });
    expect(await mine.checker.get('/auth/me')).toMatchObject({ contact: { email: null, phone: null } });
  });

  it('the security administrator sets another’s, and an erased account keeps none', async () => {
    const keeper = await place.district.person(['security_admin'], { department: 'finance_bureau' });
    const [filer] = await place.district.rows<{ id: string }>(
      `select id from user_account where institution_id = $1 and name like 'filer%'`,
      [rival.id],
    );
    const contact = { email: 'new@rival.example', phone: null };
    expect(await keeper.post(`/users/${filer?.id}/contact`, contact)).toMatchObject(contact);
    expect((await place.officer.asks('POST', `/users/${filer?.id}/contact`, contact)).status).toBe(403);
    await keeper.post(`/users/${filer?.id}/disable`, { reason: '离任' });
    expect(await keeper.post(`/users/${filer?.id}/erase`)).toMatchObject({ email: null, phone: null });
  });
});

it('without a mail server there are messages alone, and nothing waits', async () => {
  const other = await aDistrict({ banks: 1 });
  try {
    const [bank] = other.banks as [Bank];
    await bank.filer.post('/account/contact', { email: 'filer@mine.example', phone: null });
    const { app } = other.district;
    const told = await app
      .get(Acts)
      .perform({ action: 'test.tell', actor: SYSTEM }, (act) =>
        app.get(Notices).tell(act, { ...RETURNED, to: { institutionId: bank.id, roles: ['filer'] } }),
      );
    expect(told.map(({ mailed }) => mailed)).toEqual([false]);
    expect(await other.district.rows('select 1 from notice_mail')).toEqual([]);
    expect(await inbox(bank.filer)).toHaveLength(1);
  } finally {
    await other.district.close();
  }
});
